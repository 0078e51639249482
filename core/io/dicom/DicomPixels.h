#pragma once

#include "io/dicom/DicomDecode.h"
#include "io/dicom/DicomTables.h"

#include <memory>
#include <optional>
#include <span>
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

/// The encoding of a header (no pixels needed). Rescale of enhanced objects is that of the frame.
Encoding readEncoding(DcmDataset& dataset, long frame = 0);

/// The frames of one open file in modality units. Uncompressed frames are taken from the disk one at a time, so that a
/// file of many frames needs little more memory than what it is read into.
class PixelReader {
public:
    /// Decompresses the file where it must. Sizes are checked against the pixel data and the memory before any is
    /// taken. `file` must outlive the reader. \throws Error naming the file, with both sizes where they disagree.
    PixelReader(DcmFileFormat& file, std::string path);
    ~PixelReader();
    PixelReader(const PixelReader&) = delete;
    PixelReader& operator=(const PixelReader&) = delete;

    [[nodiscard]] std::int64_t columns() const { return static_cast<std::int64_t>(m_layout.columns); }
    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(m_layout.rows); }
    [[nodiscard]] std::int64_t frames() const { return static_cast<std::int64_t>(m_layout.frames); }

    /// One frame, x fastest; `out` has columns · rows places. \throws Error: out of range, cut short.
    void read(std::int64_t frame, std::span<float> out);

    /// The colours of the frame that was read last, red, green, blue of each pixel, 0…255; none of a grey image.
    [[nodiscard]] std::vector<std::uint8_t> colours() const;

    [[nodiscard]] Encoding encoding(std::int64_t frame) const;

    /// Smallest and largest value that this frame can hold, in modality units; nothing for float pixels.
    [[nodiscard]] std::optional<std::pair<double, double>> range(std::int64_t frame) const;

    [[nodiscard]] std::optional<float> padding() const;  ///< PixelPaddingValue in modality units
    [[nodiscard]] const std::vector<std::string>& warnings() const { return m_warnings; }

private:
    enum class Kind { whole, single, twofold };  // integers, Float Pixel Data, Double Float Pixel Data

    void fetch(std::int64_t frame);
    void convert(std::span<float> stored) const;
    void rescale(std::int64_t frame, std::span<float> values) const;
    void findColours(std::size_t count);

    DcmDataset& m_dataset;
    std::string m_path;
    PixelLayout m_layout;
    Kind m_kind = Kind::whole;
    DcmElement* m_element = nullptr;
    std::unique_ptr<DcmFileCache> m_cache;
    std::optional<LookupTable> m_modalityTable;
    std::optional<Palette> m_palette;
    std::vector<Uint8> m_bytes;    ///< of one frame, in this machine's byte order
    std::vector<float> m_samples;  ///< of one colour frame
    std::vector<Colour> m_colours;
    std::vector<std::string> m_warnings;
};

}  // namespace drdm::dicom
