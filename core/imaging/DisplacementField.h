#pragma once

#include "imaging/Geometry.h"

#include <memory>
#include <span>
#include <vector>

namespace drdm {

/// Which component of a displacement field moves along voxel axis `axis` (0 = x, 1 = y, 2 = z). Components are in
/// array-axis order, the reverse of the geometry's; this is the one place that says so. Its own inverse.
constexpr int componentOfAxis(int axis, int dims) {
    return dims - 1 - axis;
}

/// A displacement field u on a voxel grid: φ(x) = x + u(x); warping pulls, I_out(x) = I(x + u(x)).
/// Displacements are in VOXELS of this grid, float32. Layout: component-major; component order is array-axis order
/// (2-D: 0 = rows (y), 1 = columns (x); 3-D: 0 = z, 1 = y, 2 = x); inside a component x is fastest, then y, then z.
/// A 2-D field lies on a grid whose size z is 1. A plain value: copies share the numbers.
class DisplacementField {
public:
    DisplacementField() = default;

    /// \throws Error if `dims` is not 2 or 3, a 2-D field has more than one slice, the count is not
    /// dims * voxelCount, or a value is not finite.
    DisplacementField(Geometry geometry, int dims, std::vector<float> values_vox);

    /// The identity (all zero) on a grid.
    static DisplacementField zero(const Geometry& geometry, int dims);

    [[nodiscard]] const Geometry& geometry() const { return m_geometry; }
    [[nodiscard]] int dims() const { return m_dims; }
    [[nodiscard]] bool empty() const { return m_values == nullptr; }
    [[nodiscard]] std::span<const float> values_vox() const;
    /// Component `c` in array-axis order (see the class comment).
    [[nodiscard]] std::span<const float> component_vox(int c) const;

    /// Displacement vector at voxel index n in patient millimetres (LPS).
    [[nodiscard]] Vec3 vector_mm(std::int64_t index) const;

private:
    Geometry m_geometry;
    int m_dims = 0;
    std::shared_ptr<const std::vector<float>> m_values;
};

}  // namespace drdm
