#include "imaging/Image.h"

#include "errors/Error.h"

#include <algorithm>
#include <utility>

namespace drdm {

namespace {

void requireCount(std::size_t given, std::int64_t needed, const char* what) {
    if (static_cast<std::int64_t>(given) != needed) {
        throw Error("the image needs " + std::to_string(needed) + " " + what + " but was given " +
                    std::to_string(given) + "; the data may be truncated");
    }
}

void requireRange(const char* what, std::int64_t index, std::int64_t count) {
    if (index < 0 || index >= count) {
        throw Error(std::string(what) + " " + std::to_string(index) + " does not exist: the image has " +
                    std::to_string(count) +
                    (count == 1 ? ", number 0" : ", numbers 0 to " + std::to_string(count - 1)));
    }
}

/// The files and UIDs that belong to slices [first, first + count) of one phase; a source that has one file for all
/// keeps it.
ImageSource narrowed(const ImageSource& source, std::size_t first, std::size_t count, std::size_t all) {
    ImageSource result = source;
    const auto narrow = [&](std::vector<std::string>& names) {
        if (all > 1 && names.size() == all) {
            const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first);
            names = std::vector<std::string>(begin, begin + static_cast<std::ptrdiff_t>(count));
        }
    };
    narrow(result.files);
    narrow(result.sopInstanceUids);
    return result;
}

}  // namespace

Image::Image(Geometry geometry, std::vector<float> voxels, std::int64_t phases)
    : m_geometry(geometry), m_phases(phases) {
    m_geometry.validate();
    if (phases < 1) {
        throw Error("the image has " + std::to_string(phases) + " phases; at least 1 is needed");
    }
    requireCount(voxels.size(), m_geometry.voxelCount() * phases, "voxels");
    m_voxels = std::make_shared<const std::vector<float>>(std::move(voxels));
}

std::span<const float> Image::voxels() const {
    return m_voxels ? std::span<const float>(*m_voxels) : std::span<const float>();
}

std::span<const float> Image::phaseVoxels(std::int64_t phase) const {
    requireRange("phase", phase, m_phases);
    const auto count = static_cast<std::size_t>(m_geometry.voxelCount());
    return voxels().subspan(static_cast<std::size_t>(phase) * count, count);
}

namespace {

std::shared_ptr<const std::vector<std::uint8_t>> partOf(const std::shared_ptr<const std::vector<std::uint8_t>>& colours,
                                                        std::size_t first, std::size_t count) {
    if (!colours) {
        return nullptr;
    }
    const auto begin = colours->begin() + static_cast<std::ptrdiff_t>(3 * first);
    return std::make_shared<const std::vector<std::uint8_t>>(begin, begin + static_cast<std::ptrdiff_t>(3 * count));
}

}  // namespace

Image Image::slice(std::int64_t z, std::int64_t phase) const {
    requireRange("phase", phase, m_phases);
    requireRange("slice", z, m_geometry.size[2]);
    const auto area = static_cast<std::size_t>(m_geometry.size[0] * m_geometry.size[1]);
    const auto part = phaseVoxels(phase).subspan(static_cast<std::size_t>(z) * area, area);
    Image result = *this;
    result.m_geometry = m_geometry.slice(z);
    result.m_phases = 1;
    result.m_voxels = std::make_shared<const std::vector<float>>(part.begin(), part.end());
    result.colours = partOf(colours, static_cast<std::size_t>(part.data() - voxels().data()), part.size());
    const auto slices = static_cast<std::size_t>(m_geometry.size[2]);
    const auto position = static_cast<std::size_t>(phase) * slices + static_cast<std::size_t>(z);
    result.source = narrowed(source, position, 1, slices * static_cast<std::size_t>(m_phases));
    if (phaseTimes_ms.size() == static_cast<std::size_t>(m_phases)) {
        result.phaseTimes_ms = {phaseTimes_ms[static_cast<std::size_t>(phase)]};
    }
    return result;
}

