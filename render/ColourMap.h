#pragma once

#include "render/Plane.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace drdm {

using Rgba = std::array<std::uint8_t, 4>;

/// Folded voxels (|J| ≤ 0) in the Jacobian map: a colour that occurs nowhere else in it.
inline constexpr Rgba foldedColour{255, 0, 220, 255};

/// Where a Jacobian determinant lies in its map: log-symmetric, so that 1/limit → 0, 1 → 0.5, limit → 1, and ½ and 2
/// are equally far from the middle. Clamped. Only for j > 0. limit > 1.
double jacobianPosition(double j, double limit);

/// The inverse: 0 → 1/limit, 0.5 → 1, 1 → limit.
double jacobianAt(double position, double limit);

/// Blue where compressed, clear at 1, orange where expanded; `foldedColour` where j ≤ 0 (or not a number).
Rgba jacobianColour(double j, double limit);

/// Maps for lengths, all clear at 0 and ever lighter, so that people with any colour vision read them alike.
enum class LengthMap { Plum, Teal, Steel };  ///< violet to pale yellow, blue through green to yellow, blue to yellow

/// Displacement lengths: clear at 0, the map's last colour at `max_mm` and beyond.
Rgba displacementColour(double length_mm, double max_mm, LengthMap map = LengthMap::Plum);

/// Signed differences: blue below 0, nearly black at 0, orange above; the lightest at ±range and beyond. Opaque.
Rgba differenceColour(double difference, double range);

/// A plane of colours. \throws Error if the count of values does not fit the grid.
ColourPlane jacobianPlane(const PlaneGrid& grid, std::span<const float> jacobian, double limit);
ColourPlane displacementPlane(const PlaneGrid& grid, std::span<const float> length_mm, double max_mm,
                              LengthMap map = LengthMap::Plum);

}  // namespace drdm
