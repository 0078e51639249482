#include "render/VolumeView.h"

#include <QMouseEvent>
#include <QWheelEvent>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

struct MeshLayer {
    vtkNew<vtkPolyData> data;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;

    MeshLayer() {
        mapper->SetInputData(data);
        actor->SetMapper(mapper);
        actor->VisibilityOff();
    }

    void fill(const SurfaceMesh& mesh) {
        actor->SetVisibility(!mesh.empty());
        if (mesh.empty()) {
            data->Initialize();
            return;
        }
        const auto count = static_cast<vtkIdType>(mesh.points_mm->size() / 3);
        vtkNew<vtkFloatArray> places;
        places->SetNumberOfComponents(3);
        places->SetNumberOfTuples(count);
        std::ranges::copy(*mesh.points_mm, places->GetPointer(0));
        vtkNew<vtkTypeInt32Array> offsets, connectivity;
        const auto corners = static_cast<vtkIdType>(mesh.triangles->size());
        connectivity->SetNumberOfValues(corners);
        std::ranges::copy(*mesh.triangles, connectivity->GetPointer(0));
        offsets->SetNumberOfValues(corners / 3 + 1);
        for (vtkIdType i = 0; i <= corners / 3; ++i) {
            offsets->SetValue(i, static_cast<vtkTypeInt32>(3 * i));
        }
        vtkNew<vtkPoints> points;
        points->SetData(places);
        vtkNew<vtkCellArray> cells;
        cells->SetData(offsets, connectivity);
        data->SetPoints(points);
        data->SetPolys(cells);
        if (mesh.rgb && static_cast<vtkIdType>(mesh.rgb->size()) == 3 * count) {
            vtkNew<vtkUnsignedCharArray> colours;
            colours->SetNumberOfComponents(3);
            colours->SetNumberOfTuples(count);
            std::ranges::copy(*mesh.rgb, colours->GetPointer(0));
            data->GetPointData()->SetScalars(colours);
        }
        data->Modified();
    }
};

}  // namespace

struct VolumeView::Scene {
    MeshLayer anatomy, sheet;
};

VolumeView::VolumeView(QWidget* parent) : VtkWidget(parent), m_scene(std::make_unique<Scene>()) {
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 160);
    renderer()->SetBackground(0.043, 0.051, 0.063);
    m_scene->anatomy.actor->GetProperty()->SetColor(0.86, 0.83, 0.78);
    m_scene->sheet.actor->GetProperty()->SetAmbient(0.35);
    renderer()->AddActor(m_scene->sheet.actor);
    renderer()->AddActor(m_scene->anatomy.actor);
}

VolumeView::~VolumeView() {
    renderer()->RemoveAllViewProps();
}

void VolumeView::setAnatomy(const SurfaceMesh& mesh) {
    m_scene->anatomy.fill(mesh);
    showAll();
}

void VolumeView::setSheet(const SurfaceMesh& mesh) {
    m_scene->sheet.fill(mesh);
    renderer()->ResetCameraClippingRange();
    requestRender();
}

void VolumeView::setAnatomyOpacity(double opacity) {
    m_scene->anatomy.actor->GetProperty()->SetOpacity(opacity);
    requestRender();
}

std::size_t VolumeView::triangleCount() const {
    return static_cast<std::size_t>(m_scene->anatomy.data->GetNumberOfPolys() +
                                    m_scene->sheet.data->GetNumberOfPolys());
}

void VolumeView::setFacing(const Vec3& away, const Vec3& down) {
    m_away = away;
    m_down = down;
}

void VolumeView::showAll() {
    vtkCamera* camera = renderer()->GetActiveCamera();
    camera->SetFocalPoint(0, 0, 0);
    const Vec3 right{m_down[1] * m_away[2] - m_down[2] * m_away[1], m_down[2] * m_away[0] - m_down[0] * m_away[2],
                     m_down[0] * m_away[1] - m_down[1] * m_away[0]};
    Vec3 from{};
    for (std::size_t i = 0; i < 3; ++i) {
        from[i] = -m_away[i] - 0.55 * m_down[i] + 0.75 * right[i];
    }
    camera->SetPosition(from.data());
    camera->SetViewUp(-m_down[0], -m_down[1], -m_down[2]);
    renderer()->ResetCamera();
    zoom(1.25);
}

void VolumeView::zoom(double factor) {
    renderer()->GetActiveCamera()->Dolly(factor);
    renderer()->ResetCameraClippingRange();
    requestRender();
}

void VolumeView::mousePressEvent(QMouseEvent* event) {
    m_last = event->position();
}

void VolumeView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF moved = event->position() - m_last;
    m_last = event->position();
    vtkCamera* camera = renderer()->GetActiveCamera();
    if (event->buttons() & Qt::RightButton) {
        zoom(std::exp(-moved.y() / 150.0));
    } else if (event->buttons() & Qt::LeftButton) {
        camera->Azimuth(-moved.x() * 0.5);
        camera->Elevation(moved.y() * 0.5);
        camera->OrthogonalizeViewUp();
        renderer()->ResetCameraClippingRange();
        requestRender();
    }
}

void VolumeView::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
    showAll();
}

void VolumeView::wheelEvent(QWheelEvent* event) {
    zoom(std::exp(event->angleDelta().y() / 600.0));
}

}  // namespace drdm
