#include "ui/PlanesView.h"

#include "errors/Error.h"
#include "ui/BackgroundTask.h"
#include "ui/PlaneOrientation.h"
#include "ui/VolumeSurface.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

/// The voxel axes that run along a plane's columns and rows.
constexpr std::array<std::array<std::size_t, 2>, 3> axesOf{{{1, 2}, {0, 2}, {0, 1}}};

QString planeName(const Geometry& plane) {
    std::size_t normal = 0;
    for (std::size_t i = 1; i < 3; ++i) {
        if (std::abs(plane.direction[i][2]) > std::abs(plane.direction[normal][2])) {
            normal = i;
        }
    }
    const std::array<QString, 3> names{PlanesView::tr("Sagittal"), PlanesView::tr("Coronal"), PlanesView::tr("Axial")};
    return std::abs(plane.direction[normal][2]) > 0.98 ? names[normal]
                                                       : PlanesView::tr("%1, oblique").arg(names[normal]);
}

}  // namespace

Geometry planeGeometryAlong(const Geometry& geometry, int axis) {
    const auto [u, v] = axesOf.at(static_cast<std::size_t>(axis));
    Geometry plane = geometry;
    plane.size = {geometry.size[u], geometry.size[v], 1};
    plane.spacing_mm = {geometry.spacing_mm[u], geometry.spacing_mm[v], 1};
    for (std::size_t row = 0; row < 3; ++row) {
        plane.direction[row] = {geometry.direction[row][u], geometry.direction[row][v],
                                geometry.direction[row][static_cast<std::size_t>(axis)]};
    }
    return plane;
}

ScalarPlane planeAlong(const Image& image, std::int64_t phase, int axis, std::int64_t index) {
    const Geometry& g = image.geometry();
    const auto fixed = static_cast<std::size_t>(axis);
    if (index < 0 || index >= g.size.at(fixed)) {
        throw Error("there is no plane " + std::to_string(index) + "; there are 0 to " +
                    std::to_string(g.size.at(fixed) - 1));
    }
    const auto [u, v] = axesOf.at(fixed);
    const std::array<std::int64_t, 3> step{1, g.size[0], g.size[0] * g.size[1]};
    const auto voxels = image.phaseVoxels(phase);
    auto values = std::make_shared<std::vector<float>>();
    values->reserve(static_cast<std::size_t>(g.size[u] * g.size[v]));
    for (std::int64_t b = 0; b < g.size[v]; ++b) {
        for (std::int64_t a = 0; a < g.size[u]; ++a) {
            values->push_back(voxels[static_cast<std::size_t>(index * step[fixed] + a * step[u] + b * step[v])]);
        }
    }
    return {planeGrid(planeGeometryAlong(g, axis)), std::move(values)};
}

PlanesView::PlanesView(QWidget* parent) : QWidget(parent), m_space(new VolumeView) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(8);
    const auto pane = [grid](QWidget* view, QLabel* title, int row, int column) {
        auto* frame = new QFrame;
        frame->setProperty("role", "pane");
        title->setProperty("role", "value");
        title->setContentsMargins(12, 0, 12, 0);
        auto* layout = new QVBoxLayout(frame);
        layout->setContentsMargins(1, 6, 1, 6);
        layout->setSpacing(5);
        layout->addWidget(title);
        layout->addWidget(view, 1);
        grid->addWidget(frame, row, column);
    };
    for (const int axis : {2, 1, 0}) {
        auto* view = new SliceView;
        view->setObjectName(QString("plane-%1").arg(axis));
        view->setTool(SliceView::Tool::Distance);  // a drag says where
        m_planes[static_cast<std::size_t>(axis)] = view;
        m_titles[static_cast<std::size_t>(axis)] = new QLabel;
        pane(view, m_titles[static_cast<std::size_t>(axis)], axis == 0 ? 1 : 0, axis == 1 ? 1 : 0);
        connect(view, &SliceView::shapeDragged, this,
                [this, axis](SliceView::Tool, QPointF, QPointF to, bool) { point(axis, to); });
        connect(view, &SliceView::resizedView, view, [view] { view->setCamera(view->fitted()); });
        connect(view, &SliceView::fitWanted, view, [view] { view->setCamera(view->fitted()); });
        connect(view, &SliceView::cameraWanted, view, &SliceView::setCamera);
        connect(view, &SliceView::sliceStepped, this, [this, axis](int steps) {
            const auto a = static_cast<std::size_t>(axis);
            if (axis == 2) {
                Q_EMIT sliceWanted(m_place[2] + steps);
            } else if (!m_image.empty()) {
                m_place[a] = std::clamp<std::int64_t>(m_place[a] + steps, 0, m_image.geometry().size[a] - 1);
                showPlanes();
            }
        });
    }
    m_space->setObjectName("space");
    m_space->setToolTip(tr("Drag turns, the wheel zooms, a double click shows everything"));
    pane(m_space, new QLabel(tr("In space")), 1, 1);
}

