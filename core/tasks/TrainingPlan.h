#pragma once

#include "parameters/Json.h"
#include "tasks/Train.h"
#include "tasks/TrainingData.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

/// A training run as a user asks for it: a plain value that a queue or a file can keep. What `drdm train` and the
/// window both carry out.
struct TrainingPlan {
    std::vector<std::string> paths;            ///< as readTrainingData
    std::vector<std::string> leftOut;          ///< ids of series (TrainingSeries) that the user does not want
    std::vector<std::string> validationPaths;  ///< never trained on
    double validationShare = 0;                ///< 0…0.9 of the subjects among `paths`; only without validationPaths
    std::string folder;                        ///< checkpoints, logs, pictures, model.safetensors, training.json
    bool resume = false;
    std::string device = "auto";
    std::string cache;  ///< folder for what was read from DICOM and NIfTI; "" = none
    ParameterValues values{trainingParameters()};

    /// All but folder and resume: what stands in the folder's training.json.
    [[nodiscard]] Json json() const;
    /// \throws Error naming what is missing or not accepted.
    static TrainingPlan fromJson(const Json& json);
};

/// Sets parameters from an object of names and values. \throws Error naming a name that is none, or a value's range.
void setParameters(ParameterValues& values, const Json& json);

/// Which of these series are for validation: `share` of their subjects, at least one and never all; the same ones
/// whatever the order. None where there is only one subject, or share is 0.
std::vector<bool> heldBack(const std::vector<TrainingSeries>& series, double share);

struct TrainingEvents {
    std::function<void(const std::string&)> note;
    std::function<void(const TrainingStep&)> step;
    std::function<void(const TrainingValidation&, const std::string& picture)> validation;
};

/// Collects the data, then trains (tasks/Train.h); leaves the plan in the folder for resuming elsewhere. Events come on
/// the worker's thread. Returns the model's path. \throws Error, also where memory runs out; Cancelled
std::string train(const TrainingPlan& plan, const JobContext& context, const TrainingEvents& events = {});

/// Whether a run in this folder can begin (or, for resume, go on), before any data are read. \throws Error
void requireTrainingFolder(const std::string& folder, bool resume);

/// The plan in a run's folder, ready to be resumed there. Without training.json: no paths, and what the folder's model
/// says of itself. \throws Error if the folder holds no training run
TrainingPlan readTrainingPlan(const std::string& folder);

/// Sets name, form and first weights (warm-start) so that training goes on from a model file (.safetensors). \throws
/// Error
void startFromModel(ParameterValues& values, const std::string& modelFile);

}  // namespace drdm
