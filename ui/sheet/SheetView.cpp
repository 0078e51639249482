#include "ui/sheet/SheetView.h"

#include "ui/Theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace drdm {

namespace {

constexpr int gap = 6;

}  // namespace

SheetView::SheetView(QWidget* parent) : QWidget(parent) {
    setObjectName("sheet");
    setAccessibleName(tr("Sheet of variations"));
}

void SheetView::setHeadings(const QString& xName, const QStringList& columns, const QString& yName,
                            const QStringList& rows) {
    m_xName = xName;
    m_yName = yName;
    m_columns = columns;
    m_rows = rows;
    m_cells.assign(static_cast<std::size_t>(columns.size() * rows.size()), {});
    updateGeometry();
    update();
}

void SheetView::setCell(int column, int row, const QImage& picture, const QString& text) {
    m_cells.at(static_cast<std::size_t>(row * m_columns.size() + column)) = {picture, text};
    update();
}

SheetView::Measures SheetView::measures(QSize size) const {
    int left = fontMetrics().horizontalAdvance(m_yName);
    for (const QString& row : m_rows) {
        left = std::max(left, fontMetrics().horizontalAdvance(row));
    }
    Measures m{std::min(left, 180) + 18, 2 * fontMetrics().height() + 14, 0};
    const auto columns = std::max<int>(1, static_cast<int>(m_columns.size()));
    const auto rows = std::max<int>(1, static_cast<int>(m_rows.size()));
    m.cell = std::max(24, std::min((size.width() - m.left) / columns, (size.height() - m.top) / rows) - gap);
    return m;
}

QSize SheetView::sizeFor(int cell) const {
    const Measures m = measures({});
    return {m.left + static_cast<int>(m_columns.size()) * (cell + gap),
            m.top + static_cast<int>(m_rows.size()) * (cell + gap)};
}

QRect SheetView::rectOf(const Measures& m, int column, int row) const {
    return {m.left + column * (m.cell + gap), m.top + row * (m.cell + gap), m.cell, m.cell};
}

QRect SheetView::cellRect(int column, int row) const {
    return rectOf(measures(size()), column, row);
}

std::pair<int, int> SheetView::cellAt(QPoint place) const {
    for (int row = 0; row < m_rows.size(); ++row) {
        for (int column = 0; column < m_columns.size(); ++column) {
            if (cellRect(column, row).contains(place)) {
                return {column, row};
            }
        }
    }
    return {-1, -1};
}

QSize SheetView::sizeHint() const {
    return sizeFor(170);
}

QSize SheetView::minimumSizeHint() const {
    return sizeFor(64);
}

void SheetView::draw(QPainter& painter, QSize size) const {
    const Theme& theme = Theme::current();
    const Measures m = measures(size);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const int line = fontMetrics().height();
    painter.setPen(theme.muted);
    painter.drawText(QRect(m.left, 2, size.width() - m.left, line), Qt::AlignLeft, m_xName);
    painter.drawText(QRect(4, m.top - line - 4, m.left - 12, line), Qt::AlignLeft, m_yName);
    painter.setPen(theme.text);
    for (int column = 0; column < m_columns.size(); ++column) {
        const QRect cell = rectOf(m, column, 0);
        painter.drawText(QRect(cell.left(), m.top - line - 4, cell.width(), line), Qt::AlignHCenter,
                         fontMetrics().elidedText(m_columns[column], Qt::ElideMiddle, cell.width()));
    }
    for (int row = 0; row < m_rows.size(); ++row) {
        const QRect first = rectOf(m, 0, row);
        painter.setPen(theme.text);
        painter.drawText(QRect(4, first.top(), m.left - 14, first.height()), Qt::AlignVCenter | Qt::AlignRight,
                         fontMetrics().elidedText(m_rows[row], Qt::ElideMiddle, m.left - 14));
        for (int column = 0; column < m_columns.size(); ++column) {
            const Cell& cell = m_cells[static_cast<std::size_t>(row * m_columns.size() + column)];
            const QRect where = rectOf(m, column, row);
            painter.fillRect(where, theme.raised);
            if (!cell.picture.isNull()) {
                QRectF target(QPointF(), QSizeF(cell.picture.size()).scaled(where.size(), Qt::KeepAspectRatio));
                target.moveCenter(QRectF(where).center());
                painter.drawImage(target, cell.picture);
            } else {
                painter.setPen(theme.muted);
                painter.drawText(where, Qt::AlignCenter | Qt::TextWordWrap, cell.text.isEmpty() ? "…" : cell.text);
            }
        }
    }
}

QImage SheetView::picture(int cell) const {
    const QSize size = sizeFor(cell);
    QImage result(size, QImage::Format_RGB32);
    result.fill(Theme::current().panel);
    QPainter painter(&result);
    painter.setFont(font());
    draw(painter, size);
    return result;
}

void SheetView::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    draw(painter, size());
}

void SheetView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto [column, row] = cellAt(event->position().toPoint()); column >= 0) {
        Q_EMIT cellChosen(column, row);
    }
}

bool SheetView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [column, row] = cellAt(help->pos());
        QToolTip::showText(help->globalPos(),
                           column < 0
                               ? QString()
                               : tr("%1 %2 · %3 %4\n%5\nDouble click makes this variation with all its steps.")
                                     .arg(m_xName, m_columns[column], m_yName, m_rows[row],
                                          m_cells[static_cast<std::size_t>(row * m_columns.size() + column)].text),
                           this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace drdm
