#pragma once

#include "imaging/DisplacementField.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// Multi-resolution B-spline synthesis (MRBS), as synthetic training pairs for registration are commonly made (Eppenhof
/// & Pluim 2019, doi 10.1109/TMI.2018.2878316): random B-spline deformations on finer and finer grids, one after the
/// other. On each grid the control points move by up to `share` of their distance; below 0.48 of it in 2-D and 0.40 in
/// 3-D such a deformation is injective (Choi & Lee 2000, doi 10.1006/gmod.2000.0531), and so is their composition, up
/// to the sampling on voxels: the few folds that remain are counted in the manifest.
struct MultiResolutionSettings {
    std::vector<int> cells{2, 4, 8, 16};  ///< a side, coarse to fine
    double share = 0.25;
};

DisplacementField multiResolutionField(const Geometry& grid, int dims, std::uint64_t seed,
                                       const MultiResolutionSettings& settings = {});

}  // namespace drdm
