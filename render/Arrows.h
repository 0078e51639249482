#pragma once

#include "render/Plane.h"

#include <span>

namespace drdm {

/// Arrows from where the tissue was to where it is shown: because warping pulls (I_out(x) = I(x + u(x))), the head lies
/// at x and the tail at x + scale · u(x). On a regular grid of about `across` arrows along the longer side; places that
/// move less than a fiftieth of the grid's distance have none. Three pieces an arrow: shaft and two barbs.
/// `alongX_vox`, `alongY_vox`: displacements in voxels along columns and rows, one per voxel.
/// \throws Error if they do not lie on the grid.
LineSet arrows(const PlaneGrid& grid, std::span<const float> alongX_vox, std::span<const float> alongY_vox, int across,
               double scale);

}  // namespace drdm
