#include "ui/variations/VariationDelegate.h"

#include "ui/Icons.h"
#include "ui/Theme.h"
#include "ui/variations/VariationStore.h"

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

namespace drdm {

namespace {

constexpr int rowPicture = 44;
constexpr int starSize = 18;

void drawPicture(QPainter* painter, const QRect& where, const QImage& image) {
    QPainterPath shape;
    shape.addRoundedRect(where, 6, 6);
    painter->fillPath(shape, Theme::current().imageGrey);
    if (image.isNull()) {
        return;
    }
    painter->save();
    painter->setClipPath(shape);
    const QSizeF size = QSizeF(image.size()).scaled(where.size(), Qt::KeepAspectRatioByExpanding);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    QRectF target(QPointF(), size);
    target.moveCenter(QRectF(where).center());
    painter->drawImage(target, image);
    painter->restore();
}

/// Drawing an icon from its SVG for every item would be slow.
const QIcon& starIcon(bool full) {
    static QHash<QRgb, QIcon> made;
    const Theme& theme = Theme::current();
    const QColor colour = full ? theme.diffusion : theme.muted;
    const QRgb key = colour.rgb() ^ (full ? 1 : 0);
    if (!made.contains(key)) {
        made.insert(key, icon(full ? "star-full" : "star", colour));
    }
    return made[key];
}

}  // namespace

VariationDelegate::VariationDelegate(Shape shape, QObject* parent)
    : QStyledItemDelegate(parent), m_shape(shape), m_picture(shape == Shape::Row ? rowPicture : 190) {}

void VariationDelegate::setTileSize(int picture) {
    m_picture = picture;
}

QSize VariationDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const int lines = 2 * option.fontMetrics.height();
    return m_shape == Shape::Row ? QSize(120, std::max(rowPicture, lines) + 14)
                                 : QSize(m_picture + 16, m_picture + lines + 28);
}

QRect VariationDelegate::starRect(const QRect& item) const {
    return m_shape == Shape::Row
               ? QRect(item.right() - starSize - 8, item.center().y() - starSize / 2, starSize, starSize)
               : QRect(item.left() + 8 + m_picture - starSize - 8, item.top() + 16, starSize, starSize);
}

void VariationDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& theme = Theme::current();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect item = option.rect.adjusted(1, 1, -1, -1);
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const bool hovered = (option.state & QStyle::State_MouseOver) != 0;
    if (selected || hovered) {
        QColor ground = selected ? theme.accent : theme.raised;
        ground.setAlphaF(selected ? 0.22F : 1.0F);
        painter->setPen(selected ? QPen(theme.accent, 1) : Qt::NoPen);
        painter->setBrush(ground);
        painter->drawRoundedRect(QRectF(item).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
    }
    const bool row = m_shape == Shape::Row;
    const QRect picture = row ? QRect(item.left() + 6, item.center().y() - rowPicture / 2, rowPicture, rowPicture)
                              : QRect(item.left() + 7, item.top() + 7, m_picture, m_picture);
    drawPicture(painter, picture, index.data(VariationStore::PreviewRole).value<QImage>());

    const int line = option.fontMetrics.height();
    const bool starred = index.data(VariationStore::StarredRole).toBool();
    const bool showStar = starred || hovered || selected;
    const int right = showStar ? starRect(option.rect).left() - 4 : item.right() - 4;
    const QRect text = row ? QRect(picture.right() + 9, item.center().y() - line, right - picture.right() - 9, 2 * line)
                           : QRect(item.left() + 8, picture.bottom() + 6, item.width() - 16, 2 * line);
    painter->setPen(theme.text);
    painter->drawText(
        text.adjusted(0, 0, 0, -line), Qt::AlignLeft | Qt::AlignVCenter,
        option.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, text.width()));
    painter->setPen(theme.muted);
    painter->drawText(text.adjusted(0, line, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(index.data(VariationStore::DetailsRole).toString(), Qt::ElideRight,
                                                    text.width()));
    if (showStar) {
        const QRect star = starRect(option.rect);
        if (!row) {
            painter->setPen(Qt::NoPen);
            QColor veil = theme.ground;
            veil.setAlphaF(0.6F);
            painter->setBrush(veil);
            painter->drawRoundedRect(star.adjusted(-4, -4, 4, 4), 6, 6);
        }
        starIcon(starred).paint(painter, star);
    }
    painter->restore();
}

bool VariationDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                                    const QModelIndex& index) {
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonRelease ||
        event->type() == QEvent::MouseButtonDblClick) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton &&
            starRect(option.rect).adjusted(-5, -5, 5, 5).contains(mouse->position().toPoint())) {
            if (event->type() == QEvent::MouseButtonPress) {
                Q_EMIT starClicked(index.data(VariationStore::NumberRole).toInt(),
                                   !index.data(VariationStore::StarredRole).toBool());
            }
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

}  // namespace drdm
