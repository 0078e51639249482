#include "ui/TimelineWidget.h"

#include "ui/Theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr double captionHeight = 20;

QColor withAlpha(QColor colour, int alpha) {
    colour.setAlpha(alpha);
    return colour;
}

QColor halfColour(StepKind kind) {
    return kind == StepKind::Diffusion ? Theme::current().diffusion : Theme::current().recovery;
}

/// The next number of the kind 1, 2, 5 × 10ⁿ.
double niceAbove(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-3))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (factor * power >= value) {
            return factor * power;
        }
    }
    return 10 * power;
}

}  // namespace

TimelineWidget::TimelineWidget(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setObjectName("timeline");
    setAccessibleName(tr("Timeline over all diffusion and recovery steps"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize TimelineWidget::sizeHint() const {
    return {600, 96};
}
QSize TimelineWidget::minimumSizeHint() const {
    return {200, 96};
}

void TimelineWidget::setPoints(std::vector<Point> points) {
    m_points = std::move(points);
    m_current = std::clamp(m_current, m_points.empty() ? -1 : 0, count() - 1);
    update();
}

void TimelineWidget::setExpected(int diffusion, int recovery) {
    m_expectedDiffusion = diffusion;
    m_expectedRecovery = recovery;
    update();
}

void TimelineWidget::setCurrent(int index) {
    m_current = m_points.empty() ? -1 : std::clamp(index, 0, count() - 1);
    update();
}

int TimelineWidget::diffusionSlots() const {
    const auto there = std::ranges::count(m_points, StepKind::Diffusion, &Point::kind);
    const bool recovering = there < std::ssize(m_points);
    return recovering ? static_cast<int>(there) : std::max(static_cast<int>(there), m_expectedDiffusion);
}

int TimelineWidget::slotCount() const {
    const auto recovered = static_cast<int>(std::ranges::count(m_points, StepKind::Recovery, &Point::kind));
    return std::max(1, diffusionSlots() + std::max(recovered, m_expectedRecovery));
}

QRectF TimelineWidget::area() const {
    return QRectF(rect()).adjusted(10, captionHeight, -10, -8);
}

double TimelineWidget::xOf(int index) const {
    const QRectF r = area();
    return r.left() + (index + 0.5) * r.width() / slotCount();
}

int TimelineWidget::indexAt(double x) const {
    if (m_points.empty()) {
        return -1;
    }
    const QRectF r = area();
    return std::clamp(static_cast<int>(std::floor((x - r.left()) / r.width() * slotCount())), 0, count() - 1);
}

void TimelineWidget::choose(int index) {
    if (m_points.empty()) {
        return;
    }
    setCurrent(index);
    Q_EMIT stepChosen(m_current);
}

void TimelineWidget::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::current();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const QRectF r = area();
    const int total = slotCount(), firstRecovery = diffusionSlots();
    const double border = r.left() + firstRecovery * r.width() / total;
    const bool blank = m_points.empty() && m_expectedDiffusion + m_expectedRecovery == 0;

    QPainterPath frame;
    frame.addRoundedRect(r, 6, 6);
    p.fillPath(frame, theme.ground);
    if (blank) {
        p.setPen(theme.muted);
        p.drawText(
            r.adjusted(12, 0, -12, 0), Qt::AlignCenter | Qt::TextWordWrap,
            tr("The steps appear here: first the random deformation grows, then the recovery makes it plausible."));
        return;
    }
    p.save();
    p.setClipPath(frame);
    p.fillRect(QRectF(r.left(), r.top(), border - r.left(), r.height()), withAlpha(theme.diffusion, 26));
    p.fillRect(QRectF(border, r.top(), r.right() - border, r.height()), withAlpha(theme.recovery, 26));

    double largest = 0;
    for (const Point& point : m_points) {
        largest = std::max(largest, point.mean_percent);
    }
    const double top = niceAbove(std::max(largest, 0.1) * 1.05);
    const auto y = [&](double percent) { return r.bottom() - 3 - percent / top * (r.height() - 10); };
    const auto curve = [&](StepKind kind) {
        QPainterPath line;
        int first = -1, last = -1;
        for (int i = 0; i < count(); ++i) {
            // The recovery starts where the diffusion ended: its curve begins there, too.
            const bool joint = kind == StepKind::Recovery && i + 1 < count() &&
                               m_points[static_cast<std::size_t>(i)].kind == StepKind::Diffusion &&
                               m_points[static_cast<std::size_t>(i) + 1].kind == StepKind::Recovery;
            const Point& point = m_points[static_cast<std::size_t>(i)];
            if (point.kind != kind && !joint) {
                continue;
            }
            const QPointF at(xOf(i), y(point.mean_percent));
            if (first < 0) {
                line.moveTo(at);
                first = i;
            } else {
                line.lineTo(at);
            }
            last = i;
        }
        if (first < 0) {
            return;
        }
        QPainterPath fill = line;
        fill.lineTo(xOf(last), r.bottom());
        fill.lineTo(xOf(first), r.bottom());
        fill.closeSubpath();
        QLinearGradient shade(0, r.top(), 0, r.bottom());
        shade.setColorAt(0, withAlpha(halfColour(kind), 120));
        shade.setColorAt(1, withAlpha(halfColour(kind), 22));
        p.fillPath(fill, shade);
        p.setPen(QPen(halfColour(kind), 1.8));
        p.drawPath(line);
    };
    curve(StepKind::Diffusion);
    curve(StepKind::Recovery);
    for (int i = 0; i < count(); ++i) {
        if (m_points[static_cast<std::size_t>(i)].folded) {
            p.fillRect(QRectF(xOf(i) - 1.5, r.bottom() - 5, 3, 5), theme.folded);
        }
    }
    // What is still to come.
    if (count() < total) {
        const double from = m_points.empty() ? r.left() : xOf(count() - 1) + 0.5 * r.width() / total;
        p.fillRect(QRectF(from, r.top(), r.right() - from, r.height()),
                   QBrush(withAlpha(theme.line, 150), Qt::BDiagPattern));
    }
    p.restore();
    p.setPen(QPen(theme.line, 1));
    p.drawPath(frame);
    p.setPen(QPen(withAlpha(theme.text, 120), 1));
    p.drawLine(QPointF(border, r.top()), QPointF(border, r.bottom()));

    // Captions: each over its half, as far as there is room.
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.92);
    p.setFont(small);
    const QFontMetricsF metrics(small);
    const QString scale = tr("mean displacement, top = %1 %").arg(top);
    const QString left = tr("Diffusion · random deformation grows"), right = tr("Recovery · made plausible");
    const auto caption = [&](const QString& text, double from, double to, const QColor& colour) {
        p.setPen(colour);
        p.drawText(QRectF(from, 0, to - from, captionHeight - 3), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(text, Qt::ElideRight, to - from));
    };
    const double scaleWidth = metrics.horizontalAdvance(scale) + 12;
    const bool room = r.right() - border > scaleWidth + metrics.horizontalAdvance(right) + 8;
    caption(left, r.left() + 2, border - 6, theme.diffusion);
    caption(right, border + 4, room ? r.right() - scaleWidth : r.right(), theme.recovery);
    if (room) {
        p.setPen(theme.muted);
        p.drawText(QRectF(r.right() - scaleWidth, 0, scaleWidth - 2, captionHeight - 3),
                   Qt::AlignRight | Qt::AlignVCenter, scale);
    }

    if (m_hover >= 0 && m_hover < count() && m_hover != m_current) {
        p.setPen(QPen(withAlpha(theme.text, 90), 1));
        p.drawLine(QPointF(xOf(m_hover), r.top()), QPointF(xOf(m_hover), r.bottom()));
    }
    if (m_current >= 0 && m_current < count()) {
        const Point& point = m_points[static_cast<std::size_t>(m_current)];
        const double x = xOf(m_current);
        p.setPen(QPen(theme.text, 2));
        p.drawLine(QPointF(x, r.top() - 2), QPointF(x, r.bottom() + 2));
        p.setBrush(halfColour(point.kind));
        p.setPen(QPen(theme.text, 2));
        p.drawEllipse(QPointF(x, y(point.mean_percent)), 5, 5);
    }
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(withAlpha(theme.accent, 150), 1.4));
        p.drawRoundedRect(r.adjusted(-2, -2, 2, 2), 7, 7);
    }
}

