#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// What this computer offers for computing.
struct ComputeDevice {
    std::string name;  ///< as the parameter "device" takes it: "cpu", "cuda:0"
    std::string text;  ///< for people: "Processor (8 threads)", "NVIDIA …"
};

/// The processor first, then every graphics card that LibTorch can use. The first call may take a second where there
/// is a card: not for the GUI thread.
std::vector<ComputeDevice> computeDevices();

/// How much memory a device has, in bytes.
struct DeviceMemory {
    std::uint64_t total = 0;
    std::uint64_t free = 0;
};

/// Of "cpu": this machine's, or what the program may have of it; of "cuda:N": the card's; "auto": of the one that would
/// be taken. None where it cannot be known. A card's takes long the first time: not for the GUI thread.
std::optional<DeviceMemory> deviceMemory(const std::string& device);

/// How many threads sampling and training take from their next start on; 0 = all cores. Results do not depend on it.
void setThreads(int count);
[[nodiscard]] int threadCount();
/// The same for what the calling thread starts alone, where several threads work beside each other; 0 = as setThreads.
void setThreadsHere(int count);
/// Threads that the calling thread's work is spread over now.
[[nodiscard]] int threadsInUse();
[[nodiscard]] int coreCount();

/// Version of the LibTorch this program runs with, such as "1.13.1".
std::string torchVersion();

}  // namespace drdm
