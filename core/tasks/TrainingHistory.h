#pragma once

#include "diffusion/Trainer.h"

#include <string>
#include <vector>

namespace drdm {

/// Means over the levels that validation looks at.
struct ValidationPoint {
    long long step = 0;
    double cosine = 0;  ///< −1 perfect, 0 nothing learned
    double detail = 0;  ///< 0 perfect, 1 as if nothing had been predicted
};
ValidationPoint validationPoint(const TrainingValidation& found);

struct TrainingPicture {
    long long step = 0;
    std::string file;  ///< writeTrainingPictures
};

/// What a run's folder says of its past: loss.csv, validation.csv and the pictures, each in order of the steps.
struct TrainingHistory {
    std::vector<TrainingStep> steps;
    std::vector<ValidationPoint> validations;
    std::vector<TrainingPicture> pictures;
};
/// What is missing is empty; a last line that was cut off is passed over.
TrainingHistory readTrainingHistory(const std::string& folder);

/// How many steps a run's checkpoint has behind it. \throws Error if the folder holds none
long long trainedSteps(const std::string& folder);

}  // namespace drdm
