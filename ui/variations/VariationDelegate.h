#pragma once

#include <QStyledItemDelegate>

namespace drdm {

/// Draws a variation as a row of the list or as a tile of the gallery: picture, title, details, star. A click on the
/// star does not choose the variation.
class VariationDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    enum class Shape { Row, Tile };

    explicit VariationDelegate(Shape shape, QObject* parent = nullptr);

    void setTileSize(int picture);  ///< side of a tile's picture in pixels

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// Where the star of an item is that is drawn in `item`.
    [[nodiscard]] QRect starRect(const QRect& item) const;

Q_SIGNALS:
    void starClicked(int number, bool starred);  ///< what it is to become

protected:
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

private:
    Shape m_shape;
    int m_picture;
};

}  // namespace drdm
