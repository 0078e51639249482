#include "io/dicom/DicomTables.h"

#include "errors/Error.h"

#include <algorithm>

namespace drdm::dicom {

LookupTable::LookupTable(DcmItem& item, const DcmTagKey& descriptor, const DcmTagKey& data, bool isSigned,
                         const std::string& path) {
    const auto shape = numbers(item, descriptor);
    const Uint16* words = nullptr;
    unsigned long count = 0;
    if (shape.size() != 3 || item.findAndGetUint16Array(data, words, &count).bad() || words == nullptr) {
        throw Error(path + " has no readable lookup table for its pixels (" + DcmTag(data).getTagName() +
                    "); convert it to grey or RGB");
    }
    const auto entries = static_cast<std::size_t>(shape[0] <= 0 ? 65536 + shape[0] : shape[0]);
    m_first = isSigned && shape[1] > 32767 ? shape[1] - 65536 : shape[1];
    m_bits = static_cast<int>(shape[2]);
    const bool packed = count < entries && count * 2 == entries + entries % 2;
    if (!packed && count < entries) {
        throw Error(path + " has a lookup table of " + std::to_string(count) + " entries where " +
                    std::to_string(entries) + " are stated; convert it to grey or RGB");
    }
    m_bits = packed ? 8 : m_bits;
    m_values.reserve(entries);
    for (std::size_t i = 0; i < entries; ++i) {
        m_values.push_back(packed ? (words[i / 2] >> (i % 2 == 0 ? 0U : 8U)) & 255U : words[i]);
    }
}

double LookupTable::at(double stored) const {
    const double index = std::clamp(stored - m_first, 0.0, static_cast<double>(m_values.size() - 1));
    return m_values[static_cast<std::size_t>(index)];
}

double LookupTable::least() const {
    return *std::min_element(m_values.begin(), m_values.end());
}

double LookupTable::most() const {
    return *std::max_element(m_values.begin(), m_values.end());
}

Palette::Palette(DcmDataset& dataset, const std::string& path)
    : m_red(dataset, DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData, false, path),
      m_green(dataset, DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData, false, path),
      m_blue(dataset, DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData, false, path) {}

Colour Palette::at(double stored) const {
    const auto level = [&](const LookupTable& table) { return table.at(stored) / (table.bits() > 8 ? 257.0 : 1.0); };
    return {level(m_red), level(m_green), level(m_blue)};
}

}  // namespace drdm::dicom
