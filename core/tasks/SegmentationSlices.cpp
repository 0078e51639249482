#include "tasks/SegmentationSlices.h"

#include "imaging/Warp.h"

#include <algorithm>
#include <cmath>

namespace drdm {
namespace {

/// Linear, the border repeated.
double read(const float* plane, std::int64_t side, double x, double y) {
    const double last = static_cast<double>(side - 1);
    x = std::clamp(x, 0.0, last);
    y = std::clamp(y, 0.0, last);
    const auto x0 = std::min(static_cast<std::int64_t>(x), side - 2);
    const auto y0 = std::min(static_cast<std::int64_t>(y), side - 2);
    const double fx = x - static_cast<double>(x0);
    const double fy = y - static_cast<double>(y0);
    const float* at = plane + y0 * side + x0;
    return (1 - fy) * ((1 - fx) * at[0] + fx * at[1]) + fy * ((1 - fx) * at[side] + fx * at[side + 1]);
}

}  // namespace

Normalisation sliceNormalisation(const Image& image) {
    return image.modality == "CT" ? Normalisation::CtWindow : Normalisation::Percentile;
}

std::uint8_t LabelClasses::classOf(std::uint16_t label) const {
    const auto found = std::find(m_labels.begin(), m_labels.end(), label);
    return found == m_labels.end() ? std::uint8_t{0} : static_cast<std::uint8_t>(found - m_labels.begin() + 1);
}

std::vector<LabelledSlice> slicesOf(const LabelledImage& data, const LabelClasses& classes, std::int64_t side) {
    std::vector<LabelledSlice> slices;
    const Geometry& volume = data.image.geometry();
    for (std::int64_t z = 0; z < volume.size[2]; ++z) {
        const ModelGrid grid(volume.slice(z), 2, side, Fit::KeepAspect);
        LabelledSlice slice;
        slice.image = grid.prepare(data.image.slice(z, 0), 0, sliceNormalisation(data.image));
        const LabelMap labels = resample(data.labels.slice(z), grid.model);
        std::transform(labels.labels().begin(), labels.labels().end(), std::back_inserter(slice.classes),
                       [&classes](std::uint16_t label) { return classes.classOf(label); });
        slices.push_back(std::move(slice));
    }
    return slices;
}

LabelMap segmented(const SegmentationNetwork& network, const Image& image, const LabelClasses& classes,
                   std::int64_t side, const JobContext& context) {
    const Geometry& volume = image.geometry();
    std::vector<std::uint16_t> labels;
    labels.reserve(static_cast<std::size_t>(volume.voxelCount()));
    for (std::int64_t z = 0; z < volume.size[2]; ++z) {
        context.throwIfCancelled();
        const ModelGrid grid(volume.slice(z), 2, side, Fit::KeepAspect);
        const std::vector<float> chances =
            network.probabilities(grid.prepare(image.slice(z, 0), 0, sliceNormalisation(image)));
        for (std::int64_t y = 0; y < volume.size[1]; ++y) {
            for (std::int64_t x = 0; x < volume.size[0]; ++x) {
                std::size_t best = 0;
                double strongest = -1;
                for (std::size_t k = 0; k < static_cast<std::size_t>(classes.count()); ++k) {
                    const double chance = read(chances.data() + static_cast<std::ptrdiff_t>(k) * side * side, side,
                                               grid.scale[0] * static_cast<double>(x) + grid.offset[0],
                                               grid.scale[1] * static_cast<double>(y) + grid.offset[1]);
                    if (chance > strongest) {
                        strongest = chance;
                        best = k;
                    }
                }
                labels.push_back(classes.labelOf(best));
            }
        }
    }
    return {volume, std::move(labels)};
}

}  // namespace drdm
