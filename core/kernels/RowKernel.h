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
    const float* gate = nullptr;
    const float* residual = nullptr;
    float* raw = nullptr;
    float* activated = nullptr;
    std::ptrdiff_t gatePlane = 0;  ///< floats from one channel to the next
    std::ptrdiff_t residualPlane = 0;
    std::ptrdiff_t rawPlane = 0;
    std::ptrdiff_t activatedPlane = 0;
};

/// Some rows of the gradient of a convolution's weights: sums[o][k] += Σ_xy gradient(o, y, x) · input[y, x +
/// offsets[k]].
struct GradientJob {
    const float* gradient = nullptr;  ///< column 0 of the first row; zeros behind the end of every row
    const float* input = nullptr;     ///< column 0 of the first row in channel 0
    const std::int32_t* offsets = nullptr;
    int outputs = 0;  ///< 1 to RowKernel::gradientOutputs
    int taps = 0;     ///< 1 to RowKernel::gradientTaps
    int rows = 0;
    int width = 0;
    std::ptrdiff_t rowStride = 0;  ///< of both
    std::ptrdiff_t gradientPlane = 0;
    float* sums = nullptr;
    std::ptrdiff_t sumStride = 0;  ///< from one output to the next
};

/// Four rows of a convolution's result from the six products of F(4, 3) (WinogradConvolution.h) and a bias; what comes
/// then is as in RowJob. Rows that are null in all four lists are left out.
struct CombinationJob {
    const float* products = nullptr;  ///< column 0 of the first
    std::ptrdiff_t productPlane = 0;  ///< floats from one to the next
    int width = 0;
    float bias = 0;
    float leak = 0;
    const float* gate[4] = {};
    const float* residual[4] = {};
    float* raw[4] = {};
    float* activated[4] = {};
};

/// Sums over one row in double precision, in a fixed order.
struct RowSums {
    double sum = 0;       ///< of g
    double products = 0;  ///< of g · x
};

struct RowKernel {
    void (*run)(const RowJob&) = nullptr;
    void (*gradient)(const GradientJob&) = nullptr;
    RowSums (*sums)(const float* g, const float* x, int width) = nullptr;
    /// y ← factor · x + add (`y` may be `x`), activated ← leaky ReLU of y.
    void (*affine)(const float* x, int width, float factor, float add, float leak, float* y,
                   float* activated) = nullptr;
    /// The six rows of F(4, 3) from six rows of the input; `plane` floats from one to the next.
    void (*transform)(const float* const rows[6], int width, float* transformed, std::ptrdiff_t plane) = nullptr;
    void (*combine)(const CombinationJob&) = nullptr;
    int outputs = 0;  ///< channels that one call of `run` makes at most: what the registers hold
    int gradientOutputs = 0;
    int gradientTaps = 0;
    const char* name = "";
};

/// The best one that this processor runs; DRDM_KERNEL=baseline, avx2 or avx512 in the environment chooses another.
const RowKernel& rowKernel();

}  // namespace drdm::kernels
