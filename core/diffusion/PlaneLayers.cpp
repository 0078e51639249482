#include "diffusion/PlaneLayers.h"

#include <algorithm>

namespace drdm::plane {

using kernels::Tap;
using kernels::TapConvolution;

namespace {

int count(std::span<const float> values) {
    return static_cast<int>(values.size());
}

int kernelSize(int dims) {
    return dims == 3 ? 64 : 16;
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

std::vector<Tap> halvingTaps(int inputs, int dims) {
    const int deep = dims == 3 ? 4 : 1;
    std::vector<Tap> taps;
    // Row 2y + k − 1 of the input is row y + (k − 1 − phase) / 2 of its phase (k + 1) mod 2.
    const auto phase = [](int k) { return (k + 1) % 2; };
    const auto shift = [phase](int k) { return (k - 1 - phase(k)) / 2; };
    for (int i = 0; i < inputs; ++i) {
        for (int kz = 0; kz < deep; ++kz) {
            for (int ky = 0; ky < 4; ++ky) {
                for (int kx = 0; kx < 4; ++kx) {
                    const int plane = 2 * phase(ky) + phase(kx);
                    taps.push_back(dims == 3 ? Tap{8 * i + 4 * phase(kz) + plane, shift(ky), shift(kx), shift(kz)}
                                             : Tap{4 * i + plane, shift(ky), shift(kx)});
                }
            }
        }
    }
    return taps;
}

TapConvolution halving(std::span<const float> weights, std::span<const float> bias, int dims) {
    return {halvingTaps(count(weights) / (kernelSize(dims) * count(bias)), dims), count(bias), weights, bias};
}

std::vector<TapConvolution> doubling(std::span<const float> weights, std::span<const float> bias, int dims) {
    const int outputs = count(bias);
    const int inputs = count(weights) / (kernelSize(dims) * outputs);
    std::vector<TapConvolution> phases;
    for (int number = 0; number < 1 << dims; ++number) {
        const int px = number & 1, py = number >> 1 & 1, pz = number >> 2;
        // Output row 2y + phase takes input row y + d by kernel row phase + 1 − 2d.
        struct Part {
            Tap tap;
            int k;
        };
        std::vector<Part> parts;
        for (int dz = dims == 3 ? pz - 1 : 0; dz <= pz; ++dz) {
            for (int dy = py - 1; dy <= py; ++dy) {
                for (int dx = px - 1; dx <= px; ++dx) {
                    const int inPlane = 4 * (py + 1 - 2 * dy) + px + 1 - 2 * dx;
                    parts.push_back({{0, dy, dx, dz}, dims == 3 ? 16 * (pz + 1 - 2 * dz) + inPlane : inPlane});
                }
            }
        }
        std::vector<Tap> taps;
        std::vector<float> phase;
        for (int o = 0; o < outputs; ++o) {
            for (int i = 0; i < inputs; ++i) {
                for (const Part& part : parts) {
                    if (o == 0) {
                        taps.push_back({i, part.tap.dy, part.tap.dx, part.tap.dz});
                    }
                    phase.push_back(weights[static_cast<std::size_t>(kernelSize(dims) * (i * outputs + o) + part.k)]);
                }
            }
        }
        phases.emplace_back(std::move(taps), outputs, phase, bias);
    }
    return phases;
}

}  // namespace drdm::plane
