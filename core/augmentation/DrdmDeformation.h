#pragma once

#include "diffusion/Recovery.h"
#include "imaging/Image.h"

namespace drdm {

/// A plausible deformation by DRDM on the image's own grid, strictly diffeomorphic there: METHOD.md, "Conventions". A
/// model of slices deforms every slice of a volume, all from the same random field, and the stacked field is made
/// strict as a whole; the result is the field of `drdm sample --slice all` with the same settings. A model of volumes
/// deforms the volume. `phase`: the one on which the field is made. `recovery` says level, seed and steps.
/// \throws Error where a model of volumes meets a single slice; Cancelled
DisplacementField drdmField(const DeformationModel& model, const Image& image, std::int64_t phase,
                            RecoverySettings recovery, const JobContext& context);

}  // namespace drdm
