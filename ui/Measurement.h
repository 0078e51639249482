#pragma once

#include "render/Plane.h"
#include "ui/StepFrame.h"

#include <QJsonObject>

#include <optional>
#include <vector>

namespace drdm {

/// Something drawn on a slice to be measured: a distance from (x0, y0) to (x1, y1), or a region inside that box. Plane
/// millimetres. A plain value: a project keeps these.
struct Measurement {
    enum class Kind { Distance, Ellipse, Rectangle };
    Kind kind = Kind::Distance;
    int number = 0;  ///< as shown beside it
    std::int64_t slice = 0;
    double x0_mm = 0, y0_mm = 0, x1_mm = 0, y1_mm = 0;
    bool operator==(const Measurement&) const = default;
};

/// Of the voxels whose centres lie inside a region.
struct RegionValues {
    std::size_t voxels = 0;
    double mean = 0, deviation = 0, minimum = 0, maximum = 0;
    double area_mm2 = 0;  ///< voxels times the size of one
};

/// What a measurement says about one image, and about the variation at the shown step.
struct MeasuredValues {
    double length_mm = 0;                    ///< a distance as drawn
    std::optional<double> carriedLength_mm;  ///< between the places of the original that its ends come from
    RegionValues original;
    std::optional<RegionValues> variation;  ///< the same region of the variation
    std::optional<double> carriedArea_mm2;  ///< ∫|J| over the region: the area of the original that it shows
};

QJsonObject toJson(const Measurement& measurement);
Measurement measurementFromJson(const QJsonObject& json);  ///< what is missing is 0

/// The outline of what is drawn, for a view.
std::vector<float> outline(const Measurement& measurement);

/// `frame` may be null. Its plane must be the original's to be used.
MeasuredValues measure(const Measurement& measurement, const ScalarPlane& original, const StepFrame* frame);

}  // namespace drdm
