/// How fast a folder of DICOM files becomes a volume, beside dcm2niix on the same files in the same run, and how much
/// memory that takes: dicom_speed FOLDER. Best of three.

#include "io/Series.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double secondsOf(const std::function<void()>& work) {
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("dicom_speed FOLDER\n", stderr);
        return 2;
    }
    try {
        const std::string folder = argv[1];
        std::int64_t voxels = 0;
        const double scanned = secondsOf([&] { drdm::scan({folder}); });
        const double before = peakMegabytes();
        const double read =
            secondsOf([&] { voxels = static_cast<std::int64_t>(drdm::readImage({folder}).voxels().size()); });
        const double volume = static_cast<double>(voxels) * 4 / 1048576;
        std::printf("{\"voxels\": %lld, \"scan_s\": %.3f, \"scan_and_read_s\": %.3f, \"memory_over_volume\": %.2f",
                    static_cast<long long>(voxels), scanned, read, (peakMegabytes() - before) / volume);
        const auto out = std::filesystem::temp_directory_path() / ("drdm-speed-" + std::to_string(::getpid()));
        std::filesystem::create_directories(out);
        const std::string command = "dcm2niix -z n -o '" + out.string() + "' '" + folder + "' > /dev/null 2>&1";
        if (WEXITSTATUS(std::system("command -v dcm2niix > /dev/null")) == 0) {
            std::printf(", \"dcm2niix_s\": %.3f", secondsOf([&] { std::system(command.c_str()); }));
        }
        std::filesystem::remove_all(out);
        std::puts("}");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
