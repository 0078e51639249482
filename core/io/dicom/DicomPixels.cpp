#include "io/dicom/DicomPixels.h"

#include "errors/Error.h"
#include "io/Memory.h"
#include "io/dicom/Jpeg2000.h"

#include <dcmtk/dcmdata/dcpixel.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace drdm::dicom {

double Encoding::lowestStored() const {
    return isSigned ? -std::ldexp(1.0, bitsStored - 1) : 0.0;
}

double Encoding::highestStored() const {
    return std::ldexp(1.0, isSigned ? bitsStored - 1 : bitsStored) - 1;
}

Encoding readEncoding(DcmDataset& dataset, long frame) {
    Encoding encoding;
    const int allocated = static_cast<int>(number(dataset, DCM_BitsAllocated).value_or(16));
    encoding.bitsStored = static_cast<int>(number(dataset, DCM_BitsStored).value_or(allocated));
    if (encoding.bitsStored < 1 || encoding.bitsStored > allocated) {
        encoding.bitsStored = allocated;
    }
    encoding.isSigned = number(dataset, DCM_PixelRepresentation).value_or(0) != 0;
    const std::string photometric = text(dataset, DCM_PhotometricInterpretation);
    encoding.inverted = photometric == "MONOCHROME1";
    encoding.colour = !photometric.empty() && photometric.rfind("MONOCHROME", 0) != 0;
    DcmItem* rescale = &dataset;
    for (DcmItem* groups : {sequenceItem(&dataset, DCM_PerFrameFunctionalGroupsSequence, frame),
                            sequenceItem(&dataset, DCM_SharedFunctionalGroupsSequence)}) {
        if (DcmItem* transformation = sequenceItem(groups, DCM_PixelValueTransformationSequence)) {
            rescale = transformation;
            break;
        }
    }
    const double slope = number(*rescale, DCM_RescaleSlope).value_or(1);
    encoding.slope = slope != 0 ? slope : 1;
    encoding.intercept = number(*rescale, DCM_RescaleIntercept).value_or(0);
    if (encoding.colour) {
        encoding.slope = 1;
        encoding.intercept = 0;
        encoding.isSigned = false;
    }
    return encoding;
}

