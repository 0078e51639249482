#include "io/dicom/Jpeg2000.h"

#include "errors/Error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <openjpeg.h>
#include <string>

namespace drdm::dicom {

namespace {

/// A stream in memory as OpenJPEG reads it.
struct Source {
    std::span<const std::uint8_t> bytes;
    std::size_t at = 0;

    static OPJ_SIZE_T read(void* buffer, OPJ_SIZE_T count, void* user) {
        auto& source = *static_cast<Source*>(user);
        const std::size_t taken = std::min<std::size_t>(count, source.bytes.size() - source.at);
        if (taken == 0) {
            return static_cast<OPJ_SIZE_T>(-1);
        }
        std::memcpy(buffer, source.bytes.data() + source.at, taken);
        source.at += taken;
        return taken;
    }
    static OPJ_OFF_T skip(OPJ_OFF_T count, void* user) {
        auto& source = *static_cast<Source*>(user);
        if (count < 0 || static_cast<std::size_t>(count) > source.bytes.size() - source.at) {
            source.at = source.bytes.size();
            return -1;
        }
        source.at += static_cast<std::size_t>(count);
        return count;
    }
    static OPJ_BOOL seek(OPJ_OFF_T place, void* user) {
        auto& source = *static_cast<Source*>(user);
        if (place < 0 || static_cast<std::size_t>(place) > source.bytes.size()) {
            return OPJ_FALSE;
        }
        source.at = static_cast<std::size_t>(place);
        return OPJ_TRUE;
    }
};

void keepMessage(const char* message, void* user) {
    auto& kept = *static_cast<std::string*>(user);
    if (kept.empty()) {  // the first is the cause, the others follow from it
        kept = message;
        kept.erase(kept.find_last_not_of(" \n\r") + 1);
    }
}

void ignoreMessage(const char* /*message*/, void* /*user*/) {}

bool isJp2File(std::span<const std::uint8_t> stream) {
    constexpr std::array<std::uint8_t, 8> signature{0, 0, 0, 12, 'j', 'P', ' ', ' '};
    return stream.size() > signature.size() && std::equal(signature.begin(), signature.end(), stream.begin());
}

using Codec = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Picture = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

std::string sizeText(std::uint64_t columns, std::uint64_t rows, std::uint64_t samples) {
    return std::to_string(columns) + " × " + std::to_string(rows) + " pixels of " + std::to_string(samples) +
           (samples == 1 ? " sample" : " samples");
}

void requireSize(const opj_image_t& image, const Jpeg2000Layout& layout) {
    const std::uint64_t columns = image.x1 - image.x0;
    const std::uint64_t rows = image.y1 - image.y0;
    if (image.x1 < image.x0 || image.y1 < image.y0 || columns != layout.columns || rows != layout.rows ||
        image.numcomps != layout.samples) {
        throw Error("the JPEG 2000 stream has " + sizeText(columns, rows, image.numcomps) + ", the header says " +
                    sizeText(layout.columns, layout.rows, layout.samples));
    }
    for (std::uint32_t c = 0; c < image.numcomps; ++c) {
        const opj_image_comp_t& component = image.comps[c];
        if (component.prec < 1 || component.prec > 8 * layout.bytes || component.prec > 31 || component.dx < 1 ||
            component.dy < 1) {
            throw Error("the JPEG 2000 stream has " + std::to_string(component.prec) + " bits per sample, the header " +
                        std::to_string(8 * layout.bytes));
        }
    }
}

void copySamples(const opj_image_t& image, const Jpeg2000Layout& layout, std::span<std::uint8_t> pixels) {
    for (std::uint32_t c = 0; c < layout.samples; ++c) {
        const opj_image_comp_t& component = image.comps[c];
        if (component.data == nullptr || component.w < (layout.columns + component.dx - 1) / component.dx ||
            component.h < (layout.rows + component.dy - 1) / component.dy) {
            throw Error("a component of the JPEG 2000 stream was not decoded; the stream is damaged");
        }
        // Some writers code two's complement as if it were unsigned: the sign is that of the highest coded bit.
        const bool extend = layout.isSigned && component.sgnd == 0;
        const auto signBit = static_cast<std::int64_t>(1) << (component.prec - 1);
        for (std::uint32_t y = 0; y < layout.rows; ++y) {
            const OPJ_INT32* row = component.data + static_cast<std::size_t>(y / component.dy) * component.w;
            std::uint8_t* out =
                pixels.data() + (static_cast<std::size_t>(y) * layout.columns * layout.samples + c) * layout.bytes;
            for (std::uint32_t x = 0; x < layout.columns; ++x) {
                std::int64_t value = row[x / component.dx];
                if (extend && (value & signBit) != 0) {
                    value -= 2 * signBit;
                }
                for (std::uint32_t b = 0; b < layout.bytes; ++b) {
                    out[b] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * b));
                }
                out += static_cast<std::size_t>(layout.samples) * layout.bytes;
            }
        }
    }
}

}  // namespace

void decodeJpeg2000(std::span<const std::uint8_t> stream, const Jpeg2000Layout& layout,
                    std::span<std::uint8_t> pixels) {
    if (pixels.size() != static_cast<std::size_t>(layout.columns) * layout.rows * layout.samples * layout.bytes) {
        throw Error("the room for a decoded JPEG 2000 frame has not the size of the frame");
    }
    const Codec codec(opj_create_decompress(isJp2File(stream) ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K), opj_destroy_codec);
    const Stream input(opj_stream_create(OPJ_J2K_STREAM_CHUNK_SIZE, OPJ_TRUE), opj_stream_destroy);
    Source source{stream};
    std::string message;
    const auto fail = [&](const char* what) {
        throw Error("the JPEG 2000 stream cannot be " + std::string(what) + (message.empty() ? "" : ": " + message));
    };
    if (!codec || !input) {
        fail("opened");
    }
    opj_set_error_handler(codec.get(), keepMessage, &message);
    opj_set_warning_handler(codec.get(), ignoreMessage, nullptr);
    opj_set_info_handler(codec.get(), ignoreMessage, nullptr);
    opj_stream_set_read_function(input.get(), Source::read);
    opj_stream_set_skip_function(input.get(), Source::skip);
    opj_stream_set_seek_function(input.get(), Source::seek);
    opj_stream_set_user_data(input.get(), &source, nullptr);
    opj_stream_set_user_data_length(input.get(), stream.size());
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;  // DICOM says what the samples mean
    if (opj_setup_decoder(codec.get(), &parameters) == 0) {
        fail("decoded");
    }
    opj_image_t* raw = nullptr;
    const bool hasHeader = opj_read_header(input.get(), codec.get(), &raw) != 0;
    const Picture image(raw, opj_image_destroy);
    if (!hasHeader || image == nullptr) {
        fail("read");
    }
    requireSize(*image, layout);
    if (opj_decode(codec.get(), input.get(), image.get()) == 0) {
        fail("decoded");
    }
    copySamples(*image, layout, pixels);
}

}  // namespace drdm::dicom
