#pragma once

#include "kernels/Planes.h"
#include "kernels/RowKernel.h"
#include "kernels/WinogradConvolution.h"

#include <memory>
#include <span>
#include <vector>

namespace drdm::kernels {

/// A voxel of the input that takes part in a voxel of the output.
struct Tap {
    int channel;
    int dy;
    int dx;
    int dz = 0;
};

/// A convolution of images or volumes as a list of taps: 3 × 3 (× 3), dilated, and each phase of the strided and
/// transposed ones alike. Stride 1, zeros outside. One row of output channels at a time, rows in parallel; the result
/// does not depend on the number of threads. Where it pays, `square` computes by WinogradConvolution.
class TapConvolution {
public:
    /// weights: outputs × taps; bias: outputs. Taps reach at most Planes::margin voxels.
    TapConvolution(std::vector<Tap> taps, int outputs, std::span<const float> weights, std::span<const float> bias,
                   const RowKernel& kernel = rowKernel());

    /// 3 × 3 (× 3 where `dims` is 3) with this dilation (1 to 3). weights: outputs × inputs × 3 × 3 (× 3).
    static TapConvolution square(int outputs, int inputs, int dilation, std::span<const float> weights,
                                 std::span<const float> bias, const RowKernel& kernel = rowKernel(), int dims = 2);

    [[nodiscard]] int outputs() const { return m_outputs; }

    using Result = ConvolutionResult;
    /// `in` must be none of the results.
    void run(const Planes& in, const Result& result) const;

private:
    std::vector<Tap> m_taps;
    int m_outputs;
    const RowKernel* m_kernel;
    std::vector<float> m_weights;  ///< per group of outputs that one call makes: taps × outputs of the group
    std::vector<float> m_bias;
    std::shared_ptr<const WinogradConvolution> m_winograd;  ///< where it may pay
};

/// The taps of a 3 × 3 (× 3) convolution: input channel, then z, then y, then x.
std::vector<Tap> squareTaps(int inputs, int dilation, int dims = 2);

/// result[o][k] += Σ gradient(o, z, y, x) · input(tap k): the gradient of the weights of the convolution with these
/// taps. The sizes of both are equal. Does not depend on the number of threads.
void addWeightGradient(const std::vector<Tap>& taps, const Planes& gradient, int outputs, const Planes& input,
                       std::span<float> result, const RowKernel& kernel = rowKernel());

}  // namespace drdm::kernels
