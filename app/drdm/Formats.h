#pragma once

#include "Arguments.h"
#include "Console.h"
#include "tasks/Export.h"

#include <optional>
#include <vector>

namespace drdm {

/// "--format dicom,nifti,png,…" and "--deidentify" of the commands that export.
std::vector<Option> formatOptions();
/// \throws UsageError
void takeFormats(const Arguments& arguments, ExportRequest& request);

/// "--deidentify", "--retain-dates", "--retain-descriptors". \throws UsageError
std::vector<Option> deidentifyOptions();
std::optional<DeidentificationOptions> takeDeidentification(const Arguments& arguments);
/// What a report of an export says a person must look at.
void tellDeidentification(const Json& report, Console& console);

}  // namespace drdm
