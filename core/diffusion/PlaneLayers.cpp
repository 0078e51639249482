#include "diffusion/PlaneLayers.h"

#include <algorithm>

namespace drdm::plane {

using kernels::Tap;
using kernels::TapConvolution;

namespace {

int count(std::span<const float> values) {
    return static_cast<int>(values.size());
}

std::vector<float> linear(std::span<const float> weight, std::span<const float> bias, std::span<const float> x) {
    std::vector<float> y(bias.begin(), bias.end());
    for (std::size_t o = 0; o < y.size(); ++o) {
        for (std::size_t i = 0; i < x.size(); ++i) {
            y[o] += weight[o * x.size() + i] * x[i];
        }
    }
    return y;
}

}  // namespace

std::vector<float> timeLayers(const Weights& weights, const std::string& name, std::span<const float> embedding) {
    auto hidden = linear(weights(name + ".0.weight"), weights(name + ".0.bias"), embedding);
    for (float& value : hidden) {
        value = std::max(value, 0.0F);
    }
    return linear(weights(name + ".2.weight"), weights(name + ".2.bias"), hidden);
}

std::vector<Tap> halvingTaps(int inputs) {
    std::vector<Tap> taps;
    for (int i = 0; i < inputs; ++i) {
        for (int ky = 0; ky < 4; ++ky) {
            for (int kx = 0; kx < 4; ++kx) {
                // Row 2y + ky − 1 of the input is row y + (ky − 1 − phase) / 2 of its phase (ky + 1) mod 2.
                const int py = (ky + 1) % 2;
                const int px = (kx + 1) % 2;
                taps.push_back({4 * i + 2 * py + px, (ky - 1 - py) / 2, (kx - 1 - px) / 2});
            }
        }
    }
    return taps;
}

TapConvolution halving(std::span<const float> weights, std::span<const float> bias) {
    return {halvingTaps(count(weights) / (16 * count(bias))), count(bias), weights, bias};
}

std::vector<TapConvolution> doubling(std::span<const float> weights, std::span<const float> bias) {
    const int outputs = count(bias);
    const int inputs = count(weights) / (16 * outputs);
    // Output row 2y + phase takes input row y + d by kernel row phase + 1 − 2d.
    std::vector<TapConvolution> phases;
    for (int py = 0; py < 2; ++py) {
        for (int px = 0; px < 2; ++px) {
            std::vector<Tap> taps;
            std::vector<float> phase;
            for (int o = 0; o < outputs; ++o) {
                for (int i = 0; i < inputs; ++i) {
                    for (int dy = py - 1; dy <= py; ++dy) {
                        for (int dx = px - 1; dx <= px; ++dx) {
                            if (o == 0) {
                                taps.push_back({i, dy, dx});
                            }
                            const int k = 4 * (py + 1 - 2 * dy) + px + 1 - 2 * dx;
                            phase.push_back(
                                weights[16 * (static_cast<std::size_t>(i) * bias.size() + static_cast<std::size_t>(o)) +
                                        static_cast<std::size_t>(k)]);
                        }
                    }
                }
            }
            phases.emplace_back(std::move(taps), outputs, phase, bias);
        }
    }
    return phases;
}

}  // namespace drdm::plane
