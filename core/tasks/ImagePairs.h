#pragma once

#include "tasks/ExperimentSubjects.h"

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// Two images of one subject on one grid; `moving` is to be brought onto `fixed`.
struct ImagePair {
    const DataItem* moving = nullptr;
    const DataItem* fixed = nullptr;
    [[nodiscard]] std::string name() const { return moving->name + " to " + fixed->name; }
};

/// The pairs of every subject of an experiment, each both ways. From a CSV with the columns moving and fixed, in which
/// the names of images of the data set stand (as manifest and tables have them); without (""), NAME_ED and NAME_ES
/// belong together. \throws Error naming line and image: one that the data set does not have, images of two subjects,
/// a subject without a pair
std::map<std::string, std::vector<ImagePair>> imagePairs(const ExperimentSubjects& subjects, const std::string& csv);

}  // namespace drdm