void TimelineWidget::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        choose(indexAt(event->position().x()));
    }
}

void TimelineWidget::mouseMoveEvent(QMouseEvent* event) {
    const int at = indexAt(event->position().x());
    if (event->buttons() & Qt::LeftButton) {
        if (at != m_current) {
            choose(at);
        }
        return;
    }
    if (at != m_hover) {
        m_hover = at;
        update();
    }
    if (at >= 0) {
        const Point& point = m_points[static_cast<std::size_t>(at)];
        QToolTip::showText(event->globalPosition().toPoint(),
                           tr("%1 step, t = %2\nmean displacement %3 %, largest %4 %")
                               .arg(point.kind == StepKind::Diffusion ? tr("Diffusion") : tr("Recovery"))
                               .arg(point.t)
                               .arg(point.mean_percent, 0, 'f', 2)
                               .arg(point.max_percent, 0, 'f', 1),
                           this);
    }
}

void TimelineWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_hover = -1;
    update();
}

void TimelineWidget::wheelEvent(QWheelEvent* event) {
    if (event->angleDelta().y() != 0) {
        choose(m_current + (event->angleDelta().y() > 0 ? -1 : 1));
    }
}

void TimelineWidget::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
            return choose(m_current - 1);
        case Qt::Key_Right:
            return choose(m_current + 1);
        case Qt::Key_Home:
            return choose(0);
        case Qt::Key_End:
            return choose(count() - 1);
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace drdm
