#include "diffusion/Devices.h"

#include "diffusion/ModelInternals.h"

#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <atomic>
#include <dlfcn.h>
#include <mutex>
#include <thread>

namespace drdm {

namespace {

std::atomic<int> wantedThreads{0};

}  // namespace

int coreCount() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void setThreads(int count) {
    wantedThreads = std::max(0, count);
}

int threadCount() {
    const int wanted = wantedThreads;
    return wanted > 0 ? wanted : coreCount();
}

int threadsInUse() {
    return at::get_num_threads();
}

void useThreads(int count) {
    if (count > 0) {
        setThreads(count);
    }
    // OpenMP keeps the number per thread: every thread that starts work says it anew.
    at::set_num_threads(threadCount());
    static std::once_flag once;
    std::call_once(once, [] {
        // OpenBLAS has threads of its own, which go on spinning after each of our small products and take the cores
        // from everything else: a training step took twice as long. Alone it is as quick for products of this size.
        if (auto* const setBlasThreads =
                reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
            setBlasThreads(1);
        }
    });
}

std::vector<ComputeDevice> computeDevices() {
    const int threads = threadCount();
    std::vector<ComputeDevice> devices{
        {"cpu", "Processor (" + std::to_string(threads) + (threads == 1 ? " thread)" : " threads)")}};
    const auto cards = torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
    for (int i = 0; i < cards; ++i) {
        devices.push_back({"cuda:" + std::to_string(i), "Graphics card " + std::to_string(i)});
    }
    return devices;
}

std::string torchVersion() {
    return TORCH_VERSION;
}

}  // namespace drdm
