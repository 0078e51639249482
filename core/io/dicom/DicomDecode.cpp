#include "io/dicom/DicomDecode.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace drdm::dicom {

std::uint64_t PixelLayout::bytesPerFrame() const {
    // Two chroma samples for two pixels.
    const std::uint64_t perPixel = photometric == "YBR_FULL_422" ? 2 : samples;
    return pixelsPerFrame() * perPixel * bytes;
}

PixelLayout readLayout(DcmDataset& dataset) {
    PixelLayout layout;
    // No product of these can overflow.
    const auto natural = [&](const DcmTagKey& tag, double otherwise, double most = 65535) {
        return static_cast<std::uint64_t>(std::clamp(number(dataset, tag).value_or(otherwise), 0.0, most));
    };
    layout.columns = natural(DCM_Columns, 0);
    layout.rows = natural(DCM_Rows, 0);
    layout.frames = std::max<std::uint64_t>(1, natural(DCM_NumberOfFrames, 1, 1e6));
    layout.samples = natural(DCM_SamplesPerPixel, 1, 16);
    layout.bitsAllocated = static_cast<int>(natural(DCM_BitsAllocated, 16, 64));
    layout.bytes = static_cast<std::uint64_t>((layout.bitsAllocated + 7) / 8);
    layout.bitsStored = static_cast<int>(natural(DCM_BitsStored, layout.bitsAllocated));
    if (layout.bitsStored < 1 || layout.bitsStored > layout.bitsAllocated) {
        layout.bitsStored = layout.bitsAllocated;
    }
    const int highBit = static_cast<int>(natural(DCM_HighBit, layout.bitsStored - 1));
    layout.shift = std::clamp(highBit + 1 - layout.bitsStored, 0, layout.bitsAllocated - layout.bitsStored);
    layout.isSigned = natural(DCM_PixelRepresentation, 0) != 0;
    layout.planar = natural(DCM_PlanarConfiguration, 0) != 0;
    layout.photometric = text(dataset, DCM_PhotometricInterpretation);
    return layout;
}

bool canDecode(E_TransferSyntax syntax) {
    switch (syntax) {
        case EXS_JPEGProcess1:
        case EXS_JPEGProcess2_4:
        case EXS_JPEGProcess6_8:
        case EXS_JPEGProcess10_12:
        case EXS_JPEGProcess14:
        case EXS_JPEGProcess14SV1:
        case EXS_JPEGLSLossless:
        case EXS_JPEGLSLossy:
        case EXS_RLELossless:
        case EXS_JPEG2000LosslessOnly:
        case EXS_JPEG2000:
            return true;
        default:
            return syntax != EXS_Unknown && !DcmXfer(syntax).isEncapsulated();
    }
}

namespace {

constexpr const char* copyAgain = "; the file is cut short or damaged, copy it again from its source";

/// Columns and rows that a JPEG or JPEG-LS stream states in its frame header; 0 × 0 if none is found.
std::pair<std::uint64_t, std::uint64_t> jpegSize(std::span<const Uint8> bytes) {
    std::size_t at = 2;
    while (at + 9 <= bytes.size() && bytes[at] == 0xFF) {
        const unsigned marker = bytes[at + 1];
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        const bool frame =
            (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
        if (frame) {
            return {bytes[at + 7] * 256U + bytes[at + 8], bytes[at + 5] * 256U + bytes[at + 6]};
        }
        at += 2 + bytes[at + 2] * 256U + bytes[at + 3];
    }
    return {0, 0};
}

/// The same of a JPEG 2000 codestream, which a JP2 file has behind a few boxes.
std::pair<std::uint64_t, std::uint64_t> jpeg2000Size(std::span<const Uint8> bytes) {
    constexpr std::array<Uint8, 4> start{0xFF, 0x4F, 0xFF, 0x51};
    const auto near = bytes.first(std::min<std::size_t>(bytes.size(), 4096));
    const auto found = std::search(near.begin(), near.end(), start.begin(), start.end());
    const auto at = static_cast<std::size_t>(found - near.begin());
    if (found == near.end() || at + 24 > bytes.size()) {
        return {0, 0};
    }
    const auto word = [&](std::size_t offset) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value * 256 + bytes[at + offset + i];
        }
        return value;
    };
    return {word(8) - std::min(word(8), word(16)), word(12) - std::min(word(12), word(20))};
}

