#include "augmentation/BigAug.h"
#include "augmentation/Smoothing.h"
#include "diffusion/Random.h"

#include <algorithm>
#include <cmath>

namespace drdm {
namespace {

/// Mean and standard deviation of all values.
std::pair<double, double> moments(const std::vector<float>& values) {
    double sum = 0;
    double squares = 0;
    for (const float value : values) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(values.size());
    const double mean = sum / count;
    return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean))};
}

/// All six on one phase, in units of its standard deviation.
void change(std::vector<float>& values, const Size3& size, int dims, Random& random, const BigAugSettings& settings) {
    const auto taken = [&] { return random.uniform() < settings.probability; };
    const auto within = [&](const double(&range)[2]) { return random.uniform(range[0], range[1]); };
    if (taken()) {
        const std::vector<float> once = smoothed(values, size, dims, within(settings.blur_vox));
        const std::vector<float> twice = smoothed(once, size, dims, within(settings.blur_vox));
        const auto amount = static_cast<float>(within(settings.sharpnessAmount));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = once[i] + amount * (once[i] - twice[i]);
        }
    }
    if (taken()) {
        values = smoothed(std::move(values), size, dims, within(settings.blur_vox));
    }
    if (taken()) {
        const double sigma = within(settings.noise);
        for (float& value : values) {
            value += static_cast<float>(sigma * random.normal());
        }
    }
    if (taken()) {
        const auto shift = static_cast<float>(within(settings.brightness));
        for (float& value : values) {
            value += shift;
        }
    }
    if (taken()) {
        const double gamma = within(settings.gamma);
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        const float least = *low;
        const float span = *high - *low;
        for (float& value : values) {
            value = least + span * static_cast<float>(std::pow(static_cast<double>((value - least) / span), gamma));
        }
    }
    if (taken()) {
        const auto scale = static_cast<float>(1 + within(settings.perturbation));
        const auto shift = static_cast<float>(within(settings.perturbation));
        for (float& value : values) {
            value = value * scale + shift;
        }
    }
}

}  // namespace

Image bigAugIntensity(const Image& image, int dims, std::uint64_t seed, const BigAugSettings& settings) {
    const auto given = image.voxels();
    const auto [low, high] = std::minmax_element(given.begin(), given.end());
    const bool stored = image.storedMinimum != 0.0F || image.storedMaximum != 0.0F;
    const float least = stored ? image.storedMinimum : *low;
    const float most = stored ? image.storedMaximum : *high;
    std::vector<float> result;
    for (std::int64_t phase = 0; phase < image.phases(); ++phase) {
        const auto voxels = image.phaseVoxels(phase);
        std::vector<float> values(voxels.begin(), voxels.end());
        const auto [mean, deviation] = moments(values);
        if (deviation > 0) {
            Random random(seed, 0x696e74656e7369);  // the same change in every phase
            const auto toUnit = [m = mean, d = deviation](float v) { return static_cast<float>((v - m) / d); };
            const auto back = [&, m = mean, d = deviation](float v) {
                return std::clamp(static_cast<float>(v * d + m), least, most);
            };
            std::transform(values.begin(), values.end(), values.begin(), toUnit);
            change(values, image.geometry().size, dims, random, settings);
            std::transform(values.begin(), values.end(), values.begin(), back);
        }
        result.insert(result.end(), values.begin(), values.end());
    }
    return image.withVoxels(std::move(result));
}

}  // namespace drdm
