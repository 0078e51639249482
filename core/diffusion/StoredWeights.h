#pragma once

#include "diffusion/SafeTensors.h"
#include "diffusion/WeightPrecision.h"

#include <ATen/ATen.h>

#include <map>
#include <string>

namespace drdm {

/// Adds a network's tensor to a file as `precision` says. In bytes only tensors of two axes or more and 1024 values or
/// more are kept (name + ".scale" beside them holds one float32 for each place on their first axis); smaller ones,
/// whose errors would count and whose space does not, are kept in half precision.
void storeWeight(SafeTensors& file, const std::string& name, const at::Tensor& weight, WeightPrecision precision);

/// All tensors of a file in float32, whichever way they were stored. \throws Error naming the tensor: its scale is
/// missing, of another shape, or not finite.
std::map<std::string, at::Tensor> storedWeights(const SafeTensors& file);

}  // namespace drdm
