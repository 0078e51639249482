#pragma once

#include "analysis/FieldStatistics.h"
#include "parameters/Json.h"
#include "tasks/Trajectory.h"

#include <string>
#include <vector>

namespace drdm {

/// Stands in every report and exported object.
inline constexpr const char* researchNotice = "For research; not for diagnostic use";

/// What made this trajectory, as it is recorded in every output (ARCHITECTURE, rule 3): program, model and hash,
/// settings under the names of the registry, source UIDs or hash. No paths and no names: they may hold patient data.
Json provenance(const Trajectory& trajectory);

/// One entry of "samples" in report.json, without "files". `statistics`: of the delivered field, as read back.
Json sampleReport(const Trajectory& trajectory, const FieldStatistics& statistics);

/// report.json as a whole. `fields`: the delivered ones, for the mean pairwise distance (left out for one field, and
/// for more than 64: the number of pairs grows with the square).
Json report(const std::string& commandLine, Json::Array samples, const std::vector<DisplacementField>& fields);

/// "seed-0001".
std::string sampleName(const Trajectory& trajectory);

/// Writes text beside the target and renames. \throws Error: unwritable folder, full disk.
void writeTextFile(const std::string& path, const std::string& text);

}  // namespace drdm
