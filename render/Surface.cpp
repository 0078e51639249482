#include "render/Surface.h"

#include "errors/Error.h"

#include <array>

namespace drdm {

namespace {

void requireCount(std::size_t count, std::int64_t voxels, const char* what) {
    if (static_cast<std::int64_t>(count) != voxels) {
        throw Error(std::string("cannot make a surface: ") + std::to_string(count) + " " + what + " for " +
                    std::to_string(voxels) + " voxels");
    }
}

void append(std::vector<float>& points, const Vec3& p) {
    points.insert(points.end(), {static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2])});
}

}  // namespace

SurfaceMesh isoSurface(const Geometry& geometry, std::span<const float> values, double level) {
    requireCount(values.size(), geometry.voxelCount(), "values");
    const auto [nx, ny, nz] = geometry.size;
    const auto index = [nx = nx, ny = ny](std::int64_t x, std::int64_t y, std::int64_t z) {
        return static_cast<std::size_t>((z * ny + y) * nx + x);
    };
    const auto limit = static_cast<float>(level);
    auto points = std::make_shared<std::vector<float>>();
    auto triangles = std::make_shared<std::vector<std::int32_t>>();
    std::vector<std::int32_t> pointOf(values.size(), -1);  // of the cell that begins at the voxel

    constexpr std::array<std::array<int, 2>, 12> edges{
        {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {0, 2}, {1, 3}, {4, 6}, {5, 7}, {0, 4}, {1, 5}, {2, 6}, {3, 7}}};
    for (std::int64_t z = 0; z + 1 < nz; ++z) {
        for (std::int64_t y = 0; y + 1 < ny; ++y) {
            for (std::int64_t x = 0; x + 1 < nx; ++x) {
                std::array<float, 8> v{};
                unsigned inside = 0;
                for (int c = 0; c < 8; ++c) {
                    v[static_cast<std::size_t>(c)] = values[index(x + (c & 1), y + (c >> 1 & 1), z + (c >> 2))];
                    inside |= v[static_cast<std::size_t>(c)] >= limit ? 1U << c : 0U;
                }
                if (inside == 0 || inside == 255) {
                    continue;
                }
                Vec3 sum{};
                int crossings = 0;
                for (const auto& [a, b] : edges) {
                    if ((inside >> a & 1U) == (inside >> b & 1U)) {
                        continue;
                    }
                    const auto from = static_cast<double>(v[static_cast<std::size_t>(a)]);
                    const auto to = static_cast<double>(v[static_cast<std::size_t>(b)]);
                    const double t = (level - from) / (to - from);
                    for (int axis = 0; axis < 3; ++axis) {
                        sum[static_cast<std::size_t>(axis)] +=
                            (a >> axis & 1) + t * ((b >> axis & 1) - (a >> axis & 1));
                    }
                    ++crossings;
                }
                pointOf[index(x, y, z)] = static_cast<std::int32_t>(points->size() / 3);
                append(*points, geometry.toPatient({static_cast<double>(x) + sum[0] / crossings,
                                                    static_cast<double>(y) + sum[1] / crossings,
                                                    static_cast<double>(z) + sum[2] / crossings}));
            }
        }
    }
    // Every edge of the grid that the surface crosses joins the points of its four cells.
    const std::array<std::size_t, 3> step{index(1, 0, 0), index(0, 1, 0), index(0, 0, 1)};
    for (std::int64_t z = 0; z + 1 < nz; ++z) {
        for (std::int64_t y = 0; y + 1 < ny; ++y) {
            for (std::int64_t x = 0; x + 1 < nx; ++x) {
                const std::array<std::int64_t, 3> at{x, y, z};
                const std::size_t here = index(x, y, z);
                for (std::size_t axis = 0; axis < 3; ++axis) {
                    const std::size_t u = (axis + 1) % 3, w = (axis + 2) % 3;
                    const bool in = values[here] >= limit;
                    if (at[u] == 0 || at[w] == 0 || in == (values[here + step[axis]] >= limit)) {
                        continue;
                    }
                    const std::array<std::int32_t, 4> quad{pointOf[here], pointOf[here - step[u]],
                                                           pointOf[here - step[u] - step[w]], pointOf[here - step[w]]};
                    if (in) {
                        triangles->insert(triangles->end(), {quad[0], quad[1], quad[2], quad[0], quad[2], quad[3]});
                    } else {
                        triangles->insert(triangles->end(), {quad[0], quad[2], quad[1], quad[0], quad[3], quad[2]});
                    }
                }
            }
        }
    }
    return {std::move(points), std::move(triangles)};
}

SurfaceMesh raisedSlice(const Geometry& slice, std::span<const float> height_mm, std::span<const std::uint8_t> rgba) {
    requireCount(height_mm.size(), slice.voxelCount(), "heights");
    requireCount(rgba.size(), 4 * slice.voxelCount(), "bytes of colour");
    const auto [nx, ny, nz] = slice.size;
    // A coarse sheet shows the same shape, and turns smoothly without a graphics card.
    const std::int64_t stride = std::max<std::int64_t>(1, std::max(nx, ny) / 128);
    const std::int64_t columns = (nx - 1) / stride + 1, rows = (ny - 1) / stride + 1;
    auto points = std::make_shared<std::vector<float>>();
    auto rgb = std::make_shared<std::vector<std::uint8_t>>();
    auto triangles = std::make_shared<std::vector<std::int32_t>>();
    for (std::int64_t j = 0; j < rows; ++j) {
        for (std::int64_t i = 0; i < columns; ++i) {
            const auto at = static_cast<std::size_t>(j * stride * nx + i * stride);
            const double up = static_cast<double>(height_mm[at]) / slice.spacing_mm[2];
            append(*points, slice.toPatient({static_cast<double>(i * stride), static_cast<double>(j * stride), up}));
            const int opacity = rgba[4 * at + 3];
            for (std::size_t c = 0; c < 3; ++c) {
                rgb->push_back(static_cast<std::uint8_t>((rgba[4 * at + c] * opacity + 70 * (255 - opacity)) / 255));
            }
            if (i > 0 && j > 0) {
                const auto d = static_cast<std::int32_t>(j * columns + i);
                const auto across = static_cast<std::int32_t>(columns);
                triangles->insert(triangles->end(), {d - across - 1, d - across, d, d - across - 1, d, d - 1});
            }
        }
    }
    return {std::move(points), std::move(triangles), std::move(rgb)};
}

}  // namespace drdm
