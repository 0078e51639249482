#include "render/PlotScene.h"

#include "render/PlotItems.h"

#include <vtkAxis.h>
#include <vtkBrush.h>
#include <vtkChartLegend.h>
#include <vtkChartXY.h>
#include <vtkContextActor.h>
#include <vtkContextScene.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkPen.h>
#include <vtkPlotLine.h>
#include <vtkPlotPoints.h>
#include <vtkRenderer.h>
#include <vtkTable.h>
#include <vtkTextProperty.h>

#include <limits>

namespace drdm {

namespace {

constexpr int labelSize = 11, titleSize = 12;  // points; the window's DPI carries the pixel ratio

void paint(vtkTextProperty* text, const QColor& colour, int size) {
    text->SetColor(colour.redF(), colour.greenF(), colour.blueF());
    text->SetFontFamilyToArial();
    text->SetFontSize(size);
    text->BoldOff();
    text->ItalicOff();
}

vtkNew<vtkTable> table(const PlotCurve& curve, bool logY) {
    vtkNew<vtkTable> result;
    vtkNew<vtkDoubleArray> x, y;
    x->SetName("x");
    y->SetName("y");
    const std::size_t count = std::min(curve.x.size(), curve.y.size());
    for (std::size_t i = 0; i < count; ++i) {
        const bool drawn = std::isfinite(curve.y[i]) && (!logY || curve.y[i] > 0);
        x->InsertNextValue(curve.x[i]);
        y->InsertNextValue(drawn ? curve.y[i] : std::numeric_limits<double>::quiet_NaN());
    }
    result->AddColumn(x);
    result->AddColumn(y);
    return result;
}

}  // namespace

struct PlotScene::Private {
    vtkRenderer* renderer = nullptr;
    vtkNew<vtkContextActor> actor;
    vtkNew<PlotBand> band;
    vtkNew<vtkChartXY> chart;
    vtkNew<PlotHandles> handles;
    vtkNew<PlotMarks> marks;
    PlotColours colours;
    std::vector<PlotCurve> curves;
    PlotFrame frame;
    double height = 1, ratio = 1;
    bool legend = false;

    vtkAxis* x() { return chart->GetAxis(vtkAxis::BOTTOM); }
    vtkAxis* y() { return chart->GetAxis(vtkAxis::LEFT); }

    void dress() {
        renderer->SetBackground(colours.ground.redF(), colours.ground.greenF(), colours.ground.blueF());
        for (vtkAxis* axis : {x(), y()}) {
            paint(axis->GetLabelProperties(), colours.muted, labelSize);
            paint(axis->GetTitleProperties(), colours.muted, titleSize);
            axis->GetPen()->SetColor(static_cast<unsigned char>(colours.line.red()),
                                     static_cast<unsigned char>(colours.line.green()),
                                     static_cast<unsigned char>(colours.line.blue()));
            axis->GetPen()->SetWidth(static_cast<float>(ratio));
            axis->GetGridPen()->SetColor(static_cast<unsigned char>(colours.line.red()),
                                         static_cast<unsigned char>(colours.line.green()),
                                         static_cast<unsigned char>(colours.line.blue()), 150);
            axis->GetGridPen()->SetWidth(static_cast<float>(ratio));
            axis->SetTickLength(static_cast<float>(4 * ratio));
            axis->SetLabelOffset(static_cast<float>(5 * ratio));
        }
        vtkChartLegend* box = chart->GetLegend();
        paint(box->GetLabelProperties(), colours.text, labelSize);
        box->GetBrush()->SetColor(static_cast<unsigned char>(colours.ground.red()),
                                  static_cast<unsigned char>(colours.ground.green()),
                                  static_cast<unsigned char>(colours.ground.blue()), 200);
        box->GetPen()->SetLineType(vtkPen::NO_PEN);
        box->SetPadding(static_cast<int>(6 * ratio));
        box->SetSymbolWidth(static_cast<int>(18 * ratio));
        marks->dress(colours);
    }

    /// To the upper right, or to the lower where fewer curves run.
    void placeLegend() {
        constexpr double wide = 0.3, high = 0.35;
        constexpr int betweenValues = 20;
        int above = 0, below = 0;
        for (const PlotCurve& curve : curves) {
            for (std::size_t i = 1; i < curve.x.size(); ++i) {
                const QPointF from = frame.toWidget(curve.x[i - 1], curve.y[i - 1]);
                const QPointF to = frame.toWidget(curve.x[i], curve.y[i]);
                for (int k = 0; k <= betweenValues; ++k) {
                    const QPointF at = from + (to - from) * (static_cast<double>(k) / betweenValues);
                    const double across = (at.x() - frame.area.left()) / frame.area.width();
                    const double down = (at.y() - frame.area.top()) / frame.area.height();
                    above += across > 1 - wide && across <= 1 && down >= 0 && down < high ? 1 : 0;
                    below += across > 1 - wide && across <= 1 && down > 1 - high && down <= 1 ? 1 : 0;
                }
            }
        }
        chart->GetLegend()->SetVerticalAlignment(below < above ? vtkChartLegend::BOTTOM : vtkChartLegend::TOP);
    }

