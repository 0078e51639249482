#pragma once

#include "io/Labels.h"
#include "io/dicom/DicomFile.h"

#include <map>
#include <span>

/// What a segmentation and a structure set have in common.
namespace drdm::dicom {

struct Structure {
    long number = 0;   ///< as the file numbers it
    std::string name;  ///< UTF-8
    long label = 0;    ///< a number that the file wants to be its label, where our private element says so; 0: none
};

/// Puts structures that may overlap into one label map, in an order that is chosen once.
class Merging {
public:
    /// `wanted`: names or numbers, in the order of merging; empty: all by their number. \throws Error naming `path` and
    /// what there is, where one is missing
    Merging(const std::string& path, const Geometry& grid, std::vector<Structure> all,
            const std::vector<std::string>& wanted);

    /// In the order of merging: a later one wins.
    [[nodiscard]] const std::vector<Structure>& structures() const { return m_structures; }
    [[nodiscard]] const Geometry& grid() const { return m_grid; }

    /// The voxel belongs to structure `index` of structures().
    void set(std::size_t index, std::size_t voxel) {
        const std::uint16_t label = m_labels[index];
        std::uint16_t& now = m_map[voxel];
        if (now != 0 && now != label) {
            ++m_overlaps[{now, label}];
        }
        now = label;
    }

    /// \throws Error
    [[nodiscard]] ReadLabels finish();

private:
    void assignLabels();

    std::string m_path;
    Geometry m_grid;
    std::vector<NamedStructure> m_all;
    std::vector<Structure> m_structures;
    std::vector<std::uint16_t> m_labels;
    std::vector<std::uint16_t> m_map;
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::uint64_t> m_overlaps;
    std::vector<std::string> m_warnings;
};

/// All items of a sequence, in one pass (asking for them by number would take a pass each).
std::vector<DcmItem*> itemsOf(DcmItem* item, const DcmTagKey& sequence);

ReadLabels readSegmentation(const std::string& path, const LabelTarget& target, const std::vector<std::string>& wanted);
ReadLabels readStructureSet(const std::string& path, const LabelTarget& target, const std::vector<std::string>& wanted);

}  // namespace drdm::dicom
