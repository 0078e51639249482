#pragma once

#include "imaging/Image.h"
#include "io/Deidentification.h"

#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// What a derived DICOM object says of its making (PITFALLS, DICOM: "derived object honesty").
struct Derivation {
    std::string description;     ///< DerivationDescription: model, level, seed …
    std::string seriesSuffix;    ///< appended to SeriesDescription: "DRDM level 64 seed 1"
    std::string provenanceJson;  ///< all settings; kept in the object so that settings can be restored
    int seriesNumberOffset = 9000;
    std::string studyInstanceUid{};  ///< for sources without one, so that all objects of an export share it
    std::shared_ptr<Deidentification> deidentification{};  ///< nothing: the patient is kept. `provenanceJson` must be
                                                           ///< free of identity already
};

struct WrittenSeries {
    std::string seriesInstanceUid;
    std::vector<std::string> files;
    std::string sopClassUid;                   ///< of its objects
    std::vector<std::string> sopInstanceUids;  ///< in the order of `files`: phase * slices + slice
};

/// Writes `image` (on the grid of its source, same modality units) as a derived series in `folder`: new series and SOP
/// UIDs, ImageType DERIVED\SECONDARY, source references, Synthetic Data = YES, geometry and patient kept. Where the
/// source was not DICOM (NIfTI), a minimal valid MR or CT object is made. Written to a temporary folder and renamed.
/// \throws Error: unwritable or full folder, source file gone.
WrittenSeries writeDerivedSeries(const Image& image, const std::string& folder, const Derivation& derivation);

/// Provenance JSON found in a DICOM file that we wrote; empty if there is none.
std::string readDicomProvenance(const std::string& path);

}  // namespace drdm
