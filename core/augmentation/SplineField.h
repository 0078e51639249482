#pragma once

#include "diffusion/Random.h"
#include "imaging/DisplacementField.h"

namespace drdm {

/// A displacement field through uniform cubic B-splines. The grid of control points has `cells` cells along every axis
/// that is moved, from the first voxel to the last, and so cells + 3 control points (one beyond the first voxel, two
/// counted from the last); `locked` layers of them on each side do not move. Every other control point is drawn
/// uniformly from −limit_mm … limit_mm along each axis. dims 2: the axes x and y, the same for all slices (on a volume
/// the result has 3 components, z 0).
DisplacementField randomSplineField(const Geometry& grid, int dims, int cells, int locked, const Vec3& limit_mm,
                                    Random& random);

/// The distance of neighbouring control points along each axis, mm.
Vec3 controlSpacing_mm(const Geometry& grid, int cells);

/// A field of zero length that fits an image: 2 components on one slice, 3 on a volume.
DisplacementField noDisplacement(const Geometry& grid);

}  // namespace drdm
