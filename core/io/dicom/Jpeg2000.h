#pragma once

#include "io/dicom/DicomFile.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drdm::dicom {

/// Whether the pixels of a data set are compressed by JPEG 2000, which DCMTK does not decode.
bool isJpeg2000(DcmDataset& dataset);

/// What a JPEG 2000 data set must hold, by its header.
struct CompressedShape {
    std::uint64_t columns = 0, rows = 0, frames = 1, samples = 1;
};

/// All frames of a data set, decoded by OpenJPEG: the samples as they were before the compression, interleaved
/// (frame, row, column, sample); colours transformed to RGB where the codestream does so. Signed samples are two's
/// complement. Sizes in the codestream are checked before memory is taken. \throws Error naming the file: another
/// number of frames, another size than the header's, damaged.
std::vector<std::int32_t> decodeJpeg2000(DcmDataset& dataset, const CompressedShape& shape, const std::string& path);

}  // namespace drdm::dicom
