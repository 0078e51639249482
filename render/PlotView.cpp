#include "render/PlotView.h"

#include "render/PlotScene.h"

#include <QKeyEvent>
#include <QMouseEvent>

#include <limits>

namespace drdm {

namespace {

constexpr double grabDistance = 10, hoverDistance = 36;  // widget pixels

PlotRange extent(const std::vector<PlotCurve>& curves, bool ofY, bool log) {
    PlotRange range{std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()};
    for (const PlotCurve& curve : curves) {
        for (const double value : ofY ? curve.y : curve.x) {
            if (std::isfinite(value) && (!log || value > 0)) {
                range.from = std::min(range.from, value);
                range.to = std::max(range.to, value);
            }
        }
    }
    if (range.from > range.to) {
        return log ? PlotRange{0.1, 10} : PlotRange{0, 1};
    }
    if (!ofY) {
        return range.to > range.from ? range : PlotRange{range.from - 0.5, range.from + 0.5};
    }
    if (log) {
        const double air = std::max(std::pow(range.to / range.from, 0.05), 1.05);
        return {range.from / air, range.to * air};
    }
    const double air = range.to > range.from ? 0.05 * (range.to - range.from) : std::max(std::abs(range.to) * 0.1, 0.5);
    // A quantity that is never negative keeps its axis at zero.
    return {range.from >= 0 && range.from < 0.3 * range.to ? 0 : range.from - air, range.to + air};
}

}  // namespace

PlotView::PlotView(QWidget* parent) : VtkWidget(parent), m_scene(std::make_unique<PlotScene>(renderer())) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(120, 60);
    setSamples(4);
}

PlotView::~PlotView() = default;

void PlotView::setCurves(std::vector<PlotCurve> curves) {
    m_curves = std::move(curves);
    m_scene->setCurves(m_curves, m_log);
    updateFrame();
}

void PlotView::setPlotColours(const PlotColours& colours) {
    m_scene->setColours(colours);
    requestRender();
}

void PlotView::setAxisTitles(const QString& x, const QString& y) {
    m_titleX = x;
    m_titleY = y;
    m_scene->setTitles(x, y);
    updateFrame();
}

void PlotView::setLogY(bool log) {
    m_log = log;
    m_scene->setCurves(m_curves, log);
    updateFrame();
}

void PlotView::setRange(std::optional<PlotRange> x, std::optional<PlotRange> y) {
    m_x = x;
    m_y = y;
    updateFrame();
}

void PlotView::setCursor(std::optional<double> x, const QColor& colour) {
    m_scene->setCursor(x, colour);
    requestRender();
}

void PlotView::setBand(double from, double to, const QColor& colour) {
    m_scene->setBand(from, to, colour);
    requestRender();
}

void PlotView::setLegend(bool shown) {
    m_scene->setLegend(shown);
    requestRender();
}

void PlotView::setMargins(std::optional<QMargins> margins) {
    m_margins = margins;
    updateFrame();
}

void PlotView::setHoverText(std::function<QString(const PlotCurve&, double, double)> text) {
    m_hoverText = std::move(text);
}

void PlotView::setAxisLabels(bool x, bool y) {
    m_labelsX = x;
    m_labelsY = y;
    m_scene->setAxisLabels(x, y);
    updateFrame();
}

QMargins PlotView::margins() const {
    if (m_margins) {
        return *m_margins;
    }
    return {(m_labelsY ? 46 : 8) + (m_titleY.isEmpty() ? 0 : 18), 10, 16,
            (m_labelsX ? 24 : 8) + (m_titleX.isEmpty() ? 0 : 18)};
}

PlotFrame PlotView::frame() const {
    PlotFrame frame;
    frame.logY = m_log;
    frame.x = m_x.value_or(extent(m_curves, false, false));
    frame.y = m_y.value_or(extent(m_curves, true, m_log));
    frame.area = QRectF(rect()).marginsRemoved(margins());
    frame.area.setSize(frame.area.size().expandedTo({1, 1}));
    return frame;
}

