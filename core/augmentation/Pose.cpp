#include "augmentation/Pose.h"

#include "augmentation/Affine.h"
#include "diffusion/Random.h"

#include <cmath>
#include <numbers>

namespace drdm {

DisplacementField poseField(const Geometry& grid, int dims, std::uint64_t seed, const PoseSettings& settings) {
    Random random(seed, 0x706f7365);
    const double turn_rad = settings.turn_deg * std::numbers::pi / 180;
    const double logZoom = std::log(settings.zoom);
    Mat3 linear = identity3;
    for (std::size_t axis = dims == 3 ? 0 : 2; axis < 3; ++axis) {
        linear = multiplied(linear, rotationAbout(axis, random.uniform(-turn_rad, turn_rad)));
    }
    const double pull = std::exp(random.uniform(-logZoom, logZoom));
    Vec3 shift_mm{};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
        for (auto& row : linear) {
            row[axis] *= pull;
        }
        const double side_mm = static_cast<double>(grid.size[axis]) * grid.spacing_mm[axis];
        shift_mm[axis] = random.uniform(-1, 1) * 0.01 * settings.shift_percent * side_mm;
    }
    return affineField(grid, linear, shift_mm);
}

}  // namespace drdm
