#pragma once

#include "parameters/Json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drdm {

/// A time that grows with the level t: factor · t^power, or a monotone curve through control points.
struct TimeCurve {
    struct Point {
        double t = 0, time = 0;
        bool operator==(const Point&) const = default;
    };
    double factor = 1, power = 1;
    std::vector<Point> points;  ///< empty: the power law. Otherwise t rises from ≤ 1 to 80, time never falls

    /// Between control points by monotone cubics (Fritsch and Carlson 1980): no overshoot.
    [[nodiscard]] double at(double t) const;
    bool operator==(const TimeCurve&) const = default;
};

/// One scale of the random velocity: control intervals along a side, and the standard deviation of a velocity component
/// as a fraction of the side per unit of deformation time.
struct ScheduleScale {
    std::int64_t nodes = 8;
    double sigma = 0;
    bool operator==(const ScheduleScale&) const = default;
};

/// How the `diffeomorphic` process spreads its noise over the levels 1…80 (METHOD.md): how long the velocity is
/// integrated for the image (the real-valued number of compositions) and for the label, and how much there is of every
/// scale. The default is the standard schedule. Amplitude falls there with frequency (like 1/nodes between the first
/// two, like nodes^-2.4 below), so that the exponential stays strictly diffeomorphic on the model's grid at level 80,
/// yet the network sees fine distortion at every level. More of it was tried: what recovery does not undo of the two
/// finest scales stays as wavy contours.
struct Schedule {
    std::string name = "Standard";
    TimeCurve deformation{2.0 / 3.0, 1.3, {}};
    TimeCurve label{1, 0.6, {}};
    std::vector<ScheduleScale> scales{{4, 3.8e-4}, {8, 2.0e-4}, {16, 3.5e-5}, {32, 7e-6}};
};

/// Bounds of what a schedule may hold.
namespace schedulelimits {
inline constexpr int steps = 80;              ///< T
inline constexpr double largestTime = 1000;   ///< beyond it the integration's 2^8 steps are too few
inline constexpr double largestSigma = 0.01;  ///< of one scale
inline constexpr double largestFactor = 1000, smallestPower = 0.01, largestPower = 5;
inline constexpr std::size_t mostPoints = 40, mostScales = 8;
inline constexpr std::int64_t mostNodes = 64;
}  // namespace schedulelimits

/// Whether two schedules make the same fields, whatever they are called.
bool sameNumbers(const Schedule& a, const Schedule& b);
bool isStandard(const Schedule& schedule);

/// \throws Error naming the field, its value and what is accepted.
void check(const Schedule& schedule);

Json toJson(const Schedule& schedule);
/// Checked. Unknown entries are mistakes, too. \throws Error naming the field.
Schedule scheduleFromJson(const Json& json);

}  // namespace drdm
