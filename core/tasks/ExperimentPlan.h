#pragma once

#include "tasks/AugmentPlan.h"
#include "tasks/SubjectSplit.h"

#include <string>
#include <vector>

namespace drdm {

/// An experiment as a user asks for it: a plain value that a queue or a file can keep. For every fold, method, number
/// of training subjects and seed a network is trained from its own first weights with the same number of optimiser
/// steps, on the first subjects of the fold, and measured on the fold's test subjects on their images' own grids.
///
/// "segmentation": does an augmentation help a network that draws labels? Methods: those of `drdm augment`.
/// "registration": do synthetic pairs teach a network to register? Methods: RegistrationExperiment.h.
struct ExperimentPlan {
    std::string kind = "segmentation";
    DataSetRequest data;
    std::string split;   ///< file (SubjectSplit.h)
    std::string folder;  ///< copies or pairs, runs, tables
    std::vector<std::string> methods{"none", "elastic", "bigaug", "drdm", "drdm-intensity"};
    std::vector<int> subjects{1, 3, 5};
    std::vector<int> seeds{1, 2, 3};
    long long steps = 1000;
    int batch = 8;
    double rate = 1e-3;  ///< at the start; falls to 0 along a cosine
    int width = 16, levels = 4;
    std::int64_t side = 128;
    std::string reference = "none";                    ///< the method that the others are compared with
    ParameterValues copies{augmentationParameters()};  ///< levels, copies, model, rules …; method is set from `methods`
    std::string device = "auto";

    double mixing = 0.5;  ///< segmentation: share of a batch that is copies, where there are any

    std::string pairs;      ///< registration: a CSV of real pairs (ImagePairs.h); "" = NAME_ED with NAME_ES
    double tuning = 0.25;   ///< registration: share of a tuned method's steps that are on real pairs, the last ones
    double smoothness = 1;  ///< registration: weight of the field's roughness in those steps

    /// The defaults of a kind. \throws Error naming the kinds
    static ExperimentPlan ofKind(const std::string& kind);

    [[nodiscard]] Json json() const;
    /// \throws Error naming what is missing or not accepted
    static ExperimentPlan fromJson(const Json& json);

    /// What a folder's runs have in common, so that they can stand in one table; methods, numbers of subjects and seeds
    /// may grow. Reads the split. \throws Error
    [[nodiscard]] Json agreement() const;
};

/// The methods of a kind, in the order of its table. \throws Error naming the kinds
std::vector<std::string> experimentMethods(const std::string& kind);

/// \throws Error: a method that the kind does not know, an empty list, numbers out of range
void requireSensible(const ExperimentPlan& plan);

/// One network, or one method that is not trained.
struct ExperimentRun {
    std::string fold, method;
    int subjects = 0;  ///< 0: not trained
    int seed = 0;      ///< 0: not trained

    [[nodiscard]] std::string name() const;  ///< "a-drdm-n03-s1", "a-elastix"
};

/// Whether a method learns; those that do not ("unregistered", "elastix") are run once for each fold.
bool isTrained(const std::string& method);

std::vector<ExperimentRun> runsOf(const ExperimentPlan& plan, const SubjectSplit& split);

}  // namespace drdm