DcmPixelSequence* compressedPixels(DcmDataset& dataset) {
    DcmElement* element = nullptr;
    DcmPixelSequence* sequence = nullptr;
    if (dataset.findAndGetElement(DCM_PixelData, element).bad()) {
        return nullptr;
    }
    auto* pixels = dynamic_cast<DcmPixelData*>(element);
    const DcmRepresentationParameter* parameter = nullptr;
    E_TransferSyntax syntax = EXS_Unknown;
    if (pixels == nullptr) {
        return nullptr;
    }
    pixels->getOriginalRepresentationKey(syntax, parameter);
    return pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).good() ? sequence : nullptr;
}

/// A header of a few bytes may promise gigabytes: what was compressed must be able to hold them.
void requirePlausible(DcmPixelSequence& sequence, E_TransferSyntax syntax, const PixelLayout& layout,
                      const std::string& path) {
    const std::uint64_t fragments = sequence.card() == 0 ? 0 : sequence.card() - 1;  // the first is the offset table
    if (fragments < layout.frames) {
        throw Error(path + " states " + std::to_string(layout.frames) + " frames and holds " +
                    std::to_string(fragments) + " compressed fragments" + copyAgain);
    }
    std::uint64_t compressed = 0;
    for (unsigned long i = 1; i <= fragments; ++i) {
        DcmPixelItem* item = nullptr;
        if (sequence.getItem(item, i).good() && item != nullptr) {
            compressed += item->getLength();
        }
    }
    if (syntax == EXS_RLELossless) {
        // Two bytes of a run stand for at most 128.
        if (layout.totalBytes() > 64 * compressed) {
            throw Error(path + " states " + std::to_string(layout.totalBytes()) + " bytes of pixels, its " +
                        std::to_string(compressed) + " compressed bytes cannot hold so many" + copyAgain);
        }
        return;
    }
    DcmPixelItem* item = nullptr;
    Uint8* bytes = nullptr;
    if (sequence.getItem(item, 1).bad() || item == nullptr || item->getUint8Array(bytes).bad() || bytes == nullptr) {
        throw Error(path + " holds no compressed pixels" + copyAgain);
    }
    const bool is2000 = syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000;
    const std::span<const Uint8> stream(bytes, item->getLength());
    const auto [columns, rows] = is2000 ? jpeg2000Size(stream) : jpegSize(stream);
    if (columns != 0 && (columns != layout.columns || (rows != layout.rows && rows != 0))) {
        throw Error(path + " states " + std::to_string(layout.columns) + " × " + std::to_string(layout.rows) +
                    " pixels, its compressed frame " + std::to_string(columns) + " × " + std::to_string(rows) +
                    copyAgain);
    }
    if (columns == 0 && fragments == layout.frames) {  // else its frame header may lie in the next fragment
        throw Error(path + " holds compressed pixels that do not begin like a " + DcmXfer(syntax).getXferName() +
                    " stream" + copyAgain);
    }
}

}  // namespace

void decode(DcmDataset& dataset, const std::string& path) {
    const E_TransferSyntax syntax = dataset.getOriginalXfer();
    if (!DcmXfer(syntax).isEncapsulated()) {
        return;
    }
    DcmPixelSequence* sequence = compressedPixels(dataset);
    if (sequence == nullptr) {
        throw Error(path + " holds no pixel data" + copyAgain);
    }
    const PixelLayout layout = readLayout(dataset);
    requirePlausible(*sequence, syntax, layout, path);
    requireMemory(layout.totalBytes(), "decompressing " + path);
    const OFCondition decoded = dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
    if (decoded.bad() || !dataset.canWriteXfer(EXS_LittleEndianExplicit)) {
        throw Error("cannot decompress " + path + " (" + DcmXfer(syntax).getXferName() +
                    "): " + (decoded.bad() ? decoded.text() : "no decoder") +
                    "; the file may be cut short or damaged, copy it again from its source");
    }
}

}  // namespace drdm::dicom
