#include "ui/LabelLegend.h"

#include "render/LabelOverlay.h"
#include "ui/Theme.h"

#include <QPainter>

namespace drdm {

namespace {

constexpr int indent = 24, square = 12, gap = 5, between = 14;
constexpr int mostLines = 4;  ///< beyond them the tool tip tells the rest

}  // namespace

LabelLegend::LabelLegend(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void LabelLegend::show(std::map<std::uint16_t, QString> labels) {
    m_labels = std::move(labels);
    QStringList lines;
    for (const auto& [label, name] : m_labels) {
        lines << (name.isEmpty() ? QString::number(label) : tr("%1: %2").arg(label).arg(name));
    }
    setToolTip(lines.join('\n'));
    updateGeometry();
    update();
}

std::vector<LabelLegend::Entry> LabelLegend::arranged(int width) const {
    std::vector<Entry> entries;
    const int room = std::max(width - indent, 60);
    int x = indent;
    int line = 0;
    for (const auto& [label, name] : m_labels) {
        const QString text = fontMetrics().elidedText(name.isEmpty() ? QString::number(label) : name, Qt::ElideRight,
                                                      room - square - gap);
        const int wide = square + gap + fontMetrics().horizontalAdvance(text);
        if (x > indent && x + wide > width) {
            x = indent;
            ++line;
        }
        if (line == mostLines) {
            entries.back().text = QStringLiteral("…");
            break;
        }
        entries.push_back({label, QRect(x, line * lineHeight, wide, lineHeight), text});
        x += wide + between;
    }
    return entries;
}

int LabelLegend::heightForWidth(int width) const {
    const std::vector<Entry> entries = arranged(width);
    return entries.empty() ? lineHeight : entries.back().place.bottom() + 1;
}

void LabelLegend::paintEvent(QPaintEvent* /*event*/) {
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    for (const Entry& entry : arranged(width())) {
        const Rgba c = labelColour(entry.label);
        p.setPen(Qt::NoPen);
        p.setBrush(QColor(c[0], c[1], c[2]));
        p.drawRoundedRect(QRectF(entry.place.left(), entry.place.top() + (lineHeight - square) / 2.0, square, square),
                          3, 3);
        p.setPen(Theme::current().muted);
        p.drawText(entry.place.adjusted(square + gap, 0, 2, 0), Qt::AlignVCenter, entry.text);
    }
}

}  // namespace drdm
