#include "ui/GreyImage.h"

#include <algorithm>

namespace drdm {

QImage greyImage(const ScalarPlane& plane, const DisplayWindow& window, int largestSide) {
    const double low = window.centre - window.width / 2;
    const int step = std::max(1, std::max(plane.grid.width, plane.grid.height) / std::max(1, largestSide));
    QImage picture(plane.grid.width / step, plane.grid.height / step, QImage::Format_Grayscale8);
    for (int y = 0; y < picture.height(); ++y) {
        uchar* line = picture.scanLine(y);
        const auto row = static_cast<std::size_t>(y * step) * static_cast<std::size_t>(plane.grid.width);
        for (int x = 0; x < picture.width(); ++x) {
            const double value = (*plane.values)[row + static_cast<std::size_t>(x * step)];
            line[x] = static_cast<uchar>(std::clamp((value - low) / window.width, 0.0, 1.0) * 255);
        }
    }
    return picture;
}

}  // namespace drdm
