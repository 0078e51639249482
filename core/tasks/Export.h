#pragma once

#include "io/Deidentification.h"
#include "jobs/JobContext.h"
#include "parameters/Json.h"
#include "tasks/Report.h"
#include "tasks/Trajectory.h"

#include <optional>
#include <string>
#include <vector>

namespace drdm {

struct ExportRequest {
    std::vector<Trajectory> trajectories;  ///< one per sample
    std::string folder;
    bool dicom = true, nifti = true, png = false;  ///< of the image
    bool segmentation = false;                     ///< labels as DICOM Segmentation
    bool registration = false;                     ///< field as DICOM Deformable Spatial Registration
    bool parametricMap = false;                    ///< Jacobian as DICOM Parametric Map
    bool metaImage = false;                        ///< image, labels, field and Jacobian as MetaImage
    bool itkField = false;                         ///< field as ITK's programs call it: NIfTI intent 1007, LPS
    bool wholeTrajectory = false;                  ///< also every step's field and image
    std::optional<LabelMap> labels;    ///< on the image's grid (or resampled to it); warped by the same field
    std::string commandLine;           ///< provenance; may be empty
    std::string seriesLabel = "DRDM";  ///< begins what derived series add to the source's description
    int seriesNumber = 9000;           ///< added to the source's series number, with the seed's last three digits
    /// Takes the patient away from everything that is written (PS3.15 basic profile for DICOM; elsewhere no identity
    /// is written but hashes, UIDs and the command line, which are left out then).
    std::optional<DeidentificationOptions> deidentify;
};

/// Finds out before the work whether an image can be written in the formats that are asked for. \throws Error: labels
/// missing for a segmentation, a grid that DICOM cannot say
void requireExportable(const ExportRequest& request, const Image& image);

/// Writes images, labels, fields, Jacobians and report.json below `folder` and returns the report:
///
///     folder/report.json
///     folder/seed-0001/field.nii.gz, jacobian.nii.gz, image.nii.gz, labels.nii.gz, image.png, dicom/…
///     folder/seed-0001/labels.dcm, field.dcm, jacobian.dcm, image.mha, field.mha, …, field_itk.nii.gz
///     folder/seed-0001/trajectory/step-012-diffusion-t12.field.nii.gz, step-012-diffusion-t12.image.nii.gz
///
/// The field and its Jacobian are always written: a stored field reproduces the image everywhere. All is written under
/// a
/// `.partial` name first (tasks/StagedFolder.h) and renamed when complete. The numbers in the report are computed from
/// the fields as read back from the files. \throws Error: unwritable or full folder …; Cancelled (leaves `*.partial`).
Json exportSamples(const ExportRequest& request, const JobContext& context = {});

/// The same where seeds may occur several times: those that are different go into `folder`/set-1, set-2, …, or into
/// `folder` itself where one set holds all. Returns the report of each set.
Json exportSets(const ExportRequest& request, const JobContext& context = {});

}  // namespace drdm
