#include "augmentation/BigAug.h"

#include "augmentation/Affine.h"
#include "augmentation/Smoothing.h"
#include "augmentation/SplineField.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace drdm {
namespace {

/// Random displacements in −1…1, smoothed, times the amount: voxels. Drawn beyond the edges, too, so that they are as
/// smooth there as inside.
std::vector<float> drawnDeformation(const Geometry& grid, int dims, double sigma, double amount, Random& random) {
    const auto beyond = static_cast<std::int64_t>(std::ceil(4 * sigma));
    Size3 size{1, 1, 1};
    Size3 margin{0, 0, 0};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
        margin[axis] = beyond;
        size[axis] = grid.size[axis] + 2 * beyond;
    }
    std::vector<float> values(static_cast<std::size_t>(size[0] * size[1] * size[2]));
    for (float& value : values) {
        value = static_cast<float>(random.uniform(-1, 1));
    }
    values = smoothed(std::move(values), size, dims, sigma);
    std::vector<float> inside;
    for (std::int64_t z = margin[2]; z < size[2] - margin[2]; ++z) {
        for (std::int64_t y = margin[1]; y < size[1] - margin[1]; ++y) {
            const auto row = values.begin() + static_cast<std::ptrdiff_t>((z * size[1] + y) * size[0] + margin[0]);
            std::transform(row, row + static_cast<std::ptrdiff_t>(grid.size[0]), std::back_inserter(inside),
                           [amount](float v) { return v * static_cast<float>(amount); });
        }
    }
    return inside;
}

}  // namespace

DisplacementField bigAugField(const Geometry& grid, int dims, std::uint64_t seed, const BigAugSettings& settings) {
    Random random(seed, 0x626967617567);
    const auto taken = [&] { return random.uniform() < settings.probability; };
    const auto within = [&](const double(&range)[2]) { return random.uniform(range[0], range[1]); };
    Mat3 linear = identity3;
    if (taken()) {
        for (std::size_t axis = dims == 3 ? 0 : 2; axis < 3; ++axis) {
            linear = multiplied(linear, rotationAbout(axis, within(settings.rotation_deg) * std::numbers::pi / 180));
        }
    }
    if (taken()) {
        const double pull = 1 / within(settings.scaling);  // warping pulls: a larger object is looked up nearer
        for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
            for (auto& row : linear) {
                row[axis] *= pull;
            }
        }
    }
    std::vector<std::vector<float>> waves;
    if (taken()) {
        const double sigma = within(settings.smoothness_vox);
        const double amount = within(settings.deformation_vox);
        for (int axis = 0; axis < dims; ++axis) {
            waves.push_back(drawnDeformation(grid, dims, sigma, amount, random));
        }
    }
    const DisplacementField affine = affineField(grid, linear);
    const auto count = static_cast<std::size_t>(grid.voxelCount());
    std::vector<float> values(affine.values_vox().begin(), affine.values_vox().end());
    for (std::size_t axis = 0; axis < waves.size(); ++axis) {
        const auto at = static_cast<std::size_t>(componentOfAxis(static_cast<int>(axis), affine.dims())) * count;
        for (std::size_t index = 0; index < count; ++index) {
            values[at + index] += waves[axis][index % waves[axis].size()];
        }
    }
    return {grid, affine.dims(), std::move(values)};
}

}  // namespace drdm
