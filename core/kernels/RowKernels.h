#pragma once

#include "kernels/RowKernel.h"

#include <vector>

namespace drdm::kernels {

/// The same loops for the instructions that every processor of this kind has, and for those that newer ones have.
const RowKernel& baselineKernel();
const RowKernel& avx2Kernel();
const RowKernel& avx512Kernel();

/// Those of them that this processor runs.
std::vector<const RowKernel*> availableKernels();

}  // namespace drdm::kernels
