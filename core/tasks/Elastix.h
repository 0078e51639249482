#pragma once

#include "imaging/Geometry.h"
#include "jobs/JobContext.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// Whether the programs elastix and transformix (Klein et al. 2010, doi 10.1109/TMI.2009.2035616; Debian's package
/// "elastix") are installed. They are run from outside and are no part of this program.
bool elastixIsThere();

/// The displacements (as SlicePair::field) that elastix finds for two slices on this grid: B-splines with control
/// points 10 mm apart, four resolutions, normalised correlation, adaptive stochastic gradient descent, always from the
/// same random samples. `work` is a folder of the caller's own. None where elastix gives up on these slices (a slice
/// without contrast). \throws Error if it cannot be started or what it wrote cannot be read; Cancelled
std::optional<std::vector<float>> elastixField(const std::vector<float>& moving, const std::vector<float>& fixed,
                                               const Geometry& slice, const std::filesystem::path& work,
                                               const JobContext& context);

}  // namespace drdm