PlanesView::~PlanesView() {
    if (m_surface) {
        m_surface->abandon();
    }
}

void PlanesView::setImage(const Image& image) {
    m_image = image;
    m_frame = nullptr;
    m_surfacePhase = -1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        m_place[axis] = image.geometry().size[axis] / 2;
        const Geometry plane = planeGeometryAlong(image.geometry(), static_cast<int>(axis));
        const bool asStored = axis == 2 && image.source.format != "nifti";
        const PlaneOrientation orientation = planeOrientation(plane, asStored);
        m_planes[axis]->setFlips(orientation.flipHorizontally, orientation.flipVertically);
        m_planes[axis]->setOrientation(orientation.letters);
        m_titles[axis]->setText(planeName(plane));
    }
    face(image.geometry());
    m_space->setAnatomy({});
    m_space->setSheet({});
    showPlanes();
    for (SliceView* view : m_planes) {
        view->setCamera(view->fitted());
    }
}

/// A body is looked at from its front; a stack of few slices, such as a heart's short axis, as its slices lie.
void PlanesView::face(const Geometry& grid) {
    const auto length = [&grid](std::size_t axis) {
        return static_cast<double>(grid.size[axis]) * grid.spacing_mm[axis];
    };
    if (std::abs(grid.direction[2][2]) > 0.7 && length(2) > 0.6 * std::max(length(0), length(1))) {
        m_space->setFacing({0, 1, 0}, {0, 0, -1});
        return;
    }
    const Mat3& d = grid.direction;
    const Vec3 right{d[0][0], d[1][0], d[2][0]}, down{d[0][1], d[1][1], d[2][1]};
    m_space->setFacing({right[1] * down[2] - right[2] * down[1], right[2] * down[0] - right[0] * down[2],
                        right[0] * down[1] - right[1] * down[0]},
                       down);
}

void PlanesView::setPlace(std::int64_t slice, std::int64_t phase) {
    if (slice != m_place[2] || phase != m_phase) {
        m_frame = nullptr;
    }
    m_place[2] = slice;
    m_phase = phase;
    showPlanes();
}

void PlanesView::setFrame(const std::shared_ptr<const StepFrame>& frame) {
    m_frame = frame;
    showPlanes();
}

void PlanesView::setWindow(const DisplayWindow& window) {
    for (SliceView* view : m_planes) {
        view->setWindow(window.centre, window.width);
    }
}

void PlanesView::setOpacity(SliceScene::Layer layer, double opacity) {
    m_planes[2]->setOpacity(layer, opacity);
}

void PlanesView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showPlanes();
}

