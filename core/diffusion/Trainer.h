#pragma once

#include "diffusion/ModelInfo.h"
#include "diffusion/Validation.h"
#include "jobs/JobContext.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

struct TrainingStep {
    long long step = 0;
    double loss = 0, distance = 0, angle = 0, smoothness = 0;  ///< angle: mean cosine, −1 is perfect
    double seconds = 0;                                        ///< since the run (or its resumption) began
};

/// What validation found in the averaged weights after `step` steps.
struct TrainingValidation {
    long long step = 0;
    std::vector<LevelFit> fit;
    bool best = false;  ///< no earlier one was better; best.safetensors holds it
    bool last = false;  ///< training ends here, because there was nothing better for long enough
};

struct TrainerSettings {
    ModelInfo info;  ///< name, dims, gridSide, process, normalisation, fit, modality of the model to be
    int width = 10;  ///< of the network, and
    int patch = 1;   ///< the side of its blocks (Architecture)
    int batch = 8;   ///< of each worker
    long long steps = 20000;
    double learningRate = 1e-3;
    double learningRateFinal = 1e-5;  ///< reached along a cosine
    std::uint64_t seed = 1;
    int recursion = 1;  ///< K while training
    int minimumLevel = 1;
    double smoothnessWeight = 10;
    double detailWeight = 0;
    bool augment = true;
    double augmentStrength =
        0.5;  ///< of the random turning, scaling and shifting; 1: ±0.15 rad, ±15 %, ±3 % of the side
    double checkpointMinutes = 3;
    long long logEvery = 10;
    int threads = 0;
    std::string device = "auto";
    std::string warmStart;                             ///< model file whose weights are the first
    bool mixedPrecision = false;                       ///< bfloat16 where it is safe, on CUDA alone
    std::vector<std::vector<float>> validationImages;  ///< prepared; none: no validation
    long long validateEvery = 1000;
    int patience = 0;    ///< ends after so many validations without a better one; 0: never
    std::string folder;  ///< model.safetensors, state.safetensors, loss.csv
    bool resume = false;
};

/// Trains on images that are on the model's grid already (gridSide^dims values each, 0…1). Everything that is drawn
/// depends on (seed, step, place in the batch) alone, so a resumed run continues exactly. Adam; an exponential moving
/// average of the weights is what the model file holds. Writes `folder`/model.safetensors at every checkpoint. With
/// validation images, `folder`/best.safetensors is the best by mean cosine so far. Returns the path of the best, or of
/// the last without validation. A non-finite loss skips its step; ten in a row are an error.
/// Several processes (Workers) train as one with a batch `size` times as large; only the first writes and reports.
/// \throws Error, Cancelled (after a checkpoint)
std::string trainNetwork(const std::vector<std::vector<float>>& images, const TrainerSettings& settings,
                         const JobContext& context, const std::function<void(const TrainingStep&)>& onStep,
                         const std::function<void(const TrainingValidation&)>& onValidation = {});

/// s(t): rms of the label at every t = 0…T−1, as a fraction of the axis length (1 for released).
std::vector<double> measureLabelScale(const ModelInfo& info);

}  // namespace drdm
