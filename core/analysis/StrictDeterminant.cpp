#include "analysis/StrictDeterminant.h"

#include <algorithm>
#include <limits>

namespace drdm {

namespace {

constexpr std::size_t backward = 0;
constexpr std::size_t forward = 1;

std::int64_t stride(const Size3& size, std::size_t axis) {
    return axis == 0 ? 1 : (axis == 1 ? size[0] : size[0] * size[1]);
}

using Column = std::array<double, 3>;

inline double tripleProduct(const Column& a, const Column& b, const Column& c) {
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}

inline double smaller(double a, double b) {
    return b < a ? b : a;
}

}  // namespace

FieldView::FieldView(const DisplacementField& field) : size(field.geometry().size), dims(field.dims()) {
    for (int axis = 0; axis < dims; ++axis) {
        u[static_cast<std::size_t>(axis)] = field.component_vox(componentOfAxis(axis, dims)).data();
    }
}

FieldView::FieldView(const Size3& gridSize, int dimensions, const std::vector<float>& values_vox)
    : size(gridSize), dims(dimensions) {
    for (int axis = 0; axis < dims; ++axis) {
        u[static_cast<std::size_t>(axis)] =
            values_vox.data() + componentOfAxis(axis, dims) * (size[0] * size[1] * size[2]);
    }
}

DeterminantRows::DeterminantRows(const FieldView& field) : m_field(field) {
    const auto width = static_cast<std::size_t>(field.size[0]);
    for (auto& axis : m_difference) {
        for (auto& side : axis) {
            for (auto& component : side) {
                component.assign(width, 0.0);
            }
        }
    }
    m_central.assign(width, 1.0);
    m_strict.assign(width, 1.0);
}

void DeterminantRows::difference(std::size_t axis, bool ahead, std::size_t component, std::int64_t y, std::int64_t z) {
    std::vector<double>& out = m_difference[axis][ahead ? forward : backward][component];
    const double identity = axis == component ? 1.0 : 0.0;
    const std::int64_t width = m_field.size[0];
    if (m_field.size[axis] == 1) {
        std::fill(out.begin(), out.end(), identity);
        return;
    }
    const float* row = m_field.u[component] + (z * m_field.size[1] + y) * width;
    if (axis != 0) {
        const std::int64_t at = axis == 1 ? y : z;
        const bool useForward = ahead ? at + 1 < m_field.size[axis] : at == 0;
        const float* high = row + (useForward ? stride(m_field.size, axis) : 0);
        const float* low = row - (useForward ? 0 : stride(m_field.size, axis));
        for (std::int64_t x = 0; x < width; ++x) {
            out[static_cast<std::size_t>(x)] = identity + (static_cast<double>(high[x]) - static_cast<double>(low[x]));
        }
        return;
    }
    double* target = out.data() + (ahead ? 0 : 1);
    for (std::int64_t x = 0; x + 1 < width; ++x) {
        target[x] = identity + (static_cast<double>(row[x + 1]) - static_cast<double>(row[x]));
    }
    if (ahead) {
        out.back() = out[out.size() - 2];
    } else {
        out.front() = out[1];
    }
}

void DeterminantRows::compute(std::int64_t y, std::int64_t z) {
    const auto dims = static_cast<std::size_t>(m_field.dims);
    for (std::size_t axis = 0; axis < dims; ++axis) {
        for (std::size_t component = 0; component < dims; ++component) {
            difference(axis, false, component, y, z);
            difference(axis, true, component, y, z);
        }
    }
    if (dims == 2) {
        combine2d();
    } else {
        combine3d();
        centralTetrahedra(y, z);
    }
}

void DeterminantRows::combine2d() {
    const auto& [dx, dy, unused] = m_difference;
    const double* xbx = dx[backward][0].data();
    const double* xby = dx[backward][1].data();
    const double* xfx = dx[forward][0].data();
    const double* xfy = dx[forward][1].data();
    const double* ybx = dy[backward][0].data();
    const double* yby = dy[backward][1].data();
    const double* yfx = dy[forward][0].data();
    const double* yfy = dy[forward][1].data();
    double* strict = m_strict.data();
    double* central = m_central.data();
    for (std::size_t x = 0; x < m_strict.size(); ++x) {
        const double bb = xbx[x] * yby[x] - xby[x] * ybx[x];
        const double bf = xbx[x] * yfy[x] - xby[x] * yfx[x];
        const double fb = xfx[x] * yby[x] - xfy[x] * ybx[x];
        const double ff = xfx[x] * yfy[x] - xfy[x] * yfx[x];
        strict[x] = smaller(smaller(bb, bf), smaller(fb, ff));
        // Where one difference stands for both, their mean is that difference: one-sided at the edges.
        central[x] = 0.25 * ((xbx[x] + xfx[x]) * (yby[x] + yfy[x]) - (xby[x] + xfy[x]) * (ybx[x] + yfx[x]));
    }
}

void DeterminantRows::combine3d() {
    const auto column = [this](std::size_t axis, std::size_t side, std::size_t x) {
        const auto& d = m_difference[axis][side];
        return Column{d[0][x], d[1][x], d[2][x]};
    };
    const auto mean = [](const Column& a, const Column& b) {
        return Column{0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]), 0.5 * (a[2] + b[2])};
    };
    for (std::size_t x = 0; x < m_strict.size(); ++x) {
        const std::array<Column, 2> dx{column(0, 0, x), column(0, 1, x)};
        const std::array<Column, 2> dy{column(1, 0, x), column(1, 1, x)};
        const std::array<Column, 2> dz{column(2, 0, x), column(2, 1, x)};
        double least = std::numeric_limits<double>::infinity();
        for (const Column& b : dy) {
            for (const Column& c : dz) {
                const Column cross{b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]};
                for (const Column& a : dx) {
                    least = smaller(least, a[0] * cross[0] + a[1] * cross[1] + a[2] * cross[2]);
                }
            }
        }
        m_strict[x] = least;
        m_central[x] = tripleProduct(mean(dx[0], dx[1]), mean(dy[0], dy[1]), mean(dz[0], dz[1]));
    }
}

