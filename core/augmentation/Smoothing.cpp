#include "augmentation/Smoothing.h"

#include "imaging/AxisResampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace drdm {
namespace {

AxisTaps gaussianTaps(std::int64_t count, double sigma) {
    const auto reach = static_cast<std::int64_t>(std::ceil(4 * sigma));
    std::vector<double> kernel(static_cast<std::size_t>(2 * reach + 1));
    for (std::int64_t k = -reach; k <= reach; ++k) {
        kernel[static_cast<std::size_t>(k + reach)] = std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma));
    }
    const double sum = std::accumulate(kernel.begin(), kernel.end(), 0.0);
    AxisTaps taps;
    taps.inputs = taps.outputs = count;
    taps.width = 2 * reach + 1;
    for (std::int64_t i = 0; i < count; ++i) {
        for (std::int64_t k = -reach; k <= reach; ++k) {
            taps.indices.push_back(std::clamp<std::int64_t>(i + k, 0, count - 1));
            taps.weights.push_back(static_cast<float>(kernel[static_cast<std::size_t>(k + reach)] / sum));
        }
    }
    return taps;
}

}  // namespace

std::vector<float> smoothed(std::vector<float> values, Size3 size, int dims, double sigma_vox) {
    for (std::size_t axis = 0; sigma_vox > 0 && axis < static_cast<std::size_t>(dims); ++axis) {
        if (size[axis] > 1) {
            const AxisTaps taps = gaussianTaps(size[axis], sigma_vox);
            values = resampleAxis(std::move(values), size, axis, taps);
        }
    }
    return values;
}

}  // namespace drdm
