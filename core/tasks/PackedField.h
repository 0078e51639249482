#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"
#include "parameters/Json.h"

#include <string>

namespace drdm {

/// A sample as one .safetensors file, for machines without NIfTI and DICOM libraries: tensors "field" (dims, [z,] y, x;
/// voxels, array-axis order) and, optionally, "image" (phase, z, y, x); metadata "kind", "geometry" (JSON: size,
/// spacing_mm, origin_mm, direction) and "provenance". \throws Error
void writePackedField(const DisplacementField& field, const Image& image, const Json& provenance,
                      const std::string& path);

namespace packed {
inline constexpr const char* kind = "drdm-sample-1";  ///< in "kind"
}

/// \throws Error: not such a file, sizes that do not fit, values that are not finite.
DisplacementField readPackedField(const std::string& path);

}  // namespace drdm
