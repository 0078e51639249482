#pragma once

#include "Arguments.h"
#include "tasks/Export.h"

namespace drdm {

/// "--format dicom,nifti,png" of the commands that export.
Option formatOption();
/// \throws UsageError
void takeFormats(const Arguments& arguments, ExportRequest& request);

}  // namespace drdm
