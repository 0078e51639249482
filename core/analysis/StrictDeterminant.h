#pragma once

#include "imaging/DisplacementField.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace drdm {

/// The numbers of a field on which determinants are taken, one pointer per voxel axis (x, y, z). Does not own them.
struct FieldView {
    Size3 size{1, 1, 1};
    int dims = 2;
    std::array<const float*, 3> u{};

    explicit FieldView(const DisplacementField& field);
    FieldView(const Size3& gridSize, int dimensions, const std::vector<float>& values_vox);
};

/// All determinants along one row of voxels at a time, in double precision. In 2-D the needed ones are the four pairs
/// of forward and backward differences, equal to the four corner triangles of the cells around a voxel; in 3-D the
/// eight corner tetrahedra and the two central tetrahedra of the cell in front of the voxel (Liu et al. 2022, arXiv
/// 2212.06060). At the edges the difference that exists stands for the one that does not; along an axis of one voxel φ
/// is the identity.
class DeterminantRows {
public:
    explicit DeterminantRows(const FieldView& field);

    /// Computes the row (y, z). The spans are valid until the next call.
    void compute(std::int64_t y, std::int64_t z);

    [[nodiscard]] std::span<const double> central() const { return m_central; }
    [[nodiscard]] std::span<const double> strictMinimum() const { return m_strict; }

private:
    void difference(std::size_t axis, bool ahead, std::size_t component, std::int64_t y, std::int64_t z);
    void combine2d();
    void combine3d();
    void centralTetrahedra(std::int64_t y, std::int64_t z);

    FieldView m_field;
    /// [axis][backward, forward][component]: ∂φ_component/∂axis along the row
    std::array<std::array<std::array<std::vector<double>, 3>, 2>, 3> m_difference;
    std::vector<double> m_central, m_strict;
};

/// The smallest needed determinant of the whole field.
double smallestStrictDeterminant(const FieldView& field);

}  // namespace drdm
