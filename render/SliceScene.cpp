#include "render/SliceScene.h"

#include <vtkActor.h>
#include <vtkActor2D.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkImageProperty.h>
#include <vtkImageSlice.h>
#include <vtkImageSliceMapper.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkTypeInt32Array.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace drdm {

namespace {

// Layers lie a little in front of each other; the camera looks along +z.
constexpr double layerDistance_mm = 0.01;

/// One image of the stack. The pixel memory is kept while the size stays, so that a new step costs one copy.
struct ImageLayer {
    vtkNew<vtkImageData> data;
    vtkNew<vtkImageSliceMapper> mapper;
    vtkNew<vtkImageSlice> slice;

    explicit ImageLayer(double z) {
        mapper->SetInputData(data);
        mapper->SetOrientationToZ();
        mapper->BorderOn();
        slice->SetMapper(mapper);
        slice->SetPosition(0, 0, z);
        slice->GetProperty()->SetInterpolationTypeToLinear();
        slice->VisibilityOff();
    }

    void fill(const PlaneGrid& grid, int type, int components, const void* from, std::size_t bytes) {
        const int* size = data->GetDimensions();
        if (size[0] != grid.width || size[1] != grid.height || data->GetNumberOfPoints() == 0) {
            data->SetDimensions(grid.width, grid.height, 1);
            data->AllocateScalars(type, components);
        }
        data->SetSpacing(grid.spacingX_mm, grid.spacingY_mm, 1);
        std::memcpy(data->GetScalarPointer(), from, bytes);
        data->GetPointData()->GetScalars()->Modified();
        data->Modified();
        slice->VisibilityOn();
    }
};

/// Straight pieces in one colour, drawn in front of the images.
struct LineLayer {
    vtkNew<vtkPolyData> lines;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;

    LineLayer(double z, double r, double g, double b) {
        mapper->SetInputData(lines);
        actor->SetMapper(mapper);
        actor->SetPosition(0, 0, z);
        actor->GetProperty()->LightingOff();
        actor->GetProperty()->SetColor(r, g, b);
        actor->VisibilityOff();
    }

    void fill(const std::vector<float>& ends) {
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
        lines->Modified();
        actor->SetVisibility(count > 0);
    }
};

}  // namespace

struct SliceScene::Private {
    vtkRenderer* renderer = nullptr;
    ImageLayer image{0};
    ImageLayer displacement{-layerDistance_mm};
    ImageLayer jacobian{-2 * layerDistance_mm};
    LineLayer grid{-3 * layerDistance_mm, 0.98, 0.92, 0.55};
    LineLayer cursor{-4 * layerDistance_mm, 0.35, 0.85, 0.78};
    std::array<vtkNew<vtkTextActor>, 4> letters;
    PlaneCamera camera;
    bool flipX = false, flipY = false;
    double cursorX_mm = 0, cursorY_mm = 0;

    void place() {
        vtkCamera* view = renderer->GetActiveCamera();
        // Looking along +z with rows downwards: x runs to the right. From behind, x runs to the left.
        const bool behind = flipX != flipY;
        const double side = behind ? 1 : -1;
        view->ParallelProjectionOn();
        view->SetFocalPoint(camera.centreX_mm, camera.centreY_mm, 0);
        view->SetPosition(camera.centreX_mm, camera.centreY_mm, side * 100);
        view->SetViewUp(0, flipY ? 1 : -1, 0);
        view->SetParallelScale(camera.halfHeight_mm);
        view->SetClippingRange(1, 200);
        // The layers must come towards the camera wherever it stands.
        displacement.slice->SetPosition(0, 0, side * layerDistance_mm);
        jacobian.slice->SetPosition(0, 0, side * 2 * layerDistance_mm);
        grid.actor->SetPosition(0, 0, side * 3 * layerDistance_mm);
        cursor.actor->SetPosition(0, 0, side * 4 * layerDistance_mm);
    }

    void drawCursor() {
        const auto arm = static_cast<float>(camera.halfHeight_mm * 0.04), gap = arm * 0.35F;
        const auto x = static_cast<float>(cursorX_mm), y = static_cast<float>(cursorY_mm);
        cursor.fill({x - arm, y, x - gap, y, x + gap, y, x + arm, y, x, y - arm, x, y - gap, x, y + gap, x, y + arm});
    }
};