namespace {

struct Layout {
    std::uint64_t columns = 0, rows = 0, frames = 0, samples = 1, bytes = 2;
    int bitsAllocated = 16, bitsStored = 16, shift = 0;
    bool isSigned = false, planar = false;
    std::string photometric;
    [[nodiscard]] std::uint64_t perFrame() const { return columns * rows; }
    [[nodiscard]] std::uint64_t count() const { return perFrame() * frames * samples; }
};

Layout readLayout(DcmDataset& dataset) {
    Layout layout;
    layout.columns = static_cast<std::uint64_t>(number(dataset, DCM_Columns).value_or(0));
    layout.rows = static_cast<std::uint64_t>(number(dataset, DCM_Rows).value_or(0));
    layout.frames = static_cast<std::uint64_t>(std::max(1.0, number(dataset, DCM_NumberOfFrames).value_or(1)));
    layout.samples = static_cast<std::uint64_t>(number(dataset, DCM_SamplesPerPixel).value_or(1));
    layout.bitsAllocated = static_cast<int>(number(dataset, DCM_BitsAllocated).value_or(16));
    layout.bytes = static_cast<std::uint64_t>((layout.bitsAllocated + 7) / 8);
    const Encoding encoding = readEncoding(dataset);
    layout.bitsStored = encoding.bitsStored;
    const int highBit = static_cast<int>(number(dataset, DCM_HighBit).value_or(layout.bitsStored - 1));
    layout.shift = std::clamp(highBit + 1 - layout.bitsStored, 0, layout.bitsAllocated - layout.bitsStored);
    layout.isSigned = number(dataset, DCM_PixelRepresentation).value_or(0) != 0;
    layout.planar = number(dataset, DCM_PlanarConfiguration).value_or(0) != 0;
    layout.photometric = text(dataset, DCM_PhotometricInterpretation);
    return layout;
}

void requireLength(std::uint64_t have, std::uint64_t need, const Layout& layout, const std::string& path) {
    if (have < need) {
        throw Error(path + " is cut short: its pixel data has " + std::to_string(have) + " bytes, " +
                    std::to_string(layout.columns) + " × " + std::to_string(layout.rows) + " pixels × " +
                    std::to_string(layout.frames) + " frames need " + std::to_string(need) +
                    "; copy the file again from its source");
    }
}

/// Cleans one stored number: the bits stored, then the sign.
template <typename Unsigned>
double storedValue(Unsigned raw, const Layout& layout) {
    const std::uint64_t mask = (layout.bitsStored >= 64) ? ~0ULL : ((1ULL << layout.bitsStored) - 1);
    const std::uint64_t bits = (static_cast<std::uint64_t>(raw) >> static_cast<unsigned>(layout.shift)) & mask;
    if (layout.isSigned && (bits >> static_cast<unsigned>(layout.bitsStored - 1)) != 0) {
        return static_cast<double>(bits) - std::ldexp(1.0, layout.bitsStored);
    }
    return static_cast<double>(bits);
}

/// The stored numbers of the whole file, one sample after the other as they stand.
std::vector<float> storedNumbers(DcmDataset& dataset, const Layout& layout, const std::string& path) {
    DcmElement* element = nullptr;
    if (dataset.findAndGetElement(DCM_PixelData, element).bad() || element == nullptr) {
        throw Error(path + " holds no pixel data; it may be cut short, copy it again from its source");
    }
    const std::uint64_t count = layout.count();
    requireLength(element->getLength(), count * layout.bytes, layout, path);
    requireMemory(count * (layout.bytes + 4), "reading " + path);
    std::vector<float> values(count);
    if (layout.bytes == 1) {
        Uint8* bytes = nullptr;
        if (element->getUint8Array(bytes).bad() || bytes == nullptr) {
            throw Error("cannot read the pixel data of " + path + "; the file is cut short or damaged, copy it again");
        }
        std::transform(bytes, bytes + count, values.begin(),
                       [&](Uint8 raw) { return static_cast<float>(storedValue(raw, layout)); });
        return values;
    }
    Uint16* words = nullptr;
    if (element->getUint16Array(words).bad() || words == nullptr) {
        throw Error("cannot read the pixel data of " + path + "; the file is cut short or damaged, copy it again");
    }
    if (layout.bytes == 2) {
        std::transform(words, words + count, values.begin(),
                       [&](Uint16 raw) { return static_cast<float>(storedValue(raw, layout)); });
    } else {
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint32_t raw = words[2 * i] | (static_cast<std::uint32_t>(words[2 * i + 1]) << 16U);
            values[i] = static_cast<float>(storedValue(raw, layout));
        }
    }
    return values;
}

/// The same of a JPEG 2000 file.
std::vector<float> jpeg2000Numbers(DcmDataset& dataset, const Layout& layout, const std::string& path) {
    const auto raw = decodeJpeg2000(dataset, {layout.columns, layout.rows, layout.frames, layout.samples}, path);
    std::vector<float> values(raw.size());
    std::transform(raw.begin(), raw.end(), values.begin(), [&](std::int32_t v) {
        return static_cast<float>(storedValue(static_cast<std::uint32_t>(v), layout));
    });
    return values;
}

/// One colour of a palette: entry for a stored number, 0…255.
class PaletteColour {
public:
    PaletteColour(DcmDataset& dataset, const DcmTagKey& descriptor, const DcmTagKey& data, const std::string& path) {
        const auto shape = numbers(dataset, descriptor);
        const Uint16* words = nullptr;
        unsigned long count = 0;
        if (shape.size() != 3 || dataset.findAndGetUint16Array(data, words, &count).bad() || words == nullptr) {
            throw Error(path + " has palette colours without a readable lookup table; convert it to grey or RGB");
        }
        const auto entries = static_cast<std::size_t>(shape[0] == 0 ? 65536 : shape[0]);
        m_first = shape[1];
        const bool packed = count * 2 == entries + entries % 2 && count < entries;  // two 8-bit entries a word
        if (!packed && count < entries) {
            throw Error(path + " has a palette of " + std::to_string(count) + " entries where " +
                        std::to_string(entries) + " are stated; convert it to grey or RGB");
        }
        const double scale = !packed && shape[2] > 8 ? 1.0 / 257 : 1;
        for (std::size_t i = 0; i < entries; ++i) {
            const unsigned value = packed ? (words[i / 2] >> (i % 2 == 0 ? 0U : 8U)) & 255U : words[i];
            m_values.push_back(scale * value);
        }
    }

