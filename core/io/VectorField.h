#pragma once

#include "imaging/DisplacementField.h"

#include <string>

namespace drdm {

/// A field from the vectors of a file: `vectors_mm` x, y, z of each voxel in turn (LPS, mm), voxels in the grid's
/// order. One slice makes a field of two dimensions. \throws Error naming `path`: values that are not finite, a
/// one-slice field that leaves its plane.
DisplacementField fieldFromVectors(const Geometry& grid, const std::vector<float>& vectors_mm, const std::string& path);

/// The reverse.
std::vector<float> vectorsOf(const DisplacementField& field);

}  // namespace drdm
