#include "render/SliceView.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace drdm {

SliceView::SliceView(QWidget* parent) : VtkWidget(parent), m_scene(std::make_unique<SliceScene>(renderer())) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 160);
}

SliceView::~SliceView() = default;

void SliceView::setImage(const ScalarPlane& plane) {
    m_grid = plane.grid;
    m_scene->setImage(plane);
    requestRender();
}

void SliceView::setWindow(double centre, double width) {
    m_scene->setWindow(centre, width);
    requestRender();
}

void SliceView::setSmooth(bool smooth) {
    m_scene->setSmooth(smooth);
    requestRender();
}

void SliceView::setColours(SliceScene::Layer layer, const ColourPlane& plane) {
    m_scene->setColours(layer, plane);
    requestRender();
}

void SliceView::setLines(SliceScene::Layer layer, const LineSet& lines) {
    m_scene->setLines(layer, lines);
    requestRender();
}

void SliceView::setTexts(const std::vector<PlaneText>& texts) {
    m_scene->setTexts(texts);
    requestRender();
}

void SliceView::setCurtain(std::optional<double> x_mm) {
    m_curtain_mm = x_mm;
    LineSet line;
    if (x_mm) {
        const auto x = static_cast<float>(*x_mm);
        const auto far = static_cast<float>(m_grid.height_mm());
        line.ends_mm = std::make_shared<std::vector<float>>(std::vector<float>{x, -far, x, 2 * far});
    }
    setLines(SliceScene::Layer::Curtain, line);
}

bool SliceView::overCurtain(QPointF widget) const {
    return m_curtain_mm && std::abs(fromPlane({*m_curtain_mm, 0}).x() - widget.x()) < 8;
}

void SliceView::setOpacity(SliceScene::Layer layer, double opacity) {
    m_scene->setOpacity(layer, opacity);
    requestRender();
}

void SliceView::showLinkedCursor(QPointF plane_mm) {
    m_scene->setCursor(plane_mm.x(), plane_mm.y());
    requestRender();
}

void SliceView::hideLinkedCursor() {
    m_scene->hideCursor();
    requestRender();
}

void SliceView::setOrientation(const std::array<std::string, 4>& letters) {
    m_scene->setOrientation(letters);
    requestRender();
}

void SliceView::setFlips(bool horizontally, bool vertically) {
    m_flipX = horizontally;
    m_flipY = vertically;
    m_scene->setFlips(horizontally, vertically);
    requestRender();
}

void SliceView::setCamera(const PlaneCamera& camera) {
    m_camera = camera;
    m_scene->setCamera(camera);
    requestRender();
}

void SliceView::setTool(Tool tool) {
    m_tool = tool;
    setCursor(tool == Tool::Pan ? Qt::OpenHandCursor : tool == Tool::Zoom ? Qt::SizeVerCursor : Qt::CrossCursor);
}

PlaneCamera SliceView::fitted() const {
    if (m_grid.empty() || height() < 1 || width() < 1) {
        return m_camera;
    }
    const double aspect = static_cast<double>(width()) / height();
    const double half = std::max(m_grid.height_mm(), m_grid.width_mm() / aspect) / 2;
    return {(m_grid.width - 1) * m_grid.spacingX_mm / 2, (m_grid.height - 1) * m_grid.spacingY_mm / 2, half * 1.02};
}

double SliceView::millimetresPerPixel() const {
    return 2 * m_camera.halfHeight_mm / std::max(1, height());
}

QPointF SliceView::toPlane(QPointF widget) const {
    const double x = (widget.x() - width() / 2.0) * millimetresPerPixel();
    const double y = (widget.y() - height() / 2.0) * millimetresPerPixel();
    return {m_camera.centreX_mm + (m_flipX ? -x : x), m_camera.centreY_mm + (m_flipY ? -y : y)};
}

QPointF SliceView::fromPlane(QPointF plane_mm) const {
    const double x = plane_mm.x() - m_camera.centreX_mm, y = plane_mm.y() - m_camera.centreY_mm;
    const double s = millimetresPerPixel();
    return {width() / 2.0 + (m_flipX ? -x : x) / s, height() / 2.0 + (m_flipY ? -y : y) / s};
}

