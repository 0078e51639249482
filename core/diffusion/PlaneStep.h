#pragma once

#include <torch/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// The convolutions of a network on the CPU as one operation of LibTorch's automatic differentiation, computed by
/// PlaneTraining: samples in parallel, each by itself. Its buffers are used again from step to step.
class PlaneStep {
public:
    PlaneStep();

    /// image: N × patch^D × (z ×) y × x (sides multiples of 8); times: the outputs of the time layers in the order of
    /// PlaneTraining::timeNames, N × channels (× 1 …); weights by name. Returns N × D × (z ×) y × x, before scale
    /// and clamp.
    [[nodiscard]] at::Tensor operator()(const at::Tensor& image, const std::vector<at::Tensor>& times,
                                        const std::map<std::string, at::Tensor>& weights) const;

    class Buffers;

private:
    std::shared_ptr<Buffers> m_buffers;
};

}  // namespace drdm
