#include "ui/Windowing.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

DisplayWindow between(double low, double high) {
    return {(low + high) / 2, std::max(high - low, 1e-6)};
}

}  // namespace

std::vector<WindowPreset> windowPresets(const Image& image) {
    const auto voxels = image.voxels();
    constexpr std::size_t enough = 200000;
    const std::size_t step = std::max<std::size_t>(1, voxels.size() / enough);
    std::vector<float> some;
    for (std::size_t i = 0; i < voxels.size(); i += step) {
        if (std::isfinite(voxels[i]) && voxels[i] != image.paddingValue) {
            some.push_back(voxels[i]);
        }
    }
    if (some.empty()) {
        some.assign({0.0F, 1.0F});
    }
    std::ranges::sort(some);
    const auto at = [&some](double share) {
        return static_cast<double>(some[static_cast<std::size_t>(share * static_cast<double>(some.size() - 1))]);
    };

    std::vector<WindowPreset> presets;
    const WindowPreset automatic{"Automatic", between(at(0.01), at(0.99))};
    if (image.modality == "CT") {
        presets = {
            {"Soft tissue", {40, 400}}, {"Lung", {-600, 1500}}, {"Bone", {300, 1500}}, {"Brain", {40, 80}}, automatic};
        if (at(0.5) < -500) {
            std::swap(presets[0], presets[1]);  // mostly air: a chest
        }
    } else {
        presets = {automatic};
    }
    if (image.windowWidth > 0) {
        presets.push_back({"As in the file", {image.windowCentre, image.windowWidth}});
    }
    presets.push_back({"Full range", between(some.front(), some.back())});
    return presets;
}

}  // namespace drdm
