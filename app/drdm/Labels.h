#pragma once

#include "imaging/Image.h"

#include <string>

namespace drdm {

/// A label map from a file; the diffusion-only build has no reader for one and says so. \throws Error
LabelMap readLabels(const std::string& path);

}  // namespace drdm