    [[nodiscard]] double at(double stored) const {
        const double index = std::clamp(stored - m_first, 0.0, static_cast<double>(m_values.size() - 1));
        return m_values[static_cast<std::size_t>(index)];
    }

private:
    double m_first = 0;
    std::vector<double> m_values;
};

float luminance(double red, double green, double blue) {
    return static_cast<float>(0.299 * red + 0.587 * green + 0.114 * blue);  // ITU-R BT.601
}

std::vector<float> luminances(DcmDataset& dataset, const Layout& layout, const std::vector<float>& stored,
                              const std::string& path) {
    std::vector<float> values(layout.perFrame() * layout.frames);
    if (layout.photometric == "PALETTE COLOR") {
        const PaletteColour red(dataset, DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
                                path);
        const PaletteColour green(dataset, DCM_GreenPaletteColorLookupTableDescriptor,
                                  DCM_GreenPaletteColorLookupTableData, path);
        const PaletteColour blue(dataset, DCM_BluePaletteColorLookupTableDescriptor,
                                 DCM_BluePaletteColorLookupTableData, path);
        std::transform(stored.begin(), stored.end(), values.begin(),
                       [&](float v) { return luminance(red.at(v), green.at(v), blue.at(v)); });
        return values;
    }
    const bool rgb = layout.photometric == "RGB";
    if (layout.samples != 3 || (!rgb && layout.photometric != "YBR_FULL")) {
        throw Error(path + " has colours of the kind \"" + layout.photometric + "\" with " +
                    std::to_string(layout.samples) + " samples, which is not supported; convert it to grey or RGB");
    }
    const std::uint64_t n = layout.perFrame();
    for (std::uint64_t f = 0; f < layout.frames; ++f) {
        for (std::uint64_t i = 0; i < n; ++i) {
            const auto sample = [&](std::uint64_t c) {
                return stored[f * n * 3 + (layout.planar ? c * n + i : 3 * i + c)];
            };
            values[f * n + i] = rgb ? luminance(sample(0), sample(1), sample(2)) : sample(0);
        }
    }
    return values;
}

/// Float or double pixel data (parametric maps); empty if there is none.
std::vector<float> floatPixels(DcmDataset& dataset, const Layout& layout, const std::string& path) {
    DcmElement* element = nullptr;
    std::vector<float> values;
    const std::uint64_t count = layout.count();
    const auto check = [&](std::uint64_t bytesEach) {
        requireLength(element->getLength(), count * bytesEach, layout, path);
        requireMemory(count * (bytesEach + 4), "reading " + path);
    };
    if (dataset.findAndGetElement(DCM_FloatPixelData, element).good() && element != nullptr) {
        check(4);
        Float32* numbers = nullptr;
        if (element->getFloat32Array(numbers).good() && numbers != nullptr) {
            values.assign(numbers, numbers + count);
        }
    } else if (dataset.findAndGetElement(DCM_DoubleFloatPixelData, element).good() && element != nullptr) {
        check(8);
        Float64* numbers = nullptr;
        if (element->getFloat64Array(numbers).good() && numbers != nullptr) {
            std::transform(numbers, numbers + count, std::back_inserter(values),
                           [](Float64 v) { return static_cast<float>(v); });
        }
    }
    return values;
}

void decode(DcmDataset& dataset, const Layout& layout, const std::string& path) {
    const DcmXfer syntax(dataset.getOriginalXfer());
    if (!syntax.isEncapsulated() || isJpeg2000(dataset)) {
        return;
    }
    requireMemory(layout.count() * (layout.bytes + 4), "decompressing " + path);
    const OFCondition decoded = dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
    if (decoded.bad() || !dataset.canWriteXfer(EXS_LittleEndianExplicit)) {
        throw Error("cannot decompress " + path + " (" + syntax.getXferName() +
                    "): " + (decoded.bad() ? decoded.text() : "no decoder") +
                    "; the file may be damaged, else convert it to an uncompressed transfer syntax");
    }
}

