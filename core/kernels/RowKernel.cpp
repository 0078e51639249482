#include "kernels/RowKernel.h"

#include "kernels/RowKernels.h"

#include <cstdlib>
#include <string_view>

namespace drdm::kernels {

std::vector<const RowKernel*> availableKernels() {
    std::vector<const RowKernel*> kernels{&baselineKernel()};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        kernels.push_back(&avx2Kernel());
    }
    if (__builtin_cpu_supports("avx512f")) {
        kernels.push_back(&avx512Kernel());
    }
#endif
    return kernels;
}

const RowKernel& rowKernel() {
    static const RowKernel& chosen = []() -> const RowKernel& {
        const auto kernels = availableKernels();
        const char* const wanted = std::getenv("DRDM_KERNEL");
        for (const RowKernel* kernel : kernels) {
            if (wanted && std::string_view(wanted) == kernel->name) {
                return *kernel;
            }
        }
        return *kernels.back();
    }();
    return chosen;
}

}  // namespace drdm::kernels
