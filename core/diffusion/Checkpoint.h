#pragma once

#include "diffusion/ModelInfo.h"
#include "diffusion/Network.h"
#include "diffusion/WeightPrecision.h"

#include <string>

namespace drdm {

struct Checkpoint {
    ModelInfo info;
    Network network;
};

/// Our checkpoint (safetensors layout + metadata) or the authors' .pth, recognised by content. \throws Error
Checkpoint readCheckpoint(const std::string& path);

/// \throws Error
void writeCheckpoint(const Checkpoint& checkpoint, const std::string& path,
                     WeightPrecision precision = WeightPrecision::Single);

}  // namespace drdm
