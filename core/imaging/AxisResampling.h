#pragma once

#include "imaging/Geometry.h"

#include <cstdint>
#include <vector>

namespace drdm {

/// How the values along one axis are made from those of another grid: every output is a weighted sum of `width` inputs.
/// Indices beyond the ends are clamped to the end voxel when the taps are made.
struct AxisTaps {
    std::int64_t inputs = 0, outputs = 0;
    std::int64_t width = 1;
    bool copy = false;                  ///< the two grids coincide: nothing is computed, every bit is kept
    std::vector<std::int64_t> indices;  ///< outputs × width
    std::vector<float> weights;         ///< outputs × width

    /// Multiplies all weights of output `o` by `factor`.
    void weaken(std::int64_t output, double factor);
};

/// Kernels; output o lies at input coordinate `a · o + b` (voxel centres at whole numbers).
AxisTaps copyTaps(std::int64_t count);
AxisTaps linearTaps(std::int64_t inputs, std::int64_t outputs, double a, double b);
/// Linear, widened to `a` input voxels where a > 1, so that what is left out is averaged in (a triangle filter).
AxisTaps averagingTaps(std::int64_t inputs, std::int64_t outputs, double a, double b);
/// Uniform cubic B-spline with the inputs as coefficients: smooth (C2), stays within the inputs' range, does not
/// interpolate.
AxisTaps splineTaps(std::int64_t inputs, std::int64_t outputs, double a, double b);

/// A volume (x fastest) resampled along `axis`; `size` is updated to what the result has.
std::vector<float> resampleAxis(std::vector<float> values, Size3& size, std::size_t axis, const AxisTaps& taps);

}  // namespace drdm