void SliceView::zoom(double factor, QPointF around_mm) {
    const PlaneCamera whole = fitted();
    const double half = std::clamp(m_camera.halfHeight_mm * factor, whole.halfHeight_mm / 40, whole.halfHeight_mm * 4);
    const double part = half / m_camera.halfHeight_mm;
    Q_EMIT cameraWanted({around_mm.x() + (m_camera.centreX_mm - around_mm.x()) * part,
                         around_mm.y() + (m_camera.centreY_mm - around_mm.y()) * part, half});
}

void SliceView::mousePressEvent(QMouseEvent* event) {
    m_last = event->position();
    m_pressed_mm = toPlane(m_last);
    if (event->button() == Qt::MiddleButton ||
        (event->button() == Qt::LeftButton && event->modifiers() & Qt::ShiftModifier)) {
        m_drag = Drag::Pan;
    } else if (event->button() == Qt::LeftButton && event->modifiers() & Qt::ControlModifier) {
        m_drag = Drag::Zoom;
    } else if (event->button() == Qt::LeftButton && overCurtain(m_last)) {
        m_drag = Drag::Curtain;
    } else if (event->button() == Qt::LeftButton && m_tool >= Tool::Distance) {
        m_drag = Drag::Shape;
    } else if (event->button() == Qt::LeftButton) {
        m_drag = m_tool == Tool::Window ? Drag::Window : m_tool == Tool::Pan ? Drag::Pan : Drag::Zoom;
    } else if (event->button() == Qt::RightButton) {
        m_drag = Drag::Window;
    }
    if (m_drag == Drag::Pan) {
        QWidget::setCursor(Qt::ClosedHandCursor);
    }
}

void SliceView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    const QPointF moved = at - m_last;
    m_last = at;
    switch (m_drag) {
        case Drag::Window:
            Q_EMIT windowDragged(moved.x() / std::max(1, width()), -moved.y() / std::max(1, height()));
            break;
        case Drag::Pan: {
            const double s = millimetresPerPixel();
            Q_EMIT cameraWanted({m_camera.centreX_mm - (m_flipX ? -1 : 1) * moved.x() * s,
                                 m_camera.centreY_mm - (m_flipY ? -1 : 1) * moved.y() * s, m_camera.halfHeight_mm});
            break;
        }
        case Drag::Zoom:
            zoom(std::exp(moved.y() / 150.0), m_pressed_mm);
            break;
        case Drag::Curtain:
            Q_EMIT curtainDragged(toPlane(at).x());
            break;
        case Drag::Shape:
            Q_EMIT shapeDragged(m_tool, m_pressed_mm, toPlane(at), false);
            break;
        case Drag::None:
            if (m_curtain_mm) {
                QWidget::setCursor(overCurtain(at) ? Qt::SplitHCursor : Qt::CrossCursor);
            }
            break;
    }
    Q_EMIT pointedAt(toPlane(at));
}

void SliceView::mouseReleaseEvent(QMouseEvent* event) {
    if (m_drag == Drag::Shape) {
        Q_EMIT shapeDragged(m_tool, m_pressed_mm, toPlane(event->position()), true);
    }
    if (m_drag == Drag::Pan) {
        setTool(m_tool);
    }
    m_drag = Drag::None;
}

void SliceView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        Q_EMIT fitWanted();
    }
}

void SliceView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ControlModifier) {
        zoom(std::exp(-event->angleDelta().y() / 600.0), toPlane(event->position()));
        return;
    }
    m_wheel += event->angleDelta().y();  // a touchpad sends many small ones
    if (const int steps = m_wheel / 120; steps != 0) {
        m_wheel -= steps * 120;
        Q_EMIT sliceStepped(-steps);
    }
}

void SliceView::leaveEvent(QEvent* event) {
    VtkWidget::leaveEvent(event);
    Q_EMIT pointerLeft();
}

void SliceView::resizeGL(int width, int height) {
    VtkWidget::resizeGL(width, height);
    m_scene->setViewport(static_cast<int>(std::lround(width * pixelRatio())),
                         static_cast<int>(std::lround(height * pixelRatio())), pixelRatio());
    Q_EMIT resizedView();
}

}  // namespace drdm
