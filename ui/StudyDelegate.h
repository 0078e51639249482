#pragma once

#include <QStyledItemDelegate>

namespace drdm {

/// Draws the rows of a StudyModel: patients and studies as headings, series with picture, size and warning badge.
class StudyDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// The series that is open carries a bar; −1 = none.
    void setOpenSeries(int number) { m_open = number; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintGroup(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintSeries(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;

    int m_open = -1;
};

}  // namespace drdm
