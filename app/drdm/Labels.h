#pragma once

#include "Console.h"
#include "imaging/Image.h"

#include <string>
#include <vector>

namespace drdm {

/// A label map from a file (io/Labels.h), on the grid of `image` if one is given; `structures` (of DICOM) chooses and
/// orders. Says its warnings. The diffusion-only build has no reader for one and says so. \throws Error
LabelMap labelsFrom(const std::string& path, Console& console, const Image* image = nullptr,
                    const std::vector<std::string>& structures = {});

}  // namespace drdm
