#include "tasks/TrainingData.h"

#include "errors/Error.h"
#include "io/Series.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

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
    static constexpr std::array<const char*, 3> endings{"_seg", "mask", "_gt"};
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

/// What decides whether a cache is still right: every file below the paths with its size and time.
std::string fingerprint(const std::vector<std::string>& paths, int dims) {
    namespace fs = std::filesystem;
    std::vector<std::string> lines;
    const auto add = [&lines](const fs::path& file) {
        std::error_code error;
        const auto size = fs::file_size(file, error);
        const auto time = fs::last_write_time(file, error).time_since_epoch().count();
        lines.push_back(fs::absolute(file).string() + '\n' + std::to_string(size) + '\n' + std::to_string(time));
    };
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            add(path);
            continue;
        }
        const auto options = fs::directory_options::skip_permission_denied;
        for (const auto& entry : fs::recursive_directory_iterator(path, options, error)) {
            if (entry.is_regular_file(error)) {
                add(entry.path());
            }
        }
    }
    std::sort(lines.begin(), lines.end());
    Sha256 hash;
    const std::string heading = std::string(DRDM_VERSION) + " " + std::to_string(dims);
    hash.add(heading.data(), heading.size());
    for (const std::string& line : lines) {
        hash.add(line.data(), line.size() + 1);
    }
    return hash.digest().substr(0, 16);
}

/// Every series that scanning these paths finds, into `data`; returns how many were used.
std::size_t collect(const std::vector<std::string>& paths, int dims, TrainingData& data, const JobContext& context) {
    const ScanResult found = scan(paths, context);
    for (const SkippedFile& skipped : found.skipped) {
        data.notes.push_back(skipped.path + ": left out, " + skipped.reason);
    }
    std::size_t used = 0;
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
    return used;
}

void append(TrainingData&& from, TrainingData& to) {
    std::move(from.images.begin(), from.images.end(), std::back_inserter(to.images));
    std::move(from.notes.begin(), from.notes.end(), std::back_inserter(to.notes));
}

}  // namespace

TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context,
                              const std::string& cacheFolder) {
    std::vector<std::string> packs;
    std::vector<std::string> others;
    for (const std::string& path : paths) {
        (path.ends_with(".safetensors") ? packs : others).push_back(path);
    }
    TrainingData data;
    if (!packs.empty()) {
        data = readPacks(packs, dims);
    }
    std::string from = std::to_string(packs.size()) + " packs";
    if (!others.empty()) {
        const std::string cache =
            cacheFolder.empty() ? std::string() : cacheFolder + "/data-" + fingerprint(others, dims) + ".safetensors";
        if (!cache.empty() && std::filesystem::exists(cache)) {
            context.progress(0, "reading " + cache);
            append(readPacks({cache}, dims), data);
            from = "the cache and " + from;
            data.notes.push_back("read from the cache " + cache);
        } else {
            TrainingData fresh;
            from = std::to_string(collect(others, dims, fresh, context)) + " series and " + from;
            if (!cache.empty() && !fresh.images.empty()) {
                std::filesystem::create_directories(cacheFolder);
                writePack(fresh.images, cache);
            }
            append(std::move(fresh), data);
        }
    }
    if (data.images.empty()) {
        throw Error("there is no image to train on in " + paths.front() +
                    (paths.size() > 1 ? " and the other paths given" : "") + "; \"drdm info\" shows what is there");
    }
    data.description = std::to_string(data.images.size()) + " images from " + from;
    return data;
}

}  // namespace drdm
