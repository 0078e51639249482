#pragma once

#include "render/Plane.h"

namespace drdm {

/// How two images on one grid are put into one picture.
struct Comparison {
    enum class Kind { Blend, Checkerboard, Curtain };
    Kind kind = Kind::Blend;
    double share = 0.5;     ///< blend: 0 = the original alone, 1 = the variation alone
    double square_mm = 20;  ///< checkerboard: side of a square
    double curtain_mm = 0;  ///< curtain: the original lies where x is smaller
    bool mirrored = false;  ///< curtain: the original lies where x is larger (columns run leftwards on the screen)
};

/// The two images as one. The checkerboard's first square, at the first voxel, shows the original.
/// \throws Error if the grids differ.
ScalarPlane compared(const ScalarPlane& original, const ScalarPlane& variation, const Comparison& comparison);

/// variation − original in diverging colours: blue where darker, orange where brighter, nearly black at 0; the
/// strongest at ±range (modality units, > 0). Opaque. \throws Error if the grids differ.
ColourPlane differencePlane(const ScalarPlane& original, const ScalarPlane& variation, double range);

}  // namespace drdm
