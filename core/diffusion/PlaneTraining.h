#pragma once

#include "diffusion/PlaneLayers.h"

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace drdm {

/// The convolutions of the RecResACNet on the CPU, there and back, on padded planes (core/kernels): the part of a
/// training step that takes the time. Time layers, scale, clamp and losses stay with LibTorch (PlaneStep). One pass is
/// kept per sample, so that the way back finds what the way there computed. Same numbers as LibTorch up to rounding;
/// independent of the number of threads.
class PlaneTraining {
public:
    /// The outputs of the time layers, and their gradients: te1, te2, te3, te_mid, te4, te5, te_out.
    static constexpr std::array<const char*, 7> timeNames{"te1", "te2", "te3", "te_mid", "te4", "te5", "te_out"};
    using Times = std::array<std::span<const float>, 7>;
    using TimeGradients = std::array<std::span<float>, 7>;
    /// By tensor name; the tensors of the time layers are not among them.
    using Gradients = std::map<std::string, std::vector<float>>;

    explicit PlaneTraining(const plane::Weights& weights);
    ~PlaneTraining();
    PlaneTraining(PlaneTraining&&) noexcept;
    PlaneTraining& operator=(PlaneTraining&&) noexcept;

    struct Pass;  ///< what the way back needs of one sample
    /// Sides must be multiples of 8. \throws Error otherwise
    [[nodiscard]] std::shared_ptr<Pass> makePass(const kernels::Extent& sides) const;

    /// image: patch^D channels × (z ×) y × x (Architecture) → out: D × (z ×) y × x (before scale and clamp).
    /// Different passes may run at once.
    void forward(Pass& pass, std::span<const float> image, const Times& times, std::span<float> out) const;

    /// gradient: of `out`. Sets the gradients of the weights and of the time layers' outputs, and that of the image.
    void backward(Pass& pass, std::span<const float> gradient, const Times& times, Gradients& weights,
                  const TimeGradients& timeGradients, std::span<float> imageGradient) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
