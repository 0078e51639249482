#pragma once

#include "diffusion/ModelInfo.h"
#include "diffusion/Recovery.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// How well a model points back along a random deformation, at one level.
struct LevelFit {
    int t = 0;
    double cosine = 0;  ///< mean cosine between the warped prediction and the label (METHOD.md): −1 perfect, 0 nothing
    /// Squared first differences of (prediction + label) over those of the label: 0 perfect, 1 as if nothing had been
    /// predicted, above 1 rougher than that.
    double detail = 1;
};

/// Averages over images (prepared, on the model's grid), one noise draw each (seed + image index). `process`: another
/// one than the model was trained with, by its own schedule, to compare models on the same deformations. \throws Error,
/// Cancelled
std::vector<LevelFit> fitPerLevel(const DeformationModel& model, const std::vector<std::vector<float>>& images,
                                  const std::vector<int>& levels, std::uint64_t seed, const JobContext& context,
                                  std::optional<Process> process = {});

/// One number to choose by: the mean cosine over the levels.
double meanCosine(const std::vector<LevelFit>& fit);

}  // namespace drdm
