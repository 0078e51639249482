#pragma once

#include <QStyledItemDelegate>

namespace drdm {

/// Draws JobQueue::fractionRole as a bar with the text beside it.
class ProgressDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace drdm
