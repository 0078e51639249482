#include "Fuzz.h"
#include "io/Phantom.h"
#include "io/Series.h"

using namespace drdm;

/// Slices of the smallest phantom.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 32;
        settings.frames = 1;
        writePhantom(settings, folder + "/phantom");
        int number = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder + "/phantom")) {
            if (entry.is_regular_file()) {
                std::filesystem::copy_file(entry.path(), folder + "/slice-" + std::to_string(number++));
            }
        }
        std::filesystem::remove_all(folder + "/phantom");
    }
    return 0;
}

/// One file: found, described, read as a series.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const drdmfuzz::InputFile file(bytes, count, ".dcm");
    drdmfuzz::answers([&] {
        for (const SeriesInfo& series : scan({file.path()}).series) {
            drdmfuzz::answers([&] { readSeries(series); });
        }
    });
    drdmfuzz::answers([&] { readImage({file.path()}); });
    return 0;
}