SliceScene::SliceScene(vtkRenderer* renderer) : d(std::make_unique<Private>()) {
    d->renderer = renderer;
    renderer->SetBackground(0.043, 0.051, 0.063);
    renderer->AddViewProp(d->image.slice);
    renderer->AddViewProp(d->displacement.slice);
    renderer->AddViewProp(d->jacobian.slice);
    renderer->AddActor(d->grid.actor);
    renderer->AddActor(d->cursor.actor);
    for (auto& letter : d->letters) {
        vtkTextProperty* text = letter->GetTextProperty();
        text->SetColor(0.62, 0.67, 0.74);
        text->SetFontFamilyToArial();
        text->BoldOn();
        text->ShadowOn();
        text->SetJustificationToCentered();
        text->SetVerticalJustificationToCentered();
        letter->GetPositionCoordinate()->SetCoordinateSystemToViewport();
        letter->VisibilityOff();
        renderer->AddActor2D(letter);
    }
    d->place();
}

SliceScene::~SliceScene() {
    d->renderer->RemoveAllViewProps();
}

void SliceScene::setImage(const ScalarPlane& plane) {
    if (plane.grid.empty() || !plane.values || plane.values->size() != plane.grid.count()) {
        d->image.slice->VisibilityOff();
        return;
    }
    d->image.fill(plane.grid, VTK_FLOAT, 1, plane.values->data(), plane.values->size() * sizeof(float));
}

void SliceScene::setWindow(double centre, double width) {
    d->image.slice->GetProperty()->SetColorLevel(centre);
    d->image.slice->GetProperty()->SetColorWindow(std::max(width, 1e-6));
}

void SliceScene::setSmooth(bool smooth) {
    for (ImageLayer* layer : {&d->image, &d->jacobian, &d->displacement}) {
        layer->slice->GetProperty()->SetInterpolationType(smooth ? VTK_LINEAR_INTERPOLATION
                                                                 : VTK_NEAREST_INTERPOLATION);
    }
}

void SliceScene::setColours(Layer layer, const ColourPlane& plane) {
    ImageLayer& target = layer == Layer::Jacobian ? d->jacobian : d->displacement;
    if (plane.grid.empty() || !plane.rgba || plane.rgba->size() != 4 * plane.grid.count()) {
        target.slice->VisibilityOff();
        return;
    }
    target.fill(plane.grid, VTK_UNSIGNED_CHAR, 4, plane.rgba->data(), plane.rgba->size());
}

void SliceScene::setGrid(const LineSet& lines) {
    if (lines.ends_mm) {
        d->grid.fill(*lines.ends_mm);
    } else {
        d->grid.actor->VisibilityOff();
    }
}

void SliceScene::setOpacity(Layer layer, double opacity) {
    switch (layer) {
        case Layer::Jacobian:
            d->jacobian.slice->GetProperty()->SetOpacity(opacity);
            break;
        case Layer::Displacement:
            d->displacement.slice->GetProperty()->SetOpacity(opacity);
            break;
        case Layer::Grid:
            d->grid.actor->GetProperty()->SetOpacity(opacity);
            break;
    }
}

void SliceScene::setCursor(double x_mm, double y_mm) {
    d->cursorX_mm = x_mm;
    d->cursorY_mm = y_mm;
    d->drawCursor();
}

void SliceScene::hideCursor() {
    d->cursor.actor->VisibilityOff();
}

void SliceScene::setOrientation(const std::array<std::string, 4>& letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
        d->letters[i]->SetInput(letters[i].c_str());
        d->letters[i]->SetVisibility(!letters[i].empty());
    }
}

void SliceScene::setFlips(bool horizontally, bool vertically) {
    d->flipX = horizontally;
    d->flipY = vertically;
    d->place();
}

void SliceScene::setCamera(const PlaneCamera& camera) {
    d->camera = camera;
    d->place();
    if (d->cursor.actor->GetVisibility()) {
        d->drawCursor();  // its size on the screen stays
    }
}

void SliceScene::setViewport(int width, int height, double pixelRatio) {
    const double margin = 14 * pixelRatio;
    const std::array<std::array<double, 2>, 4> place{{{margin, height / 2.0},
                                                      {width - margin, height / 2.0},
                                                      {width / 2.0, height - margin},
                                                      {width / 2.0, margin}}};
    for (std::size_t i = 0; i < place.size(); ++i) {
        d->letters[i]->SetPosition(place[i][0], place[i][1]);
        d->letters[i]->GetTextProperty()->SetFontSize(13);  // points; the window's DPI carries the ratio
    }
}

}  // namespace drdm
