#include "analysis/CoarseRepair.h"

#include "analysis/FoldRepair.h"
#include "imaging/AxisResampling.h"

#include <algorithm>
#include <utility>

namespace drdm {

namespace {

/// Averages over blocks along one axis; the last block may be smaller.
AxisTaps blockTaps(std::int64_t count, std::int64_t block) {
    AxisTaps taps;
    taps.inputs = count;
    taps.outputs = (count + block - 1) / block;
    taps.width = block;
    for (std::int64_t o = 0; o < taps.outputs; ++o) {
        const std::int64_t inside = std::min(block, count - o * block);
        for (std::int64_t k = 0; k < block; ++k) {
            taps.indices.push_back(o * block + std::min(k, inside - 1));
            taps.weights.push_back(k < inside ? 1.0F / static_cast<float>(inside) : 0.0F);
        }
    }
    return taps;
}

}  // namespace

bool unfoldCoarsely(const Size3& size, int dims, std::vector<float>& values_vox, std::int64_t block, double margin) {
    const std::int64_t count = size[0] * size[1] * size[2];
    const float toBlocks = 1.0F / static_cast<float>(block);
    Size3 coarseSize = size;
    std::vector<float> coarse;
    for (int c = 0; c < dims; ++c) {
        const auto begin = values_vox.begin() + c * count;
        std::vector<float> component(begin, begin + count);
        coarseSize = size;
        for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
            component = resampleAxis(std::move(component), coarseSize, axis, blockTaps(size[axis], block));
        }
        std::transform(component.begin(), component.end(), std::back_inserter(coarse),
                       [toBlocks](float value) { return value * toBlocks; });
    }
    std::vector<float> repaired = coarse;
    FoldRepair repair(coarseSize, dims, repaired, margin);
    const std::int64_t violations = repair.findViolations();
    if (violations == 0) {
        return false;
    }
    repair.project(200 * violations + 1000);
    const std::int64_t coarseCount = coarseSize[0] * coarseSize[1] * coarseSize[2];
    for (int c = 0; c < dims; ++c) {
        std::vector<float> change(static_cast<std::size_t>(coarseCount));
        for (std::size_t n = 0; n < change.size(); ++n) {
            const std::size_t at = static_cast<std::size_t>(c * coarseCount) + n;
            change[n] = (repaired[at] - coarse[at]) * static_cast<float>(block);
        }
        Size3 now = coarseSize;
        for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
            const double step = 1.0 / static_cast<double>(block);
            change =
                resampleAxis(std::move(change), now, axis, linearTaps(now[axis], size[axis], step, 0.5 * step - 0.5));
        }
        float* target = values_vox.data() + c * count;
        for (std::int64_t n = 0; n < count; ++n) {
            target[n] += change[static_cast<std::size_t>(n)];
        }
    }
    return true;
}

}  // namespace drdm
