#pragma once

#include "imaging/Geometry.h"

#include <vector>

namespace drdm {

/// A volume (x fastest) convolved with a Gaussian of this standard deviation in voxels along the first `dims` axes (2:
/// every slice by itself), cut at 4 standard deviations; values beyond the edge are those at the edge.
std::vector<float> smoothed(std::vector<float> values, Size3 size, int dims, double sigma_vox);

}  // namespace drdm
