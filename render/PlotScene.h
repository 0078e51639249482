#pragma once

#include "render/PlotFrame.h"

#include <memory>
#include <optional>

class vtkRenderer;

namespace drdm {

/// What a plot draws, from back to front: band, chart (grid, axes, curves, legend), cursor line, the marked point and
/// its label. Owns its VTK pipeline; is handed the renderer. GUI thread only.
class PlotScene {
public:
    explicit PlotScene(vtkRenderer* renderer);
    ~PlotScene();

    void setColours(const PlotColours& colours);
    void setCurves(const std::vector<PlotCurve>& curves, bool logY);
    void setTitles(const QString& x, const QString& y);
    void setAxisLabels(bool x, bool y);
    void setLegend(bool shown);
    /// `height`: of the widget in widget pixels; `pixelRatio`: device pixels in each of them.
    void setFrame(const PlotFrame& frame, double height, double pixelRatio);

    void setCursor(std::optional<double> x, const QColor& colour);
    void setBand(double from, double to, const QColor& colour);  ///< from == to: none
    /// A ring around a value, and a label beside it unless that is empty.
    void setMark(std::optional<QPointF> data, const QColor& colour, const QString& label);
    /// A wider ring: the point that the keyboard moves.
    void setChosen(std::optional<QPointF> data, const QColor& colour);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
