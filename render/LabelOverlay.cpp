#include "render/LabelOverlay.h"

#include "errors/Error.h"

#include <algorithm>

namespace drdm {

namespace {

struct Corner {
    double x, y;
    std::uint16_t label;
};

void requireCount(const PlaneGrid& grid, std::span<const std::uint16_t> labels) {
    if (labels.size() != grid.count()) {
        throw Error("the label map has " + std::to_string(labels.size()) + " voxels in this slice, the image has " +
                    std::to_string(grid.width) + " × " + std::to_string(grid.height) +
                    "; open a label map that was drawn on this image");
    }
}

}  // namespace

Rgba labelColour(std::uint16_t label) {
    constexpr std::array<Rgba, 8> colours{{{230, 159, 0, 255},
                                           {86, 180, 233, 255},
                                           {0, 178, 125, 255},
                                           {240, 228, 66, 255},
                                           {204, 121, 167, 255},
                                           {60, 130, 220, 255},
                                           {235, 110, 30, 255},
                                           {225, 225, 225, 255}}};
    return label == 0 ? Rgba{0, 0, 0, 0} : colours[(label - 1U) % colours.size()];
}

ColourPlane labelPlane(const PlaneGrid& grid, std::span<const std::uint16_t> labels) {
    requireCount(grid, labels);
    auto rgba = std::make_shared<std::vector<std::uint8_t>>(4 * labels.size());
    auto* out = rgba->data();
    for (const std::uint16_t label : labels) {
        const Rgba c = labelColour(label);
        out = std::copy(c.begin(), c.end(), out);
    }
    return {grid, std::move(rgba)};
}

LineSet labelContours(const PlaneGrid& grid, std::span<const std::uint16_t> labels) {
    requireCount(grid, labels);
    auto ends = std::make_shared<std::vector<float>>();
    auto rgb = std::make_shared<std::vector<std::uint8_t>>();
    const auto triangle = [&](const std::array<Corner, 3>& corner, std::uint16_t label) {
        std::array<float, 4> piece{};
        std::size_t found = 0;
        for (std::size_t i = 0; i < 3 && found < 4; ++i) {
            const Corner& a = corner[i];
            const Corner& b = corner[(i + 1) % 3];
            if ((a.label == label) != (b.label == label)) {
                piece[found++] = static_cast<float>((a.x + b.x) / 2 * grid.spacingX_mm);
                piece[found++] = static_cast<float>((a.y + b.y) / 2 * grid.spacingY_mm);
            }
        }
        if (found == 4) {
            const Rgba c = labelColour(label);
            ends->insert(ends->end(), piece.begin(), piece.end());
            rgb->insert(rgb->end(), {c[0], c[1], c[2]});
        }
    };
    const auto at = [&](int x, int y) {
        return Corner{
            static_cast<double>(x), static_cast<double>(y),
            labels[static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(x)]};
    };
    for (int y = 0; y + 1 < grid.height; ++y) {
        for (int x = 0; x + 1 < grid.width; ++x) {
            const std::array<Corner, 4> cell{at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)};
            std::array<std::uint16_t, 4> kinds{cell[0].label, cell[1].label, cell[2].label, cell[3].label};
            std::ranges::sort(kinds);
            if (kinds.front() == kinds.back()) {
                continue;
            }
            for (std::size_t k = 0; k < 4; ++k) {
                if (kinds[k] != 0 && (k == 0 || kinds[k] != kinds[k - 1])) {
                    triangle({cell[0], cell[1], cell[2]}, kinds[k]);
                    triangle({cell[0], cell[2], cell[3]}, kinds[k]);
                }
            }
        }
    }
    return {std::move(ends), std::move(rgb)};
}

}  // namespace drdm
