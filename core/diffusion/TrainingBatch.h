#pragma once

#include "diffusion/Trainer.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace drdm {

/// What one optimiser step looks at.
struct TrainingBatch {
    at::Tensor image;  ///< N × 1 × spatial: deformed by the random field of its level
    at::Tensor t;      ///< N
    at::Tensor label;  ///< N × D × spatial: ψ(t), fractions
    at::Tensor scale;  ///< N: s(t)
};

/// Draws batch number `step`: a pure function of the arguments.
TrainingBatch drawBatch(const std::vector<std::vector<float>>& images, const TrainerSettings& settings, long long step);

}  // namespace drdm