Image Image::sliceOverTime(std::int64_t z) const {
    Image result = slice(z, 0);
    std::vector<float> voxels;
    std::vector<std::uint8_t> rgb;
    result.source.files.clear();
    result.source.sopInstanceUids.clear();
    for (std::int64_t p = 0; p < m_phases; ++p) {
        const Image one = slice(z, p);
        voxels.insert(voxels.end(), one.voxels().begin(), one.voxels().end());
        if (one.colours) {
            rgb.insert(rgb.end(), one.colours->begin(), one.colours->end());
        }
        // A source that has one file for all is named once.
        if (p == 0 || one.source.files != result.source.files) {
            result.source.files.insert(result.source.files.end(), one.source.files.begin(), one.source.files.end());
        }
        if (p == 0 || one.source.sopInstanceUids != result.source.sopInstanceUids) {
            result.source.sopInstanceUids.insert(result.source.sopInstanceUids.end(),
                                                 one.source.sopInstanceUids.begin(), one.source.sopInstanceUids.end());
        }
    }
    result.m_phases = m_phases;
    result.m_voxels = std::make_shared<const std::vector<float>>(std::move(voxels));
    result.colours = colours ? std::make_shared<const std::vector<std::uint8_t>>(std::move(rgb)) : nullptr;
    result.phaseTimes_ms = phaseTimes_ms;
    return result;
}

Image Image::phase(std::int64_t phase) const {
    requireRange("phase", phase, m_phases);
    if (m_phases == 1) {
        return *this;
    }
    const auto part = phaseVoxels(phase);
    Image result = *this;
    result.m_phases = 1;
    result.m_voxels = std::make_shared<const std::vector<float>>(part.begin(), part.end());
    result.colours = partOf(colours, static_cast<std::size_t>(part.data() - voxels().data()), part.size());
    const auto slices = static_cast<std::size_t>(m_geometry.size[2]);
    result.source =
        narrowed(source, static_cast<std::size_t>(phase) * slices, slices, slices * static_cast<std::size_t>(m_phases));
    if (phaseTimes_ms.size() == static_cast<std::size_t>(m_phases)) {
        result.phaseTimes_ms = {phaseTimes_ms[static_cast<std::size_t>(phase)]};
    }
    return result;
}

Image Image::withVoxels(std::vector<float> voxels) const {
    requireCount(voxels.size(), m_geometry.voxelCount() * m_phases, "voxels");
    Image result = *this;
    result.colours = nullptr;
    result.m_voxels = std::make_shared<const std::vector<float>>(std::move(voxels));
    return result;
}

Image Image::onGrid(const Geometry& geometry, std::vector<float> voxels) const {
    geometry.validate();
    requireCount(voxels.size(), geometry.voxelCount() * m_phases, "voxels");
    Image result = *this;
    result.m_geometry = geometry;
    result.colours = nullptr;
    result.m_voxels = std::make_shared<const std::vector<float>>(std::move(voxels));
    result.source.files.resize(std::min<std::size_t>(result.source.files.size(), 1));
    result.source.sopInstanceUids.resize(std::min<std::size_t>(result.source.sopInstanceUids.size(), 1));
    return result;
}

LabelMap::LabelMap(Geometry geometry, std::vector<std::uint16_t> labels) : m_geometry(geometry) {
    m_geometry.validate();
    requireCount(labels.size(), m_geometry.voxelCount(), "labels");
    m_labels = std::make_shared<const std::vector<std::uint16_t>>(std::move(labels));
}

std::span<const std::uint16_t> LabelMap::labels() const {
    return m_labels ? std::span<const std::uint16_t>(*m_labels) : std::span<const std::uint16_t>();
}

LabelMap LabelMap::slice(std::int64_t z) const {
    requireRange("slice", z, m_geometry.size[2]);
    const auto area = static_cast<std::size_t>(m_geometry.size[0] * m_geometry.size[1]);
    const auto part = labels().subspan(static_cast<std::size_t>(z) * area, area);
    LabelMap result;
    result.names = names;
    result.m_geometry = m_geometry.slice(z);
    result.m_labels = std::make_shared<const std::vector<std::uint16_t>>(part.begin(), part.end());
    return result;
}

std::vector<std::uint16_t> LabelMap::values() const {
    std::vector<bool> seen(std::size_t{1} << 16, false);
    for (const std::uint16_t label : labels()) {
        seen[label] = true;
    }
    std::vector<std::uint16_t> result;
    for (std::size_t label = 1; label < seen.size(); ++label) {
        if (seen[label]) {
            result.push_back(static_cast<std::uint16_t>(label));
        }
    }
    return result;
}

}  // namespace drdm
