#pragma once

#include "io/dicom/SliceGrid.h"

namespace drdm::dicom {

/// Frames that lie on one grid, in order, and what is odd about them.
struct Stack {
    std::vector<Frame> frames;  ///< phase * storedSlices + slice
    std::int64_t storedSlices = 0;
    std::int64_t phases = 0;
    Geometry geometry;                          ///< of the image that comes of them
    std::optional<SliceResampling> resampling;  ///< how, where the slices are no straight grid
    std::string refusal;                        ///< why they cannot become an image; empty if they can
    std::vector<double> phaseTimes_ms;          ///< empty when unknown
    std::vector<std::string> warnings;          ///< with numbers
};

/// Splits frames into sets of one size, spacing, orientation and content; the largest set first.
std::vector<std::vector<Frame>> partition(const std::vector<Frame>& frames);

/// Orders one set: slices by the projection of ImagePositionPatient on the slice normal (SliceLocation is not trusted),
/// several images at one position as phases. Uneven phase counts are cut to a full grid, with a warning.
Stack makeStack(std::vector<Frame> frames);

}  // namespace drdm::dicom
