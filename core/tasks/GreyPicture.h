#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drdm {

/// Values 0 (black) to 1 (white), rows one after another, as an 8-bit picture: PNG, or PGM in the build that has
/// LibTorch alone. `stem`: path without ending. Returns the path written. \throws Error
std::string writeGreyPicture(const std::vector<float>& values, std::int64_t width, std::int64_t height,
                             const std::string& stem);

}  // namespace drdm
