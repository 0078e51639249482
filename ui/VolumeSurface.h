#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"
#include "render/ColourMap.h"
#include "render/Surface.h"

#include <span>

namespace drdm {

/// The body's surface in one phase, for orientation: half-way between air and tissue, from at most about 96 voxels an
/// axis. \throws Error
SurfaceMesh bodySurface(const Image& image, std::int64_t phase);

/// What the colours of a moved surface say: |J| where `jacobian`, else the length of the displacement.
struct SurfaceColours {
    bool jacobian = false;
    double jacobianLimit = 4;
    double displacementMax_mm = 10;
    LengthMap lengthMap = LengthMap::Plum;
};

/// The surface of a deformed volume, coloured by what moved it: that of its labels where there are some, else the
/// body's (at the level that `original` has, so that it stays the same surface over the steps). All on one grid;
/// `jacobian`: one value a voxel. From at most about 64 voxels an axis, to be made anew at every step. \throws Error
SurfaceMesh movedSurface(const Image& original, const Image& warped, const LabelMap& movedLabels,
                         const DisplacementField& field, std::span<const float> jacobian,
                         const SurfaceColours& colours);

}  // namespace drdm
