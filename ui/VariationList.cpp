#include "ui/VariationList.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPainterPath>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr int previewSize = 44;
constexpr int numberRole = Qt::UserRole;

QIcon rounded(const QImage& image) {
    QPixmap pixmap(previewSize, previewSize);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath shape;
    shape.addRoundedRect(0, 0, previewSize, previewSize, 6, 6);
    if (image.isNull()) {
        painter.fillPath(shape, Theme::current().imageGrey);
    } else {
        painter.setClipPath(shape);
        const QImage scaled =
            image.scaled(previewSize, previewSize, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation);
        painter.drawImage((previewSize - scaled.width()) / 2, (previewSize - scaled.height()) / 2, scaled);
    }
    painter.end();
    QIcon result;
    for (const QIcon::Mode mode : {QIcon::Normal, QIcon::Selected}) {
        result.addPixmap(pixmap, mode);
    }
    return result;
}

}  // namespace

VariationList::VariationList(QWidget* parent) : QFrame(parent), m_list(new QListWidget), m_remove(new QToolButton) {
    setProperty("role", "card");
    m_list->setObjectName("variations");
    m_list->setAccessibleName(tr("Variations"));
    m_list->setIconSize({previewSize, previewSize});
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_remove->setIcon(icon("trash"));
    m_remove->setIconSize({16, 16});
    m_remove->setObjectName("removeVariation");
    m_remove->setToolTip(tr("Remove the chosen variation"));
    m_remove->setEnabled(false);
    auto* heading = new QLabel(tr("VARIATIONS"));
    heading->setProperty("role", "heading");
    auto* top = new QHBoxLayout;
    top->addWidget(heading, 1);
    top->addWidget(m_remove);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 12, 10);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        m_remove->setEnabled(item != nullptr);
        if (item) {
            Q_EMIT chosen(item->data(numberRole).toInt());
        }
    });
    connect(m_remove, &QToolButton::clicked, this, [this] {
        if (current() != 0) {
            Q_EMIT removeWanted(current());
        }
    });
}

int VariationList::rowOf(int number) const {
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(numberRole).toInt() == number) {
            return row;
        }
    }
    return -1;
}

void VariationList::put(const VariationEntry& entry) {
    const QSignalBlocker quiet(m_list);
    const int row = rowOf(entry.number);
    QListWidgetItem* item = row < 0 ? new QListWidgetItem(rounded(entry.preview), {}, m_list) : m_list->item(row);
    item->setData(numberRole, entry.number);
    item->setText(entry.title + '\n' + entry.details);
    item->setToolTip(entry.title + '\n' + entry.details);
    if (!entry.preview.isNull()) {
        item->setIcon(rounded(entry.preview));
    }
}

void VariationList::setPreview(int number, const QImage& preview) {
    const QSignalBlocker quiet(m_list);
    if (const int row = rowOf(number); row >= 0) {
        m_list->item(row)->setIcon(rounded(preview));
    }
}

void VariationList::remove(int number) {
    const QSignalBlocker quiet(m_list);
    if (const int row = rowOf(number); row >= 0) {
        delete m_list->takeItem(row);
    }
    m_remove->setEnabled(m_list->currentItem() != nullptr);
}

void VariationList::clear() {
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    m_remove->setEnabled(false);
}

void VariationList::mark(int number) {
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentRow(rowOf(number));
    m_remove->setEnabled(m_list->currentItem() != nullptr);
}

int VariationList::current() const {
    return m_list->currentItem() ? m_list->currentItem()->data(numberRole).toInt() : 0;
}

int VariationList::count() const {
    return m_list->count();
}

}  // namespace drdm
