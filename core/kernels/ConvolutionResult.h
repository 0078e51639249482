#pragma once

#include "kernels/Planes.h"

#include <span>

namespace drdm::kernels {

/// What becomes of the sums of a convolution. Rows of several channels; each of the planes may be left out.
struct ConvolutionResult {
    Planes* raw = nullptr;              ///< the sum
    Planes* activated = nullptr;        ///< the leaky ReLU of it
    const Planes* gate = nullptr;       ///< the sum is times the slope where this came out of the leaky ReLU
    const Planes* residual = nullptr;   ///< is added then
    float leak = 0;                     ///< slope below 0
    std::span<const float> moreBias{};  ///< one number per output channel, or none
    int firstChannel = 0;               ///< of raw and activated
};

}  // namespace drdm::kernels
