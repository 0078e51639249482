#include "kernels/RowKernelLoops.h"
#include "kernels/RowKernels.h"

namespace drdm::kernels {

const RowKernel& baselineKernel() {
    static const RowKernel kernel{
        &anyOutputs<4, 5>, &anyGradient<4, 5, 2>, &sumsOf, &affineRow, &transformRows<4>, &combineRows<4>, 5, 5, 2,
        "baseline"};
    return kernel;
}

}  // namespace drdm::kernels
