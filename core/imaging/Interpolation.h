#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

/// Where a displaced voxel falls along one axis, and the kernels that read a value there. Inside the room only.
namespace drdm::interpolation {

/// Displacements beyond this many voxels are as far outside as any; the bound keeps the conversion to integers defined.
inline constexpr float farthest = 1e9F;

/// `position + displacement` split into the voxel below and the fraction above it. The fraction is taken from the
/// displacement alone, so it loses no digits to a large position.
struct Place {
    std::int64_t below;
    float fraction;  ///< [0, 1)
};

inline Place locate(std::int64_t position, float displacement) {
    const float u = std::clamp(displacement, -farthest, farthest);
    auto whole = static_cast<std::int32_t>(u);
    whole -= u < static_cast<float>(whole) ? 1 : 0;
    return {position + whole, u - static_cast<float>(whole)};
}

inline std::int64_t inside(std::int64_t index, std::int64_t count) {
    return std::clamp<std::int64_t>(index, 0, count - 1);
}

/// a at w = 0, exactly a where a == b.
inline float mix(float a, float b, float w) {
    return a + w * (b - a);
}

/// Catmull-Rom weights of the four voxels around a fraction.
inline std::array<float, 4> catmullRom(float f) {
    return {f * (-0.5F + f * (1.0F - 0.5F * f)), 1.0F + f * f * (-2.5F + 1.5F * f), f * (0.5F + f * (2.0F - 1.5F * f)),
            f * f * (-0.5F + 0.5F * f)};
}

}  // namespace drdm::interpolation
