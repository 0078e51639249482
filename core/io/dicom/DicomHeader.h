#pragma once

#include "imaging/Geometry.h"

#include <optional>
#include <string>
#include <vector>

namespace drdm::dicom {

/// One image plane: a classic file holds one, a multi-frame file several.
struct Frame {
    std::string path;
    std::int64_t number = 0;  ///< frame inside the file, from 0
    std::string sopInstanceUid;
    std::optional<Vec3> position_mm;  ///< ImagePositionPatient
    bool oriented = false;            ///< ImageOrientationPatient was there and sensible
    Vec3 row{1, 0, 0};                ///< unit vector along increasing column index
    Vec3 column{0, 1, 0};             ///< unit vector along increasing row index
    std::int64_t columns = 0, rows = 0;
    double spacingX_mm = 1, spacingY_mm = 1;
    std::string spacingNote;  ///< why the spacing is doubtful; empty if PixelSpacing was there
    std::optional<double> thickness_mm, spacingBetween_mm;
    std::optional<double> triggerTime_ms, temporalPosition, acquisition, instance, echoTime_ms, diffusionWeighting;
    std::optional<double> clock_s;  ///< when it was acquired, seconds of the day (or from the tracer's injection)
    std::string content;            ///< "localizer", "phase", "real", "imaginary"; empty: what is usually looked at
    bool framesAreTime = false;     ///< from a multi-frame file without a position per frame
};

/// What a scan keeps of one file.
struct Header {
    std::string path;
    std::string sopClassUid, sopInstanceUid, seriesUid, studyUid, frameOfReferenceUid;
    std::string modality, description, studyDescription, studyDate, patientName, patientId;  ///< text in UTF-8
    std::string transferSyntax;                                                              ///< name
    std::string pixelKind;  ///< photometric interpretation and samples: never mixed in one image
    std::vector<Frame> frames;
    std::vector<std::string> warnings;
    std::string unreadable;  ///< why there is no image in it; empty = readable
};

/// \throws Error: no DICOM file, or damaged.
Header readHeader(const std::string& path);

}  // namespace drdm::dicom
