#include "tasks/GreyPicture.h"

#include "tasks/PngFile.h"

namespace drdm {

std::string writeGreyPicture(const std::vector<float>& values, std::int64_t width, std::int64_t height,
                             const std::string& stem) {
    Geometry geometry;
    geometry.size = {width, height, 1};
    Image image(geometry, values);
    image.windowCentre = 0.5;
    image.windowWidth = 1;
    std::string path = stem + ".png";
    writePng(image, 0, 0, path);
    return path;
}

}  // namespace drdm