void PlotView::updateFrame() {
    m_scene->setFrame(frame(), height(), pixelRatio());
    if (m_chosen.valid() &&
        (m_chosen.curve >= static_cast<int>(m_curves.size()) ||
         m_chosen.index >= static_cast<int>(m_curves[static_cast<std::size_t>(m_chosen.curve)].x.size()))) {
        m_chosen = {};
    }
    stepPoint(0);
    if (m_dragged.valid()) {
        updateHover({});
    }
    requestRender();
}

PlotView::Place PlotView::nearest(QPointF widget, double within, bool draggableOnly) const {
    const PlotFrame at = frame();
    Place best;
    double least = within;
    for (std::size_t c = 0; c < m_curves.size(); ++c) {
        const PlotCurve& curve = m_curves[c];
        for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
            if ((draggableOnly && !curve.draggable) || !std::isfinite(curve.y[i]) || (m_log && curve.y[i] <= 0)) {
                continue;
            }
            const QPointF way = at.toWidget(curve.x[i], curve.y[i]) - widget;
            const double distance = std::hypot(way.x(), way.y());
            if (distance < least) {
                least = distance;
                best = {static_cast<int>(c), static_cast<int>(i)};
            }
        }
    }
    return best;
}

QPointF PlotView::clamped(QPointF value) const {
    const PlotFrame at = frame();
    return {std::clamp(value.x(), at.x.from, at.x.to), std::clamp(value.y(), at.y.from, at.y.to)};
}

void PlotView::updateHover(std::optional<QPointF> widget) {
    Place place = m_dragged;
    if (!place.valid() && widget && frame().area.adjusted(-6, -6, 6, 6).contains(*widget)) {
        place = nearest(*widget, grabDistance, true);
        if (!place.valid()) {
            place = nearest(*widget, hoverDistance, false);
        }
    }
    m_hoverLabel.clear();
    if (place.valid()) {
        const PlotCurve& curve = m_curves[static_cast<std::size_t>(place.curve)];
        const auto index = static_cast<std::size_t>(place.index);
        if (index < curve.x.size() && index < curve.y.size()) {
            const double x = curve.x[index], y = curve.y[index];
            m_hoverLabel = m_hoverText ? m_hoverText(curve, x, y)
                                       : QStringLiteral("%1  %2: %3")
                                             .arg(curve.name, QString::number(x, 'g', 5), QString::number(y, 'g', 4))
                                             .trimmed();
            m_scene->setMark(QPointF(x, y), curve.colour, m_hoverLabel);
            QWidget::setCursor(curve.draggable ? Qt::PointingHandCursor : Qt::ArrowCursor);
            requestRender();
            return;
        }
    }
    m_scene->setMark({}, {}, {});
    QWidget::setCursor(Qt::ArrowCursor);
    requestRender();
}

void PlotView::mousePressEvent(QMouseEvent* event) {
    const Place place = nearest(event->position(), grabDistance, true);
    if (event->button() == Qt::RightButton && place.valid()) {
        Q_EMIT pointMenuWanted(place.curve, place.index, event->globalPosition().toPoint());
        return;
    }
    if (event->button() != Qt::LeftButton) {
        return;
    }
    if (place.valid()) {
        const PlotCurve& curve = m_curves[static_cast<std::size_t>(place.curve)];
        const auto index = static_cast<std::size_t>(place.index);
        m_dragged = m_chosen = place;
        m_lastDragged = {curve.x[index], curve.y[index]};
        m_grip = frame().toWidget(curve.x[index], curve.y[index]) - event->position();
        stepPoint(0);
        updateHover(event->position());
    } else {
        m_scrubbing = true;
        Q_EMIT clickedAt(clamped(frame().toData(event->position())).x());
    }
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragged.valid()) {
        m_lastDragged = clamped(frame().toData(event->position() + m_grip));
        Q_EMIT pointDragged(m_dragged.curve, m_dragged.index, m_lastDragged.x(), m_lastDragged.y());
    } else if (m_scrubbing) {
        Q_EMIT clickedAt(clamped(frame().toData(event->position())).x());
    }
    updateHover(event->position());
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    m_scrubbing = false;
    if (const Place place = std::exchange(m_dragged, {}); place.valid()) {
        Q_EMIT pointReleased(place.curve, place.index, m_lastDragged.x(), m_lastDragged.y());
        updateHover(event->position());
    }
}

