#pragma once

#include "diffusion/Architecture.h"
#include "diffusion/PlaneStep.h"

#include <torch/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// RecResACNet (METHOD.md, "Network"): atrous residual U-Net with multiplicative/additive time embedding; parameter
/// names as in the authors' checkpoints. One call of `forward` is one pass; `recursion` passes make one step (`step`).
/// Not a torch::nn::Module: weights are a map of named tensors, so that one class serves 2-D and 3-D.
class Network {
public:
    /// Random weights (uniform ±1/√fan_in, conv_out small) from a seed; deterministic.
    static Network random(const Architecture& architecture, std::uint64_t seed);

    /// \throws Error naming the first missing, surplus or misshapen tensor.
    static Network fromTensors(const std::map<std::string, at::Tensor>& tensors);

    [[nodiscard]] const Architecture& architecture() const { return m_architecture; }
    [[nodiscard]] int dims() const { return m_architecture.dims; }
    [[nodiscard]] int steps() const { return m_architecture.steps; }
    [[nodiscard]] std::int64_t parameterCount() const;  ///< trained ones and the time table, as the authors count
    [[nodiscard]] const std::map<std::string, at::Tensor>& tensors() const { return m_tensors; }
    [[nodiscard]] std::vector<at::Tensor> trainable() const;
    void to(const at::Device& device);
    void requireGradients();
    /// From now on passes on the CPU go through the kernels of PlaneStep: faster, the same up to rounding. Volumes so
    /// large that its buffers would take gigabytes do not.
    void usePlanes();
    [[nodiscard]] Network clone() const;
    /// The same network for an image `factor` times finer: blocks of patch·factor voxels, whose mean over factor^D
    /// voxels counts as one voxel did before.
    [[nodiscard]] Network onFinerGrid(int factor) const;

    /// One pass. image: N × 1 × spatial (sides multiples of Architecture::sideUnit), t: N (int64). Returns N × D ×
    /// spatial, fractions, clamped to |u·n| ≤ n − 1, multiplied by `scale` (N; s(t)) first where defined.
    [[nodiscard]] at::Tensor forward(const at::Tensor& image, const at::Tensor& t, const at::Tensor& scale = {}) const;

    /// `recursion` passes: u ← u_k + u∘(id + u_k) (border); the input re-warped from `image` (zeros). Any side: padded
    /// as `forward` needs it and cropped back.
    [[nodiscard]] at::Tensor step(const at::Tensor& image, const at::Tensor& t, int recursion,
                                  const at::Tensor& scale = {}) const;

private:
    explicit Network(const Architecture& architecture) : m_architecture(architecture) {}
    /// All that is convolution, on blocks: times are the outputs of the time layers in the order of
    /// PlaneTraining::timeNames.
    [[nodiscard]] at::Tensor convolutions(const at::Tensor& image, const std::vector<at::Tensor>& times) const;
    [[nodiscard]] const at::Tensor& get(const std::string& name) const { return m_tensors.at(name); }
    [[nodiscard]] at::Tensor conv(const std::string& name, const at::Tensor& x, std::int64_t stride,
                                  std::int64_t padding, std::int64_t dilation) const;
    [[nodiscard]] at::Tensor convTransposed(const std::string& name, const at::Tensor& x) const;
    [[nodiscard]] at::Tensor block(const std::string& name, const at::Tensor& x, bool norm) const;
    [[nodiscard]] at::Tensor stage(const std::string& name, at::Tensor x, bool norm) const;
    [[nodiscard]] at::Tensor time(const std::string& name, const at::Tensor& embedding) const;

    Architecture m_architecture;
    std::map<std::string, at::Tensor> m_tensors;
    std::optional<PlaneStep> m_planes;
};

/// The fixed time table T × 100 (METHOD.md).
at::Tensor timeTable(int steps);

}  // namespace drdm
