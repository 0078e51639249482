#include "ui/StudyDelegate.h"

#include "ui/Icons.h"
#include "ui/StudyModel.h"
#include "ui/Theme.h"

#include <QPainter>
#include <QPainterPath>

namespace drdm {

namespace {

constexpr int picture = 46;
constexpr double indent = 12;

QColor withAlpha(QColor colour, int alpha) {
    colour.setAlpha(alpha);
    return colour;
}

void paintIcon(QPainter* p, const QString& name, const QColor& colour, const QRectF& place) {
    icon(name, colour).paint(p, place.toAlignedRect());
}

}  // namespace

QSize StudyDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& index) const {
    switch (static_cast<StudyModel::Kind>(index.data(StudyModel::KindRole).toInt())) {
        case StudyModel::Kind::Patient:
            return {100, 24};
        case StudyModel::Kind::Study:
            return {100, 22};
        case StudyModel::Kind::Series:
            break;
    }
    return {100, picture + 12};
}

void StudyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& theme = Theme::current();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF box = QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(selected ? withAlpha(theme.accent, 46) : theme.raised);
        painter->drawRoundedRect(box, 7, 7);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(withAlpha(theme.accent, 140), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(box, 7, 7);
    }
    if (index.data(StudyModel::SeriesRole).toInt() < 0) {
        paintGroup(painter, option, index);
    } else {
        paintSeries(painter, option, index);
    }
    painter->restore();
}

void StudyDelegate::paintGroup(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& theme = Theme::current();
    const bool patient = index.data(StudyModel::KindRole).toInt() == static_cast<int>(StudyModel::Kind::Patient);
    const QRectF row(option.rect);
    const double left = row.left() + (patient ? 2 : 2 + indent);
    // The arrow says whether it is open.
    const bool open = option.state.testFlag(QStyle::State_Open);
    p->setPen(QPen(theme.muted, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    p->setBrush(Qt::NoBrush);
    const QPointF middle(left + 5, row.center().y() + 0.5);
    QPainterPath arrow;
    if (open) {
        arrow.moveTo(middle + QPointF(-3.5, -1.5));
        arrow.lineTo(middle + QPointF(0, 2));
        arrow.lineTo(middle + QPointF(3.5, -1.5));
    } else {
        arrow.moveTo(middle + QPointF(-1.5, -3.5));
        arrow.lineTo(middle + QPointF(2, 0));
        arrow.lineTo(middle + QPointF(-1.5, 3.5));
    }
    p->drawPath(arrow);

    QFont face = option.font;
    face.setWeight(patient ? QFont::DemiBold : QFont::Normal);
    QFont small = option.font;
    small.setPointSizeF(option.font.pointSizeF() * 0.92);
    const QString text = index.data(Qt::DisplayRole).toString();
    const QString details = index.data(StudyModel::DetailsRole).toString();
    const double from = left + 15;
    // The name has the right of way; what stands beside it gives way first.
    const double right = row.right() - 4;
    const double textWidth = std::min(QFontMetricsF(face).horizontalAdvance(text) + 2, right - from);
    const double rest = right - from - textWidth - 8;
    p->setFont(face);
    p->setPen(patient ? theme.text : theme.muted);
    p->drawText(QRectF(from, row.top(), textWidth, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                QFontMetricsF(face).elidedText(text, Qt::ElideRight, textWidth));
    if (!details.isEmpty() && rest > QFontMetricsF(small).horizontalAdvance(details)) {
        p->setFont(small);
        p->setPen(theme.muted);
        p->drawText(QRectF(right - rest, row.top(), rest, row.height()), Qt::AlignRight | Qt::AlignVCenter,
                    QFontMetricsF(small).elidedText(details, Qt::ElideMiddle, rest));
    }
}

void StudyDelegate::paintSeries(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Theme& theme = Theme::current();
    const QRectF row = QRectF(option.rect).adjusted(6, 0, -4, 0);
    if (index.data(StudyModel::SeriesRole).toInt() == m_open) {
        p->setPen(Qt::NoPen);
        p->setBrush(theme.accent);
        p->drawRoundedRect(QRectF(option.rect.left() + 0.5, row.center().y() - 12, 3, 24), 1.5, 1.5);
    }
    const bool trouble = !index.data(StudyModel::TroubleRole).toString().isEmpty();
    const QRectF place(row.left() + 4, row.center().y() - picture / 2.0, picture, picture);
    QPainterPath shape;
    shape.addRoundedRect(place, 5, 5);
    p->fillPath(shape, theme.ground);
    const auto image = index.data(StudyModel::PictureRole).value<QImage>();
    if (image.isNull()) {
        paintIcon(p, "seriesmr", theme.muted, place.adjusted(10, 10, -10, -10));
    } else {
        p->save();
        p->setClipPath(shape);
        p->setOpacity(trouble ? 0.35 : 1);
        const QSizeF fitted = QSizeF(image.size()).scaled(place.size(), Qt::KeepAspectRatio);
        p->drawImage(QRectF(place.center() - QPointF(fitted.width() / 2, fitted.height() / 2), fitted), image);
        p->restore();
    }

    const int warnings = index.data(StudyModel::WarningsRole).toInt();
    double right = row.right();
    if (trouble || warnings > 0) {
        const QColor colour = trouble ? theme.danger : theme.diffusion;
        const QString count = !trouble && warnings > 1 ? QString::number(warnings) : QString();
        const double width = 18 + (count.isEmpty() ? 0 : QFontMetricsF(option.font).horizontalAdvance(count) + 3);
        right -= width + 4;
        paintIcon(p, "warning", colour, QRectF(right + 4, row.center().y() - 8, 16, 16));
        if (!count.isEmpty()) {
            p->setPen(colour);
            p->drawText(QRectF(right + 22, row.top(), width, row.height()), Qt::AlignLeft | Qt::AlignVCenter, count);
        }
    }
    const double left = place.right() + 9;
    const double width = right - left - 2, top = row.center().y() - 25;
    const auto line = [&](int number, const QFont& face, const QColor& colour, const QString& text) {
        p->setFont(face);
        p->setPen(colour);
        p->drawText(QRectF(left, top + 17 * number, width, 17), Qt::AlignLeft | Qt::AlignVCenter,
                    QFontMetricsF(face).elidedText(text, Qt::ElideRight, width));
    };
    QFont small = option.font;
    small.setPointSizeF(option.font.pointSizeF() * 0.9);
    const QString details = index.data(StudyModel::DetailsRole).toString();
    line(0, option.font, trouble ? theme.muted : theme.text, index.data(Qt::DisplayRole).toString());
    line(1, small, theme.muted, details.section('\n', 0, 0));
    line(2, small, theme.muted, details.section('\n', 1));
}

}  // namespace drdm
