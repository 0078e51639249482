#pragma once

#include "imaging/Warp.h"

#include <string>

namespace drdm {

/// Warps by a stored field. Where the field covers one slice of a larger image, that slice (all its phases) is taken.
/// \throws Error stating both grids if the field lies on neither the image nor one of its slices (imaging/Warp.h has
/// `warpOnto` for those).
Image applyField(const Image& image, const DisplacementField& field, Interpolation interpolation);
LabelMap applyField(const LabelMap& labels, const DisplacementField& field, Interpolation interpolation);

}  // namespace drdm
