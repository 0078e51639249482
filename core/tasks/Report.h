#pragma once

#include "analysis/FieldStatistics.h"
#include "parameters/Json.h"
#include "tasks/Trajectory.h"

#include <string>
#include <vector>

namespace drdm {

/// Stands in every report and exported object.
inline constexpr const char* researchNotice = "For research; not for diagnostic use";

inline constexpr const char* programName = "DRDM Studio";

/// How every record of the making of something begins: program, version, notice.
Json programRecord();

/// That, and model and settings under the names of the registry.
Json settingsRecord(const SampleSettings& made);

/// What made this trajectory, as it is recorded in every output (ARCHITECTURE, rule 3): settingsRecord, device, and the
/// image: source UIDs or hash of the file, and hash of the voxels (imageHash) that the trajectory is of. No paths and
/// no names: they may hold patient data. Read back by tasks/Provenance.h. Hashing makes it work for a worker.
Json provenance(const Trajectory& trajectory);

/// A record without what leads back to the source (its UIDs and hashes), for de-identified exports.
Json withoutIdentity(const Json& record);

/// Of a picture that shows several variations: "variations" holds the record of each. One is itself; none: the program.
Json severalRecords(Json::Array records);

/// One entry of "samples" in report.json, without "files" and "provenance". `statistics`: of the delivered field, as
/// read back.
Json sampleReport(const Trajectory& trajectory, const FieldStatistics& statistics);

/// report.json as a whole. `fields`: the delivered ones, for the mean pairwise distance (left out for one field, and
/// for more than 64: the number of pairs grows with the square).
Json report(const std::string& commandLine, Json::Array samples, const std::vector<DisplacementField>& fields);

/// "seed-0001".
std::string sampleName(const Trajectory& trajectory);

/// Writes text beside the target and renames. \throws Error: unwritable folder, full disk.
void writeTextFile(const std::string& path, const std::string& text);

}  // namespace drdm
