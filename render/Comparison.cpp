#include "render/Comparison.h"

#include "errors/Error.h"
#include "render/ColourMap.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

void requireOneGrid(const ScalarPlane& a, const ScalarPlane& b) {
    if (a.grid.width != b.grid.width || a.grid.height != b.grid.height || !a.values || !b.values ||
        a.values->size() != a.grid.count() || b.values->size() != b.grid.count()) {
        throw Error("cannot compare an image of " + std::to_string(a.grid.width) + " × " +
                    std::to_string(a.grid.height) + " voxels with one of " + std::to_string(b.grid.width) + " × " +
                    std::to_string(b.grid.height) + "; go to the slice that the variation was made of");
    }
}

}  // namespace

ScalarPlane compared(const ScalarPlane& original, const ScalarPlane& variation, const Comparison& comparison) {
    requireOneGrid(original, variation);
    const PlaneGrid& grid = original.grid;
    auto out = std::make_shared<std::vector<float>>(grid.count());
    const auto width = static_cast<std::size_t>(grid.width), height = static_cast<std::size_t>(grid.height);
    const auto share = static_cast<float>(comparison.share);
    // Per column once; the rows only decide between two patterns.
    std::vector<std::uint8_t> fromVariation(width);
    const double square = std::max(comparison.square_mm, 1e-3);
    for (std::size_t x = 0; x < width; ++x) {
        const double at = static_cast<double>(x) * grid.spacingX_mm;
        fromVariation[x] = comparison.kind == Comparison::Kind::Checkerboard
                               ? static_cast<std::int64_t>(at / square) % 2 != 0
                               : (at >= comparison.curtain_mm) != comparison.mirrored;
    }
    for (std::size_t y = 0; y < height; ++y) {
        const float* a = original.values->data() + y * width;
        const float* b = variation.values->data() + y * width;
        float* to = out->data() + y * width;
        if (comparison.kind == Comparison::Kind::Blend) {
            for (std::size_t x = 0; x < width; ++x) {
                to[x] = a[x] + share * (b[x] - a[x]);
            }
            continue;
        }
        const bool swapped = comparison.kind == Comparison::Kind::Checkerboard &&
                             static_cast<std::int64_t>(static_cast<double>(y) * grid.spacingY_mm / square) % 2 != 0;
        for (std::size_t x = 0; x < width; ++x) {
            to[x] = (fromVariation[x] != 0) != swapped ? b[x] : a[x];
        }
    }
    return {grid, std::move(out)};
}

ColourPlane differencePlane(const ScalarPlane& original, const ScalarPlane& variation, double range) {
    requireOneGrid(original, variation);
    constexpr int half = 256;
    std::array<Rgba, 2 * half + 1> table;
    for (int i = -half; i <= half; ++i) {
        table[static_cast<std::size_t>(i + half)] = differenceColour(i, half);
    }
    auto rgba = std::make_shared<std::vector<std::uint8_t>>(4 * original.grid.count());
    auto* out = rgba->data();
    const float scale = static_cast<float>(half / std::max(range, 1e-12));
    for (std::size_t i = 0; i < original.grid.count(); ++i) {
        const float at = ((*variation.values)[i] - (*original.values)[i]) * scale;
        const auto place = static_cast<int>(std::lround(std::clamp(at, -1.0F * half, 1.0F * half)));
        const Rgba& c = table[static_cast<std::size_t>(place + half)];
        out = std::copy(c.begin(), c.end(), out);
    }
    return {original.grid, std::move(rgba)};
}

}  // namespace drdm
