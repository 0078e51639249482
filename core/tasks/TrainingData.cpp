#include "tasks/TrainingData.h"

#include "errors/Error.h"
#include "io/Series.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace drdm {
namespace {

constexpr std::int64_t fewestSlices = 8;  ///< below that a volume says nothing about three dimensions
constexpr std::int64_t smallestSide = 16;

/// File name without .nii or .nii.gz.
std::string stem(const std::string& path) {
    std::string name = std::filesystem::path(path).filename().string();
    return name.substr(0, name.find(".nii"));
}

bool holdsLabels(const SeriesInfo& series) {
    static constexpr std::array<const char*, 3> endings{"_seg", "_mask", "_gt"};
    const std::string name = series.format == "nifti" ? stem(series.uid) : std::string();
    return series.modality == "SEG" || name.starts_with("label") || name.find("_label") != std::string::npos ||
           std::any_of(endings.begin(), endings.end(), [&name](const char* ending) { return name.ends_with(ending); });
}

class Collector {
public:
    Collector(int dims, TrainingData& data) : m_dims(dims), m_data(data) {}

    void add(const Image& image, const std::string& name) {
        const Geometry& grid = image.geometry();
        if (std::min(grid.size[0], grid.size[1]) < smallestSide || (m_dims == 3 && grid.size[2] < fewestSlices)) {
            m_data.notes.push_back(name + ": left out, too small (" + std::to_string(grid.size[0]) + "x" +
                                   std::to_string(grid.size[1]) + "x" + std::to_string(grid.size[2]) + ")");
            return;
        }
        for (std::int64_t phase = 0; phase < image.phases(); ++phase) {
            const std::string place = image.phases() > 1 ? name + " phase " + std::to_string(phase) : name;
            if (m_dims == 3) {
                add(image, grid, image.phaseVoxels(phase), place);
                continue;
            }
            const auto voxels = image.phaseVoxels(phase);
            const auto perSlice = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
            for (std::int64_t z = 0; z < grid.size[2]; ++z) {
                add(image, grid.slice(z), voxels.subspan(static_cast<std::size_t>(z) * perSlice, perSlice),
                    place + " slice " + std::to_string(z));
            }
        }
    }

private:
    void add(const Image& image, const Geometry& grid, std::span<const float> voxels, const std::string& name) {
        const auto [low, high] = std::minmax_element(voxels.begin(), voxels.end());
        if (!(*low < *high)) {
            m_data.notes.push_back(name + ": left out, all its values are the same");
            return;
        }
        TrainingImage result;
        result.voxels.assign(voxels.begin(), voxels.end());
        std::copy(grid.size.begin(), grid.size.end(), result.size);
        std::copy(grid.spacing_mm.begin(), grid.spacing_mm.end(), result.spacing_mm);
        result.modality = image.modality;
        result.name = name;
        m_data.images.push_back(std::move(result));
    }

    int m_dims;
    TrainingData& m_data;
};

}  // namespace

TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context) {
    std::vector<std::string> packs;
    std::vector<std::string> others;
    for (const std::string& path : paths) {
        (path.ends_with(".safetensors") ? packs : others).push_back(path);
    }
    TrainingData data;
    if (!packs.empty()) {
        data = readPacks(packs, dims);
    }
    std::size_t used = 0;
    if (!others.empty()) {
        const ScanResult found = scan(others, context);
        for (const SkippedFile& skipped : found.skipped) {
            data.notes.push_back(skipped.path + ": left out, " + skipped.reason);
        }
        Collector collector(dims, data);
        for (const SeriesInfo& series : found.series) {
            context.throwIfCancelled();
            const std::string name = series.format == "nifti" ? stem(series.uid) : series.uid;
            if (holdsLabels(series) || !series.unreadable.empty()) {
                data.notes.push_back(
                    name + ": left out, " +
                    (series.unreadable.empty() ? "it holds labels, by its name or kind" : series.unreadable));
                continue;
            }
            context.progress(static_cast<double>(used) / static_cast<double>(found.series.size()), "reading " + name);
            collector.add(readSeries(series), name);
            ++used;
        }
    }
    if (data.images.empty()) {
        throw Error("there is no image to train on in " + paths.front() +
                    (paths.size() > 1 ? " and the other paths given" : "") + "; \"drdm info\" shows what is there");
    }
    data.description = std::to_string(data.images.size()) + " images from " + std::to_string(used) + " series and " +
                       std::to_string(packs.size()) + " packs";
    return data;
}

}  // namespace drdm
