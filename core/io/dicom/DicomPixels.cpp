#include "io/dicom/DicomPixels.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <dcmtk/dcmdata/dcfcache.h>
#include <dcmtk/dcmdata/dcpixel.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace drdm::dicom {

double Encoding::lowestStored() const {
    return isSigned ? -std::ldexp(1.0, bitsStored - 1) : 0.0;
}

double Encoding::highestStored() const {
    return std::ldexp(1.0, isSigned ? bitsStored - 1 : bitsStored) - 1;
}

Encoding readEncoding(DcmDataset& dataset, long frame) {
    Encoding encoding;
    const PixelLayout layout = readLayout(dataset);
    encoding.bitsStored = layout.bitsStored;
    encoding.isSigned = layout.isSigned;
    encoding.inverted = layout.photometric == "MONOCHROME1";
    encoding.colour = !layout.photometric.empty() && layout.photometric.rfind("MONOCHROME", 0) != 0;
    if (encoding.colour) {
        encoding.isSigned = false;
        return encoding;
    }
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
    return encoding;
}

namespace {

void requireLength(std::uint64_t have, const PixelLayout& layout, std::uint64_t bytesPerFrame,
                   const std::string& path) {
    const std::uint64_t need = bytesPerFrame * layout.frames;
    if (have < need) {
        throw Error(path + " is cut short: its pixel data has " + std::to_string(have) + " bytes, " +
                    std::to_string(layout.columns) + " × " + std::to_string(layout.rows) + " pixels × " +
                    std::to_string(layout.frames) + (layout.frames == 1 ? " frame needs " : " frames need ") +
                    std::to_string(need) + "; copy the file again from its source");
    }
}

/// Cleans stored numbers: the bits stored, then the sign.
template <typename Unsigned>
void cleanNumbers(const std::vector<Uint8>& bytes, const PixelLayout& layout, std::span<float> out) {
    const auto mask = static_cast<std::int64_t>((1ULL << layout.bitsStored) - 1);
    const std::int64_t sign = layout.isSigned ? static_cast<std::int64_t>(1) << (layout.bitsStored - 1) : 0;
    const int shift = layout.shift;
    for (std::size_t i = 0; i < out.size(); ++i) {
        Unsigned raw = 0;
        std::memcpy(&raw, bytes.data() + i * sizeof raw, sizeof raw);
        const std::int64_t bits = (static_cast<std::int64_t>(raw) >> shift) & mask;
        out[i] = static_cast<float>((bits ^ sign) - sign);
    }
}

template <typename Real>
void copyReals(const std::vector<Uint8>& bytes, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        Real value = 0;
        std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
        out[i] = static_cast<float>(value);
    }
}

/// By what the object says of itself, or by a transfer syntax that always loses (JPEG 2000 and JPEG-LS need not).
bool isLossy(DcmDataset& dataset) {
    const auto syntax = dataset.getOriginalXfer();
    return text(dataset, DCM_LossyImageCompression) == "01" || syntax == EXS_JPEGProcess1 ||
           syntax == EXS_JPEGProcess2_4 || syntax == EXS_JPEGProcess6_8 || syntax == EXS_JPEGProcess10_12;
}

}  // namespace

