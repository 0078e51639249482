#pragma once

#include "imaging/Image.h"

#include <map>

namespace drdm {

struct OverlapMeasures {
    double dice = 0, sensitivity = 0, precision = 0;  ///< 0…1
    double asd_mm = 0, hd95_mm = 0;  ///< symmetric surface distances, mm; NaN when one surface is empty
    double volumeA_mm3 = 0, volumeB_mm3 = 0;
};

/// Per label of `reference` or `other`. \throws Error if the grids differ.
std::map<int, OverlapMeasures> labelOverlap(const LabelMap& reference, const LabelMap& other);

/// Relative volume change per label from `before` to `after`: (V_after − V_before) / V_before.
std::map<int, double> volumeChange(const LabelMap& before, const LabelMap& after);

/// Mean over voxels of ‖u_a − u_b‖ in voxels. \throws Error if the grids differ.
double meanDistance_vox(const class DisplacementField& a, const class DisplacementField& b);

}  // namespace drdm
