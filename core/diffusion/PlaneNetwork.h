#pragma once

#include "diffusion/PlaneLayers.h"

#include <memory>
#include <span>

namespace drdm {

/// RecResACNet in 2-D for sampling on the CPU: the arithmetic of Network::step with convolution, bias, normalisation,
/// activation and residual fused on padded planes (core/kernels). Differs from it by rounding only, a few 1e-6 of the
/// side. Keeps its buffers from call to call: one user at a time.
class PlaneNetwork {
public:
    explicit PlaneNetwork(const plane::Weights& weights);
    ~PlaneNetwork();
    PlaneNetwork(PlaneNetwork&&) noexcept;
    PlaneNetwork& operator=(PlaneNetwork&&) noexcept;

    /// One step of `recursion` passes. image: height × width, any sides from 1 on (padded with zeros to multiples of
    /// Architecture::sideUnit). increment: 2 × height × width, fractions, clamped as Network::forward does, times
    /// `scale` before the clamp.
    void step(std::span<const float> image, int height, int width, int t, int recursion, float scale,
              std::span<float> increment);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
