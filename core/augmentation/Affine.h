#pragma once

#include "imaging/DisplacementField.h"

namespace drdm {

Mat3 multiplied(const Mat3& a, const Mat3& b);
/// In the plane of the other two axes, by `angle_rad`.
Mat3 rotationAbout(std::size_t axis, double angle_rad);

/// An affine map about the middle of the grid as a field: u = A·p + s − p, p in mm along the grid's axes from its
/// middle. It pulls: a matrix that enlarges p makes the object smaller. 2 components on one slice, 3 on a volume.
DisplacementField affineField(const Geometry& grid, const Mat3& linear, const Vec3& shift_mm = {});

}  // namespace drdm
