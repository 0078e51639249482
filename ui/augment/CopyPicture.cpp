#include "ui/augment/CopyPicture.h"

#include "render/LabelOverlay.h"
#include "ui/GreyImage.h"

#include <algorithm>
#include <cmath>

namespace drdm {
namespace {

/// Voxels of a label that have a neighbour of another one.
void drawRims(QImage& picture, const LabelMap& labels) {
    const std::int64_t width = labels.geometry().size[0];
    const std::int64_t height = labels.geometry().size[1];
    const auto at = [&](std::int64_t x, std::int64_t y) {
        return labels.labels()[static_cast<std::size_t>(std::clamp<std::int64_t>(y, 0, height - 1) * width +
                                                        std::clamp<std::int64_t>(x, 0, width - 1))];
    };
    for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
            const auto own = at(x, y);
            const Rgba colour = labelColour(own);
            if (own != 0 &&
                (at(x - 1, y) != own || at(x + 1, y) != own || at(x, y - 1) != own || at(x, y + 1) != own)) {
                picture.setPixel(static_cast<int>(x), static_cast<int>(y), qRgb(colour[0], colour[1], colour[2]));
            }
        }
    }
}

}  // namespace

CopyPicture copyPicture(const AugmentPreview& copy, int side) {
    const std::int64_t slice = copy.image.geometry().size[2] / 2;
    const Image image = copy.image.slice(slice, 0);
    const Geometry& grid = image.geometry();
    ScalarPlane plane;
    plane.grid = {static_cast<int>(grid.size[0]), static_cast<int>(grid.size[1]), grid.spacing_mm[0],
                  grid.spacing_mm[1]};
    plane.values = std::make_shared<const std::vector<float>>(image.voxels().begin(), image.voxels().end());
    QImage picture =
        greyImage(plane, windowPresets(image).front().window, std::max(plane.grid.width, plane.grid.height))
            .convertToFormat(QImage::Format_RGB32);
    if (!copy.labels.empty()) {
        drawRims(picture, copy.labels.slice(slice));
    }
    const double scale = side / std::max(plane.grid.width_mm(), plane.grid.height_mm());
    const QSize size(std::max(1, static_cast<int>(std::lround(plane.grid.width_mm() * scale))),
                     std::max(1, static_cast<int>(std::lround(plane.grid.height_mm() * scale))));
    return {QString::fromStdString(copy.name), picture.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)};
}

}  // namespace drdm
