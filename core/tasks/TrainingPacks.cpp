#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "parameters/Json.h"
#include "tasks/TrainingData.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace drdm {
namespace {

constexpr std::int64_t fewestSlices = 8;  ///< below that a volume says nothing about three dimensions
constexpr std::int64_t smallestSide = 16;

/// "NAME phase 3 slice 7" → "NAME".
std::string seriesName(std::string name) {
    for (const char* word : {" slice ", " phase "}) {
        const auto at = name.rfind(word);
        if (at == std::string::npos) {
            continue;
        }
        const auto digits = name.substr(at + std::string(word).size());
        if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos) {
            name.resize(at);
        }
    }
    return name;
}

/// The header of a safetensors file; what it promises is checked when the data are read.
Json headerOf(const std::string& path) {
    constexpr std::uint64_t most = 100'000'000;
    std::ifstream stream(path, std::ios::binary);
    std::uint64_t length = 0;
    stream.read(reinterpret_cast<char*>(&length), sizeof length);
    if (!stream || length > most) {
        throw Error("'" + path + "' is not a packed training set; it may be truncated or of another kind");
    }
    std::string text(length, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(length));
    if (!stream) {
        throw Error("'" + path + "' ends inside its header; the file is truncated");
    }
    return withContext("the header of '" + path + "'", [&] { return Json::parse(text); });
}

bool otherKind(const std::string& given, const std::string& wanted) {
    const bool known = !given.empty() && given != "OT";
    return known && (wanted == "MR" ? given == "CT" : !wanted.empty() && given != wanted);
}

}  // namespace

std::int64_t imageCount(const TrainingSeries& series, int dims) {
    const std::int64_t phases = std::max<std::int64_t>(1, series.size[3]);
    if (dims == 3) {
        return series.looseSlices ? 0 : phases;
    }
    return series.format == "pack" && !series.looseSlices ? 0 : series.size[2] * phases;
}

std::string whyLeftOut(const TrainingSeries& series, int dims, const std::string& modality) {
    if (!series.problem.empty()) {
        return series.problem;
    }
    if (series.format == "pack" && series.looseSlices != (dims == 2)) {
        return "a model with " + std::to_string(dims) + " dimensions needs " +
               (dims == 3 ? "volumes" : "single slices");
    }
    const auto& size = series.size;
    if (series.format != "pack" &&
        (std::min(size[0], size[1]) < smallestSide || (dims == 3 && size[2] < fewestSlices))) {
        return "too small (" + std::to_string(size[0]) + "x" + std::to_string(size[1]) + "x" + std::to_string(size[2]) +
               ")";
    }
    if (otherKind(series.modality, modality)) {
        return "it is " + series.modality + ", the model is for " + modality;
    }
    return {};
}

std::vector<TrainingSeries> listPack(const std::string& path) {
    const Json header = headerOf(path);
    return withContext("'" + path + "'", [&] {
        const Json* metadata = header.find("__metadata__");
        const Json* list = metadata != nullptr ? metadata->find("drdm.pack") : nullptr;
        if (list == nullptr) {
            throw Error("it is not a data set that 'drdm pack' wrote");
        }
        std::vector<TrainingSeries> found;
        const auto entries = Json::parse(list->string());
        for (const Json& entry : entries.items()) {
            const auto& shape = header.at(entry.at("key").string()).at("shape").items();
            const auto& spacing = entry.at("spacing_mm").items();
            if (shape.size() != 3 || spacing.size() != 3) {
                throw Error("image '" + entry.at("key").string() + "' is not 3-D or lacks its spacing");
            }
            const auto name = seriesName(entry.at("name").string());
            const auto slices = shape[0].integer();
            if (found.empty() || found.back().name != name || found.back().looseSlices != (slices == 1)) {
                TrainingSeries series;
                series.name = name;
                series.id = path + "#" + name;
                series.description = name;
                series.subject = name;
                series.modality = entry.at("modality").string();
                series.format = "pack";
                series.place = path;
                series.looseSlices = slices == 1;
                series.size = {shape[2].integer(), shape[1].integer(), slices == 1 ? 0 : slices, slices == 1 ? 1 : 0};
                std::transform(spacing.begin(), spacing.end(), series.spacing_mm.begin(),
                               [](const Json& s) { return s.number(); });
                found.push_back(std::move(series));
            }
            ++found.back().size[slices == 1 ? 2 : 3];
        }
        return found;
    });
}

std::vector<TrainingImage> readPackSeries(const std::string& path, const std::vector<std::string>& names) {
    const std::set<std::string> wanted(names.begin(), names.end());
    std::vector<TrainingImage> images = readPack(path);
    std::erase_if(images, [&wanted](const TrainingImage& image) { return !wanted.contains(seriesName(image.name)); });
    return images;
}

std::string someOf(const std::vector<std::string>& notes) {
    constexpr std::size_t shown = 4;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, notes.size()); ++i) {
        text += "\n  " + notes[i];
    }
    return notes.size() > shown ? text + "\n  and " + std::to_string(notes.size() - shown) + " more" : text;
}

TrainingData readPacks(const std::vector<std::string>& paths, int dims, const std::string& modality) {
    TrainingData data;
    for (const std::string& path : paths) {
        if (!path.ends_with(".safetensors")) {
            throw Error(path +
                        " is not a packed training set (.safetensors); make one with \"drdm pack\" where the full "
                        "build of drdm is installed");
        }
        std::size_t left = 0;
        std::size_t other = 0;
        for (TrainingImage& image : readPack(path)) {
            if ((image.size[2] > 1) != (dims == 3)) {
                ++left;
            } else if (otherKind(image.modality, modality)) {
                ++other;
            } else {
                data.images.push_back(std::move(image));
            }
        }
        if (left > 0) {
            data.notes.push_back(path + ": " + std::to_string(left) + " images left out, a model with " +
                                 std::to_string(dims) + " dimensions needs " +
                                 (dims == 3 ? "volumes" : "single slices"));
        }
        if (other > 0) {
            data.notes.push_back(path + ": " + std::to_string(other) + " images left out, the model is for " +
                                 modality + " (--modality)");
        }
    }
    if (data.images.empty()) {
        throw Error("there is no image to train on in the packs given; check --data, --dims and --modality" +
                    someOf(data.notes));
    }
    data.description = std::to_string(data.images.size()) + " images from " + std::to_string(paths.size()) + " packs";
    return data;
}

}  // namespace drdm
