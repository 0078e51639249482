#include "imaging/AxisResampling.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

/// `kernel(d)` gives the unnormalised weight of an input at distance d (in input voxels); zero beyond `reach`.
template <typename Kernel>
AxisTaps makeTaps(std::int64_t inputs, std::int64_t outputs, double a, double b, double reach, Kernel&& kernel) {
    AxisTaps taps;
    taps.inputs = inputs;
    taps.outputs = outputs;
    taps.width = static_cast<std::int64_t>(std::ceil(2 * reach));
    taps.indices.reserve(static_cast<std::size_t>(outputs * taps.width));
    taps.weights.reserve(static_cast<std::size_t>(outputs * taps.width));
    std::vector<double> row(static_cast<std::size_t>(taps.width));
    for (std::int64_t o = 0; o < outputs; ++o) {
        // Far outside everything is the end voxel; the clamp keeps the taps near the grid.
        const double at = std::clamp(a * static_cast<double>(o) + b, -reach, static_cast<double>(inputs - 1) + reach);
        const auto first = static_cast<std::int64_t>(std::floor(at - reach)) + 1;
        double sum = 0;
        for (std::size_t k = 0; k < row.size(); ++k) {
            row[k] = std::max(0.0, kernel(std::abs(static_cast<double>(first) + static_cast<double>(k) - at)));
            sum += row[k];
        }
        for (std::size_t k = 0; k < row.size(); ++k) {
            taps.indices.push_back(std::clamp<std::int64_t>(first + static_cast<std::int64_t>(k), 0, inputs - 1));
            taps.weights.push_back(static_cast<float>(row[k] / sum));
        }
    }
    return taps;
}

}  // namespace

void AxisTaps::weaken(std::int64_t output, double factor) {
    for (std::int64_t k = 0; k < width; ++k) {
        weights[static_cast<std::size_t>(output * width + k)] *= static_cast<float>(factor);
    }
}

AxisTaps copyTaps(std::int64_t count) {
    AxisTaps taps;
    taps.inputs = taps.outputs = count;
    taps.copy = true;
    return taps;
}

AxisTaps linearTaps(std::int64_t inputs, std::int64_t outputs, double a, double b) {
    return makeTaps(inputs, outputs, a, b, 1.0, [](double d) { return 1.0 - d; });
}

AxisTaps averagingTaps(std::int64_t inputs, std::int64_t outputs, double a, double b) {
    const double reach = std::max(1.0, a);
    return makeTaps(inputs, outputs, a, b, reach, [reach](double d) { return 1.0 - d / reach; });
}

AxisTaps splineTaps(std::int64_t inputs, std::int64_t outputs, double a, double b) {
    return makeTaps(inputs, outputs, a, b, 2.0, [](double d) {
        return d < 1.0 ? 2.0 / 3.0 - d * d + 0.5 * d * d * d : (2.0 - d) * (2.0 - d) * (2.0 - d) / 6.0;
    });
}

std::vector<float> resampleAxis(std::vector<float> values, Size3& size, std::size_t axis, const AxisTaps& taps) {
    if (taps.copy) {
        return values;
    }
    std::int64_t inner = 1;
    std::int64_t outer = 1;
    for (std::size_t k = 0; k < 3; ++k) {
        (k < axis ? inner : outer) *= k == axis ? 1 : size[k];
    }
    std::vector<float> result(static_cast<std::size_t>(inner * taps.outputs * outer), 0.0F);
    for (std::int64_t block = 0; block < outer; ++block) {
        const float* from = values.data() + block * taps.inputs * inner;
        float* to = result.data() + block * taps.outputs * inner;
        for (std::int64_t o = 0; o < taps.outputs; ++o) {
            for (std::int64_t k = 0; k < taps.width; ++k) {
                const auto tap = static_cast<std::size_t>(o * taps.width + k);
                const float weight = taps.weights[tap];
                if (weight == 0.0F) {
                    continue;
                }
                const float* row = from + taps.indices[tap] * inner;
                for (std::int64_t i = 0; i < inner; ++i) {
                    to[o * inner + i] += weight * row[i];
                }
            }
        }
    }
    size[axis] = taps.outputs;
    return result;
}

}  // namespace drdm