void PlanesView::showPlanes() {
    if (m_image.empty() || !isVisible()) {
        return;
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
        SliceView* view = m_planes[axis];
        const bool first = view->planeGrid().empty();
        const bool moved = m_frame && m_frame->volume && m_frame->volume->geometry().size == m_image.geometry().size;
        const ScalarPlane plane = moved && axis != 2
                                      ? planeAlong(*m_frame->volume, 0, static_cast<int>(axis), m_place[axis])
                                      : planeAlong(m_image, m_phase, static_cast<int>(axis), m_place[axis]);
        const bool varied = axis == 2 && m_frame && m_frame->image.grid.width == plane.grid.width &&
                            m_frame->image.grid.height == plane.grid.height;
        const bool other = view->planeGrid().width != plane.grid.width || view->planeGrid().height != plane.grid.height;
        view->setImage(varied ? m_frame->image : plane);
        view->setColours(SliceScene::Layer::Jacobian, varied ? m_frame->jacobian : ColourPlane{});
        view->setColours(SliceScene::Layer::Displacement, varied ? m_frame->displacement : ColourPlane{});
        view->setColours(SliceScene::Layer::Labels, varied ? m_frame->labels : ColourPlane{});
        view->setLines(SliceScene::Layer::Contours, varied ? m_frame->labelContours : LineSet{});
        view->setLines(SliceScene::Layer::Arrows, varied ? m_frame->arrows : LineSet{});
        if (axis == 2) {
            view->setLines(SliceScene::Layer::Grid, varied ? m_frame->grid : LineSet{});
        }
        const auto [u, v] = axesOf[axis];
        const Geometry& g = m_image.geometry();
        const QPointF here(static_cast<double>(m_place[u]) * g.spacing_mm[u],
                           static_cast<double>(m_place[v]) * g.spacing_mm[v]);
        view->showLinkedCursor(here);
        if (axis != 2) {
            const auto y = static_cast<float>(here.y()), right = static_cast<float>(plane.grid.width_mm());
            view->setLines(SliceScene::Layer::Grid,
                           {std::make_shared<std::vector<float>>(std::vector<float>{0.0F, y, right, y})});
        }
        if (first || other) {
            view->setCamera(view->fitted());
        }
    }
    showSpace();
}

void PlanesView::showSpace() {
    startSurface();
    if (m_frame && !m_frame->surface.empty()) {
        m_space->setAnatomyOpacity(0.12);  // beside what moved, the body as it was is but a hint
        m_space->setSheet(m_frame->surface);
        return;
    }
    m_space->setAnatomyOpacity(0.35);
    const Geometry slice = m_image.geometry().slice(m_place[2]);
    const auto voxels = static_cast<std::size_t>(slice.voxelCount());
    if (!m_frame || !m_frame->length_mm || m_frame->length_mm->size() != voxels) {
        m_space->setSheet(raisedSlice(slice, std::vector<float>(voxels), std::vector<std::uint8_t>(4 * voxels)));
        return;
    }
    const float largest = std::max(1.0F, *std::ranges::max_element(*m_frame->length_mm));
    const ColourPlane colours = m_frame->jacobian.rgba       ? m_frame->jacobian
                                : m_frame->displacement.rgba ? m_frame->displacement
                                                             : displacementPlane(planeGrid(slice), *m_frame->length_mm,
                                                                                 static_cast<double>(largest));
    m_space->setSheet(raisedSlice(slice, *m_frame->length_mm, *colours.rgba));
}

void PlanesView::startSurface() {
    if (m_surfacePhase == m_phase || m_image.geometry().size[2] < 2) {
        return;
    }
    m_surfacePhase = m_phase;
    if (m_surface) {
        m_surface->abandon();
    }
    m_surface = BackgroundTask::start(
        this, tr("Surface"),
        [image = m_image, phase = m_phase](const JobContext&) { return bodySurface(image, phase); },
        [this](const SurfaceMesh& mesh) {
            m_space->setAnatomy(mesh);
            Q_EMIT surfaceShown();
        });
}

void PlanesView::point(int axis, QPointF plane_mm) {
    if (m_image.empty()) {
        return;
    }
    const Geometry& g = m_image.geometry();
    const auto [u, v] = axesOf[static_cast<std::size_t>(axis)];
    const auto voxel = [&g](double mm, std::size_t a) {
        return std::clamp<std::int64_t>(std::llround(mm / g.spacing_mm[a]), 0, g.size[a] - 1);
    };
    m_place[u] = voxel(plane_mm.x(), u);
    const std::int64_t row = voxel(plane_mm.y(), v);
    if (v == 2 && row != m_place[2]) {
        Q_EMIT sliceWanted(row);
    } else {
        m_place[v] = row;
    }
    showPlanes();
}

}  // namespace drdm
