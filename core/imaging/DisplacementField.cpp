#include "imaging/DisplacementField.h"

#include "errors/Error.h"

#include <bit>
#include <cstdint>
#include <utility>

namespace drdm {

DisplacementField::DisplacementField(Geometry geometry, int dims, std::vector<float> values_vox)
    : m_geometry(geometry), m_dims(dims) {
    m_geometry.validate();
    if (dims != 2 && dims != 3) {
        throw Error("a displacement field has 2 or 3 components, not " + std::to_string(dims));
    }
    if (dims == 2 && m_geometry.size[2] != 1) {
        throw Error("a displacement field of 2 components lies on one slice, but its grid has " +
                    std::to_string(m_geometry.size[2]) + "; give one field per slice, or a field of 3 components");
    }
    if (static_cast<std::int64_t>(values_vox.size()) != dims * m_geometry.voxelCount()) {
        throw Error("the displacement field needs " + std::to_string(dims * m_geometry.voxelCount()) +
                    " numbers but was given " + std::to_string(values_vox.size()) + "; the data may be truncated");
    }
    // A float is finite unless all its exponent bits are set; tested on the bits, so that the loop is a vector loop.
    bool finite = true;
    for (const float value : values_vox) {
        constexpr std::uint32_t exponent = 0x7f800000U;
        finite &= (std::bit_cast<std::uint32_t>(value) & exponent) != exponent;
    }
    if (!finite) {
        throw Error("the displacement field holds values that are not finite numbers; it cannot be used");
    }
    m_values = std::make_shared<const std::vector<float>>(std::move(values_vox));
}

DisplacementField DisplacementField::zero(const Geometry& geometry, int dims) {
    geometry.validate();
    return {geometry, dims, std::vector<float>(static_cast<std::size_t>(geometry.voxelCount() * dims), 0.0F)};
}

std::span<const float> DisplacementField::values_vox() const {
    return m_values ? std::span<const float>(*m_values) : std::span<const float>();
}

std::span<const float> DisplacementField::component_vox(int c) const {
    if (c < 0 || c >= m_dims) {
        throw Error("component " + std::to_string(c) + " of a displacement field of " + std::to_string(m_dims) +
                    " components does not exist");
    }
    const auto count = static_cast<std::size_t>(m_geometry.voxelCount());
    return values_vox().subspan(static_cast<std::size_t>(c) * count, count);
}

Vec3 DisplacementField::vector_mm(std::int64_t index) const {
    if (index < 0 || index >= m_geometry.voxelCount()) {
        throw Error("voxel " + std::to_string(index) + " lies outside the displacement field");
    }
    Vec3 along{0, 0, 0};
    for (int axis = 0; axis < m_dims; ++axis) {
        const auto n = static_cast<std::size_t>(axis);
        along[n] =
            component_vox(componentOfAxis(axis, m_dims))[static_cast<std::size_t>(index)] * m_geometry.spacing_mm[n];
    }
    return multiply(m_geometry.direction, along);
}

}  // namespace drdm
