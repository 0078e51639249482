#pragma once

#include <torch/types.h>

// The training losses (METHOD.md, "Loss"). Tensors as in Field.h, fractions.
namespace drdm::loss {

/// The authors' form: mean over pixels of |100(p + ψ)|² / (|100ψ|² + 1e-3), squared vector norms per pixel.
at::Tensor releasedDistance(const at::Tensor& p, const at::Tensor& label);

/// mean |(p + ψ) / s|²: the same in units of the label's own size; s: N.
at::Tensor scaledDistance(const at::Tensor& p, const at::Tensor& label, const at::Tensor& s);

/// The same of the first differences: |∇(p + ψ)|² over |∇ψ|², mean over the batch. What is wrong on a fine scale counts
/// for more than in the distance, and it is what an eye sees.
at::Tensor detail(const at::Tensor& p, const at::Tensor& label);

/// Mean cosine between p and ψ: −1 is perfect. `keepBatch` gives one number per batch element.
at::Tensor angle(const at::Tensor& p, const at::Tensor& label, bool keepBatch = false);

/// Mean over axes of mean relu(|∂u| − 1e-4): the smoothness part of `reg`.
at::Tensor smoothness(const at::Tensor& u);

/// mean relu(−|J|), with the true determinant.
at::Tensor folding(const at::Tensor& u);

}  // namespace drdm::loss
