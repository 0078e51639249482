#include "ui/PlaneOrientation.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

Vec3 column(const Mat3& m, std::size_t k) {
    return {m[0][k], m[1][k], m[2][k]};
}

std::size_t dominantAxis(const Vec3& v) {
    std::size_t axis = 0;
    for (std::size_t i = 1; i < 3; ++i) {
        if (std::abs(v[i]) > std::abs(v[axis])) {
            axis = i;
        }
    }
    return axis;
}

/// "L", or "LA" where two directions share.
std::string letters(const Vec3& towards) {
    constexpr std::array<std::array<char, 2>, 3> names{{{'L', 'R'}, {'P', 'A'}, {'H', 'F'}}};
    std::array<std::size_t, 3> order{0, 1, 2};
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return std::abs(towards[a]) > std::abs(towards[b]); });
    std::string text;
    for (std::size_t i = 0; i < 2; ++i) {
        if (std::abs(towards[order[i]]) > 0.35) {
            text += names[order[i]][towards[order[i]] > 0 ? 0 : 1];
        }
    }
    return text;
}

}  // namespace

PlaneOrientation planeOrientation(const Geometry& geometry, bool asStored) {
    Vec3 right = column(geometry.direction, 0);
    Vec3 down = column(geometry.direction, 1);
    PlaneOrientation result;
    if (!asStored) {
        const std::size_t across = dominantAxis(right), along = dominantAxis(down);
        result.flipHorizontally = right[across] < 0;
        // Downwards: to the back, or to the feet.
        result.flipVertically = along == 2 ? down[along] > 0 : down[along] < 0;
    }
    const auto turned = [](Vec3 v, bool turn) { return turn ? Vec3{-v[0], -v[1], -v[2]} : v; };
    right = turned(right, result.flipHorizontally);
    down = turned(down, result.flipVertically);
    result.letters = {letters(turned(right, true)), letters(right), letters(turned(down, true)), letters(down)};
    return result;
}

}  // namespace drdm
