#include "render/SliceScene.h"

#include "render/SceneLayers.h"

#include <vtkCamera.h>
#include <vtkRenderer.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

// Layers lie a little in front of each other.
constexpr double layerDistance_mm = 0.01;
constexpr std::size_t colourLayers = static_cast<std::size_t>(SliceScene::Layer::Grid);
constexpr std::size_t mostTexts = 40;

void prepareText(vtkTextActor* actor) {
    vtkTextProperty* text = actor->GetTextProperty();
    text->SetColor(0.62, 0.67, 0.74);
    text->SetFontFamilyToArial();
    text->BoldOn();
    text->ShadowOn();
    text->SetFontSize(13);  // points; the window's DPI carries the ratio
    actor->VisibilityOff();
}

double roundLength(double atMost) {
    const double ten = std::pow(10.0, std::floor(std::log10(atMost)));
    return atMost >= 5 * ten ? 5 * ten : atMost >= 2 * ten ? 2 * ten : ten;
}

std::string lengthText(double mm) {
    const bool cm = mm >= 10;
    const double number = cm ? mm / 10 : mm;
    const std::string text = std::to_string(number);
    return text.substr(0, number >= 1 ? text.find('.') : text.find_first_not_of("0.") + 1) + (cm ? " cm" : " mm");
}

}  // namespace

struct SliceScene::Private {
    vtkRenderer* renderer = nullptr;
    ImageLayer image;
    std::array<ImageLayer, colourLayers> colours;
    LineLayer grid{0.98, 0.92, 0.55}, arrows{0.93, 0.96, 1.0}, contours{1, 1, 1}, measurements{0.98, 0.80, 0.30},
        lock{0.80, 0.56, 1.0}, curtain{0.85, 0.88, 0.92}, cursor{0.35, 0.85, 0.78}, scale{0.72, 0.76, 0.82};
    std::array<vtkNew<vtkTextActor>, 4> letters;
    std::array<vtkNew<vtkTextActor>, mostTexts> texts;
    vtkNew<vtkTextActor> scaleText;
    PlaneCamera camera;
    bool flipX = false, flipY = false;
    double cursorX_mm = 0, cursorY_mm = 0, scale_mm = 0;
    double centre = 127.5, window = 255, unit = 1;
    int width = 0, height = 0;
    double pixelRatio = 1;

    std::array<LineLayer*, 8> lines() {
        return {&grid, &arrows, &contours, &measurements, &lock, &curtain, &cursor, &scale};
    }

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
        double at = 0;
        for (ImageLayer& layer : colours) {
            layer.slice->SetPosition(0, 0, side * (at += layerDistance_mm));
        }
        for (LineLayer* layer : lines()) {
            layer->actor->SetPosition(0, 0, side * (at += layerDistance_mm));
        }
        drawScale();
    }

    void drawCursor() {
        const auto arm = static_cast<float>(camera.halfHeight_mm * 0.04), gap = arm * 0.35F;
        const auto x = static_cast<float>(cursorX_mm), y = static_cast<float>(cursorY_mm);
        cursor.fill({std::make_shared<std::vector<float>>(std::vector<float>{
            x - arm, y, x - gap, y, x + gap, y, x + arm, y, x, y - arm, x, y - gap, x, y + gap, x, y + arm})});
    }

    /// At the lower left, whichever way the plane is turned.
    void drawScale() {
        if (width < 1 || height < 1 || image.slice->GetVisibility() == 0) {
            scale.actor->VisibilityOff();
            scaleText->VisibilityOff();
            return;
        }
        const double perPixel = 2 * camera.halfHeight_mm / height;
        scale_mm = roundLength(0.25 * width * perPixel);
        const auto toX = [&](double pixel) {
            const double x = (pixel - width / 2.0) * perPixel;
            return static_cast<float>(camera.centreX_mm + (flipX ? -x : x));
        };
        const auto toY = [&](double fromBelow) {
            const double y = (height / 2.0 - fromBelow) * perPixel;
            return static_cast<float>(camera.centreY_mm + (flipY ? -y : y));
        };
        const double left = 16 * pixelRatio, low = 16 * pixelRatio, tick = 5 * pixelRatio;
        const double right = left + scale_mm / perPixel;
        scale.fill({std::make_shared<std::vector<float>>(
            std::vector<float>{toX(left), toY(low), toX(right), toY(low), toX(left), toY(low - tick), toX(left),
                               toY(low + tick), toX(right), toY(low - tick), toX(right), toY(low + tick)})});
        scaleText->SetInput(lengthText(scale_mm).c_str());
        scaleText->SetPosition(left + 1 * pixelRatio, low + tick + 2 * pixelRatio);
        scaleText->VisibilityOn();
    }

    void applyWindow() {
        image.slice->GetProperty()->SetColorLevel(centre / unit);
        image.slice->GetProperty()->SetColorWindow(std::max(window, 1e-6) / unit);
    }

    LineLayer& lineLayer(Layer layer) {
        switch (layer) {
            case Layer::Arrows:
                return arrows;
            case Layer::Contours:
                return contours;
            case Layer::Measurements:
                return measurements;
            case Layer::Lock:
                return lock;
            case Layer::Curtain:
                return curtain;
            default:
                return grid;
        }
    }
};

