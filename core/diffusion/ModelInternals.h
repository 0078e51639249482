#pragma once

#include "diffusion/Checkpoint.h"
#include "diffusion/Recovery.h"

#include <torch/types.h>

namespace drdm {

struct DeformationModel::Private {
    ModelInfo info;
    Network network;
    at::Device device;
};

/// "auto", "cpu", "cuda", "cuda:N" → a device that is there. \throws Error naming what is.
at::Device deviceFromName(const std::string& name);

/// All cores, or `count` of them; once per process, before work. Results do not depend on it.
void useThreads(int count = 0);

}  // namespace drdm