void DeterminantRows::centralTetrahedra(std::int64_t y, std::int64_t z) {
    const Size3& size = m_field.size;
    if (size[0] < 2 || size[1] < 2 || size[2] < 2) {
        return;  // no cells
    }
    const std::int64_t y0 = std::min(y, size[1] - 2);
    const std::int64_t z0 = std::min(z, size[2] - 2);
    const std::int64_t up = size[0];
    const std::int64_t deep = size[0] * size[1];
    double before = 0;
    for (std::int64_t x = 0; x < size[0]; ++x) {
        double least = before;  // the last voxel shares the last cell
        if (x + 1 < size[0]) {
            const std::int64_t base = (z0 * size[1] + y0) * size[0] + x;
            // Vertex of the cell relative to its first one, in deformed position.
            const auto vertex = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
                const std::int64_t n = base + i + j * up + k * deep;
                return Column{static_cast<double>(i) + m_field.u[0][n], static_cast<double>(j) + m_field.u[1][n],
                              static_cast<double>(k) + m_field.u[2][n]};
            };
            const auto from = [](const Column& a, const Column& b) {
                return Column{b[0] - a[0], b[1] - a[1], b[2] - a[2]};
            };
            const Column e0 = vertex(0, 0, 0);
            const Column o0 = vertex(1, 1, 1);
            // Both products are -2 for the identity.
            const double even =
                tripleProduct(from(e0, vertex(1, 1, 0)), from(e0, vertex(1, 0, 1)), from(e0, vertex(0, 1, 1)));
            const double odd =
                tripleProduct(from(o0, vertex(1, 0, 0)), from(o0, vertex(0, 1, 0)), from(o0, vertex(0, 0, 1)));
            least = -0.5 * (even > odd ? even : odd);
        }
        before = least;
        auto& value = m_strict[static_cast<std::size_t>(x)];
        value = smaller(value, least);
    }
}

double smallestStrictDeterminant(const FieldView& field) {
    const std::int64_t rowCount = field.size[1] * field.size[2];
    double least = std::numeric_limits<double>::infinity();
#pragma omp parallel reduction(min : least)
    {
        DeterminantRows rows(field);
#pragma omp for schedule(static)
        for (std::int64_t row = 0; row < rowCount; ++row) {
            rows.compute(row % field.size[1], row / field.size[1]);
            for (const double value : rows.strictMinimum()) {
                least = smaller(least, value);
            }
        }
    }
    return least;
}

}  // namespace drdm
