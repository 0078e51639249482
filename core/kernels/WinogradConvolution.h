#pragma once

#include "kernels/ConvolutionResult.h"
#include "kernels/RowKernel.h"

#include <span>
#include <vector>

namespace drdm::kernels {

/// A 3 × 3 convolution of images by minimal filtering F(4, 3) along y (Winograd 1980; Lavin & Gray 2016, arXiv
/// 1509.09308, for the matrices): four rows of the result from six rows of the input with half the multiplications.
/// Rounds a little more than the direct form, a few 1e-6 of the largest term. Four rows at a time, these in parallel;
/// the result does not depend on the number of threads.
class WinogradConvolution {
public:
    /// Whether there are enough channels for the saved multiplications to outweigh the transformations.
    [[nodiscard]] static bool pays(int outputs, int inputs);

    /// Whether the image is high enough for most of its rows to come in fours.
    [[nodiscard]] bool pays(const Planes& in) const { return in.height() >= 8 * m_dilation; }

    /// `dilation` 1 to Planes::margin; weights: outputs × inputs × 3 × 3.
    WinogradConvolution(int outputs, int inputs, int dilation, std::span<const float> weights, const RowKernel& kernel);

    /// `bias`: one number per output; that of `result` is not looked at. `in` must be none of the results.
    void run(const Planes& in, std::span<const float> bias, const ConvolutionResult& result) const;

private:
    struct Scratch;
    void transform(const Planes& in, int y, Scratch& scratch) const;
    void combine(int first, int outputs, int y, std::span<const float> bias, const ConvolutionResult& result,
                 const Scratch& scratch) const;

    int m_outputs, m_inputs, m_dilation;
    const RowKernel* m_kernel;
    std::vector<float> m_weights;  ///< per group of outputs that one call makes: 6 × (inputs × 3) × outputs
};

}  // namespace drdm::kernels
