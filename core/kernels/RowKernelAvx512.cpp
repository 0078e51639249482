#include "kernels/RowKernelLoops.h"
#include "kernels/RowKernels.h"

namespace drdm::kernels {

const RowKernel& avx512Kernel() {
    static const RowKernel kernel{&anyOutputs<16, 10>,
                                  &anyGradient<16, 5, 5>,
                                  &sumsOf,
                                  &affineRow,
                                  &transformRows<16>,
                                  &combineRows<16>,
                                  10,
                                  5,
                                  5,
                                  "avx512"};
    return kernel;
}

}  // namespace drdm::kernels
