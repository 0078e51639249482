#pragma once

#include "render/Plane.h"

#include <span>

namespace drdm {

/// A regular grid carried along by the image: the lines on which φ = x + u is a multiple of the grid's distance.
/// Because warping pulls (I_out(x) = I(x + u(x))), a line drawn on the untouched image at y = const appears exactly
/// there. `alongX_vox`, `alongY_vox`: displacements in voxels along columns and rows, one per voxel; empty = nothing
/// moves. About `lines` grid lines along the longer side.
LineSet deformedGrid(const PlaneGrid& grid, std::span<const float> alongX_vox, std::span<const float> alongY_vox,
                     int lines = 20);

/// The same with a grid of squares of `spacing_mm`.
LineSet deformedGridOfSpacing(const PlaneGrid& grid, std::span<const float> alongX_vox,
                              std::span<const float> alongY_vox, double spacing_mm);

}  // namespace drdm
