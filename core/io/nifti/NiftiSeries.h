#pragma once

#include "io/Series.h"

namespace drdm::nifti {

/// One file's entry for a scan. \throws Error if it is no NIfTI-1 file.
SeriesInfo describe(const std::string& path);

}  // namespace drdm::nifti
