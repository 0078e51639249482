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

/// Which part of which batch: `size` workers take `settings.batch` images each.
struct BatchPlace {
    long long step = 0;
    int rank = 0;
    int size = 1;
};

/// Draws one worker's part: a pure function of the arguments. Together the parts are what one worker would draw with a
/// batch `size` times as large.
TrainingBatch drawBatch(const std::vector<std::vector<float>>& images, const TrainerSettings& settings,
                        const BatchPlace& place);

}  // namespace drdm