void PlotView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && frame().area.contains(event->position())) {
        const QPointF value = frame().toData(event->position());
        Q_EMIT doubleClickedAt(value.x(), value.y());
    }
}

void PlotView::leaveEvent(QEvent* event) {
    VtkWidget::leaveEvent(event);
    updateHover({});
}

/// Chooses the next draggable point (0: keeps the chosen one and shows where it is).
void PlotView::stepPoint(int by) {
    std::vector<Place> places;
    for (std::size_t c = 0; c < m_curves.size(); ++c) {
        for (std::size_t i = 0; m_curves[c].draggable && i < m_curves[c].x.size(); ++i) {
            places.push_back({static_cast<int>(c), static_cast<int>(i)});
        }
    }
    if (by != 0 && !places.empty()) {
        const auto found = std::find(places.begin(), places.end(), m_chosen);
        const auto count = static_cast<int>(places.size());
        const int now = found == places.end() ? (by > 0 ? -1 : 0) : static_cast<int>(found - places.begin());
        m_chosen = places[static_cast<std::size_t>((now + by + count) % count)];
    }
    if (m_chosen.valid() && hasFocus()) {
        const PlotCurve& curve = m_curves[static_cast<std::size_t>(m_chosen.curve)];
        const auto index = static_cast<std::size_t>(m_chosen.index);
        m_scene->setChosen(QPointF(curve.x[index], curve.y[index]), curve.colour);
    } else {
        m_scene->setChosen({}, {});
    }
    requestRender();
}

void PlotView::keyPressEvent(QKeyEvent* event) {
    const QPoint way = event->key() == Qt::Key_Left    ? QPoint(-1, 0)
                       : event->key() == Qt::Key_Right ? QPoint(1, 0)
                       : event->key() == Qt::Key_Down  ? QPoint(0, -1)
                       : event->key() == Qt::Key_Up    ? QPoint(0, 1)
                                                       : QPoint();
    if (event->key() == Qt::Key_PageDown || event->key() == Qt::Key_PageUp) {
        stepPoint(event->key() == Qt::Key_PageDown ? 1 : -1);
    } else if (!way.isNull() && m_chosen.valid()) {
        const PlotCurve& curve = m_curves[static_cast<std::size_t>(m_chosen.curve)];
        const auto index = static_cast<std::size_t>(m_chosen.index);
        const PlotFrame at = frame();
        const double pixels = event->modifiers() & Qt::ShiftModifier ? 1 : 8;
        const QPointF moved = at.toWidget(curve.x[index], curve.y[index]) + QPointF(way.x(), -way.y()) * pixels;
        // What the key does not move stays exactly as it is.
        const QPointF to = clamped({way.x() != 0 ? at.toData(moved).x() : curve.x[index],
                                    way.y() != 0 ? at.toData(moved).y() : curve.y[index]});
        const Place place = m_chosen;
        Q_EMIT pointDragged(place.curve, place.index, to.x(), to.y());
        Q_EMIT pointReleased(place.curve, place.index, to.x(), to.y());
    } else {
        VtkWidget::keyPressEvent(event);
    }
}

void PlotView::focusInEvent(QFocusEvent* event) {
    VtkWidget::focusInEvent(event);
    stepPoint(0);
}

void PlotView::focusOutEvent(QFocusEvent* event) {
    VtkWidget::focusOutEvent(event);
    stepPoint(0);
}

void PlotView::resizeGL(int width, int height) {
    VtkWidget::resizeGL(width, height);
    updateFrame();
}

}  // namespace drdm
