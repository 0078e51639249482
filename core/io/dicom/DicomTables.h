#pragma once

#include "io/dicom/DicomFile.h"

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

/// Red, green and blue of a palette, as one luminance (ITU-R BT.601) of 0…255.
class PaletteLuminance {
public:
    PaletteLuminance(DcmDataset& dataset, const std::string& path);
    [[nodiscard]] float at(double stored) const;

private:
    LookupTable m_red, m_green, m_blue;
};

/// ITU-R BT.601.
inline float luminance(double red, double green, double blue) {
    return static_cast<float>(0.299 * red + 0.587 * green + 0.114 * blue);
}

}  // namespace drdm::dicom
