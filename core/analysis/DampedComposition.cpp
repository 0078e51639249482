#include "analysis/FieldStatistics.h"
#include "analysis/FoldGuard.h"
#include "analysis/StrictDeterminant.h"
#include "imaging/Warp.h"

#include <algorithm>
#include <cmath>
#include <vector>

// Shortening the increment only around the folds, for fields in which some tissue must not move at all: what the
// increment does not move stays as it was in `old`, to the bit, which no repair that shifts nodes could promise. It
// takes more motion away than the repair does (FoldGuard.cpp), so it is used for locked fields alone. It ends, because
// the loop is bounded and its last resort, not moving, is strict.

namespace drdm {

namespace {

constexpr int rounds = 40;

/// Multiplies `weight` by ½ at the folded voxels, by 1 at `radius` voxels and more away, smoothly in between.
void dampAround(const std::vector<float>& determinants, const Geometry& grid, int radius, std::vector<float>& weight) {
    const auto& n = grid.size;
    std::vector<float> factor(weight.size(), 1.0F);
    for (std::int64_t z = 0; z < n[2]; ++z) {
        for (std::int64_t y = 0; y < n[1]; ++y) {
            for (std::int64_t x = 0; x < n[0]; ++x) {
                if (determinants[static_cast<std::size_t>((z * n[1] + y) * n[0] + x)] > strictMargin) {
                    continue;
                }
                for (std::int64_t k = std::max<std::int64_t>(0, z - radius); k <= std::min(n[2] - 1, z + radius); ++k) {
                    for (std::int64_t j = std::max<std::int64_t>(0, y - radius); j <= std::min(n[1] - 1, y + radius);
                         ++j) {
                        for (std::int64_t i = std::max<std::int64_t>(0, x - radius);
                             i <= std::min(n[0] - 1, x + radius); ++i) {
                            const double r = std::hypot(static_cast<double>(i - x), static_cast<double>(j - y),
                                                        static_cast<double>(k - z)) /
                                             radius;
                            const double bump = r < 1 ? (1 - r * r) * (1 - r * r) : 0.0;
                            auto& f = factor[static_cast<std::size_t>((k * n[1] + j) * n[0] + i)];
                            f = std::min(f, static_cast<float>(1 - 0.5 * bump));
                        }
                    }
                }
            }
        }
    }
    std::transform(weight.begin(), weight.end(), factor.begin(), weight.begin(), std::multiplies<>());
}

DisplacementField weighted(const DisplacementField& field, const std::vector<float>& weight) {
    std::vector<float> values(field.values_vox().begin(), field.values_vox().end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= weight[i % weight.size()];
    }
    return {field.geometry(), field.dims(), std::move(values)};
}

double meanLength(const DisplacementField& a, const DisplacementField& b) {
    const auto count = static_cast<std::size_t>(a.geometry().voxelCount());
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double square = 0;
        for (int c = 0; c < a.dims(); ++c) {
            const double d = static_cast<double>(a.component_vox(c)[i]) - static_cast<double>(b.component_vox(c)[i]);
            square += d * d;
        }
        sum += std::sqrt(square);
    }
    return sum / static_cast<double>(count);
}

}  // namespace

DisplacementField composeDamped(const DisplacementField& increment, const DisplacementField& old, GuardReport* report) {
    const auto proposal = compose(increment, old);
    auto result = proposal;
    std::vector<float> weight(static_cast<std::size_t>(old.geometry().voxelCount()), 1.0F);
    int round = 0;
    while (!isStrict(result, strictMargin) && round < rounds) {
        dampAround(strictDeterminant(result), old.geometry(), 3 + round / 2, weight);
        result = compose(weighted(increment, weight), old);
        ++round;
    }
    if (!isStrict(result, strictMargin)) {
        result = old;
    }
    if (report != nullptr) {
        *report = {};
        report->proposed_vox = meanLength(proposal, old);
        report->removed_vox = meanLength(result, proposal);
        report->iterations = round;
        report->damped = round > 0;
    }
    return result;
}

}  // namespace drdm