    void draw() {
        chart->ClearPlots();
        handles->set(curves, colours.ground);
        for (const PlotCurve& curve : curves) {
            if (curve.draggable && !curve.line) {
                continue;  // handles alone
            }
            vtkPlot* plot = nullptr;
            if (curve.line) {
                plot = chart->AddPlot(vtkChart::LINE);
                plot->GetPen()->SetLineType(curve.dashed ? vtkPen::DASH_LINE : vtkPen::SOLID_LINE);
            } else {
                plot = chart->AddPlot(vtkChart::POINTS);
            }
            const vtkNew<vtkTable> values = table(curve, frame.logY);
            plot->SetInputData(values, 0, 1);
            plot->SetColor(
                static_cast<unsigned char>(curve.colour.red()), static_cast<unsigned char>(curve.colour.green()),
                static_cast<unsigned char>(curve.colour.blue()), static_cast<unsigned char>(curve.colour.alpha()));
            plot->SetWidth(static_cast<float>(curve.width * ratio));
            plot->SetLabel(curve.name.toStdString());
            plot->SetLegendVisibility(!curve.name.isEmpty());
            plot->SelectableOff();
            if (auto* marked = vtkPlotPoints::SafeDownCast(plot)) {
                marked->SetMarkerStyle((curve.points || !curve.line) && !curve.draggable ? vtkPlotPoints::CIRCLE
                                                                                         : vtkPlotPoints::NONE);
                marked->SetMarkerSize(static_cast<float>(6 * ratio));
            }
        }
        chart->SetShowLegend(legend && !curves.empty());
        placeLegend();
    }
};

PlotScene::PlotScene(vtkRenderer* renderer) : d(std::make_unique<Private>()) {
    d->renderer = renderer;
    vtkContextScene* scene = d->actor->GetScene();
    scene->SetRenderer(renderer);
    scene->AddItem(d->band);
    scene->AddItem(d->chart);
    scene->AddItem(d->handles);
    scene->AddItem(d->marks);
    renderer->AddViewProp(d->actor);
    d->chart->SetLayoutStrategy(vtkChart::AXES_TO_RECT);
    d->chart->SetRenderEmpty(true);
    d->chart->SetHiddenAxisBorder(0);
    d->chart->GetBackgroundBrush()->SetOpacity(0);
    for (vtkAxis* axis : {d->x(), d->y()}) {
        axis->SetBehavior(vtkAxis::FIXED);
        axis->SetTitle("");
    }
    d->chart->GetLegend()->SetInline(true);
    d->chart->GetLegend()->SetDragEnabled(false);
    d->chart->GetLegend()->SetHorizontalAlignment(vtkChartLegend::RIGHT);
    d->dress();
}

PlotScene::~PlotScene() {
    d->renderer->RemoveAllViewProps();
}

void PlotScene::setColours(const PlotColours& colours) {
    d->colours = colours;
    d->handles->set(d->curves, colours.ground);
    d->dress();
}

void PlotScene::setCurves(const std::vector<PlotCurve>& curves, bool logY) {
    d->curves = curves;
    d->frame.logY = logY;
    d->draw();
}

void PlotScene::setTitles(const QString& x, const QString& y) {
    d->x()->SetTitle(x.toStdString());
    d->y()->SetTitle(y.toStdString());
}

void PlotScene::setAxisLabels(bool x, bool y) {
    d->x()->SetLabelsVisible(x);
    d->y()->SetLabelsVisible(y);
    d->x()->SetTicksVisible(x);
    d->y()->SetTicksVisible(y);
}

void PlotScene::setLegend(bool shown) {
    d->legend = shown;
    d->chart->SetShowLegend(shown && !d->curves.empty());
}

void PlotScene::setFrame(const PlotFrame& frame, double height, double pixelRatio) {
    const bool other = d->ratio != pixelRatio;
    d->frame = frame;
    d->height = height;
    d->ratio = pixelRatio;
    d->y()->SetLogScale(frame.logY);
    d->x()->SetUnscaledRange(frame.x.from, frame.x.to);
    d->y()->SetUnscaledRange(frame.y.from, frame.y.to);
    const QRectF& area = frame.area;
    d->chart->SetSize(vtkRectf(
        static_cast<float>(area.left() * pixelRatio), static_cast<float>((height - area.bottom()) * pixelRatio),
        static_cast<float>(area.width() * pixelRatio), static_cast<float>(area.height() * pixelRatio)));
    d->chart->RecalculateBounds();
    d->placeLegend();
    d->band->place(frame, height, pixelRatio);
    d->handles->place(frame, height, pixelRatio);
    d->marks->place(frame, height, pixelRatio);
    if (other) {
        d->dress();
        d->draw();
    }
}

void PlotScene::setCursor(std::optional<double> x, const QColor& colour) {
    d->marks->setCursor(x, colour.isValid() ? colour : d->colours.text);
}

void PlotScene::setBand(double from, double to, const QColor& colour) {
    d->band->set(from, to, colour);
}

void PlotScene::setMark(std::optional<QPointF> data, const QColor& colour, const QString& label) {
    d->marks->setMark(data, colour, label);
}

void PlotScene::setChosen(std::optional<QPointF> data, const QColor& colour) {
    d->marks->setChosen(data, colour);
}

}  // namespace drdm
