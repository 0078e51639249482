#pragma once

#include <array>

namespace drdm::kernels {

/// Planes without margin, one after another, y then x. Displacements have two planes, along y and along x, in FRACTIONS
/// of the side (voxels = u · n), as METHOD.md and the tensors of core/diffusion have them.

/// out(x) = image(x + u(x)), bilinear, 0 outside (each corner outside counts as 0). One channel.
void warpZeros(const float* image, const float* u, int height, int width, float* out);

/// out(x) = d(x) + old(x + d(x)), bilinear, positions clamped to the grid. `out` is neither `d` nor `old`.
void composeBorder(const float* d, const float* old, int height, int width, float* out);

/// The same of a volume: three components each, along z, y and x.
void composeBorder(const float* d, const float* old, int depth, int height, int width, float* out);

/// The four nodes of a uniform cubic B-spline that voxel i takes part of, one node in the middle of every `patch`
/// voxels.
struct SplineTaps {
    int first;  ///< may lie beyond the edge: clamp each node to it
    std::array<float, 4> weights;
};
SplineTaps splineTaps(int i, int patch);

/// Coefficients, height × width (one plane) → values at patch·height × patch·width voxels.
void evaluateSpline(const float* coefficients, int height, int width, int patch, float* out);

}  // namespace drdm::kernels
