#pragma once

#include "imaging/Geometry.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// Undoes folds that are wider than a few voxels: the field is averaged over blocks of `block` voxels a side, the
/// coarse field is repaired by projection (FoldRepair) to determinants above `margin`, and what the projection changed
/// is spread over the blocks linearly and added. What is finer than a block stays as it is. In place; inside the room
/// only. Returns whether there was anything to undo.
bool unfoldCoarsely(const Size3& size, int dims, std::vector<float>& values_vox, std::int64_t block, double margin);

}  // namespace drdm
