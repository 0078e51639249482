#include "tasks/Train.h"

#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "parameters/Json.h"
#include "tasks/ScheduleFile.h"
#include "tasks/TrainingPictures.h"

#include <cmath>

namespace drdm {

Image toImage(const TrainingImage& item) {
    Geometry geometry;
    for (std::size_t i = 0; i < 3; ++i) {
        geometry.size[i] = item.size[i];
        geometry.spacing_mm[i] = item.spacing_mm[i];
    }
    Image image(geometry, item.voxels);
    image.modality = item.modality;
    image.description = item.name;
    image.source.format = "pack";
    return image;
}

namespace {

constexpr const char* packKey = "drdm.pack";

std::vector<std::vector<float>> prepared(const std::vector<TrainingImage>& images, const ModelInfo& info,
                                         const JobContext& context) {
    std::vector<std::vector<float>> result;
    result.reserve(images.size());
    for (const TrainingImage& item : images) {
        context.throwIfCancelled();
        withContext("while preparing '" + item.name + "'", [&] {
            const auto image = toImage(item);
            const ModelGrid grid(image.geometry(), info.dims, info.gridSide, info.fit);
            result.push_back(grid.prepare(image, 0, info.normalisation));
        });
    }
    return result;
}

}  // namespace

void writePack(const std::vector<TrainingImage>& images, const std::string& path) {
    SafeTensors file;
    Json list = Json::array();
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto& image = images[i];
        const auto key = "image-" + std::to_string(i);
        Json spacing = Json::array();
        for (const double s : image.spacing_mm) {
            spacing.push(s);
        }
        Json entry = Json::object();
        entry.set("key", key).set("name", image.name).set("modality", image.modality).set("spacing_mm", spacing);
        list.push(entry);
        file.tensors.emplace_back(
            key, RawTensor::fromFloats({image.size[2], image.size[1], image.size[0]}, image.voxels.data()));
    }
    file.metadata[packKey] = list.dump();
    writeSafeTensors(file, path);
}

std::vector<TrainingImage> readPack(const std::string& path) {
    const auto file = readSafeTensors(path);
    return withContext("'" + path + "'", [&] {
        const auto list = file.metadata.find(packKey);
        if (list == file.metadata.end()) {
            throw Error("it is not a data set that 'drdm pack' wrote");
        }
        std::vector<TrainingImage> images;
        const auto entries = Json::parse(list->second);
        for (const auto& entry : entries.items()) {
            const auto& raw = file.at(entry.at("key").string());
            const auto& spacing = entry.at("spacing_mm").items();
            if (raw.shape.size() != 3 || spacing.size() != 3) {
                throw Error("image '" + entry.at("key").string() + "' is not 3-D or lacks its spacing");
            }
            TrainingImage image;
            image.voxels = raw.floats();
            for (std::size_t i = 0; i < 3; ++i) {
                image.size[i] = raw.shape[2 - i];
                image.spacing_mm[i] = spacing[i].number();
            }
            for (const float v : image.voxels) {
                if (!std::isfinite(v)) {
                    throw Error("image '" + entry.at("key").string() + "' holds a value that is not a finite number");
                }
            }
            image.name = entry.at("name").string();
            image.modality = entry.at("modality").string();
            images.push_back(std::move(image));
        }
        return images;
    });
}

std::string train(const TrainingRequest& request, const JobContext& context,
                  const std::function<void(const TrainingStep&)>& onStep,
                  const std::function<void(const TrainingValidation&, const std::string&)>& onValidation) {
    const auto& values = request.values;
    TrainerSettings settings;
    auto& info = settings.info;
    info.name = values.text("name");
    info.dims = static_cast<int>(values.integer("dims"));
    info.gridSide = values.integer("grid");
    info.process = processFromName(values.text("process"));
    if (!values.text("schedule").empty()) {
        info.schedule = readSchedule(values.text("schedule"));
        if (info.process == Process::Released && !isStandard(info.schedule)) {
            throw Error("the process 'released' follows no noise schedule but its authors'; leave the schedule out");
        }
    }
    info.modality = values.text("modality");
    info.normalisation = info.modality == "CT" ? Normalisation::CtWindow : Normalisation::Percentile;
    info.fit = Fit::KeepAspect;
    info.recursion = static_cast<int>(values.integer("recursion"));
    if (info.process == Process::Released) {
        info.normalisation = Normalisation::MinMax;
        info.fit = Fit::Squash;
    }
    settings.width = static_cast<int>(values.integer("width"));
    settings.patch = static_cast<int>(values.integer("patch"));
    if (info.gridSide % (8 * settings.patch) != 0) {
        throw Error("the grid side must be a multiple of 8 times the patch (" + std::to_string(8 * settings.patch) +
                    "), not " + std::to_string(info.gridSide));
    }
    Json record = Json::object();
    record.set("data", request.dataDescription);
    info.trainingRecord = record.dump();
    settings.batch = static_cast<int>(values.integer("batch"));
    settings.steps = values.integer("steps");
    settings.learningRate = values.number("learning-rate");
    settings.learningRateFinal = values.number("learning-rate-final");
    settings.seed = static_cast<std::uint64_t>(values.integer("seed"));
    settings.recursion = info.recursion;
    settings.minimumLevel = static_cast<int>(values.integer("minimum-level"));
    settings.smoothnessWeight = values.number("smoothness-weight");
    settings.detailWeight = values.number("detail-weight");
    settings.augment = values.flag("augment");
    settings.augmentStrength = values.number("augment-strength");
    settings.checkpointMinutes = values.number("checkpoint-minutes");
    settings.logEvery = values.integer("log-every");
    settings.threads = static_cast<int>(values.integer("threads"));
    settings.warmStart = values.text("warm-start");
    settings.device = request.device;
    settings.folder = request.folder;
    settings.resume = request.resume;
    context.progress(0, "preparing " + std::to_string(request.images.size()) + " images");
    settings.mixedPrecision = values.text("precision") == "bfloat16";
    settings.validateEvery = values.integer("validate-every");
    settings.patience = static_cast<int>(values.integer("patience"));
    settings.validationImages = prepared(request.validation, info, context);
    const auto validated = [&](const TrainingValidation& found) {
        const auto picture = writeTrainingPictures(request.folder + "/model.safetensors", request.device,
                                                   settings.validationImages, found.step, request.folder, context);
        if (onValidation) {
            onValidation(found, picture);
        }
    };
    return trainNetwork(prepared(request.images, info, context), settings, context, onStep, validated);
}

std::vector<LevelFit> evaluateModel(const std::string& modelFile, const std::vector<TrainingImage>& images,
                                    const std::vector<int>& levels, unsigned long long seed, const std::string& device,
                                    const JobContext& context, std::optional<Process> process) {
    const auto model = DeformationModel::load(modelFile, device);
    return fitPerLevel(model, prepared(images, model.info(), context), levels, seed, context, process);
}

}  // namespace drdm
