#pragma once

#include "diffusion/Checkpoint.h"
#include "diffusion/PlaneNetwork.h"
#include "diffusion/Recovery.h"

#include <torch/types.h>

#include <optional>

namespace drdm {

struct DeformationModel::Private {
    ModelInfo info;
    Network network;
    at::Device device;
    std::optional<PlaneNetwork> plane;  ///< the same network for 2-D on the CPU, much faster; or none

    /// One step at `t` from the warped image (1 × 1 × spatial, on the device): 1 × D × spatial in fractions, on the
    /// CPU.
    at::Tensor step(const at::Tensor& warped, int t);
};

/// The fast form of a 2-D network.
PlaneNetwork planeNetwork(const Network& network);

/// "auto", "cpu", "cuda", "cuda:N" → a device that is there. \throws Error naming what is.
at::Device deviceFromName(const std::string& name);

/// All cores, or `count` of them from now on (Devices.h: setThreads); in every thread before work. Results do not
/// depend on it.
void useThreads(int count = 0);

}  // namespace drdm
