#include "io/DerivedSeries.h"
#include "io/Series.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <vector>

// Reads a generated CT series of SLICES (500) uncompressed slices of 512², as `drdm` does (scan and read), and has
// dcm2niix and gdcm's tools, where they are installed, read the same files in the same run. Prints seconds, medians of
// 3, and the most memory that our reading took, as a multiple of the float32 volume. Usage: dicom_loading [SLICES]
// [FOLDER]

namespace {

using namespace drdm;
namespace fs = std::filesystem;

struct Spent {
    double wall_s = 0, processor_s = 0;
};

/// Of this process and of those that it started and has seen end.
double processor_s() {
    double seconds = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(who, &usage);
        seconds += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    }
    return seconds;
}

Spent spentOn(const std::function<void()>& work) {
    const double before = processor_s();
    const auto start = std::chrono::steady_clock::now();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), processor_s() - before};
}

/// The run of middle length.
Spent median3(const std::function<void()>& work) {
    std::vector<Spent> runs{spentOn(work), spentOn(work), spentOn(work)};
    std::sort(runs.begin(), runs.end(), [](const Spent& a, const Spent& b) { return a.wall_s < b.wall_s; });
    return runs[1];
}

/// A line of /proc/self/status in KiB: "VmHWM" is the most memory so far, "VmRSS" what is held now.
double status_kib(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind(key + ":", 0) == 0) {
            return std::strtod(line.c_str() + key.size() + 1, nullptr);
        }
    }
    return 0;
}

void writeStudy(std::int64_t slices, const fs::path& folder) {
    Geometry geometry;
    geometry.size = {512, 512, 10};
    geometry.spacing_mm = {0.7, 0.7, 1};
    std::vector<float> voxels(static_cast<std::size_t>(geometry.voxelCount()));
    std::uint32_t state = 1;
    for (float& value : voxels) {  // noise of 12 bits: nothing that a file system would pack
        state = state * 1664525U + 1013904223U;
        value = static_cast<float>(state >> 20U) - 1024;
    }
    Image image(geometry, std::move(voxels));
    image.modality = "CT";
    // One writer's run is one series; the same voxels every ten slices.
    std::vector<float> all(static_cast<std::size_t>(slices) * 512 * 512);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = image.voxels()[i % image.voxels().size()];
    }
    geometry.size[2] = slices;
    Image whole(geometry, std::move(all));
    whole.modality = "CT";
    writeDerivedSeries(whole, folder.string(), {});
}

int command(const std::string& text) {
    return std::system((text + " >/dev/null 2>&1").c_str());
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t slices = argc > 1 ? std::atoll(argv[1]) : 500;
    const fs::path folder = argc > 2 ? fs::path(argv[2]) : fs::temp_directory_path() / "drdm-dicom-loading";
    const bool reader = argc > 3;  // a process of its own, so that writing the study does not count as its memory
    const std::string study = (folder / "study").string();
    try {
        if (reader) {
            const double before_kib = status_kib("VmRSS");
            const Spent spent = median3([&] { readImage({study}); });
            const double volume_kib = static_cast<double>(slices) * 512 * 512 * sizeof(float) / 1024;
            std::printf("drdm            %6.2f s, processor %6.2f s   memory %.2f x the float32 volume\n", spent.wall_s,
                        spent.processor_s, (status_kib("VmHWM") - before_kib) / volume_kib);
            return 0;
        }
        fs::remove_all(folder);
        fs::create_directories(folder);
        writeStudy(slices, folder / "study");
        std::printf("%lld slices of 512 x 512, 16 bits, uncompressed\n", static_cast<long long>(slices));
        std::fflush(stdout);
        const std::string self = fs::read_symlink("/proc/self/exe").string();
        int result = std::system((self + " " + std::to_string(slices) + " " + folder.string() + " reader").c_str());
        const std::string out = (folder / "out").string();
        fs::create_directories(out);
        const auto measure = [&](const char* name, const std::string& program, const std::string& line) {
            if (command("command -v " + program) != 0) {
                std::printf("%-15s not installed\n", name);
                return;
            }
            const Spent spent = median3([&] { result |= command(line); });
            std::printf("%-15s %6.2f s, processor %6.2f s\n", name, spent.wall_s, spent.processor_s);
        };
        measure("dcm2niix", "dcm2niix", "dcm2niix -z n -b n -w 1 -f theirs -o " + out + " " + study);
        measure("gdcmconv --raw", "gdcmconv",
                "find " + study + " -name '*.dcm' -print0 | xargs -0 -I F gdcmconv --raw F " + out + "/one.dcm");
        fs::remove_all(folder);
        return result == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
