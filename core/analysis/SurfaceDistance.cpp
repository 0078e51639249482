#include "analysis/SurfaceDistance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace drdm {

namespace {

constexpr double infinitelyFar = std::numeric_limits<double>::infinity();

/// The part of the grid that holds the label in either map; distances between surfaces never need what lies beyond.
struct Box {
    std::array<std::int64_t, 3> low{};
    std::array<std::int64_t, 3> size{0, 0, 0};
    [[nodiscard]] std::int64_t count() const { return size[0] * size[1] * size[2]; }
};

template <typename Visit>
void forVoxels(const Box& box, const Size3& grid, Visit&& visit) {
    std::int64_t inBox = 0;
    for (std::int64_t z = 0; z < box.size[2]; ++z) {
        for (std::int64_t y = 0; y < box.size[1]; ++y) {
            for (std::int64_t x = 0; x < box.size[0]; ++x, ++inBox) {
                const std::array<std::int64_t, 3> at{x + box.low[0], y + box.low[1], z + box.low[2]};
                visit(inBox, at, (at[2] * grid[1] + at[1]) * grid[0] + at[0]);
            }
        }
    }
}

Box boxOf(const LabelMap& a, const LabelMap& b, std::uint16_t label) {
    const Size3& grid = a.geometry().size;
    std::array<std::int64_t, 3> low{grid[0], grid[1], grid[2]};
    std::array<std::int64_t, 3> high{-1, -1, -1};
    forVoxels({{0, 0, 0}, grid}, grid, [&](std::int64_t n, const std::array<std::int64_t, 3>& at, std::int64_t) {
        const auto index = static_cast<std::size_t>(n);
        if (a.labels()[index] == label || b.labels()[index] == label) {
            for (std::size_t k = 0; k < 3; ++k) {
                low[k] = std::min(low[k], at[k]);
                high[k] = std::max(high[k], at[k]);
            }
        }
    });
    Box box;
    for (std::size_t k = 0; k < 3 && high[0] >= 0; ++k) {
        box.low[k] = low[k];
        box.size[k] = high[k] - low[k] + 1;
    }
    return box;
}

std::vector<std::int64_t> surface(const LabelMap& map, std::uint16_t label, const Box& box) {
    const Size3& grid = map.geometry().size;
    const auto labels = map.labels();
    const std::array<std::int64_t, 3> strides{1, grid[0], grid[0] * grid[1]};
    std::vector<std::int64_t> result;
    forVoxels(box, grid, [&](std::int64_t inBox, const std::array<std::int64_t, 3>& at, std::int64_t index) {
        if (labels[static_cast<std::size_t>(index)] != label) {
            return;
        }
        for (std::size_t k = 0; k < 3; ++k) {
            if (grid[k] == 1) {
                continue;
            }
            if (at[k] == 0 || at[k] + 1 == grid[k] || labels[static_cast<std::size_t>(index - strides[k])] != label ||
                labels[static_cast<std::size_t>(index + strides[k])] != label) {
                result.push_back(inBox);
                return;
            }
        }
    });
    return result;
}

/// Lower envelope of parabolas along one line: replaces f(q) by min_p f(p) + (spacing (q − p))².
class LineTransform {
public:
    explicit LineTransform(std::size_t longest) : m_f(longest), m_vertex(longest), m_start(longest + 1) {}

    void run(double* values, std::int64_t stride, std::int64_t count, double spacing) {
        const double squared = spacing * spacing;
        std::size_t parabolas = 0;
        for (std::int64_t q = 0; q < count; ++q) {
            const double value = values[q * stride];
            m_f[static_cast<std::size_t>(q)] = value;
            if (value == infinitelyFar) {
                continue;
            }
            double start = -infinitelyFar;
            while (parabolas > 0) {
                const std::int64_t p = m_vertex[parabolas - 1];
                start = ((value - m_f[static_cast<std::size_t>(p)]) / squared + static_cast<double>(q * q - p * p)) /
                        static_cast<double>(2 * (q - p));
                if (start > m_start[parabolas - 1]) {
                    break;
                }
                --parabolas;
                start = -infinitelyFar;
            }
            m_vertex[parabolas] = q;
            m_start[parabolas++] = start;
        }
        if (parabolas == 0) {
            return;
        }
        std::size_t k = 0;
        for (std::int64_t q = 0; q < count; ++q) {
            while (k + 1 < parabolas && m_start[k + 1] < static_cast<double>(q)) {
                ++k;
            }
            const auto apart = static_cast<double>(q - m_vertex[k]);
            values[q * stride] = m_f[static_cast<std::size_t>(m_vertex[k])] + squared * apart * apart;
        }
    }

private:
    std::vector<double> m_f;
    std::vector<std::int64_t> m_vertex;
    std::vector<double> m_start;
};

/// Squared distances (mm²) of every voxel of the box to the nearest of `points`.
std::vector<double> squaredDistances(const std::vector<std::int64_t>& points, const Box& box, const Vec3& spacing_mm) {
    std::vector<double> result(static_cast<std::size_t>(box.count()), infinitelyFar);
    for (const std::int64_t point : points) {
        result[static_cast<std::size_t>(point)] = 0;
    }
    LineTransform line(static_cast<std::size_t>(*std::max_element(box.size.begin(), box.size.end())));
    const std::array<std::int64_t, 3> strides{1, box.size[0], box.size[0] * box.size[1]};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        for (std::int64_t n = 0; n < box.count(); ++n) {
            if (n / strides[axis] % box.size[axis] == 0) {
                line.run(result.data() + n, strides[axis], box.size[axis], spacing_mm[axis]);
            }
        }
    }
    return result;
}

std::vector<double> directed(const std::vector<std::int64_t>& from, const std::vector<double>& squaredTo) {
    std::vector<double> result;
    result.reserve(from.size());
    for (const std::int64_t point : from) {
        result.push_back(std::sqrt(squaredTo[static_cast<std::size_t>(point)]));
    }
    std::sort(result.begin(), result.end());
    return result;
}

double percentile95(const std::vector<double>& sorted) {
    const double position = 0.95 * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double high = sorted[std::min(below + 1, sorted.size() - 1)];
    return sorted[below] + (position - static_cast<double>(below)) * (high - sorted[below]);
}

}  // namespace

SurfaceDistances surfaceDistances(const LabelMap& a, const LabelMap& b, std::uint16_t label) {
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    const Box box = boxOf(a, b, label);
    const auto surfaceA = surface(a, label, box);
    const auto surfaceB = surface(b, label, box);
    if (surfaceA.empty() || surfaceB.empty()) {
        return {nothing, nothing};
    }
    const auto aToB = directed(surfaceA, squaredDistances(surfaceB, box, b.geometry().spacing_mm));
    const auto bToA = directed(surfaceB, squaredDistances(surfaceA, box, a.geometry().spacing_mm));
    double sum = 0;
    for (const auto* distances : {&aToB, &bToA}) {
        for (const double distance : *distances) {
            sum += distance;
        }
    }
    return {sum / static_cast<double>(aToB.size() + bToA.size()), std::max(percentile95(aToB), percentile95(bToA))};
}

}  // namespace drdm
