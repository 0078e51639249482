#pragma once

#include "diffusion/Schedule.h"
#include "imaging/DisplacementField.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// The random field of a schedule at a level (`diffeomorphic` process), without a model: what diffusion makes before
/// the fold guard looks at it. `modelGrid`: a model's grid (a square of one slice, or a cube); in its voxels.
/// \throws Error if the schedule does not pass its check or the level is outside 1…80.
DisplacementField scheduleField(const Schedule& schedule, int level, std::uint64_t seed, const Geometry& modelGrid);

/// What a schedule does at one level, on a square grid.
struct LevelForecast {
    int level = 0;
    double mean_percent = 0;  ///< displacement in % of the side
    double max_percent = 0;
    double folded_central = 0;  ///< share of the voxels, central differences
    double folded_strict = 0;   ///< strict criterion
};

/// Averages over the seeds first … first + count − 1 on side × side voxels. \throws Error as above.
LevelForecast forecast(const Schedule& schedule, int level, int side, std::uint64_t first, int count);

/// The same of the authors' released code (the `released` process at 256², seeds 1…8), levels 16, 32, 48, 64, 80.
const std::vector<LevelForecast>& releasedFigures();

}  // namespace drdm