/// By what the object says of itself or by its transfer syntax (JPEG 2000 and JPEG-LS say it in the codestream alone).
bool isLossy(DcmDataset& dataset) {
    const auto syntax = dataset.getOriginalXfer();
    return text(dataset, DCM_LossyImageCompression) == "01" || syntax == EXS_JPEGProcess1 ||
           syntax == EXS_JPEGProcess2_4 || syntax == EXS_JPEGProcess6_8 || syntax == EXS_JPEGProcess10_12;
}

}  // namespace

Pixels readPixels(DcmFileFormat& file, const std::string& path) {
    DcmDataset& dataset = *file.getDataset();
    decode(dataset, readLayout(dataset), path);
    Layout layout = readLayout(dataset);  // decoding may have changed the bits and the colours
    if (layout.bytes != 1 && layout.bytes != 2 && layout.bytes != 4 && layout.bytes != 8) {
        throw Error(path + " has " + std::to_string(layout.bitsAllocated) + " bits per pixel, which is not supported");
    }
    Pixels pixels;
    pixels.columns = static_cast<std::int64_t>(layout.columns);
    pixels.rows = static_cast<std::int64_t>(layout.rows);
    pixels.frames = static_cast<std::int64_t>(layout.frames);
    pixels.values = floatPixels(dataset, layout, path);
    const bool floating = !pixels.values.empty();
    if (!floating) {
        if (layout.bytes == 8) {
            throw Error(path + " has 64-bit integer pixels, which is not supported; convert it to 16 bits");
        }
        if (layout.bytes == 4 && dataset.getOriginalXfer() == EXS_BigEndianExplicit) {
            throw Error(path + " has 32-bit big-endian pixels, which is not supported; convert it to little endian");
        }
        if (isJpeg2000(dataset)) {
            if (layout.photometric == "YBR_RCT" || layout.photometric == "YBR_ICT") {
                layout.photometric = "RGB";  // the codestream's own colour transform, undone by its decoder
            }
            layout.planar = false;
            pixels.values = jpeg2000Numbers(dataset, layout, path);
        } else {
            pixels.values = storedNumbers(dataset, layout, path);
        }
    }
    for (std::uint64_t f = 0; f < layout.frames; ++f) {
        Encoding encoding = readEncoding(dataset, static_cast<long>(f));
        encoding.floating = floating;
        pixels.encodings.push_back(encoding);
    }
    if (isLossy(dataset)) {
        pixels.warnings.emplace_back("compressed with losses: the values are not exactly those that were acquired");
    }
    const Encoding& first = pixels.encodings.front();
    if (first.colour) {
        pixels.values = luminances(dataset, layout, pixels.values, path);
        pixels.warnings.emplace_back("colour image: its luminance is used");
        for (Encoding& encoding : pixels.encodings) {
            encoding.bitsStored = layout.photometric == "PALETTE COLOR" ? 8 : layout.bitsStored;
        }
        return pixels;
    }
    if (layout.samples != 1) {
        throw Error(path + " has " + std::to_string(layout.samples) +
                    " samples per pixel in a grey image; it is damaged");
    }
    if (sequenceItem(&dataset, DCM_ModalityLUTSequence) != nullptr) {
        pixels.warnings.emplace_back("a Modality LUT is present and not applied: values are stored numbers");
    }
    if (first.inverted) {
        pixels.warnings.emplace_back("MONOCHROME1 (low is white): values are turned over so that high is bright");
    }
    for (std::uint64_t f = 0; f < layout.frames; ++f) {
        const Encoding& e = pixels.encodings[f];
        const double sum = e.lowestStored() + e.highestStored();
        for (std::uint64_t i = f * layout.perFrame(); i < (f + 1) * layout.perFrame(); ++i) {
            const double stored = e.inverted && !floating ? sum - pixels.values[i] : pixels.values[i];
            pixels.values[i] = static_cast<float>(e.slope * stored + e.intercept);
        }
    }
    if (const auto padding = number(dataset, DCM_PixelPaddingValue); padding && !floating) {
        double stored = *padding;
        if (first.isSigned && stored > first.highestStored()) {
            stored -= 65536;  // written with the wrong sign: seen in implicit VR files
        }
        if (first.inverted) {
            stored = first.lowestStored() + first.highestStored() - stored;
        }
        pixels.padding = static_cast<float>(first.slope * stored + first.intercept);
    }
    return pixels;
}

}  // namespace drdm::dicom
