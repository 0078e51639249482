#include "tasks/Train.h"

#include <cmath>
#include <cstdio>

/// Writes a packed set of small synthetic slices, rings of different sizes, to the path given.
int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: make_pack FILE.safetensors\n", stderr);
        return 2;
    }
    std::vector<drdm::TrainingImage> images;
    for (int n = 0; n < 6; ++n) {
        drdm::TrainingImage image;
        image.size[0] = 48 + n;
        image.size[1] = 40;
        image.spacing_mm[0] = image.spacing_mm[1] = 1.5;
        image.modality = "MR";
        image.name = "ring " + std::to_string(n);
        for (int y = 0; y < 40; ++y) {
            for (int x = 0; x < 48 + n; ++x) {
                const double radius = std::hypot(x - 24.0, y - 20.0) / (8 + n);
                image.voxels.push_back(static_cast<float>(100 * std::exp(-8 * (radius - 1) * (radius - 1)) + x));
            }
        }
        images.push_back(std::move(image));
    }
    try {
        drdm::writePack(images, words[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
