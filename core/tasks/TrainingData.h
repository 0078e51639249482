#pragma once

#include "jobs/JobContext.h"
#include "tasks/Train.h"

#include <string>
#include <vector>

namespace drdm {

struct TrainingData {
    std::vector<TrainingImage> images;
    std::vector<std::string> notes;  ///< what was left out and why, for the user
    std::string description;         ///< one line for the training record: counts and hashes, no paths
};

/// A training set from packs (.safetensors) and, in the full build, from folders and files of DICOM and NIfTI: every
/// slice (dims 2) or volume (dims 3) of every phase of every readable series. Label maps (by modality SEG; NIfTI also
/// by a name that begins with label, has _label in it, or ends with _seg, mask or _gt), images without contrast and
/// series too thin for dims 3 are left out and noted. \throws Error naming the path if nothing is left, Cancelled
/// With a cache folder, what was read from other files than packs is kept there as a pack, under a name that depends on
/// the paths, sizes and times of all files, and read from it the next time.
TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context = {},
                              const std::string& cacheFolder = {});

/// Only the packs; \throws Error naming a path that is none.
TrainingData readPacks(const std::vector<std::string>& paths, int dims);

}  // namespace drdm
