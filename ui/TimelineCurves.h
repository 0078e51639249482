#pragma once

#include "analysis/FieldStatistics.h"
#include "diffusion/Recovery.h"

#include <QColor>
#include <QString>

#include <functional>
#include <set>
#include <vector>

class QPainter;
class QRectF;

namespace drdm {

/// One step on the timeline.
struct TimelinePoint {
    StepKind kind = StepKind::Diffusion;
    int t = 0;
    FieldStatistics statistics;
};

/// What can be drawn over the steps. Displacements share one axis in percent of the image size, the others have
/// their own.
enum class TimelineCurve { Mean, Largest, LeastJacobian, Folded };
inline constexpr TimelineCurve timelineCurves[] = {TimelineCurve::Mean, TimelineCurve::Largest,
                                                   TimelineCurve::LeastJacobian, TimelineCurve::Folded};

/// Amber for the diffusion half, teal for the recovery half.
QColor halfColour(StepKind kind);

/// The upper ends of the axes, round numbers that hold every point; the lower ends are 0.
struct TimelineScale {
    double displacement_percent = 1;
    double folded_percent = 0;  ///< 0 = nothing is folded

    static TimelineScale of(const std::vector<TimelinePoint>& points, const std::set<TimelineCurve>& shown);
    /// The height of a value: 0 at the lower end of its axis, 1 at the upper end; clamped.
    [[nodiscard]] double height(TimelineCurve curve, const FieldStatistics& statistics) const;
    /// "0–4 %, |J| 0–1", for what is shown.
    [[nodiscard]] QString text(const std::set<TimelineCurve>& shown) const;
};

/// Draws the shown curves into `area`; `x` gives the middle of a step. The recovery's curves begin where the
/// diffusion's end.
void paintCurves(QPainter& painter, const QRectF& area, const std::vector<TimelinePoint>& points,
                 const std::set<TimelineCurve>& shown, const TimelineScale& scale, const std::function<double(int)>& x);

/// All numbers of a step as a small table (HTML). `index` counts from 0.
QString stepReadout(const TimelinePoint& point, int index, int count);

}  // namespace drdm
