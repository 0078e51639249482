#include "render/ColourMap.h"

#include "errors/Error.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

struct Stop {
    double at;
    std::array<double, 4> rgba;
};

// Both ends have the same lightness, so that neither compression nor expansion looks like more.
constexpr std::array<Stop, 7> jacobianStops{{{0.00, {40, 92, 220, 255}},
                                             {0.22, {58, 140, 240, 230}},
                                             {0.40, {120, 190, 250, 130}},
                                             {0.50, {200, 205, 210, 0}},
                                             {0.60, {255, 196, 120, 130}},
                                             {0.78, {250, 146, 56, 230}},
                                             {1.00, {226, 78, 24, 255}}}};

constexpr std::array<Stop, 5> displacementStops{{{0.00, {60, 24, 92, 0}},
                                                 {0.25, {108, 40, 150, 170}},
                                                 {0.50, {188, 58, 140, 215}},
                                                 {0.75, {244, 124, 104, 240}},
                                                 {1.00, {252, 232, 164, 255}}}};

constexpr std::array<Stop, 5> tealStops{{{0.00, {62, 24, 96, 0}},
                                         {0.25, {58, 84, 140, 170}},
                                         {0.50, {32, 146, 140, 215}},
                                         {0.75, {98, 202, 96, 240}},
                                         {1.00, {252, 230, 40, 255}}}};

constexpr std::array<Stop, 5> steelStops{{{0.00, {0, 34, 78, 0}},
                                          {0.25, {60, 82, 112, 170}},
                                          {0.50, {126, 126, 122, 215}},
                                          {0.75, {190, 174, 106, 240}},
                                          {1.00, {254, 232, 62, 255}}}};

constexpr std::array<Stop, 5> differenceStops{{{0.00, {140, 205, 255, 255}},
                                               {0.25, {44, 112, 196, 255}},
                                               {0.50, {14, 16, 20, 255}},
                                               {0.75, {190, 88, 28, 255}},
                                               {1.00, {255, 200, 130, 255}}}};

template <std::size_t N>
Rgba between(const std::array<Stop, N>& stops, double at) {
    at = std::clamp(at, 0.0, 1.0);
    std::size_t upper = 1;
    while (upper + 1 < N && stops[upper].at < at) {
        ++upper;
    }
    const Stop& a = stops[upper - 1];
    const Stop& b = stops[upper];
    const double part = (at - a.at) / (b.at - a.at);
    Rgba result{};
    for (std::size_t c = 0; c < 4; ++c) {
        result[c] = static_cast<std::uint8_t>(std::lround(a.rgba[c] + part * (b.rgba[c] - a.rgba[c])));
    }
    return result;
}

/// Colours at equal distances, so that a plane needs no arithmetic but the place of each value.
constexpr int tableLength = 2048;

template <typename Colour>
std::array<Rgba, tableLength + 1> tableOf(const Colour& colour) {
    std::array<Rgba, tableLength + 1> table;
    for (int i = 0; i <= tableLength; ++i) {
        table[static_cast<std::size_t>(i)] = colour(static_cast<double>(i) / tableLength);
    }
    return table;
}

std::size_t place(float at) {
    return static_cast<std::size_t>(std::clamp(at, 0.0F, 1.0F) * tableLength + 0.5F);
}

template <typename Colour>
ColourPlane plane(const PlaneGrid& grid, std::span<const float> values, const Colour& colour) {
    if (values.size() != grid.count()) {
        throw Error("cannot colour a plane of " + std::to_string(grid.width) + " × " + std::to_string(grid.height) +
                    " voxels with " + std::to_string(values.size()) + " values");
    }
    auto rgba = std::make_shared<std::vector<std::uint8_t>>(4 * values.size());
    auto* out = rgba->data();
    for (const float value : values) {
        const Rgba c = colour(value);
        out = std::copy(c.begin(), c.end(), out);
    }
    return {grid, std::move(rgba)};
}

}  // namespace

double jacobianPosition(double j, double limit) {
    return std::clamp(0.5 + 0.5 * std::log(j) / std::log(limit), 0.0, 1.0);
}

double jacobianAt(double position, double limit) {
    return std::pow(limit, 2 * position - 1);
}

Rgba jacobianColour(double j, double limit) {
    return j > 0 ? between(jacobianStops, jacobianPosition(j, limit)) : foldedColour;
}

Rgba displacementColour(double length_mm, double max_mm, LengthMap map) {
    const double at = max_mm > 0 ? length_mm / max_mm : 0.0;
    return map == LengthMap::Teal    ? between(tealStops, at)
           : map == LengthMap::Steel ? between(steelStops, at)
                                     : between(displacementStops, at);
}

Rgba differenceColour(double difference, double range) {
    return between(differenceStops, 0.5 + (range > 0 ? difference / range / 2 : 0.0));
}

ColourPlane jacobianPlane(const PlaneGrid& grid, std::span<const float> jacobian, double limit) {
    const auto table = tableOf([](double at) { return between(jacobianStops, at); });
    const float scale = static_cast<float>(0.5 / std::log2(limit));
    return plane(grid, jacobian,
                 [&table, scale](float j) { return j > 0 ? table[place(0.5F + scale * std::log2(j))] : foldedColour; });
}

ColourPlane displacementPlane(const PlaneGrid& grid, std::span<const float> length_mm, double max_mm, LengthMap map) {
    const auto table = tableOf([map](double at) { return displacementColour(at, 1, map); });
    const float scale = max_mm > 0 ? static_cast<float>(1 / max_mm) : 0.0F;
    return plane(grid, length_mm, [&table, scale](float l) { return table[place(l * scale)]; });
}

}  // namespace drdm
