#pragma once

#include "io/dicom/DicomFile.h"

#include <string>

namespace drdm::dicom {

/// What the attributes say about the pixel data.
struct PixelLayout {
    std::uint64_t columns = 0, rows = 0, frames = 1, samples = 1, bytes = 2;
    int bitsAllocated = 16, bitsStored = 16, shift = 0;
    bool isSigned = false, planar = false;
    std::string photometric;
    [[nodiscard]] std::uint64_t pixelsPerFrame() const { return columns * rows; }
    [[nodiscard]] std::uint64_t bytesPerFrame() const;
    [[nodiscard]] std::uint64_t totalBytes() const { return bytesPerFrame() * frames; }
};

PixelLayout readLayout(DcmDataset& dataset);

/// True if the transfer syntax is one whose pixels can be had: uncompressed, or with a decoder at hand.
bool canDecode(E_TransferSyntax syntax);

/// Undoes the compression of a file's pixels, if there is one. What the compressed data itself says about its size is
/// compared with the attributes before memory is taken. \throws Error naming the file, with both sizes.
void decode(DcmDataset& dataset, const std::string& path);

}  // namespace drdm::dicom
