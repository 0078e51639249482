#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Warp.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

/// Displacement fields for tests: the same on every machine, for they use the generator's bits alone.
namespace testfields {

/// Numbers with mean 0 and variance 1 (sum of four uniform ones).
class Noise {
public:
    explicit Noise(std::uint64_t seed) : m_bits(seed) {}
    double operator()() {
        double sum = 0;
        for (int k = 0; k < 4; ++k) {
            sum += static_cast<double>(m_bits() >> 11) * 0x1.0p-53 - 0.5;
        }
        return sum * std::sqrt(3.0);
    }

private:
    std::mt19937_64 m_bits;
};

inline drdm::Geometry grid(std::int64_t nx, std::int64_t ny, std::int64_t nz = 1) {
    drdm::Geometry g;
    g.size = {nx, ny, nz};
    return g;
}

inline drdm::DisplacementField whiteNoise(const drdm::Geometry& g, int dims, double amplitude, std::uint64_t seed) {
    Noise noise(seed);
    std::vector<float> values(static_cast<std::size_t>(g.voxelCount() * dims));
    for (float& value : values) {
        value = static_cast<float>(amplitude * noise());
    }
    return {g, dims, std::move(values)};
}

/// Reads a component linearly at fractional voxels, border repeated.
inline double read(std::span<const float> u, const drdm::Size3& size, const std::array<double, 3>& at) {
    double sum = 0;
    std::array<std::int64_t, 3> low{};
    std::array<double, 3> f{};
    for (std::size_t k = 0; k < 3; ++k) {
        const double p = std::clamp(at[k], 0.0, static_cast<double>(size[k] - 1));
        low[k] = static_cast<std::int64_t>(p);
        f[k] = p - static_cast<double>(low[k]);
    }
    for (unsigned corner = 0; corner < 8; ++corner) {
        double w = 1;
        std::array<std::int64_t, 3> n{};
        for (std::size_t k = 0; k < 3; ++k) {
            const bool upper = (corner >> k & 1U) != 0;
            w *= upper ? f[k] : 1 - f[k];
            n[k] = std::min(low[k] + (upper ? 1 : 0), size[k] - 1);
        }
        sum += w * u[static_cast<std::size_t>((n[2] * size[1] + n[1]) * size[0] + n[0])];
    }
    return sum;
}

/// Spread to a finer grid: voxel centres of the coarse one at (fine + 0.5) / zoom - 0.5 + shift; values times `factor`.
inline drdm::DisplacementField upsample(const drdm::DisplacementField& coarse, const drdm::Geometry& fine, double zoom,
                                        double shift, double factor) {
    const int dims = coarse.dims();
    std::vector<float> values;
    for (int c = 0; c < dims; ++c) {
        for (std::int64_t z = 0; z < fine.size[2]; ++z) {
            for (std::int64_t y = 0; y < fine.size[1]; ++y) {
                for (std::int64_t x = 0; x < fine.size[0]; ++x) {
                    const auto at = [&](std::int64_t n) { return (static_cast<double>(n) + 0.5) / zoom - 0.5 + shift; };
                    values.push_back(static_cast<float>(factor * read(coarse.component_vox(c), coarse.geometry().size,
                                                                      {at(x), at(y), dims == 3 ? at(z) : 0.0})));
                }
            }
        }
    }
    return {fine, dims, std::move(values)};
}

/// A random field in the manner of the released 2-D forward process (METHOD.md): four scales on a control grid of 64,
/// composed n times, then enlarged with twice the gradient that the zoom justifies. Folds for n of about 50 and more.
inline drdm::DisplacementField releasedLike(std::int64_t side, int compositions, std::uint64_t seed,
                                            double gain = 2.0) {
    const drdm::Geometry control = grid(64, 64);
    std::vector<float> velocity(static_cast<std::size_t>(2 * control.voxelCount()), 0.0F);
    for (const std::int64_t scale : {64, 32, 16, 8}) {
        const double zoom = 64.0 / static_cast<double>(scale);
        const auto part = upsample(
            whiteNoise(grid(scale, scale), 2, 64 * 4e-5 * zoom, seed * 131 + static_cast<std::uint64_t>(scale)),
            control, zoom, 0.0, 1.0);
        for (std::size_t n = 0; n < velocity.size(); ++n) {
            velocity[n] += part.values_vox()[n];
        }
    }
    const drdm::DisplacementField step(control, 2, std::move(velocity));
    drdm::DisplacementField field = step;
    for (int n = 1; n < compositions; ++n) {
        field = drdm::compose(step, field);
    }
    // The central half of the control grid fills the image.
    const double zoom = static_cast<double>(side) / 32.0;
    return upsample(field, grid(side, side), zoom, 16.0, gain * zoom);
}

/// A smooth random field: white noise on a grid of `knots` a side, spread with a cubic profile by repeated averaging.
inline drdm::DisplacementField smoothNoise(const drdm::Geometry& g, int dims, std::int64_t knots, double amplitude,
                                           std::uint64_t seed) {
    const drdm::Geometry coarse = grid(knots, knots, dims == 3 ? knots : 1);
    const drdm::DisplacementField noise = whiteNoise(coarse, dims, amplitude, seed);
    std::vector<float> values;
    for (int c = 0; c < dims; ++c) {
        for (std::int64_t z = 0; z < g.size[2]; ++z) {
            for (std::int64_t y = 0; y < g.size[1]; ++y) {
                for (std::int64_t x = 0; x < g.size[0]; ++x) {
                    const auto at = [&](std::int64_t n, std::int64_t size) {
                        const double p =
                            (static_cast<double>(n) + 0.5) / static_cast<double>(size) * static_cast<double>(knots) -
                            0.5;
                        const double f = p - std::floor(p);
                        return std::floor(p) + f * f * (3 - 2 * f);
                    };
                    values.push_back(static_cast<float>(
                        read(noise.component_vox(c), coarse.size,
                             {at(x, g.size[0]), at(y, g.size[1]), dims == 3 ? at(z, g.size[2]) : 0.0})));
                }
            }
        }
    }
    return {g, dims, std::move(values)};
}

}  // namespace testfields
