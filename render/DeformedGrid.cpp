#include "render/DeformedGrid.h"

#include "errors/Error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace drdm {

namespace {

struct Corner {
    double x, y, value;
};

/// Where the line `level` crosses one triangle: marching triangles have no ambiguous case.
void crossTriangle(const std::array<Corner, 3>& corner, double level, const PlaneGrid& grid, std::vector<float>& ends) {
    std::array<float, 4> piece{};
    std::size_t found = 0;
    for (std::size_t i = 0; i < 3 && found < 4; ++i) {
        const Corner& a = corner[i];
        const Corner& b = corner[(i + 1) % 3];
        if ((a.value < level) == (b.value < level)) {
            continue;
        }
        const double part = (level - a.value) / (b.value - a.value);
        piece[found++] = static_cast<float>((a.x + part * (b.x - a.x)) * grid.spacingX_mm);
        piece[found++] = static_cast<float>((a.y + part * (b.y - a.y)) * grid.spacingY_mm);
    }
    if (found == 4) {
        ends.insert(ends.end(), piece.begin(), piece.end());
    }
}

void straightLines(const PlaneGrid& grid, double distance_mm, std::vector<float>& ends) {
    const auto right = static_cast<float>((grid.width - 1) * grid.spacingX_mm);
    const auto low = static_cast<float>((grid.height - 1) * grid.spacingY_mm);
    for (int k = 0; (k + 0.5) * distance_mm <= static_cast<double>(right); ++k) {
        const auto x = static_cast<float>((k + 0.5) * distance_mm);
        ends.insert(ends.end(), {x, 0.0F, x, low});
    }
    for (int k = 0; (k + 0.5) * distance_mm <= static_cast<double>(low); ++k) {
        const auto y = static_cast<float>((k + 0.5) * distance_mm);
        ends.insert(ends.end(), {0.0F, y, right, y});
    }
}

}  // namespace

LineSet deformedGrid(const PlaneGrid& grid, std::span<const float> alongX_vox, std::span<const float> alongY_vox,
                     int lines) {
    return deformedGridOfSpacing(grid, alongX_vox, alongY_vox,
                                 std::max(grid.width_mm(), grid.height_mm()) / std::max(1, lines));
}

LineSet deformedGridOfSpacing(const PlaneGrid& grid, std::span<const float> alongX_vox,
                              std::span<const float> alongY_vox, double spacing_mm) {
    if (alongX_vox.size() != alongY_vox.size() || (!alongX_vox.empty() && alongX_vox.size() != grid.count())) {
        throw Error("cannot draw the deformed grid: the field does not lie on the image's " +
                    std::to_string(grid.width) + " × " + std::to_string(grid.height) + " voxels");
    }
    auto ends = std::make_shared<std::vector<float>>();
    const double distance_mm = std::max(spacing_mm, grid.spacingX_mm);
    if (alongX_vox.empty()) {
        straightLines(grid, distance_mm, *ends);
        return {std::move(ends)};
    }
    // The eye does not see pieces of a voxel on a large image, but drawing them takes its time.
    const int step = std::max(1, std::max(grid.width, grid.height) / 160);
    for (const bool columns : {true, false}) {
        const double distance = distance_mm / (columns ? grid.spacingX_mm : grid.spacingY_mm);
        const auto source = [&](int x, int y) {
            x = std::min(x, grid.width - 1);
            y = std::min(y, grid.height - 1);
            const std::size_t i =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(x);
            const auto moved = columns ? alongX_vox[i] : alongY_vox[i];
            return Corner{static_cast<double>(x), static_cast<double>(y),
                          (columns ? x : y) + static_cast<double>(moved)};
        };
        for (int y = 0; y + 1 < grid.height; y += step) {
            for (int x = 0; x + 1 < grid.width; x += step) {
                const Corner a = source(x, y), b = source(x + step, y), c = source(x + step, y + step),
                             d = source(x, y + step);
                const auto [low, high] = std::minmax({a.value, b.value, c.value, d.value});
                // Half a distance off, so that the outermost line does not coincide with the border.
                for (double k = std::ceil(low / distance - 0.5); (k + 0.5) * distance <= high; ++k) {
                    const double level = (k + 0.5) * distance;
                    crossTriangle({a, b, c}, level, grid, *ends);
                    crossTriangle({a, c, d}, level, grid, *ends);
                }
            }
        }
    }
    return {std::move(ends)};
}

}  // namespace drdm
