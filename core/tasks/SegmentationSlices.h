#pragma once

#include "experiments/SegmentationNetwork.h"
#include "imaging/ModelGrid.h"
#include "tasks/DataSet.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// Between label maps and a segmentation network's classes: class k is the k-th of these labels, class 0 all else.
class LabelClasses {
public:
    explicit LabelClasses(std::vector<std::uint16_t> labels) : m_labels(std::move(labels)) {}
    [[nodiscard]] int count() const { return static_cast<int>(m_labels.size()) + 1; }
    [[nodiscard]] std::uint8_t classOf(std::uint16_t label) const;
    [[nodiscard]] std::uint16_t labelOf(std::size_t number) const { return number == 0 ? 0 : m_labels[number - 1]; }

private:
    std::vector<std::uint16_t> m_labels;
};

/// By the slice (MR) or by a window (CT).
Normalisation sliceNormalisation(const Image& image);

/// Every slice of an image on the network's square grid, normalised.
std::vector<LabelledSlice> slicesOf(const LabelledImage& data, const LabelClasses& classes, std::int64_t side);

/// The labels that a network gives an image, on the image's own grid: probabilities are brought there, then the
/// strongest class is taken.
LabelMap segmented(const SegmentationNetwork& network, const Image& image, const LabelClasses& classes,
                   std::int64_t side, const JobContext& context);

}  // namespace drdm
