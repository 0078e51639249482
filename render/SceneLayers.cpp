#include "render/SceneLayers.h"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cstring>

namespace drdm {

ImageLayer::ImageLayer() {
    mapper->SetInputData(data);
    mapper->SetOrientationToZ();
    mapper->BorderOn();
    slice->SetMapper(mapper);
    slice->GetProperty()->SetInterpolationTypeToLinear();
    slice->VisibilityOff();
}

void ImageLayer::fill(const PlaneGrid& grid, int type, int components, const void* from, std::size_t bytes) {
    const int* size = data->GetDimensions();
    if (size[0] != grid.width || size[1] != grid.height || data->GetNumberOfPoints() == 0 ||
        data->GetScalarType() != type || data->GetNumberOfScalarComponents() != components) {
        data->SetDimensions(grid.width, grid.height, 1);
        data->AllocateScalars(type, components);
    }
    data->SetSpacing(grid.spacingX_mm, grid.spacingY_mm, 1);
    std::memcpy(data->GetScalarPointer(), from, bytes);
    data->GetPointData()->GetScalars()->Modified();
    data->Modified();
    slice->VisibilityOn();
}

void ImageLayer::fill(const ScalarPlane& plane) {
    if (plane.grid.empty() || !plane.values || plane.values->size() != plane.grid.count()) {
        slice->VisibilityOff();
        return;
    }
    if (plane.rgb && plane.rgb->size() == 3 * plane.grid.count()) {
        fill(plane.grid, VTK_UNSIGNED_CHAR, 3, plane.rgb->data(), plane.rgb->size());
        return;
    }
    fill(plane.grid, VTK_FLOAT, 1, plane.values->data(), plane.values->size() * sizeof(float));
}

void ImageLayer::fill(const ColourPlane& plane) {
    if (plane.grid.empty() || !plane.rgba || plane.rgba->size() != 4 * plane.grid.count()) {
        slice->VisibilityOff();
        return;
    }
    fill(plane.grid, VTK_UNSIGNED_CHAR, 4, plane.rgba->data(), plane.rgba->size());
}

void ImageLayer::setSmooth(bool smooth) {
    slice->GetProperty()->SetInterpolationType(smooth ? VTK_LINEAR_INTERPOLATION : VTK_NEAREST_INTERPOLATION);
}

LineLayer::LineLayer(double r, double g, double b) {
    mapper->SetInputData(lines);
    mapper->SetScalarModeToUseCellData();
    actor->SetMapper(mapper);
    actor->GetProperty()->LightingOff();
    actor->GetProperty()->SetColor(r, g, b);
    actor->VisibilityOff();
}

void LineLayer::fill(const LineSet& set) {
    if (!set.ends_mm || set.ends_mm->empty()) {
        actor->VisibilityOff();
        return;
    }
    const std::vector<float>& ends = *set.ends_mm;
    const auto count = static_cast<vtkIdType>(ends.size() / 2);
    vtkNew<vtkFloatArray> places;
    places->SetNumberOfComponents(3);
    places->SetNumberOfTuples(count);
    float* place = places->GetPointer(0);
    vtkNew<vtkTypeInt32Array> offsets, connectivity;
    connectivity->SetNumberOfValues(count);
    offsets->SetNumberOfValues(count / 2 + 1);
    for (vtkIdType i = 0; i < count; ++i) {
        place[3 * i] = ends[static_cast<std::size_t>(2 * i)];
        place[3 * i + 1] = ends[static_cast<std::size_t>(2 * i + 1)];
        place[3 * i + 2] = 0;
        connectivity->SetValue(i, static_cast<vtkTypeInt32>(i));
    }
    for (vtkIdType i = 0; i <= count / 2; ++i) {
        offsets->SetValue(i, static_cast<vtkTypeInt32>(2 * i));
    }
    vtkNew<vtkPoints> points;
    points->SetData(places);
    vtkNew<vtkCellArray> cells;
    cells->SetData(offsets, connectivity);
    lines->SetPoints(points);
    lines->SetLines(cells);
    if (set.rgb && set.rgb->size() == 3 * ends.size() / 4) {
        vtkNew<vtkUnsignedCharArray> colours;
        colours->SetNumberOfComponents(3);
        colours->SetNumberOfTuples(count / 2);
        std::ranges::copy(*set.rgb, colours->GetPointer(0));
        lines->GetCellData()->SetScalars(colours);
    } else {
        lines->GetCellData()->SetScalars(nullptr);
    }
    lines->Modified();
    actor->VisibilityOn();
}

}  // namespace drdm
