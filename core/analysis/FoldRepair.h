#pragma once

#include "imaging/DisplacementField.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// Local repair of a folded field: the two moves that FoldGuard chooses between, on one array of displacements that is
/// changed in place (layout of DisplacementField). Inside the room only. Single-threaded and free of chance: the same
/// field gives the same bits.
class FoldRepair {
public:
    /// Needed determinants above `margin` are accepted; keeps a reference to `values_vox`.
    FoldRepair(const Size3& size, int dims, std::vector<float>& values_vox, double margin);

    /// Number of voxels with a needed determinant that is not above the margin (a pass over the whole field).
    std::int64_t findViolations();

    /// Projects violated cells: a triangle (tetrahedron) whose determinant is too small is moved to a determinant a
    /// little above the margin by the shortest move of its corners; cells around what moved are looked at again, until
    /// none is violated or `visits` cells have been looked at. Starts from the voxels that findViolations found.
    /// Returns true when the queue ran empty.
    bool project(std::int64_t visits);

    /// Smooths the displacements around the voxels that findViolations found: fully up to `radius` voxels away, less
    /// and less up to twice that; `passes` times the mean of the direct neighbours.
    void smooth(std::int64_t radius, int passes);

private:
    template <int D>
    bool projectCells(std::int64_t visits);
    template <int D>
    bool projectCell(std::int64_t cell);

    Size3 m_size;
    int m_dims;
    std::vector<float>& m_values;
    double m_margin;
    std::vector<std::int64_t> m_violations;
};

}  // namespace drdm
