#include "analysis/FoldRepair.h"

#include "analysis/StrictDeterminant.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

namespace drdm {

namespace {

// A projected determinant lands this far above the margin: enough that float32 rounding does not bring it back under.
constexpr double landing = 0.01;
constexpr double tolerance = 0.001;
constexpr double longestMove_vox = 1.0;

template <int D>
using Point = std::array<double, D>;

/// One needed determinant of a cell: factor · det(corner[1] − corner[0], …, corner[D] − corner[0]). Vertex v of a cell
/// lies at (v & 1, v >> 1 & 1, v >> 2 & 1).
template <int D>
struct Simplex {
    std::array<unsigned, D + 1> corner;
    double factor;
};

template <int D>
constexpr auto simplices() {
    constexpr unsigned vertices = 1U << D;
    std::array<Simplex<D>, D == 2 ? 4 : 10> result{};
    for (unsigned v = 0; v < vertices; ++v) {
        result[v].corner[0] = v;
        result[v].factor = 1;
        for (unsigned axis = 0; axis < D; ++axis) {
            result[v].corner[axis + 1] = v ^ (1U << axis);
            result[v].factor *= (v >> axis & 1U) != 0 ? -1 : 1;
        }
    }
    if constexpr (D == 3) {
        result[8] = {{0, 3, 5, 6}, -0.5};
        result[9] = {{7, 1, 2, 4}, -0.5};
    }
    return result;
}

/// det of the edges and its derivative by each edge.
double determinantAndGradient(const std::array<Point<2>, 2>& e, std::array<Point<2>, 2>& gradient) {
    gradient[0] = {e[1][1], -e[1][0]};
    gradient[1] = {-e[0][1], e[0][0]};
    return e[0][0] * e[1][1] - e[0][1] * e[1][0];
}

double determinantAndGradient(const std::array<Point<3>, 3>& e, std::array<Point<3>, 3>& gradient) {
    const auto cross = [](const Point<3>& a, const Point<3>& b) {
        return Point<3>{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    };
    gradient = {cross(e[1], e[2]), cross(e[2], e[0]), cross(e[0], e[1])};
    return e[0][0] * gradient[0][0] + e[0][1] * gradient[0][1] + e[0][2] * gradient[0][2];
}

/// Brings one determinant to `target` by the shortest move of its corners (one Newton step). Returns whether it moved.
template <int D>
bool projectSimplex(const Simplex<D>& simplex, std::array<Point<D>, (1U << D)>& position, double threshold,
                    double target) {
    std::array<Point<D>, D> edge;
    for (std::size_t k = 0; k < D; ++k) {
        for (std::size_t i = 0; i < D; ++i) {
            edge[k][i] = position[simplex.corner[k + 1]][i] - position[simplex.corner[0]][i];
        }
    }
    std::array<Point<D>, D> gradient;
    const double value = simplex.factor * determinantAndGradient(edge, gradient);
    if (value > threshold) {
        return false;
    }
    Point<D> atFirst{};
    double norm = 1e-4;  // keeps the step finite for a simplex that is collapsed to a point
    for (const auto& g : gradient) {
        for (std::size_t i = 0; i < D; ++i) {
            atFirst[i] -= g[i];
            norm += g[i] * g[i];
        }
    }
    double longest = 0;
    for (const double g : atFirst) {
        norm += g * g;
        longest = std::max(longest, std::abs(g));
    }
    for (const auto& g : gradient) {
        for (const double component : g) {
            longest = std::max(longest, std::abs(component));
        }
    }
    double step = (target - value) / (norm * simplex.factor);
    if (std::abs(step) * longest > longestMove_vox) {
        step *= longestMove_vox / (std::abs(step) * longest);
    }
    for (std::size_t i = 0; i < D; ++i) {
        position[simplex.corner[0]][i] += step * atFirst[i];
        for (std::size_t k = 0; k < D; ++k) {
            position[simplex.corner[k + 1]][i] += step * gradient[k][i];
        }
    }
    return true;
}

std::array<std::int64_t, 3> coordinates(std::int64_t index, const Size3& size) {
    return {index % size[0], index / size[0] % size[1], index / (size[0] * size[1])};
}

/// Calls visit for every voxel at most `radius` from `at` along every axis, within the grid.
template <typename Visit>
void forNeighbours(const std::array<std::int64_t, 3>& at, std::int64_t radius, const Size3& size, Visit&& visit) {
    std::array<std::int64_t, 3> low{};
    std::array<std::int64_t, 3> high{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        low[axis] = std::max<std::int64_t>(0, at[axis] - radius);
        high[axis] = std::min<std::int64_t>(size[axis] - 1, at[axis] + radius);
    }
    for (std::int64_t z = low[2]; z <= high[2]; ++z) {
        for (std::int64_t y = low[1]; y <= high[1]; ++y) {
            for (std::int64_t x = low[0]; x <= high[0]; ++x) {
                visit((z * size[1] + y) * size[0] + x);
            }
        }
    }
}

}  // namespace

FoldRepair::FoldRepair(const Size3& size, int dims, std::vector<float>& values_vox, double margin)
    : m_size(size), m_dims(dims), m_values(values_vox), m_margin(margin) {}

std::int64_t FoldRepair::findViolations() {
    m_violations.clear();
    DeterminantRows rows(FieldView(m_size, m_dims, m_values));
    std::int64_t index = 0;
    for (std::int64_t z = 0; z < m_size[2]; ++z) {
        for (std::int64_t y = 0; y < m_size[1]; ++y) {
            rows.compute(y, z);
            for (const double value : rows.strictMinimum()) {
                if (!(value > m_margin)) {
                    m_violations.push_back(index);
                }
                ++index;
            }
        }
    }
    return static_cast<std::int64_t>(m_violations.size());
}

bool FoldRepair::project(std::int64_t visits) {
    return m_dims == 2 ? projectCells<2>(visits) : projectCells<3>(visits);
}

template <int D>
bool FoldRepair::projectCell(std::int64_t cell) {
    static constexpr auto all = simplices<D>();
    constexpr std::size_t vertices = 1U << D;
    const std::int64_t count = m_size[0] * m_size[1] * m_size[2];
    std::array<std::int64_t, vertices> index{};
    std::array<Point<D>, vertices> position{};
    for (std::size_t v = 0; v < vertices; ++v) {
        index[v] = cell + static_cast<std::int64_t>(v & 1U) + static_cast<std::int64_t>(v >> 1 & 1U) * m_size[0] +
                   static_cast<std::int64_t>(v >> 2 & 1U) * m_size[0] * m_size[1];
        for (std::size_t axis = 0; axis < D; ++axis) {
            position[v][axis] =
                static_cast<double>(v >> axis & 1U) +
                m_values[static_cast<std::size_t>(componentOfAxis(static_cast<int>(axis), D) * count + index[v])];
        }
    }
    bool moved = false;
    for (const auto& simplex : all) {
        moved = projectSimplex<D>(simplex, position, m_margin + tolerance, m_margin + landing) || moved;
    }
    if (!moved) {
        return false;
    }
    for (std::size_t v = 0; v < vertices; ++v) {
        for (std::size_t axis = 0; axis < D; ++axis) {
            m_values[static_cast<std::size_t>(componentOfAxis(static_cast<int>(axis), D) * count + index[v])] =
                static_cast<float>(position[v][axis] - static_cast<double>(v >> axis & 1U));
        }
    }
    return true;
}

template <int D>
bool FoldRepair::projectCells(std::int64_t visits) {
    for (std::size_t axis = 0; axis < D; ++axis) {
        if (m_size[axis] < 2) {
            return false;  // no cells; the guard damps instead
        }
    }
    // A cell is named by its first voxel; the voxels of the last layers name none.
    std::vector<std::uint8_t> queued(static_cast<std::size_t>(m_size[0] * m_size[1] * m_size[2]), 0);
    std::deque<std::int64_t> queue;
    const auto enqueueAround = [&](const std::array<std::int64_t, 3>& at, std::int64_t before, std::int64_t after) {
        std::array<std::int64_t, 3> low{0, 0, 0};
        std::array<std::int64_t, 3> high{0, 0, 0};
        for (std::size_t axis = 0; axis < D; ++axis) {
            low[axis] = std::max<std::int64_t>(0, at[axis] - before);
            high[axis] = std::min<std::int64_t>(m_size[axis] - 2, at[axis] + after);
        }
        for (std::int64_t z = low[2]; z <= high[2]; ++z) {
            for (std::int64_t y = low[1]; y <= high[1]; ++y) {
                for (std::int64_t x = low[0]; x <= high[0]; ++x) {
                    const std::int64_t cell = (z * m_size[1] + y) * m_size[0] + x;
                    if (queued[static_cast<std::size_t>(cell)] == 0) {
                        queued[static_cast<std::size_t>(cell)] = 1;
                        queue.push_back(cell);
                    }
                }
            }
        }
    };
    for (const std::int64_t voxel : m_violations) {
        enqueueAround(coordinates(voxel, m_size), 1, 0);
    }
    while (!queue.empty() && visits-- > 0) {
        const std::int64_t cell = queue.front();
        queue.pop_front();
        queued[static_cast<std::size_t>(cell)] = 0;
        if (projectCell<D>(cell)) {
            enqueueAround(coordinates(cell, m_size), 1, 1);
        }
    }
    return queue.empty();
}

void FoldRepair::smooth(std::int64_t radius, int passes) {
    // Distance (in voxels along the farthest axis) to the nearest violation, by growing rings.
    const std::int64_t count = m_size[0] * m_size[1] * m_size[2];
    const std::int64_t reach = 2 * radius;
    std::vector<std::int32_t> ring(static_cast<std::size_t>(count), -1);
    std::vector<std::int64_t> active = m_violations;
    for (const std::int64_t voxel : active) {
        ring[static_cast<std::size_t>(voxel)] = 0;
    }
    std::size_t begin = 0;
    for (std::int32_t distance = 1; distance <= reach; ++distance) {
        const std::size_t end = active.size();
        for (std::size_t n = begin; n < end; ++n) {
            forNeighbours(coordinates(active[n], m_size), 1, m_size, [&](std::int64_t neighbour) {
                if (ring[static_cast<std::size_t>(neighbour)] < 0) {
                    ring[static_cast<std::size_t>(neighbour)] = distance;
                    active.push_back(neighbour);
                }
            });
        }
        begin = end;
    }
    std::vector<float> weight(active.size());
    for (std::size_t n = 0; n < active.size(); ++n) {
        const double beyond =
            static_cast<double>(ring[static_cast<std::size_t>(active[n])] - radius) / static_cast<double>(radius + 1);
        const double t = std::clamp(beyond, 0.0, 1.0);
        weight[n] = static_cast<float>(1.0 - t * t * (3.0 - 2.0 * t));
    }
    const std::array<std::int64_t, 3> strides{1, m_size[0], m_size[0] * m_size[1]};
    std::vector<float> next(active.size());
    for (int pass = 0; pass < passes; ++pass) {
        for (int c = 0; c < m_dims; ++c) {
            float* u = m_values.data() + c * count;
            for (std::size_t n = 0; n < active.size(); ++n) {
                const auto at = coordinates(active[n], m_size);
                float sum = 0;
                float neighbours = 0;
                for (std::size_t axis = 0; axis < static_cast<std::size_t>(m_dims); ++axis) {
                    if (at[axis] > 0) {
                        sum += u[active[n] - strides[axis]];
                        neighbours += 1;
                    }
                    if (at[axis] + 1 < m_size[axis]) {
                        sum += u[active[n] + strides[axis]];
                        neighbours += 1;
                    }
                }
                const float here = u[active[n]];
                // Half way, so that a checkerboard is smoothed instead of turned over.
                next[n] = neighbours > 0 ? here + 0.66F * weight[n] * (sum / neighbours - here) : here;
            }
            for (std::size_t n = 0; n < active.size(); ++n) {
                u[active[n]] = next[n];
            }
        }
    }
}

}  // namespace drdm
