#include "ui/TimelineWidget.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr int bandHeight = 74;
constexpr int filmGap = 4;
constexpr int filmPictureHeight = 38;
constexpr int wheelNotch = 120;

}  // namespace

TimelineWidget::TimelineWidget(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setObjectName("timeline");
    setAccessibleName(tr("Timeline over all diffusion and recovery steps"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

int TimelineWidget::filmHeight() {
    return filmPictureHeight;
}

QSize TimelineWidget::sizeHint() const {
    return {600, minimumSizeHint().height()};
}

QSize TimelineWidget::minimumSizeHint() const {
    return {200, bandHeight + 4 + (m_filmVisible ? filmGap + filmPictureHeight : 0)};
}

void TimelineWidget::setPoints(std::vector<Point> points) {
    m_points = std::move(points);
    m_current = std::clamp(m_current, m_points.empty() ? -1 : 0, count() - 1);
    noteFilm();
    update();
}

void TimelineWidget::setExpected(int diffusion, int recovery) {
    m_expectedDiffusion = diffusion;
    m_expectedRecovery = recovery;
    noteFilm();
    update();
}

void TimelineWidget::setCurrent(int index) {
    m_current = m_points.empty() ? -1 : std::clamp(index, 0, count() - 1);
    update();
}

void TimelineWidget::setShownCurves(std::set<TimelineCurve> shown) {
    m_shown = std::move(shown);
    update();
}

void TimelineWidget::setFilmVisible(bool visible) {
    m_filmVisible = visible;
    updateGeometry();
    noteFilm();
    update();
}

void TimelineWidget::setFilmAspect(double widthOverHeight) {
    m_filmAspect = std::clamp(widthOverHeight, 0.5, 2.5);
    noteFilm();
    update();
}

void TimelineWidget::setThumbnails(std::map<int, QImage> pictures) {
    m_thumbnails = std::move(pictures);
    update();
}

std::vector<int> TimelineWidget::filmSteps() const {
    const double room = film().width();
    if (!m_filmVisible || room <= 0 || blank()) {
        return {};
    }
    const int total = slotCount();
    const int cells = std::clamp(static_cast<int>(room / (filmPictureHeight * m_filmAspect + 2)), 1, total);
    std::vector<int> steps(static_cast<std::size_t>(cells));
    for (int cell = 0; cell < cells; ++cell) {
        steps[static_cast<std::size_t>(cell)] = static_cast<int>((cell + 0.5) * total / cells);
    }
    return steps;
}

void TimelineWidget::noteFilm() {
    if (auto steps = filmSteps(); steps != m_filmSteps) {
        m_filmSteps = std::move(steps);
        Q_EMIT filmStepsChanged();
    }
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

double TimelineWidget::xOf(int index) const {
    const QRectF r = band();
    return r.left() + (index + 0.5) * r.width() / slotCount();
}

int TimelineWidget::indexAt(double x) const {
    if (m_points.empty()) {
        return -1;
    }
    const QRectF r = band();
    return std::clamp(static_cast<int>(std::floor((x - r.left()) / r.width() * slotCount())), 0, count() - 1);
}

int TimelineWidget::indexAt(QPointF place) const {
    if (m_points.empty() || m_filmSteps.empty() || place.y() < film().top()) {
        return indexAt(place.x());
    }
    const int cells = static_cast<int>(m_filmSteps.size());
    const double at = (place.x() - film().left()) / film().width() * cells;
    const auto cell = static_cast<std::size_t>(std::clamp(static_cast<int>(std::floor(at)), 0, cells - 1));
    return std::min(m_filmSteps[cell], count() - 1);
}

void TimelineWidget::choose(int index) {
    if (m_points.empty()) {
        return;
    }
    setCurrent(index);
    Q_EMIT stepChosen(m_current);
}

bool TimelineWidget::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        if (const int at = indexAt(QPointF(static_cast<QHelpEvent*>(event)->pos())); at >= 0) {
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(),
                               stepReadout(m_points[static_cast<std::size_t>(at)], at, count()), this);
            return true;
        }
    }
    return QWidget::event(event);
}

void TimelineWidget::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    noteFilm();
}

void TimelineWidget::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        choose(indexAt(event->position()));
    }
}

void TimelineWidget::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) {
        if (const int at = indexAt(event->position().x()); at != m_current) {
            choose(at);
        }
        return;
    }
    const int at = indexAt(event->position());
    if (at != m_hover) {
        m_hover = at;
        update();
    }
    if (at >= 0) {
        QToolTip::showText(event->globalPosition().toPoint(),
                           stepReadout(m_points[static_cast<std::size_t>(at)], at, count()), this);
    }
}

void TimelineWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_hover = -1;
    update();
}

void TimelineWidget::wheelEvent(QWheelEvent* event) {
    m_wheel += event->angleDelta().y();
    if (const int notches = m_wheel / wheelNotch; notches != 0) {
        m_wheel -= notches * wheelNotch;
        choose(m_current - notches);
    }
}

void TimelineWidget::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
            return choose(m_current - 1);
        case Qt::Key_Right:
            return choose(m_current + 1);
        case Qt::Key_PageUp:
            return choose(m_current - 10);
        case Qt::Key_PageDown:
            return choose(m_current + 10);
        case Qt::Key_Home:
            return choose(0);
        case Qt::Key_End:
            return choose(count() - 1);
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace drdm