SliceScene::SliceScene(vtkRenderer* renderer) : d(std::make_unique<Private>()) {
    d->renderer = renderer;
    renderer->SetBackground(0.043, 0.051, 0.063);
    renderer->AddViewProp(d->image.slice);
    for (ImageLayer& layer : d->colours) {
        renderer->AddViewProp(layer.slice);
    }
    for (LineLayer* layer : d->lines()) {
        renderer->AddActor(layer->actor);
    }
    for (auto& letter : d->letters) {
        prepareText(letter);
        letter->GetTextProperty()->SetJustificationToCentered();
        letter->GetTextProperty()->SetVerticalJustificationToCentered();
        letter->GetPositionCoordinate()->SetCoordinateSystemToViewport();
        renderer->AddActor2D(letter);
    }
    for (auto& text : d->texts) {
        prepareText(text);
        text->GetTextProperty()->SetColor(0.98, 0.80, 0.30);
        text->GetPositionCoordinate()->SetCoordinateSystemToWorld();
        renderer->AddActor2D(text);
    }
    prepareText(d->scaleText);
    d->scaleText->GetTextProperty()->BoldOff();
    d->scaleText->GetTextProperty()->SetFontSize(11);
    d->scaleText->GetPositionCoordinate()->SetCoordinateSystemToViewport();
    renderer->AddActor2D(d->scaleText);
    d->contours.actor->GetProperty()->SetLineWidth(2);
    d->place();
}

SliceScene::~SliceScene() {
    d->renderer->RemoveAllViewProps();
}

void SliceScene::setImage(const ScalarPlane& plane) {
    d->image.fill(plane);
    d->unit = plane.rgb ? plane.rgbUnit : 1;
    d->applyWindow();
    d->drawScale();
}

void SliceScene::setWindow(double centre, double width) {
    d->centre = centre;
    d->window = width;
    d->applyWindow();
}

void SliceScene::setSmooth(bool smooth) {
    d->image.setSmooth(smooth);
    for (ImageLayer& layer : d->colours) {
        layer.setSmooth(smooth);
    }
}

void SliceScene::setColours(Layer layer, const ColourPlane& plane) {
    d->colours.at(static_cast<std::size_t>(layer)).fill(plane);
}

void SliceScene::setLines(Layer layer, const LineSet& lines) {
    d->lineLayer(layer).fill(lines);
}

void SliceScene::setOpacity(Layer layer, double opacity) {
    if (layer < Layer::Grid) {
        d->colours[static_cast<std::size_t>(layer)].slice->GetProperty()->SetOpacity(opacity);
    } else {
        d->lineLayer(layer).actor->GetProperty()->SetOpacity(opacity);
    }
}

void SliceScene::setTexts(const std::vector<PlaneText>& texts) {
    for (std::size_t i = 0; i < d->texts.size(); ++i) {
        d->texts[i]->SetVisibility(i < texts.size());
        if (i < texts.size()) {
            d->texts[i]->SetInput(texts[i].text.c_str());
            d->texts[i]->GetPositionCoordinate()->SetValue(texts[i].x_mm, texts[i].y_mm, 0);
        }
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
    d->width = width;
    d->height = height;
    d->pixelRatio = pixelRatio;
    const double margin = 14 * pixelRatio;
    const std::array<std::array<double, 2>, 4> place{{{margin, height / 2.0},
                                                      {width - margin, height / 2.0},
                                                      {width / 2.0, height - margin},
                                                      {width / 2.0, margin}}};
    for (std::size_t i = 0; i < place.size(); ++i) {
        d->letters[i]->SetPosition(place[i][0], place[i][1]);
    }
    d->drawScale();
}

double SliceScene::scaleBar_mm() const {
    return d->scale_mm;
}

}  // namespace drdm
