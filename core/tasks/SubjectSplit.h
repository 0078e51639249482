#pragma once

#include <string>
#include <vector>

namespace drdm {

/// Which subjects train and which are tested, in one or several folds. `training` is ordered: a run with N subjects
/// takes the first N.
struct SubjectSplit {
    struct Fold {
        std::string name;
        std::vector<std::string> training, test;
    };
    std::string description;
    std::vector<Fold> folds;
};

/// From a JSON file: {"description": …, "folds": [{"name": "a", "train": ["S1", …], "test": ["S2", …]}, …]}.
/// \throws Error naming the file and the subject: one that is on both sides of a fold or twice on one, a fold without
/// name or subjects, two folds of one name
SubjectSplit readSubjectSplit(const std::string& path);

}  // namespace drdm
