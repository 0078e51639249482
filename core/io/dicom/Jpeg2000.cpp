#include "io/dicom/Jpeg2000.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <openjpeg.h>
#include <span>

namespace drdm::dicom {

namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::array<unsigned char, 4> codestreamStart{0xFF, 0x4F, 0xFF, 0x51};
constexpr std::array<unsigned char, 8> boxedStart{0, 0, 0, 12, 'j', 'P', ' ', ' '};  // JP2; seen, though not allowed

template <std::size_t N>
bool beginsWith(std::span<const unsigned char> bytes, const std::array<unsigned char, N>& start) {
    return bytes.size() >= N && std::equal(start.begin(), start.end(), bytes.begin());
}

/// One stream per frame: a frame may lie in several fragments, and each new one begins with a start marker.
std::vector<Bytes> streams(DcmDataset& dataset, const std::string& path) {
    DcmElement* element = nullptr;
    DcmPixelSequence* sequence = nullptr;
    E_TransferSyntax syntax = EXS_Unknown;
    const DcmRepresentationParameter* parameter = nullptr;
    if (dataset.findAndGetElement(DCM_PixelData, element).bad() || element == nullptr) {
        throw Error(path + " holds no pixel data; it may be cut short, copy it again from its source");
    }
    auto* pixels = dynamic_cast<DcmPixelData*>(element);
    if (pixels != nullptr) {
        pixels->getOriginalRepresentationKey(syntax, parameter);
    }
    if (pixels == nullptr || pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).bad() ||
        sequence == nullptr) {
        throw Error("cannot find the compressed frames of " + path + "; the file is damaged, copy it again");
    }
    std::vector<Bytes> result;
    for (unsigned long i = 1; i < sequence->card(); ++i) {  // 0 is the offset table
        DcmPixelItem* item = nullptr;
        Uint8* data = nullptr;
        if (sequence->getItem(item, i).bad() || item == nullptr || item->getUint8Array(data).bad()) {
            throw Error("cannot read fragment " + std::to_string(i) + " of the compressed pixels of " + path +
                        "; the file is cut short, copy it again from its source");
        }
        const std::span<const unsigned char> bytes(data, data == nullptr ? 0 : item->getLength());
        if (result.empty() || beginsWith(bytes, codestreamStart) || beginsWith(bytes, boxedStart)) {
            result.emplace_back();
        }
        result.back().insert(result.back().end(), bytes.begin(), bytes.end());
    }
    return result;
}

/// Reads a codestream from memory.
struct MemoryStream {
    std::span<const unsigned char> bytes;
    std::size_t at = 0;

    static OPJ_SIZE_T read(void* to, OPJ_SIZE_T wanted, void* user) {
        auto& self = *static_cast<MemoryStream*>(user);
        const std::size_t count = std::min<std::size_t>(wanted, self.bytes.size() - self.at);
        if (count == 0) {
            return static_cast<OPJ_SIZE_T>(-1);
        }
        std::memcpy(to, self.bytes.data() + self.at, count);
        self.at += count;
        return count;
    }
    static OPJ_OFF_T skip(OPJ_OFF_T by, void* user) {
        auto& self = *static_cast<MemoryStream*>(user);
        const auto left = static_cast<OPJ_OFF_T>(self.bytes.size() - self.at);
        const OPJ_OFF_T count = std::clamp<OPJ_OFF_T>(by, -static_cast<OPJ_OFF_T>(self.at), left);
        self.at = static_cast<std::size_t>(static_cast<OPJ_OFF_T>(self.at) + count);
        return count == 0 && by != 0 ? -1 : count;
    }
    static OPJ_BOOL seek(OPJ_OFF_T to, void* user) {
        auto& self = *static_cast<MemoryStream*>(user);
        if (to < 0 || to > static_cast<OPJ_OFF_T>(self.bytes.size())) {
            return OPJ_FALSE;
        }
        self.at = static_cast<std::size_t>(to);
        return OPJ_TRUE;
    }
};

/// OpenJPEG's objects, freed in every case; what it complains about is kept.
struct Decoder {
    opj_codec_t* codec = nullptr;
    opj_stream_t* stream = nullptr;
    opj_image_t* image = nullptr;
    std::string said;

