#include "BenchMore.h"
#include "io/Phantom.h"
#include "io/Series.h"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace drdm {

/// A synthetic study in a temporary folder, written when it is first needed.
struct BenchMore::Private {
    ~Private() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    void write() {
        if (study.empty()) {
            PhantomSettings settings;
            settings.slices = 12;
            settings.frames = 8;
            study = writePhantom(settings, folder.string()).front() + "/dicom";
            for (const auto& entry : std::filesystem::recursive_directory_iterator(study)) {
                if (entry.is_regular_file()) {
                    files.push_back(entry.path().string());
                }
            }
            std::sort(files.begin(), files.end());
        }
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("drdm-bench-" + std::to_string(::getpid()));
    std::string study;
    std::vector<std::string> files;
};

BenchMore::BenchMore() : d(std::make_unique<Private>()) {}
BenchMore::~BenchMore() = default;

std::vector<OutsideMeasure> BenchMore::measures() const {
    const auto series = [this] {
        d->write();
        readImage({d->study});
    };
    const auto oneByOne = [this] {
        d->write();
        for (const auto& file : d->files) {
            readImage({file});
        }
    };
    return {trajectoryStorage(), {"dicom_load", series, oneByOne, 3}};
}

}  // namespace drdm