PixelReader::PixelReader(DcmFileFormat& file, std::string path)
    : m_dataset(*file.getDataset()), m_path(std::move(path)), m_cache(std::make_unique<DcmFileCache>()) {
    decode(m_dataset, m_path);
    m_layout = readLayout(m_dataset);  // decoding may have changed the bits and the colours
    std::uint64_t bytes = m_layout.bytesPerFrame();
    if (m_dataset.findAndGetElement(DCM_FloatPixelData, m_element).good() && m_element != nullptr) {
        m_kind = Kind::single;
        bytes = m_layout.pixelsPerFrame() * sizeof(Float32);
    } else if (m_dataset.findAndGetElement(DCM_DoubleFloatPixelData, m_element).good() && m_element != nullptr) {
        m_kind = Kind::twofold;
        bytes = m_layout.pixelsPerFrame() * sizeof(Float64);
    } else if (m_dataset.findAndGetElement(DCM_PixelData, m_element).bad() || m_element == nullptr) {
        throw Error(m_path + " holds no pixel data; it may be cut short, copy it again from its source");
    } else if (m_layout.bitsAllocated != 8 && m_layout.bitsAllocated != 16 && m_layout.bitsAllocated != 32) {
        throw Error(m_path + " has " + std::to_string(m_layout.bitsAllocated) +
                    " bits per pixel, which is not supported; convert it to 16 bits");
    }
    requireLength(m_element->getLength(), m_layout, bytes, m_path);
    requireMemory(bytes + m_layout.pixelsPerFrame() * sizeof(float), "reading " + m_path);
    m_bytes.resize(bytes);

    if (isLossy(m_dataset)) {
        m_warnings.emplace_back("compressed with losses: the values are not exactly those that were acquired");
    }
    const Encoding first = encoding(0);
    if (first.colour) {
        m_warnings.emplace_back("colour image: variations are made by its luminance");
        if (m_layout.photometric == "PALETTE COLOR") {
            m_palette.emplace(m_dataset, m_path);
        } else if (m_layout.samples != 3 || (m_layout.photometric != "RGB" && m_layout.photometric != "YBR_FULL" &&
                                             m_layout.photometric != "YBR_FULL_422")) {
            throw Error(m_path + " has colours of the kind \"" + m_layout.photometric + "\" with " +
                        std::to_string(m_layout.samples) +
                        " samples, which is not supported; convert it to grey or RGB");
        }
        return;
    }
    if (m_layout.samples != 1) {
        throw Error(m_path + " has " + std::to_string(m_layout.samples) +
                    " samples per pixel in a grey image; it is damaged");
    }
    if (DcmItem* table = sequenceItem(&m_dataset, DCM_ModalityLUTSequence); table != nullptr && m_kind == Kind::whole) {
        m_modalityTable.emplace(*table, DCM_LUTDescriptor, DCM_LUTData, m_layout.isSigned, m_path);
    }
    if (first.inverted) {
        m_warnings.emplace_back("MONOCHROME1 (low is white): values are turned over so that high is bright");
    }
    if (m_kind == Kind::whole && m_layout.bitsStored > 24) {
        m_warnings.push_back("the pixels have " + std::to_string(m_layout.bitsStored) +
                             " bits: values beyond ±16777216 are rounded to 24 bits");
    }
}

PixelReader::~PixelReader() = default;

Encoding PixelReader::encoding(std::int64_t frame) const {
    Encoding encoding = readEncoding(m_dataset, static_cast<long>(frame));
    encoding.floating = m_kind != Kind::whole;
    if (m_palette) {
        encoding.bitsStored = 8;
    }
    return encoding;
}

std::optional<std::pair<double, double>> PixelReader::range(std::int64_t frame) const {
    const Encoding e = encoding(frame);
    if (e.floating) {
        return std::nullopt;
    }
    if (m_modalityTable) {
        return std::pair(m_modalityTable->least(), m_modalityTable->most());
    }
    const double a = e.slope * e.lowestStored() + e.intercept;
    const double b = e.slope * e.highestStored() + e.intercept;
    return std::pair(std::min(a, b), std::max(a, b));
}

void PixelReader::fetch(std::int64_t frame) {
    if (frame < 0 || frame >= frames()) {
        throw Error(m_path + " has " + std::to_string(frames()) + " frames, frame " + std::to_string(frame + 1) +
                    " was expected; scan the folder again");
    }
    const std::uint64_t offset = static_cast<std::uint64_t>(frame) * m_bytes.size();
    if (offset > 0xFFFFFFFE - m_bytes.size() ||
        m_element
            ->getPartialValue(m_bytes.data(), static_cast<Uint32>(offset), static_cast<Uint32>(m_bytes.size()),
                              m_cache.get())
            .bad()) {
        throw Error("cannot read the pixel data of " + m_path +
                    "; the file is cut short or damaged, copy it again from its source");
    }
}

void PixelReader::convert(std::span<float> stored) const {
    if (m_kind == Kind::single) {
        copyReals<Float32>(m_bytes, stored);
    } else if (m_kind == Kind::twofold) {
        copyReals<Float64>(m_bytes, stored);
    } else if (m_layout.bytes == 1) {
        cleanNumbers<Uint8>(m_bytes, m_layout, stored);
    } else if (m_layout.bytes == 2) {
        cleanNumbers<Uint16>(m_bytes, m_layout, stored);
    } else {
        cleanNumbers<Uint32>(m_bytes, m_layout, stored);
    }
}

