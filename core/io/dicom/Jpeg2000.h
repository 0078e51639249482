#pragma once

#include <cstdint>
#include <span>

namespace drdm::dicom {

/// How pixels are laid out that a JPEG 2000 stream is decoded to: samples of one pixel beside each other, little
/// endian.
struct Jpeg2000Layout {
    std::uint32_t columns = 0, rows = 0, samples = 1;
    std::uint32_t bytes = 2;  ///< of one sample: 1, 2 or 4
    bool isSigned = false;    ///< PixelRepresentation of the data set
};

/// Decodes one frame (a codestream, or a JP2 file as some writers put it into DICOM). The size that the stream states
/// is compared with the layout before any pixel is decoded. Colour transforms of the stream are undone: RGB comes out
/// of YBR_RCT and YBR_ICT. `pixels` has columns · rows · samples · bytes bytes. \throws Error with OpenJPEG's words:
/// damaged, cut short, another size than stated.
void decodeJpeg2000(std::span<const std::uint8_t> stream, const Jpeg2000Layout& layout, std::span<std::uint8_t> pixels);

}  // namespace drdm::dicom
