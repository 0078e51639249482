#include "tasks/PngFile.h"

#include "errors/Error.h"
#include "tasks/FileNotes.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <png.h>
#include <utility>
#include <vector>

namespace drdm {
namespace {

std::pair<double, double> greyRange(const Image& slice) {
    if (slice.windowWidth > 0) {
        return {slice.windowCentre - slice.windowWidth / 2, slice.windowCentre + slice.windowWidth / 2};
    }
    std::vector<float> sorted(slice.voxels().begin(), slice.voxels().end());
    const auto percentile = [&sorted](double fraction) {
        const auto nth = sorted.begin() + std::llround(fraction * static_cast<double>(sorted.size() - 1));
        std::nth_element(sorted.begin(), nth, sorted.end());
        return static_cast<double>(*nth);
    };
    const double low = percentile(0.005);
    return {low, std::max(percentile(0.995), low + 1e-6)};
}

}  // namespace

void writePng(const Image& image, std::int64_t slice, std::int64_t phase, const std::string& path,
              const std::string& provenanceJson) {
    const Image shown = image.slice(slice, phase);
    const auto [low, high] = greyRange(shown);
    std::vector<png_byte> pixels;
    pixels.reserve(shown.voxels().size());
    for (const float value : shown.voxels()) {
        const double share = std::clamp((static_cast<double>(value) - low) / (high - low), 0.0, 1.0);
        pixels.push_back(static_cast<png_byte>(std::lround(255 * share)));
    }
    png_image picture{};
    picture.version = PNG_IMAGE_VERSION;
    picture.width = static_cast<png_uint_32>(shown.geometry().size[0]);
    picture.height = static_cast<png_uint_32>(shown.geometry().size[1]);
    picture.format = PNG_FORMAT_GRAY;
    const auto refuse = [&path](const std::string& why) {
        throw Error("cannot write the picture " + path + ": " + why +
                    "; check that the folder may be written to and the disk is not full");
    };
    png_alloc_size_t size = 0;
    if (png_image_write_to_memory(&picture, nullptr, &size, 0, pixels.data(), 0, nullptr) == 0) {
        refuse(picture.message);
    }
    std::string bytes(size, '\0');
    if (png_image_write_to_memory(&picture, bytes.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
        refuse(picture.message);
    }
    bytes.resize(size);
    if (!provenanceJson.empty()) {
        bytes = withPngNote(bytes, provenanceJson);
    }
    const std::string temporary = path + ".partial";
    std::ofstream file(temporary, std::ios::binary);
    file << bytes;
    file.close();
    if (!file) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        refuse(std::generic_category().message(errno));
    }
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    if (error) {
        throw Error("cannot rename " + temporary + ": " + error.message());
    }
}

}  // namespace drdm
