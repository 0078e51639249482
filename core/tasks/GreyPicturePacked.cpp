#include "errors/Error.h"
#include "tasks/GreyPicture.h"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace drdm {

std::string writeGreyPicture(const std::vector<float>& values, std::int64_t width, std::int64_t height,
                             const std::string& stem) {
    std::string path = stem + ".pgm";
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << "P5\n" << width << ' ' << height << "\n255\n";
    for (const float value : values) {
        file.put(static_cast<char>(static_cast<unsigned char>(std::lround(255 * std::clamp(value, 0.0F, 1.0F)))));
    }
    if (!file.flush()) {
        throw Error("cannot write the picture " + path + "; check the folder and the space left");
    }
    return path;
}

}  // namespace drdm
