#include "io/dicom/Jpeg2000Codec.h"

#include "errors/Error.h"
#include "io/dicom/DicomFile.h"
#include "io/dicom/Jpeg2000.h"

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace drdm::dicom {

namespace {

OFCondition condition(const std::string& message) {
    return makeOFCondition(OFM_dcmdata, 1500, OF_error, message.c_str());
}

class Parameter : public DcmCodecParameter {
public:
    [[nodiscard]] DcmCodecParameter* clone() const override { return new Parameter(*this); }
    [[nodiscard]] const char* className() const override { return "drdm::dicom::Jpeg2000"; }
};

struct Shape {
    Jpeg2000Layout layout;
    std::uint64_t frames = 1;
    [[nodiscard]] std::uint64_t bytesPerFrame() const {
        return static_cast<std::uint64_t>(layout.columns) * layout.rows * layout.samples * layout.bytes;
    }
};

Shape shapeOf(DcmItem& dataset) {
    Shape shape;
    const auto natural = [&](const DcmTagKey& tag, double otherwise) {
        return static_cast<std::uint32_t>(std::clamp(number(dataset, tag).value_or(otherwise), 0.0, 1e9));
    };
    shape.layout.columns = natural(DCM_Columns, 0);
    shape.layout.rows = natural(DCM_Rows, 0);
    shape.layout.samples = natural(DCM_SamplesPerPixel, 1);
    shape.layout.bytes = (natural(DCM_BitsAllocated, 16) + 7) / 8;
    shape.layout.isSigned = natural(DCM_PixelRepresentation, 0) != 0;
    shape.frames = std::max(1U, natural(DCM_NumberOfFrames, 1));
    if (shape.layout.columns == 0 || shape.layout.rows == 0 || shape.layout.samples == 0 || shape.layout.samples > 4 ||
        (shape.layout.bytes != 1 && shape.layout.bytes != 2 && shape.layout.bytes != 4)) {
        throw Error("the header states an impossible size or number of bits");
    }
    return shape;
}

bool beginsStream(const Uint8* bytes, std::uint32_t length) {
    const bool codestream = length >= 4 && bytes[0] == 0xFF && bytes[1] == 0x4F && bytes[2] == 0xFF && bytes[3] == 0x51;
    const bool jp2 = length >= 8 && bytes[3] == 12 && bytes[4] == 'j' && bytes[5] == 'P';
    return codestream || jp2;
}

/// The bytes of one frame, joined from fragments `first` and on; `first` becomes the beginning of the next frame. Two
/// bytes that begin a stream cannot occur inside one, so no offset table is needed. Empty if there is no such frame.
std::vector<Uint8> joinFragments(DcmPixelSequence& sequence, unsigned long& first, bool allOfThem) {
    std::vector<Uint8> bytes;
    const unsigned long count = sequence.card();
    for (; first < count; ++first) {
        DcmPixelItem* item = nullptr;
        Uint8* fragment = nullptr;
        if (sequence.getItem(item, first).bad() || item == nullptr) {
            throw Error("a compressed fragment is missing");
        }
        const Uint32 length = item->getLength();
        if (length == 0) {
            continue;
        }
        if (item->getUint8Array(fragment).bad() || fragment == nullptr) {
            throw Error("a compressed fragment cannot be read; the file is cut short or damaged");
        }
        if (!bytes.empty() && !allOfThem && beginsStream(fragment, length)) {
            break;
        }
        bytes.insert(bytes.end(), fragment, fragment + length);
    }
    return bytes;
}

std::string colours(DcmItem& dataset) {
    const std::string stated = text(dataset, DCM_PhotometricInterpretation);
    return stated == "YBR_RCT" || stated == "YBR_ICT" ? "RGB" : stated;
}

class Jpeg2000Decoder : public DcmCodec {
public:
    explicit Jpeg2000Decoder(E_TransferSyntax syntax) : m_syntax(syntax) {}

    OFCondition decode(const DcmRepresentationParameter* /*from*/, DcmPixelSequence* sequence,
                       DcmPolymorphOBOW& uncompressed, const DcmCodecParameter* /*parameter*/, const DcmStack& stack,
                       OFBool& removeOldRepresentation) const override try {
        DcmStack above(stack);
        above.pop();  // the pixel data element itself
        auto* dataset = dynamic_cast<DcmItem*>(above.pop());
        if (dataset == nullptr || sequence == nullptr) {
            return EC_InvalidTag;
        }
        const Shape shape = shapeOf(*dataset);
        const std::uint64_t each = shape.bytesPerFrame();
        if (shape.frames >= sequence->card()) {
            return condition("the header states " + std::to_string(shape.frames) + " frames, there are " +
                             std::to_string(sequence->card() == 0 ? 0 : sequence->card() - 1) +
                             " compressed fragments");
        }
        if (each * shape.frames >= 0xFFFFFFFE) {
            return condition("more than 4 GiB of pixels in one file");
        }
        // The first frame is decoded on its own: the header's size is believed only when the stream says the same.
        std::vector<Uint8> frame(each);
        unsigned long fragment = 1;  // item 0 is the offset table
        decodeNext(*sequence, fragment, shape, frame);
        const auto total = static_cast<Uint32>(each * shape.frames);
        Uint16* words = nullptr;
        const OFCondition made = uncompressed.createUint16Array((total + 1) / 2, words);
        if (made.bad()) {
            return made;
        }
        auto* bytes = reinterpret_cast<Uint8*>(words);
        bytes[total - 1 + total % 2] = 0;  // the byte that pads an odd length
        for (std::uint64_t f = 0; f < shape.frames; ++f) {
            if (f > 0) {
                decodeNext(*sequence, fragment, shape, frame);
            }
            std::copy(frame.begin(), frame.end(), bytes + f * each);
        }
        swapIfNecessary(gLocalByteOrder, EBO_LittleEndian, bytes, total + total % 2, sizeof(Uint16));
        removeOldRepresentation = OFFalse;
        const std::string model = colours(*dataset);
        if (model != text(*dataset, DCM_PhotometricInterpretation)) {
            dataset->putAndInsertString(DCM_PhotometricInterpretation, model.c_str());
            removeOldRepresentation = OFTrue;
        }
        if (shape.layout.samples > 1) {
            dataset->putAndInsertUint16(DCM_PlanarConfiguration, 0);
            removeOldRepresentation = OFTrue;
        }
        return EC_Normal;
    } catch (const std::exception& error) {
        return condition(error.what());
    }

    OFCondition decodeFrame(const DcmRepresentationParameter* /*from*/, DcmPixelSequence* sequence,
                            const DcmCodecParameter* /*parameter*/, DcmItem* dataset, Uint32 frameNumber,
                            Uint32& startFragment, void* buffer, Uint32 bufferSize,
                            OFString& decompressedColorModel) const override try {
        if (sequence == nullptr || dataset == nullptr || buffer == nullptr) {
            return EC_IllegalCall;
        }
        const Shape shape = shapeOf(*dataset);
        if (bufferSize < shape.bytesPerFrame()) {
            return EC_IllegalParameter;
        }
        unsigned long fragment = startFragment == 0 ? 1 : startFragment;
        for (Uint32 skipped = 0; startFragment == 0 && skipped < frameNumber; ++skipped) {
            joinFragments(*sequence, fragment, false);
        }
        std::span<Uint8> pixels(static_cast<Uint8*>(buffer), shape.bytesPerFrame());
        decodeNext(*sequence, fragment, shape, pixels);
        swapIfNecessary(gLocalByteOrder, EBO_LittleEndian, buffer, static_cast<Uint32>(pixels.size() & ~1ULL),
                        sizeof(Uint16));
        startFragment = static_cast<Uint32>(fragment);
        decompressedColorModel = colours(*dataset).c_str();
        return EC_Normal;
    } catch (const std::exception& error) {
        return condition(error.what());
    }

    OFCondition encode(const Uint16* /*pixels*/, const Uint32 /*length*/, const DcmRepresentationParameter* /*to*/,
                       DcmPixelSequence*& /*sequence*/, const DcmCodecParameter* /*parameter*/, DcmStack& /*stack*/,
                       OFBool& /*remove*/) const override {
        return EC_CannotChangeRepresentation;
    }

    OFCondition encode(const E_TransferSyntax /*from*/, const DcmRepresentationParameter* /*fromParameter*/,
                       DcmPixelSequence* /*fromSequence*/, const DcmRepresentationParameter* /*to*/,
                       DcmPixelSequence*& /*sequence*/, const DcmCodecParameter* /*parameter*/, DcmStack& /*stack*/,
                       OFBool& /*remove*/) const override {
        return EC_CannotChangeRepresentation;
    }

    OFBool canChangeCoding(const E_TransferSyntax from, const E_TransferSyntax to) const override {
        const DcmXfer target(to);
        return from == m_syntax && !target.isEncapsulated();
    }

    OFCondition determineDecompressedColorModel(const DcmRepresentationParameter* /*from*/,
                                                DcmPixelSequence* /*sequence*/, const DcmCodecParameter* /*parameter*/,
                                                DcmItem* dataset, OFString& decompressedColorModel) const override {
        if (dataset == nullptr) {
            return EC_IllegalCall;
        }
        decompressedColorModel = colours(*dataset).c_str();
        return EC_Normal;
    }

private:
    static void decodeNext(DcmPixelSequence& sequence, unsigned long& fragment, const Shape& shape,
                           std::span<Uint8> pixels) {
        const std::vector<Uint8> stream = joinFragments(sequence, fragment, shape.frames == 1);
        if (stream.empty()) {
            throw Error("there are fewer compressed frames than the header states");
        }
        decodeJpeg2000(stream, shape.layout, pixels);
    }

    E_TransferSyntax m_syntax;
};

}  // namespace

void registerJpeg2000() {
    static const Jpeg2000Decoder lossless(EXS_JPEG2000LosslessOnly);
    static const Jpeg2000Decoder lossy(EXS_JPEG2000);
    static const Parameter parameter;
    DcmCodecList::registerCodec(&lossless, nullptr, &parameter);
    DcmCodecList::registerCodec(&lossy, nullptr, &parameter);
}

}  // namespace drdm::dicom
