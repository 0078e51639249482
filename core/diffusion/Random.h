#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace drdm {

/// The noise of this program: splitmix64 (Steele et al. 2014) and Box–Muller, in double, on the CPU. One generator per
/// sample; the same numbers on every machine, build and LibTorch version, whatever the batch and the device.
class Random {
public:
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0)
        : m_state(mix(seed + 0x9e3779b97f4a7c15ULL) ^ mix(stream * 0xd1342543de82ef95ULL + 1)) {}

    std::uint64_t bits() {
        m_state += 0x9e3779b97f4a7c15ULL;
        return mix(m_state);
    }

    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }

    /// Standard normal.
    double normal() {
        if (m_hasSpare) {
            m_hasSpare = false;
            return m_spare;
        }
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        const double angle = 2.0 * std::numbers::pi * uniform();
        m_spare = radius * std::sin(angle);
        m_hasSpare = true;
        return radius * std::cos(angle);
    }

    /// Uniform in [0, count).
    std::uint64_t below(std::uint64_t count) { return bits() % count; }

private:
    static std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    std::uint64_t m_state;
    double m_spare = 0;
    bool m_hasSpare = false;
};

}  // namespace drdm
