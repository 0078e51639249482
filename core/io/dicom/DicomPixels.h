#pragma once

#include "io/dicom/DicomFile.h"

#include <optional>
#include <string>
#include <vector>

namespace drdm::dicom {

/// How the numbers in a file stand for modality units: `value = slope · stored + intercept`.
struct Encoding {
    double slope = 1, intercept = 0;
    bool floating = false;  ///< float or double pixel data: no stored range
    bool isSigned = false;
    int bitsStored = 16;
    bool inverted = false;  ///< MONOCHROME1: stored values are turned over (lowest + highest − stored)
    bool colour = false;    ///< luminance of RGB, YBR or palette colour
    [[nodiscard]] double lowestStored() const;
    [[nodiscard]] double highestStored() const;
};

/// All frames of one file in modality units, x fastest. Rescale of enhanced objects is taken per frame.
struct Pixels {
    std::int64_t columns = 0, rows = 0, frames = 0;
    std::vector<float> values;
    std::vector<Encoding> encodings;  ///< per frame
    std::optional<float> padding;     ///< PixelPaddingValue in modality units
    std::vector<std::string> warnings;
};

/// The encoding of a header (no pixels needed).
Encoding readEncoding(DcmDataset& dataset, long frame = 0);

/// Decodes a file from openFile(). Sizes are checked against the pixel data and the memory before any is taken.
/// \throws Error naming the file, with both sizes where they disagree.
Pixels readPixels(DcmFileFormat& file, const std::string& path);

}  // namespace drdm::dicom
