#include "errors/Error.h"
#include "tasks/TrainingData.h"

namespace drdm {

TrainingData readPacks(const std::vector<std::string>& paths, int dims) {
    TrainingData data;
    for (const std::string& path : paths) {
        if (!path.ends_with(".safetensors")) {
            throw Error(path +
                        " is not a packed training set (.safetensors); make one with \"drdm pack\" where the full "
                        "build of drdm is installed");
        }
        std::size_t left = 0;
        for (TrainingImage& image : readPack(path)) {
            if ((image.size[2] > 1) == (dims == 3)) {
                data.images.push_back(std::move(image));
            } else {
                ++left;
            }
        }
        if (left > 0) {
            data.notes.push_back(path + ": " + std::to_string(left) + " images left out, a model with " +
                                 std::to_string(dims) + " dimensions needs " +
                                 (dims == 3 ? "volumes" : "single slices"));
        }
    }
    if (data.images.empty()) {
        throw Error("there is no image to train on in the packs given; check --data and --dims");
    }
    data.description = std::to_string(data.images.size()) + " images from " + std::to_string(paths.size()) + " packs";
    return data;
}

}  // namespace drdm
