#pragma once

#include "kernels/TapConvolution.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

// The layers of the RecResACNet as lists of taps (core/kernels), for sampling (PlaneNetwork) and for training
// (PlaneTraining). Only core/diffusion includes this.
namespace drdm::plane {

/// The tensors of Network by name: contiguous, float32.
using Weights = std::function<std::span<const float>(const std::string& name)>;

constexpr float leak = 1e-6F;
constexpr double epsilon = 1e-5;  ///< of the normalisation
constexpr std::size_t embeddingSize = 100;

/// A row of the time table through two linear layers with a ReLU between them ("te1", …).
std::vector<float> timeLayers(const Weights& weights, const std::string& name, std::span<const float> embedding);

/// 4 × 4 (× 4), stride 2, padding 1: a 2 × 2 (× 2) convolution over the phases of the input (kernels::splitPhases).
std::vector<kernels::Tap> halvingTaps(int inputs, int dims = 2);
/// weights: outputs × inputs × 4 × 4 (× 4); bias: outputs.
kernels::TapConvolution halving(std::span<const float> weights, std::span<const float> bias, int dims = 2);

/// Transposed 4 × 4 (× 4), stride 2, padding 1: each phase of the output is a 2 × 2 (× 2) convolution
/// (kernels::joinPhases). weights: inputs × outputs × 4 × 4 (× 4); bias: outputs.
std::vector<kernels::TapConvolution> doubling(std::span<const float> weights, std::span<const float> bias,
                                              int dims = 2);

}  // namespace drdm::plane
