#pragma once

#include "jobs/JobContext.h"
#include "parameters/Json.h"
#include "tasks/Trajectory.h"

#include <optional>
#include <string>
#include <vector>

namespace drdm {

struct ExportRequest {
    std::vector<Trajectory> trajectories;   ///< one per sample
    std::string folder;
    bool dicom = true, nifti = true, png = false;
    bool wholeTrajectory = false;           ///< also every step's field and image
    std::optional<LabelMap> labels;         ///< on the image's grid (or resampled to it); warped by the same field
    std::string commandLine;                ///< provenance; may be empty
};

/// What made this trajectory, as it is recorded in every output (ARCHITECTURE, rule 3).
Json provenance(const Trajectory& trajectory);

/// Writes images, labels, fields, Jacobians and report.json below `folder` and returns the report. All is written under
/// `folder`.partial names first and renamed when complete. The numbers in the report are computed from the fields as read
/// back from the files. \throws Error: unwritable or full folder …; Cancelled (leaves `*.partial`).
Json exportSamples(const ExportRequest& request, const JobContext& context = {});

}  // namespace drdm
