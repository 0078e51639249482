#include "ui/jobs/ProgressDelegate.h"

#include "ui/Theme.h"
#include "ui/jobs/JobQueue.h"

#include <QApplication>
#include <QPainter>

namespace drdm {

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem ground = option;
    initStyleOption(&ground, index);
    ground.text.clear();
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);

    const Theme& theme = Theme::current();
    const QRectF area = QRectF(option.rect).adjusted(6, 0, -8, 0);
    const double textWidth = option.fontMetrics.horizontalAdvance("100 %") + 10;
    const QRectF bar(area.left(), area.center().y() - 3, area.width() - textWidth, 6);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.line);
    painter->drawRoundedRect(bar, 3, 3);
    const double fraction = index.data(JobQueue::fractionRole).toDouble();
    if (fraction > 0) {
        painter->setBrush(theme.accent);
        painter->drawRoundedRect(QRectF(bar.left(), bar.top(), std::max(6.0, bar.width() * fraction), bar.height()), 3,
                                 3);
    }
    painter->setPen(theme.muted);
    painter->drawText(QRectF(bar.right() + 8, area.top(), textWidth, area.height()), Qt::AlignVCenter | Qt::AlignLeft,
                      index.data(Qt::DisplayRole).toString());
    painter->restore();
}

}  // namespace drdm
