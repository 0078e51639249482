#pragma once

#include "io/dicom/DicomFile.h"

#include <array>
#include <string>
#include <vector>

namespace drdm::dicom {

/// A lookup table as palettes and modality LUTs store it: a descriptor (entries, first stored number, bits) and data of
/// 16 bits, or two 8-bit entries a word. Numbers outside the table take its first or last entry.
class LookupTable {
public:
    /// \throws Error naming `path`: absent, segmented, or fewer entries than stated.
    LookupTable(DcmItem& item, const DcmTagKey& descriptor, const DcmTagKey& data, bool isSigned,
                const std::string& path);

    [[nodiscard]] double at(double stored) const;
    [[nodiscard]] int bits() const { return m_bits; }
    [[nodiscard]] double least() const;
    [[nodiscard]] double most() const;

private:
    double m_first = 0;
    int m_bits = 16;
    std::vector<double> m_values;
};

/// Red, green and blue, each 0…255 unless the samples of a file are wider.
using Colour = std::array<double, 3>;

/// The colours of a palette.
class Palette {
public:
    Palette(DcmDataset& dataset, const std::string& path);
    [[nodiscard]] Colour at(double stored) const;

private:
    LookupTable m_red, m_green, m_blue;
};

/// ITU-R BT.601.
inline float luminance(const Colour& colour) {
    return static_cast<float>(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]);
}
/// From luminance and colour differences (full range; `middle` is their grey). ITU-R BT.601, PS3.3 C.7.6.3.1.2.
inline Colour fromDifferences(double y, double blue, double red, double middle) {
    const double cb = blue - middle, cr = red - middle;
    return {y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb};
}

}  // namespace drdm::dicom
