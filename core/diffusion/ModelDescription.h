#pragma once

#include "diffusion/ModelInfo.h"

#include <string>

namespace drdm {

/// What a model file of ours says of itself, as the JSON text in its header.
std::string modelDescription(const ModelInfo& info);

/// \throws Error naming what is missing or impossible; whether it fits the weights is for their reader to see.
ModelInfo modelInfoFrom(const std::string& description);

}  // namespace drdm
