#include "tasks/TrainingData.h"

#include "errors/Error.h"
#include "io/Series.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>

namespace drdm {
namespace {

/// File name without .nii or .nii.gz.
std::string stem(const std::string& path) {
    std::string name = std::filesystem::path(path).filename().string();
    return name.substr(0, std::min(name.find(".nii"), name.find(".mh")));
}

bool holdsLabels(const SeriesInfo& series) {
    static constexpr std::array<const char*, 3> endings{"_seg", "mask", "_gt"};
    const std::string name = series.isPlainFile() ? stem(series.uid) : std::string();
    return series.modality == "SEG" || name.starts_with("label") || name.find("_label") != std::string::npos ||
           std::any_of(endings.begin(), endings.end(), [&name](const char* ending) { return name.ends_with(ending); });
}

class Collector {
public:
    Collector(int dims, TrainingData& data) : m_dims(dims), m_data(data) {}

    void add(const Image& image, const std::string& name) {
        const Geometry& grid = image.geometry();
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
std::string fingerprint(const std::vector<std::string>& paths, int dims, const std::string& modality) {
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
    const std::string heading = std::string(DRDM_VERSION) + " " + std::to_string(dims) + " " + modality;
    hash.add(heading.data(), heading.size());
    for (const std::string& line : lines) {
        hash.add(line.data(), line.size() + 1);
    }
    return hash.digest().substr(0, 16);
}

TrainingSeries describe(const SeriesInfo& info) {
    TrainingSeries series;
    const bool nifti = info.isPlainFile();
    series.id = info.uid;
    series.name = nifti ? stem(info.uid) : info.uid;
    series.description = nifti || info.description.empty() ? series.name : info.description;
    series.subject = nifti || info.patientName.empty() ? series.id : "patient " + info.patientName;
    series.modality = info.modality;
    series.format = info.format;
    series.size = info.size;
    series.spacing_mm = info.spacing_mm;
    series.warnings = info.warnings;
    series.source = std::make_shared<const SeriesInfo>(info);
    if (!info.files.empty()) {
        const std::filesystem::path file = info.files.front();
        series.place = nifti ? file.string() : file.parent_path().string();
    }
    series.problem = holdsLabels(info) ? "it holds labels, by its name or kind" : info.unreadable;
    return series;
}

/// Every series that scanning these paths finds, into `data`; returns how many were used.
std::size_t collect(const std::vector<std::string>& paths, int dims, const std::string& modality, TrainingData& data,
                    const JobContext& context) {
    const TrainingListing found = listTrainingSeries(paths, context);
    data.notes = found.notes;
    std::vector<TrainingSeries> used;
    for (const TrainingSeries& series : found.series) {
        if (const std::string reason = whyLeftOut(series, dims, modality); !reason.empty()) {
            data.notes.push_back(series.name + ": left out, " + reason);
        } else {
            used.push_back(series);
        }
    }
    TrainingData read = readTrainingSeries(used, dims, context);
    data.images = std::move(read.images);
    std::move(read.notes.begin(), read.notes.end(), std::back_inserter(data.notes));
    return used.size();
}

void append(TrainingData&& from, TrainingData& to) {
    std::move(from.images.begin(), from.images.end(), std::back_inserter(to.images));
    std::move(from.notes.begin(), from.notes.end(), std::back_inserter(to.notes));
}

}  // namespace

TrainingListing listTrainingSeries(const std::vector<std::string>& paths, const JobContext& context) {
    TrainingListing result;
    std::vector<std::string> others;
    std::set<std::string> packs;
    for (const std::string& path : paths) {
        if (!path.ends_with(".safetensors")) {
            others.push_back(path);
        } else if (packs.insert(path).second) {
            const auto found = listPack(path);
            result.series.insert(result.series.end(), found.begin(), found.end());
        }
    }
    if (!others.empty()) {
        const ScanResult found = scan(others, context);
        std::transform(found.series.begin(), found.series.end(), std::back_inserter(result.series), describe);
        for (const SkippedFile& skipped : found.skipped) {
            result.notes.push_back(skipped.path + ": left out, " + skipped.reason);
        }
    }
    return result;
}

std::vector<Image> trainingPreview(const TrainingSeries& series, int count, const JobContext& context) {
    std::vector<Image> pictures;
    const auto spread = [count](std::int64_t available, std::int64_t i) {
        const auto shown = std::min<std::int64_t>(count, available);
        return (2 * i + 1) * available / (2 * shown);
    };
    const auto slicesOf = [&](const Image& image) {
        const std::int64_t available = image.geometry().size[2];
        for (std::int64_t i = 0; i < std::min<std::int64_t>(count, available); ++i) {
            pictures.push_back(image.slice(spread(available, i), 0));
        }
    };
    if (series.source) {
        slicesOf(readSeries(*series.source, context));
        return pictures;
    }
    const auto images = readPackSeries(series.place, {series.name});
    context.throwIfCancelled();
    if (!images.empty() && !series.looseSlices) {
        slicesOf(toImage(images.front()));
        return pictures;
    }
    const auto available = static_cast<std::int64_t>(images.size());
    for (std::int64_t i = 0; i < std::min<std::int64_t>(count, available); ++i) {
        pictures.push_back(toImage(images[static_cast<std::size_t>(spread(available, i))]));
    }
    return pictures;
}

TrainingData readTrainingSeries(const std::vector<TrainingSeries>& series, int dims, const JobContext& context) {
    TrainingData data;
    Collector collector(dims, data);
    std::map<std::string, std::vector<std::string>> ofPack;
    for (const TrainingSeries& each : series) {
        if (!each.source) {
            ofPack[each.place].push_back(each.name);
        }
    }
    std::size_t done = 0;
    for (const TrainingSeries& each : series) {
        context.throwIfCancelled();
        context.progress(static_cast<double>(done) / static_cast<double>(series.size()), "reading " + each.name);
        ++done;
        if (each.source) {
            collector.add(readSeries(*each.source, context), each.name);
        } else if (const auto names = ofPack.find(each.place); names != ofPack.end()) {
            auto images = readPackSeries(each.place, names->second);
            std::move(images.begin(), images.end(), std::back_inserter(data.images));
            ofPack.erase(names);  // all that is wanted of it, in its own order
        }
    }
    data.description = std::to_string(data.images.size()) + " images from " + std::to_string(series.size()) + " series";
    return data;
}

TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context,
                              const std::string& cacheFolder, const std::string& modality) {
    std::vector<std::string> packs;
    std::vector<std::string> others;
    for (const std::string& path : paths) {
        (path.ends_with(".safetensors") ? packs : others).push_back(path);
    }
    TrainingData data;
    if (!packs.empty()) {
        data = readPacks(packs, dims, modality);
    }
    std::string from = std::to_string(packs.size()) + " packs";
    if (!others.empty()) {
        const std::string cache = cacheFolder.empty()
                                      ? std::string()
                                      : cacheFolder + "/data-" + fingerprint(others, dims, modality) + ".safetensors";
        if (!cache.empty() && std::filesystem::exists(cache)) {
            context.progress(0, "reading " + cache);
            append(readPacks({cache}, dims), data);
            from = "the cache and " + from;
            data.notes.push_back("read from the cache " + cache);
        } else {
            TrainingData fresh;
            from = std::to_string(collect(others, dims, modality, fresh, context)) + " series and " + from;
            if (!cache.empty() && !fresh.images.empty()) {
                std::filesystem::create_directories(cacheFolder);
                writePack(fresh.images, cache);
            }
            append(std::move(fresh), data);
        }
    }
    if (data.images.empty()) {
        throw Error("there is no image to train on in " + paths.front() +
                    (paths.size() > 1 ? " and the other paths given" : "") + "; \"drdm info\" shows what is there" +
                    someOf(data.notes));
    }
    data.description = std::to_string(data.images.size()) + " images from " + from;
    return data;
}

}  // namespace drdm
