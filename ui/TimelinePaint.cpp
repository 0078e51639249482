#include "ui/Theme.h"
#include "ui/TimelineWidget.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace drdm {

namespace {

constexpr double sideMargin = 10;
constexpr double captionHeight = 17;

QColor withAlpha(QColor colour, int alpha) {
    colour.setAlpha(alpha);
    return colour;
}

}  // namespace

bool TimelineWidget::blank() const {
    return m_points.empty() && m_expectedDiffusion + m_expectedRecovery == 0;
}

QRectF TimelineWidget::band() const {
    const double below = m_filmVisible ? filmHeight() + 4 : 0;
    return QRectF(rect()).adjusted(sideMargin, 2, -sideMargin, -2 - below);
}

QRectF TimelineWidget::curveArea() const {
    return band().adjusted(0, captionHeight, 0, -3);
}

QRectF TimelineWidget::film() const {
    const QRectF above = band();
    return {above.left(), above.bottom() + 4, above.width(), static_cast<double>(m_filmVisible ? filmHeight() : 0)};
}

QRectF TimelineWidget::filmCell(int cell, int cells) const {
    const QRectF strip = film();
    const double width = std::min(filmHeight() * m_filmAspect, strip.width() / cells);
    const double middle = strip.left() + (cell + 0.5) * strip.width() / cells;
    return {middle - width / 2, strip.top(), width, strip.height()};
}

void TimelineWidget::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::current();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF r = band();
    if (blank()) {
        QPainterPath frame;
        frame.addRoundedRect(r, 6, 6);
        p.fillPath(frame, theme.ground);
        p.setPen(theme.muted);
        p.drawText(
            r.adjusted(12, 0, -12, 0), Qt::AlignCenter | Qt::TextWordWrap,
            tr("The steps appear here: first the random deformation grows, then the recovery makes it plausible."));
        return;
    }
    paintBand(p, r);
    paintFilm(p);
    paintCursor(p, r);
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(withAlpha(theme.accent, 150), 1.4));
        p.drawRoundedRect(r.adjusted(-2, -1.5, 2, 1.5), 7, 7);
    }
}

void TimelineWidget::paintBand(QPainter& p, const QRectF& r) const {
    const Theme& theme = Theme::current();
    const int total = slotCount(), firstRecovery = diffusionSlots();
    const double border = r.left() + firstRecovery * r.width() / total;
    QPainterPath frame;
    frame.addRoundedRect(r, 6, 6);
    p.fillPath(frame, theme.ground);
    p.save();
    p.setClipPath(frame);
    p.fillRect(QRectF(r.left(), r.top(), border - r.left(), r.height()), withAlpha(theme.diffusion, 26));
    p.fillRect(QRectF(border, r.top(), r.right() - border, r.height()), withAlpha(theme.recovery, 26));
    paintCurves(p, curveArea(), m_points, m_shown, scale(), [this](int index) { return xOf(index); });
    if (count() < total) {  // what is still to come
        const double from = m_points.empty() ? r.left() : xOf(count() - 1) + 0.5 * r.width() / total;
        p.fillRect(QRectF(from, r.top(), r.right() - from, r.height()),
                   QBrush(withAlpha(theme.line, 150), Qt::BDiagPattern));
    }
    p.restore();
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(theme.line, 1));
    p.drawPath(frame);
    p.setPen(QPen(withAlpha(theme.text, 120), 1));
    p.drawLine(QPointF(border, r.top()), QPointF(border, r.bottom()));

    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.9);
    p.setFont(small);
    const QFontMetricsF metrics(small);
    const auto caption = [&](const QString& text, double from, double to, const QColor& colour) {
        p.setPen(colour);
        p.drawText(QRectF(from, r.top() + 1, to - from, captionHeight - 2), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(text, Qt::ElideRight, to - from));
    };
    caption(tr("Diffusion · random deformation grows"), r.left() + 8, border - 6, theme.diffusion);
    caption(tr("Recovery · made plausible"), border + 8, r.right() - 6, theme.recovery);
}

void TimelineWidget::paintFilm(QPainter& p) const {
    const Theme& theme = Theme::current();
    const int cells = static_cast<int>(m_filmSteps.size());
    // The picture nearest to the step shown carries a frame.
    const auto distance = [this](int step) { return std::abs(step - m_current); };
    const auto nearest = m_current < 0 ? m_filmSteps.end() : std::ranges::min_element(m_filmSteps, {}, distance);
    for (int cell = 0; cell < cells; ++cell) {
        const int step = m_filmSteps[static_cast<std::size_t>(cell)];
        const QRectF place = filmCell(cell, cells);
        QPainterPath shape;
        shape.addRoundedRect(place, 4, 4);
        p.fillPath(shape, theme.ground);
        const auto picture = m_thumbnails.find(step);
        p.save();
        p.setClipPath(shape);
        if (picture != m_thumbnails.end() && step < count()) {
            p.drawImage(place, picture->second);
        } else if (step >= count()) {
            p.fillRect(place, QBrush(withAlpha(theme.line, 110), Qt::BDiagPattern));
        }
        p.restore();
        const bool chosen = nearest != m_filmSteps.end() && cell == nearest - m_filmSteps.begin();
        const StepKind kind = step < count()            ? m_points[static_cast<std::size_t>(step)].kind
                              : step < diffusionSlots() ? StepKind::Diffusion
                                                        : StepKind::Recovery;
        p.setBrush(Qt::NoBrush);
        p.setPen(chosen ? QPen(theme.text, 2) : QPen(withAlpha(halfColour(kind), step < count() ? 110 : 50), 1));
        p.drawPath(shape);
    }
}

void TimelineWidget::paintCursor(QPainter& p, const QRectF& r) const {
    const Theme& theme = Theme::current();
    if (m_hover >= 0 && m_hover < count() && m_hover != m_current) {
        p.setPen(QPen(withAlpha(theme.text, 90), 1));
        p.drawLine(QPointF(xOf(m_hover), r.top()), QPointF(xOf(m_hover), r.bottom()));
    }
    if (m_current < 0 || m_current >= count()) {
        return;
    }
    const Point& point = m_points[static_cast<std::size_t>(m_current)];
    const double x = xOf(m_current);
    p.setPen(QPen(theme.text, 2));
    p.drawLine(QPointF(x, r.top() - 2), QPointF(x, r.bottom() + 2));
    const QRectF area = curveArea();
    const TimelineScale axes = scale();
    p.setBrush(halfColour(point.kind));
    for (const TimelineCurve curve : {TimelineCurve::LeastJacobian, TimelineCurve::Largest, TimelineCurve::Mean}) {
        if (m_shown.contains(curve)) {
            const double radius = curve == TimelineCurve::Mean ? 4.5 : 2.5;
            p.setPen(QPen(theme.text, curve == TimelineCurve::Mean ? 2 : 1.2));
            p.drawEllipse(QPointF(x, area.bottom() - axes.height(curve, point.statistics) * area.height()), radius,
                          radius);
        }
    }
}

}  // namespace drdm
