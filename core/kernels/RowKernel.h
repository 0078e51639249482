#pragma once

#include <cstddef>
#include <cstdint>

namespace drdm::kernels {

/// One row of a convolution: out(o, x) = bias[o] + Σ_k weights[k][o] · input[x + offsets[k]], then
/// + residual(o, x), then stored as it is (`raw`) and after the leaky ReLU (`activated`); each of the three may be
/// null.
struct RowJob {
    const float* input = nullptr;  ///< column 0 of the row in channel 0
    const std::int32_t* offsets = nullptr;
    int taps = 0;
    const float* weights = nullptr;  ///< taps × outputs
    const float* bias = nullptr;     ///< outputs
    int outputs = 0;                 ///< 1 to RowKernel::outputs
    int width = 0;
    float leak = 0;
    const float* residual = nullptr;
    float* raw = nullptr;
    float* activated = nullptr;
    std::ptrdiff_t residualPlane = 0;  ///< floats from one channel to the next
    std::ptrdiff_t rawPlane = 0;
    std::ptrdiff_t activatedPlane = 0;
};

struct RowKernel {
    void (*run)(const RowJob&) = nullptr;
    int outputs = 0;  ///< channels that one call makes at most: what the registers hold
    const char* name = "";
};

/// The best one that this processor runs; DRDM_KERNEL=baseline, avx2 or avx512 in the environment chooses another.
const RowKernel& rowKernel();

}  // namespace drdm::kernels
