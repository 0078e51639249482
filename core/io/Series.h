#pragma once

#include "imaging/Image.h"
#include "jobs/JobContext.h"

#include <string>
#include <vector>

namespace drdm {

/// What `drdm info` and the series chooser show: one series, not yet read.
struct SeriesInfo {
    std::string uid;     ///< Series Instance UID, or the file's path for NIfTI and MetaImage. Unique in one scan.
    std::string format;  ///< "dicom", "nifti" or "metaimage"
    std::string modality;
    std::string description;  ///< UTF-8
    std::string patientName;  ///< UTF-8; for the screen only
    std::string patientId;    ///< UTF-8; for the screen only. Empty where the format has none
    std::string studyUid;
    std::string studyDescription;
    std::string studyDate;                         ///< "YYYYMMDD"
    std::array<std::int64_t, 4> size{0, 0, 0, 0};  ///< x, y, z, t
    Vec3 spacing_mm{1, 1, 1};
    Vec3 origin_mm{0, 0, 0};
    Mat3 direction = identity3;
    std::string transferSyntax;         ///< name, or empty
    std::vector<std::string> files;     ///< in reading order (phase-major: phase * slices + slice)
    std::vector<std::string> warnings;  ///< with numbers
    std::string unreadable;             ///< why it cannot be read as an image ("" = readable)

    /// A file that stands for itself, without patient and study: NIfTI, MetaImage.
    [[nodiscard]] bool isPlainFile() const { return format == "nifti" || format == "metaimage"; }
};

struct SkippedFile {
    std::string path;
    std::string reason;
};

struct ScanResult {
    std::vector<SeriesInfo> series;
    std::vector<SkippedFile> skipped;
};

/// Scans folders (recursively), DICOMDIRs and files. Series are grouped by Series Instance UID and, inside, by
/// orientation, size and (for localisers) split. Nothing readable is not an error: the result then says what was
/// skipped and why. \throws Error if a path does not exist; Cancelled.
ScanResult scan(const std::vector<std::string>& paths, const JobContext& context = {});

/// Reads one series. \throws Error naming file, place and remedy; Cancelled. Sizes are checked before memory is taken.
Image readSeries(const SeriesInfo& series, const JobContext& context = {});

/// What the user gave, in one go: scan, choose (by UID if given, else the only readable series, else the largest; with
/// several of the same size an Error listing them), read.
Image readImage(const std::vector<std::string>& paths, const std::string& seriesUid = {},
                const JobContext& context = {});

}  // namespace drdm
