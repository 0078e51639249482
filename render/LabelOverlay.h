#pragma once

#include "render/ColourMap.h"

#include <span>

namespace drdm {

/// One of eight colours that people with any colour vision tell apart; label 0 is clear.
Rgba labelColour(std::uint16_t label);

/// Every voxel in its label's colour. \throws Error if the count of labels does not fit the grid.
ColourPlane labelPlane(const PlaneGrid& grid, std::span<const std::uint16_t> labels);

/// The borders of the labels, half-way between voxel centres, each in its label's colour. \throws Error as above.
LineSet labelContours(const PlaneGrid& grid, std::span<const std::uint16_t> labels);

}  // namespace drdm
