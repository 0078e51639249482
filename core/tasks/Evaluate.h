#pragma once

#include "analysis/FieldStatistics.h"
#include "imaging/DisplacementField.h"
#include "imaging/Image.h"
#include "parameters/Json.h"

#include <string>

namespace drdm {

/// A stored field by the kind of its file: NIfTI (intents 1006 and 1007), DICOM (Deformable Spatial Registration),
/// MetaImage, or our .safetensors. In the diffusion-only build .safetensors alone.
/// \throws Error
DisplacementField readField(const std::string& path);

/// The statistics under the names that report.json and `drdm evaluate` use (design, CLI.md).
Json statisticsJson(const FieldStatistics& statistics);

/// {"<label>": relative volume change} of a label map moved by the field; the map is brought to the field's grid first.
Json volumeChangeJson(const LabelMap& labels, const DisplacementField& field);

/// {"<label>": {dice, sensitivity, precision, asd_mm, hd95_mm}}. \throws Error if the grids differ.
Json overlapJson(const LabelMap& reference, const LabelMap& other);

}  // namespace drdm