    explicit Decoder(MemoryStream& memory)
        : codec(opj_create_decompress(beginsWith(memory.bytes, boxedStart) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K)),
          stream(opj_stream_create(std::clamp<std::size_t>(memory.bytes.size(), 1024, 1U << 20U), OPJ_TRUE)) {
        opj_stream_set_read_function(stream, MemoryStream::read);
        opj_stream_set_skip_function(stream, MemoryStream::skip);
        opj_stream_set_seek_function(stream, MemoryStream::seek);
        opj_stream_set_user_data(stream, &memory, nullptr);
        opj_stream_set_user_data_length(stream, memory.bytes.size());
        opj_set_error_handler(
            codec,
            [](const char* text, void* user) {
                auto& kept = static_cast<Decoder*>(user)->said;
                if (kept.empty()) {
                    kept = text;
                    kept.erase(std::find(kept.begin(), kept.end(), '\n'), kept.end());
                }
            },
            this);
    }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    ~Decoder() {
        opj_image_destroy(image);
        opj_stream_destroy(stream);
        opj_destroy_codec(codec);
    }
};

[[noreturn]] void failed(const std::string& path, std::size_t frame, const std::string& what) {
    throw Error("cannot decompress " + path + " (JPEG 2000), frame " + std::to_string(frame + 1) + ": " + what +
                "; the file may be damaged, copy it again from its source");
}

void decodeFrame(const Bytes& bytes, const CompressedShape& shape, const std::string& path, std::size_t frame,
                 std::int32_t* to) {
    MemoryStream memory{bytes};
    Decoder decoder(memory);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(decoder.codec, &parameters) ||
        !opj_read_header(decoder.stream, decoder.codec, &decoder.image)) {
        failed(path, frame, decoder.said.empty() ? "no codestream" : decoder.said);
    }
    const auto fits = [&](const opj_image_t& image) {
        return image.numcomps == shape.samples &&
               std::all_of(image.comps, image.comps + image.numcomps, [&](const opj_image_comp_t& c) {
                   return c.w == shape.columns && c.h == shape.rows && c.prec >= 1 && c.prec <= 32;
               });
    };
    if (!fits(*decoder.image)) {
        const auto& first = decoder.image->comps[0];
        failed(path, frame,
               "it is " + std::to_string(first.w) + " × " + std::to_string(first.h) + " × " +
                   std::to_string(decoder.image->numcomps) + ", the header says " + std::to_string(shape.columns) +
                   " × " + std::to_string(shape.rows) + " × " + std::to_string(shape.samples));
    }
    if (!opj_decode(decoder.codec, decoder.stream, decoder.image) ||
        !opj_end_decompress(decoder.codec, decoder.stream) || !fits(*decoder.image)) {
        failed(path, frame, decoder.said.empty() ? "its codestream is cut short" : decoder.said);
    }
    const std::uint64_t pixels = shape.columns * shape.rows;
    for (std::uint64_t c = 0; c < shape.samples; ++c) {
        const OPJ_INT32* data = decoder.image->comps[c].data;
        if (data == nullptr) {
            failed(path, frame, "a component is missing");
        }
        for (std::uint64_t i = 0; i < pixels; ++i) {
            to[i * shape.samples + c] = data[i];
        }
    }
}

}  // namespace

bool isJpeg2000(DcmDataset& dataset) {
    const auto syntax = dataset.getOriginalXfer();
    return syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000;
}

std::vector<std::int32_t> decodeJpeg2000(DcmDataset& dataset, const CompressedShape& shape, const std::string& path) {
    const auto frames = streams(dataset, path);
    if (frames.size() != shape.frames) {
        throw Error(path + " holds " + std::to_string(frames.size()) + " JPEG 2000 images where its header says " +
                    std::to_string(shape.frames) +
                    " frames; it is cut short or damaged, copy it again from its source");
    }
    const std::uint64_t perFrame = shape.columns * shape.rows * shape.samples;
    requireMemory(perFrame * (shape.frames * 2 + 2) * sizeof(std::int32_t), "decompressing " + path);
    std::vector<std::int32_t> values(perFrame * shape.frames);
    for (std::size_t f = 0; f < frames.size(); ++f) {
        decodeFrame(frames[f], shape, path, f, values.data() + f * perFrame);
    }
    return values;
}

}  // namespace drdm::dicom
