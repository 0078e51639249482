#pragma once

#include "diffusion/ModelInfo.h"
#include "tasks/Sample.h"

#include <cstdint>

namespace drdm {

/// About how much memory making variations takes, in bytes, before any is taken. What is already there (the series as
/// it was read, earlier variations) does not count.
struct SampleMemory {
    std::uint64_t weights = 0;  ///< the model, on the device that computes
    std::uint64_t network = 0;  ///< one step of the network, on that device
    std::uint64_t image = 0;    ///< the slice or volume, and its form on the model's grid
    std::uint64_t work = 0;     ///< fields while one step is made and checked, on the image's grid
    std::uint64_t kept = 0;     ///< what the variations keep: every step's field, or the whole field of all slices
    bool onCard = false;        ///< weights and network lie on a graphics card

    /// What the device that computes must have free, and what this machine must.
    [[nodiscard]] std::uint64_t onDevice() const { return onCard ? weights + network : onMachine(); }
    [[nodiscard]] std::uint64_t onMachine() const { return image + work + kept + (onCard ? 0 : weights + network); }
};

/// What a request needs: `settings`, `count`, `allSlices` and `keepSteps` as in SampleRequest, on a series with this
/// geometry and number of phases. `onCard`: the network computes on a graphics card.
SampleMemory sampleMemory(const ModelInfo& model, const Geometry& series, std::int64_t phases,
                          const SampleSettings& settings, int count, bool allSlices, bool keepSteps, bool onCard);

}  // namespace drdm
