#pragma once

namespace drdm::kernels {

/// Planes without margin, one after another, y then x. Displacements have two planes, along y and along x, in FRACTIONS
/// of the side (voxels = u · n), as METHOD.md and the tensors of core/diffusion have them.

/// out(x) = image(x + u(x)), bilinear, 0 outside (each corner outside counts as 0). One channel.
void warpZeros(const float* image, const float* u, int height, int width, float* out);

/// out(x) = d(x) + old(x + d(x)), bilinear, positions clamped to the grid. `out` is neither `d` nor `old`.
void composeBorder(const float* d, const float* old, int height, int width, float* out);

}  // namespace drdm::kernels
