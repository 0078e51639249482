#pragma once

#include "imaging/DisplacementField.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// Numbers on one displacement field on the grid that it lies on. Percent: 100·‖(u_i / n_i)‖, n_i = size along axis i.
/// 2-D fields use the 2-D criteria, 3-D fields the 3-D ones.
struct FieldStatistics {
    double mean_vox = 0, p95_vox = 0, max_vox = 0;
    double mean_mm = 0, p95_mm = 0, max_mm = 0;
    double mean_percent = 0, p95_percent = 0, max_percent = 0;
    double jacobian_min = 1, jacobian_max = 1;  ///< central differences, one-sided at edges
    double folded_fraction_central = 0;         ///< share of voxels with |J| ≤ 0, central differences
    double folded_fraction_strict = 0;          ///< share of voxels with any needed finite-difference |J| ≤ 0
    std::int64_t folded_voxels_central = 0, folded_voxels_strict = 0;
    double strict_min = 1;  ///< the smallest of all the strict determinants
};

FieldStatistics statistics(const DisplacementField& field);

/// det(I + ∇u) per voxel, central differences, one-sided at the edges; dimensionless.
std::vector<float> jacobianDeterminant(const DisplacementField& field);

/// The smallest needed finite-difference determinant per voxel (Liu et al. 2022, arXiv 2212.06060): 2-D the 4
/// forward/backward pairs, 3-D the 8 corner determinants and the 2 of the central tetrahedra. One-sided at edges.
std::vector<float> strictDeterminant(const DisplacementField& field);

}  // namespace drdm
