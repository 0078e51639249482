#pragma once

#include "imaging/DisplacementField.h"

#include <cstdint>

namespace drdm {

/// How far a copy is turned, scaled and moved as a whole: what differs between examinations besides the anatomy.
struct PoseSettings {
    double turn_deg = 0;       ///< uniform up to so much to either side, about each axis that is turned
    double zoom = 1;           ///< from 1/zoom to zoom times as large, uniform in the logarithm
    double shift_percent = 0;  ///< uniform up to so much of the side to either side, along each axis

    [[nodiscard]] bool any() const { return turn_deg > 0 || zoom > 1 || shift_percent > 0; }
};

/// dims 2: within slices, the same in all; 3: in space. Nothing is folded by it.
DisplacementField poseField(const Geometry& grid, int dims, std::uint64_t seed, const PoseSettings& settings);

}  // namespace drdm
