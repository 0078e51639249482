#include "io/dicom/Structures.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace drdm::dicom {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string told(const Structure& structure) {
    return std::to_string(structure.number) + (structure.name.empty() ? "" : " \"" + structure.name + "\"");
}

std::string listOf(const std::vector<Structure>& structures) {
    std::string list;
    for (const Structure& structure : structures) {
        list += (list.empty() ? "" : ", ") + told(structure);
    }
    return list;
}

/// By its name, whatever the case, or its number. \throws Error naming what there is
const Structure& structureNamed(const std::string& path, const std::vector<Structure>& all, const std::string& wanted) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Structure& structure) {
        return lower(structure.name) == lower(wanted) || std::to_string(structure.number) == wanted;
    });
    if (found == all.end()) {
        throw Error(path + ": there is no structure \"" + wanted + "\"; it has " + listOf(all));
    }
    return *found;
}

}  // namespace

std::vector<DcmItem*> itemsOf(DcmItem* item, const DcmTagKey& sequence) {
    std::vector<DcmItem*> items;
    DcmSequenceOfItems* found = nullptr;
    if (item != nullptr && item->findAndGetSequence(sequence, found).good() && found != nullptr) {
        for (DcmObject* each = found->nextInContainer(nullptr); each != nullptr; each = found->nextInContainer(each)) {
            items.push_back(dynamic_cast<DcmItem*>(each));
        }
    }
    return items;
}

Merging::Merging(const std::string& path, const Geometry& grid, std::vector<Structure> all,
                 const std::vector<std::string>& wanted)
    : m_path(path), m_grid(grid) {
    grid.validate();
    requireMemory(static_cast<std::uint64_t>(grid.voxelCount()) * 2, "the label map in " + path);
    std::stable_sort(all.begin(), all.end(),
                     [](const Structure& a, const Structure& b) { return a.number < b.number; });
    for (const Structure& structure : all) {
        m_all.push_back({structure.number, structure.name});
    }
    for (const std::string& name : wanted) {
        m_structures.push_back(structureNamed(path, all, name));
    }
    if (wanted.empty()) {
        m_structures = std::move(all);
    }
    if (m_structures.empty()) {
        throw Error(path + ": it holds no structure; choose another file");
    }
    assignLabels();
    m_map.assign(static_cast<std::size_t>(grid.voxelCount()), 0);
}

void Merging::assignLabels() {
    std::set<long> seen;
    bool own = true;
    for (const Structure& structure : m_structures) {
        const long label = structure.label != 0 ? structure.label : structure.number;
        own = own && label >= 1 && label <= 65535 && seen.insert(label).second;
    }
    if (!own && m_structures.size() > 65535) {
        throw Error(m_path + ": " + std::to_string(m_structures.size()) + " structures are more than labels (65535)");
    }
    for (std::size_t i = 0; i < m_structures.size(); ++i) {
        const Structure& structure = m_structures[i];
        m_labels.push_back(static_cast<std::uint16_t>(!own                   ? static_cast<long>(i) + 1
                                                      : structure.label != 0 ? structure.label
                                                                             : structure.number));
    }
    if (!own) {
        m_warnings.push_back(m_path + ": the numbers of its structures cannot be labels; they are labels 1 to " +
                             std::to_string(m_structures.size()) + " in this order: " + listOf(m_structures));
    }
}

ReadLabels Merging::finish() {
    const auto structureOf = [this](std::uint16_t label) -> const Structure& {
        const auto at = std::find(m_labels.begin(), m_labels.end(), label) - m_labels.begin();
        return m_structures[static_cast<std::size_t>(at)];
    };
    for (const auto& [pair, count] : m_overlaps) {
        m_warnings.push_back(m_path + ": structures " + told(structureOf(pair.first)) + " and " +
                             told(structureOf(pair.second)) + " share " + std::to_string(count) +
                             " voxels; they count as " + told(structureOf(pair.second)) +
                             ", the later one. Choose or order structures to change that");
    }
    ReadLabels result{LabelMap(m_grid, std::move(m_map)), std::move(m_warnings), std::move(m_all)};
    for (std::size_t i = 0; i < m_structures.size(); ++i) {
        if (!m_structures[i].name.empty()) {
            result.map.names[m_labels[i]] = m_structures[i].name;
        }
    }
    return result;
}

}  // namespace drdm::dicom
