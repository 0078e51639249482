#include "kernels/RowKernelLoops.h"
#include "kernels/RowKernels.h"

namespace drdm::kernels {

const RowKernel& avx2Kernel() {
    static const RowKernel kernel{&anyOutputs<8, 5>,
                                  &anyGradient<8, 5, 2>,
                                  &sumsOf,
                                  &affineRow,
                                  &transformRows<8>,
                                  &combineRows<8>,
                                  5,
                                  5,
                                  2,
                                  "avx2"};
    return kernel;
}

}  // namespace drdm::kernels
