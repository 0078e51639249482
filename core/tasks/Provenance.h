#pragma once

#include "parameters/Json.h"

#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// What a file that this program wrote says of its making.
struct Provenance {
    enum class Kind { Dicom, Nifti, MetaImage, PackedSample, Report, Project, Model, Picture, Film };
    struct Record {
        int number = 1;        ///< as the user names it: in a project the variation's number, else counted from 1
        std::string remark;    ///< what the user wrote beside it
        bool starred = false;  ///< projects
        Json json;             ///< as provenance() (tasks/Report.h) wrote it; a model's: "model" and "training"
    };
    Kind kind = Kind::Nifti;
    std::string path;             ///< of the file that it stands in
    std::vector<Record> records;  ///< one, or one per variation; never empty
};

/// "derived DICOM", "NIfTI", …
std::string name(Provenance::Kind kind);

/// Reads a derived DICOM file or the folder of such a series, a NIfTI or MetaImage image, field, Jacobian or
/// label map, a packed
/// sample, report.json or its folder, a project, a model, a picture (PNG), a film (GIF; MP4 with the .json beside it).
/// Quick: headers alone. Nothing if the file is none of these or not this program's. \throws Error if there is no such
/// file, it cannot be read or is damaged
std::optional<Provenance> findProvenance(const std::string& path);

/// The same. \throws Error, too, where there is nothing, with what to do
Provenance readProvenance(const std::string& path);

/// The record of that number. \throws Error listing what there is
const Provenance::Record& recordOf(const Provenance& provenance, int number);

/// For findProvenance: the JSON in files that only the full build reads (DICOM, NIfTI, PNG, GIF, MP4); "" = none.
std::string provenanceNote(const std::string& path, Provenance::Kind& kind);

}  // namespace drdm
