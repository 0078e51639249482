#pragma once

#include "imaging/Geometry.h"

#include <array>
#include <string>

namespace drdm {

/// How a slice lies on the screen.
struct PlaneOrientation {
    bool flipHorizontally = false;
    bool flipVertically = false;
    std::array<std::string, 4> letters;  ///< patient directions at the left, right, upper and lower edge
};

/// DICOM slices are shown as they were stored (that is how they were planned). NIfTI grids come in any order; of them
/// the axes are turned so that the patient's left is on the right, and front or head are up.
PlaneOrientation planeOrientation(const Geometry& geometry, bool asStored);

}  // namespace drdm
