#pragma once

#include "io/Series.h"
#include "tasks/Project.h"

#include <string>
#include <vector>

namespace drdm {

/// A project's image as it is found now.
struct FoundSource {
    enum class State {
        There,    ///< as it was
        Changed,  ///< an image is there, but its voxels are others
        Missing   ///< nothing there, or no image of that UID that can be read
    };
    State state = State::Missing;
    std::string place;  ///< where it was found
    std::string why;    ///< of Missing: what is wrong
    SeriesInfo series;  ///< with the source's UID
    Image image;        ///< read; empty where missing
    std::string sha256;
};

/// Looks for a source where it was, then at the same place beside the project, then in `elsewhere` (files and folders,
/// by UID, and for NIfTI by content), and reads it. \throws Cancelled
FoundSource readSource(const ProjectSource& source, const std::string& projectPath,
                       const std::vector<std::string>& elsewhere, const JobContext& context = {});

}  // namespace drdm