void PixelReader::rescale(std::int64_t frame, std::span<float> values) const {
    const Encoding e = encoding(frame);
    const bool inverted = e.inverted && !e.floating;
    const double sum = e.lowestStored() + e.highestStored();
    if (m_modalityTable) {
        const double total = m_modalityTable->least() + m_modalityTable->most();
        for (float& value : values) {
            const double found = m_modalityTable->at(value);
            value = static_cast<float>(inverted ? total - found : found);
        }
        return;
    }
    if (!inverted && e.slope == 1 && e.intercept == 0) {
        return;
    }
    for (float& value : values) {
        const double stored = inverted ? sum - value : value;
        value = static_cast<float>(e.slope * stored + e.intercept);
    }
}

void PixelReader::findColours(std::size_t count) {
    m_colours.resize(count);
    m_samples.resize(m_bytes.size() / m_layout.bytes);
    convert(m_samples);
    if (m_palette) {
        std::transform(m_samples.begin(), m_samples.end(), m_colours.begin(),
                       [&](float stored) { return m_palette->at(stored); });
        return;
    }
    const double middle = std::exp2(m_layout.bitsStored - 1);
    const bool rgb = m_layout.photometric == "RGB";
    const bool shared = m_layout.photometric == "YBR_FULL_422";  // Y Y Cb Cr for two pixels
    for (std::size_t i = 0; i < count; ++i) {
        if (shared) {
            const float* pair = m_samples.data() + i / 2 * 4;
            m_colours[i] = fromDifferences(pair[i % 2], pair[2], pair[3], middle);
            continue;
        }
        const auto sample = [&](std::size_t c) { return m_samples[m_layout.planar ? c * count + i : 3 * i + c]; };
        m_colours[i] =
            rgb ? Colour{sample(0), sample(1), sample(2)} : fromDifferences(sample(0), sample(1), sample(2), middle);
    }
}

std::vector<std::uint8_t> PixelReader::colours() const {
    // The palette's are of eight bits whatever the index has.
    const double unit = m_palette ? 1 : (std::exp2(m_layout.bitsStored) - 1) / 255;
    std::vector<std::uint8_t> rgb;
    rgb.reserve(3 * m_colours.size());
    for (const Colour& colour : m_colours) {
        for (const double level : colour) {
            rgb.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(level / unit, 0.0, 255.0))));
        }
    }
    return rgb;
}

void PixelReader::read(std::int64_t frame, std::span<float> out) {
    if (out.size() != m_layout.pixelsPerFrame()) {
        throw Error(m_path + " has " + std::to_string(m_layout.columns) + " × " + std::to_string(m_layout.rows) +
                    " pixels where " + std::to_string(out.size()) + " voxels were expected; scan the folder again");
    }
    fetch(frame);
    // 32-bit pixels are words of 16 bits to DCMTK: it turns each of them, not their order.
    if (m_layout.bytes == 4 && m_kind == Kind::whole && m_dataset.getOriginalXfer() == EXS_BigEndianExplicit) {
        for (std::size_t i = 0; i + 3 < m_bytes.size(); i += 4) {
            std::swap_ranges(m_bytes.begin() + static_cast<std::ptrdiff_t>(i),
                             m_bytes.begin() + static_cast<std::ptrdiff_t>(i + 2),
                             m_bytes.begin() + static_cast<std::ptrdiff_t>(i + 2));
        }
    }
    if (encoding(frame).colour) {
        findColours(out.size());
        std::ranges::transform(m_colours, out.begin(), luminance);
        return;
    }
    convert(out);
    rescale(frame, out);
}

std::optional<float> PixelReader::padding() const {
    const Encoding e = encoding(0);
    if (e.colour || m_modalityTable) {
        return std::nullopt;
    }
    if (e.floating) {
        const auto value =
            number(m_dataset, m_kind == Kind::single ? DCM_FloatPixelPaddingValue : DCM_DoubleFloatPixelPaddingValue);
        return value ? std::optional<float>(static_cast<float>(e.slope * *value + e.intercept)) : std::nullopt;
    }
    const auto value = number(m_dataset, DCM_PixelPaddingValue);
    if (!value) {
        return std::nullopt;
    }
    double stored = *value;
    if (e.isSigned && stored > e.highestStored()) {
        stored -= 65536;  // written with the wrong sign: seen in implicit VR files
    }
    if (e.inverted) {
        stored = e.lowestStored() + e.highestStored() - stored;
    }
    return static_cast<float>(e.slope * stored + e.intercept);
}

}  // namespace drdm::dicom
