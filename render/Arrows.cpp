#include "render/Arrows.h"

#include "errors/Error.h"

#include <algorithm>
#include <cmath>

namespace drdm {

LineSet arrows(const PlaneGrid& grid, std::span<const float> alongX_vox, std::span<const float> alongY_vox, int across,
               double scale) {
    if (alongX_vox.size() != grid.count() || alongY_vox.size() != grid.count()) {
        throw Error("cannot draw arrows: the field does not lie on the image's " + std::to_string(grid.width) + " × " +
                    std::to_string(grid.height) + " voxels");
    }
    auto ends = std::make_shared<std::vector<float>>();
    const double distance_mm = std::max(grid.width_mm(), grid.height_mm()) / std::max(1, across);
    const auto piece = [&ends](double x0, double y0, double x1, double y1) {
        ends->insert(ends->end(),
                     {static_cast<float>(x0), static_cast<float>(y0), static_cast<float>(x1), static_cast<float>(y1)});
    };
    for (double y_mm = distance_mm / 2; y_mm < grid.height_mm(); y_mm += distance_mm) {
        for (double x_mm = distance_mm / 2; x_mm < grid.width_mm(); x_mm += distance_mm) {
            const int x = std::min(static_cast<int>(std::lround(x_mm / grid.spacingX_mm)), grid.width - 1);
            const int y = std::min(static_cast<int>(std::lround(y_mm / grid.spacingY_mm)), grid.height - 1);
            const std::size_t at =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(x);
            const double dx = scale * static_cast<double>(alongX_vox[at]) * grid.spacingX_mm;
            const double dy = scale * static_cast<double>(alongY_vox[at]) * grid.spacingY_mm;
            const double length = std::hypot(dx, dy);
            if (length < distance_mm / 50) {
                continue;
            }
            const double headX = x * grid.spacingX_mm, headY = y * grid.spacingY_mm;
            piece(headX + dx, headY + dy, headX, headY);
            const double barb = std::min(0.35 * length, 0.3 * distance_mm) / length;
            constexpr double along = 0.88, aside = 0.47;  // cosine and sine of 28°
            piece(headX, headY, headX + barb * (along * dx - aside * dy), headY + barb * (along * dy + aside * dx));
            piece(headX, headY, headX + barb * (along * dx + aside * dy), headY + barb * (along * dy - aside * dx));
        }
    }
    return {std::move(ends)};
}

}  // namespace drdm
