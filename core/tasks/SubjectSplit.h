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

/// As many folds as asked for, "a", "b", …: every subject is tested in one of them and trains in the others, in the
/// order of the SHA-256 of the names, which is chance and yet the same everywhere. \throws Error: fewer than 2 folds,
/// more than 26, or more than subjects
SubjectSplit crossValidation(std::vector<std::string> subjects, int folds);

/// Writes what readSubjectSplit reads. \throws Error
void writeSubjectSplit(const SubjectSplit& split, const std::string& path);

}  // namespace drdm
