#pragma once

#include "imaging/DisplacementField.h"

#include <torch/types.h>

// Displacement fields as tensors: N × D × (z ×) y × x, D = dims, channels in array-axis order, in FRACTIONS of the axis
// length (voxel displacement = u · n). float32. Only core/diffusion includes this.
namespace drdm::field {

enum class Padding { Border, Zeros };

/// I(x + u(x)), N × C × spatial; (bi/tri)linear, or bicubic (2-D only). u in fractions.
at::Tensor warp(const at::Tensor& image, const at::Tensor& u, Padding padding, bool cubic = false);

/// φ_old ∘ φ_d: d(x) + old(x + d(x)), linear.
at::Tensor compose(const at::Tensor& d, const at::Tensor& old, Padding padding);

/// exp(scale · v) by scaling and squaring: 2^squarings small steps; `scale` is one number per batch element (N) or a
/// scalar.
at::Tensor exponential(const at::Tensor& v, const at::Tensor& scale, int squarings);

/// Resize by align_corners = false interpolation, as torch's interpolate(scale_factor) does with bi/trilinear.
at::Tensor resize(const at::Tensor& x, const std::vector<std::int64_t>& size);

/// A uniform cubic B-spline with one coefficient in the middle of every block of patch^D voxels (N × C × spatial,
/// border values beyond the edge), at the voxels: N × C × patch·spatial. `patch` 1 gives the coefficients back.
at::Tensor spline(const at::Tensor& coefficients, std::int64_t patch);

/// det(I + ∇(u·n)) by central differences, N × spatial, one-sided at edges.
at::Tensor jacobianDeterminant(const at::Tensor& u);

/// Tensor (1 × D × …) ↔ value on a grid, in voxels. \throws Error if the shapes do not fit the geometry.
DisplacementField toValue(const at::Tensor& u, const Geometry& grid);
at::Tensor toTensor(const DisplacementField& field);

/// Spatial sizes of a tensor N × C × spatial.
std::vector<std::int64_t> spatial(const at::Tensor& x);

}  // namespace drdm::field
