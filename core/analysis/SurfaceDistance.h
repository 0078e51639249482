#pragma once

#include "imaging/Image.h"

namespace drdm {

struct SurfaceDistances {
    double asd_mm = 0;   ///< mean over all surface voxels of both structures of the distance to the other's surface
    double hd95_mm = 0;  ///< the larger of the two directed 95th percentiles
};

/// Distances between the surfaces of one label in two maps on the same grid, mm. A surface voxel is one of the
/// structure with a face neighbour that is not (beyond the grid counts as not; along an axis of one voxel there are no
/// neighbours). Exact Euclidean distances between voxel centres (distance transform of Felzenszwalb & Huttenlocher
/// 2012, with spacing). NaN when a surface is empty.
SurfaceDistances surfaceDistances(const LabelMap& a, const LabelMap& b, std::uint16_t label);

}  // namespace drdm
