#include "diffusion/Devices.h"

#include "diffusion/ModelInternals.h"

#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <atomic>
#include <dlfcn.h>
#include <fstream>
#include <mutex>
#include <thread>

namespace drdm {

namespace {

std::atomic<int> wantedThreads{0};
thread_local int wantedThreadsHere = 0;

/// The number behind a word of a file such as "MemAvailable:", or the file's first number for "".
std::optional<std::uint64_t> numberIn(const char* file, const std::string& word) {
    std::ifstream text(file);
    std::uint64_t value = 0;
    if (word.empty()) {
        return text >> value ? std::optional(value) : std::nullopt;
    }
    for (std::string found; text >> found;) {
        if (found == word) {
            return text >> value ? std::optional(value) : std::nullopt;
        }
    }
    return {};
}

std::optional<DeviceMemory> machineMemory() {
    const auto total = numberIn("/proc/meminfo", "MemTotal:");
    const auto available = numberIn("/proc/meminfo", "MemAvailable:");
    if (!total || !available) {
        return {};
    }
    DeviceMemory memory{*total * 1024, *available * 1024};
    // In a container the machine's memory is not the program's. What the files' cache holds there can be had.
    const auto limit = numberIn("/sys/fs/cgroup/memory.max", "");
    const auto used = numberIn("/sys/fs/cgroup/memory.current", "");
    if (limit && used && *limit < memory.total) {
        const auto cache = numberIn("/sys/fs/cgroup/memory.stat", "inactive_file").value_or(0);
        const auto taken = *used > cache ? *used - cache : 0;
        memory.total = *limit;
        memory.free = std::min(memory.free, *limit > taken ? *limit - taken : 0);
    }
    return memory;
}

/// By the CUDA library that LibTorch brings along; this program does not link it itself.
std::optional<DeviceMemory> cardMemory(int card) {
    auto* const choose = reinterpret_cast<int (*)(int)>(dlsym(RTLD_DEFAULT, "cudaSetDevice"));
    auto* const ask = reinterpret_cast<int (*)(std::size_t*, std::size_t*)>(dlsym(RTLD_DEFAULT, "cudaMemGetInfo"));
    std::size_t free = 0;
    std::size_t total = 0;
    if (!choose || !ask || choose(card) != 0 || ask(&free, &total) != 0) {
        return {};
    }
    return DeviceMemory{total, free};
}

}  // namespace

int coreCount() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void setThreads(int count) {
    wantedThreads = std::max(0, count);
}

void setThreadsHere(int count) {
    wantedThreadsHere = std::max(0, count);
}

int threadCount() {
    const int wanted = wantedThreadsHere > 0 ? wantedThreadsHere : wantedThreads.load();
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

std::optional<DeviceMemory> deviceMemory(const std::string& device) {
    const auto chosen = deviceFromName(device);
    return chosen.is_cpu() ? machineMemory() : cardMemory(chosen.index());
}

std::string torchVersion() {
    return TORCH_VERSION;
}

}  // namespace drdm
