#pragma once

#include "diffusion/Recovery.h"
#include "diffusion/Trainer.h"
#include "imaging/Image.h"
#include "jobs/JobContext.h"
#include "parameters/Parameter.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

/// A training set of 2-D slices or 3-D volumes, each on its own grid; what `drdm pack` writes as .safetensors.
/// Values are raw modality units; normalisation happens in training.
struct TrainingImage {
    std::vector<float> voxels;         ///< x fastest
    std::int64_t size[3] = {1, 1, 1};  ///< x, y, z
    double spacing_mm[3] = {1, 1, 1};
    std::string modality;
    std::string name;  ///< file and slice, for the log; no patient data
};

Image toImage(const TrainingImage& item);  ///< its format is "pack"

void writePack(const std::vector<TrainingImage>& images, const std::string& path);  ///< atomic. \throws Error
std::vector<TrainingImage> readPack(const std::string& path);                       ///< \throws Error

struct TrainingRequest {
    std::vector<TrainingImage> images;
    std::vector<TrainingImage> validation;  ///< none: no validation
    std::string folder;                     ///< checkpoints, loss log (CSV), model.safetensors
    bool resume = false;
    std::string device = "auto";
    ParameterValues values{trainingParameters()};
    std::string dataDescription;  ///< for the training record and the model card
};

/// Trains, with a checkpoint every few minutes. Cancelled leaves a checkpoint from which `resume` goes on exactly.
/// With validation images, pictures of them (writeTrainingPictures) go to the folder at every validation. Returns the
/// path of the trained model, the best by validation where there is one. \throws Error, Cancelled
std::string train(const TrainingRequest& request, const JobContext& context,
                  const std::function<void(const TrainingStep&)>& onStep = {},
                  const std::function<void(const TrainingValidation&, const std::string& picture)>& onValidation = {});

/// How well a model points back along random deformations, per level; of another process than its own, where one is
/// given.
std::vector<LevelFit> evaluateModel(const std::string& modelFile, const std::vector<TrainingImage>& images,
                                    const std::vector<int>& levels, unsigned long long seed, const std::string& device,
                                    const JobContext& context = {}, std::optional<Process> process = {});

}  // namespace drdm
