#include "diffusion/Checkpoint.h"

#include "diffusion/PthReader.h"
#include "diffusion/Recovery.h"
#include "diffusion/SafeTensors.h"
#include "diffusion/StoredWeights.h"
#include "errors/Error.h"
#include "parameters/Json.h"
#include "parameters/Sha256.h"

#include <torch/torch.h>

#include <cmath>
#include <filesystem>

namespace drdm {

namespace {

constexpr const char* formatKey = "drdm.format";
constexpr const char* formatName = "drdm-model-1";
constexpr const char* infoKey = "drdm.info";

std::string normalisationName(Normalisation n) {
    switch (n) {
        case Normalisation::Percentile:
            return "percentile";
        case Normalisation::CtWindow:
            return "ct-window";
        case Normalisation::MinMax:
            return "min-max";
    }
    return "percentile";
}

Normalisation normalisationFromName(const std::string& text) {
    for (const auto n : {Normalisation::Percentile, Normalisation::CtWindow, Normalisation::MinMax}) {
        if (normalisationName(n) == text) {
            return n;
        }
    }
    throw Error("normalisation '" + text + "' is not known to this version");
}

std::string describe(const ModelInfo& info) {
    Json scale = Json::array();
    for (const auto s : info.labelScale) {
        scale.push(Json(s));
    }
    Json json = Json::object();
    json.set("name", info.name)
        .set("dims", info.dims)
        .set("grid", static_cast<long long>(info.gridSide))
        .set("process", name(info.process))
        .set("normalisation", normalisationName(info.normalisation))
        .set("fit", info.fit == Fit::Squash ? "squash" : "keep-aspect")
        .set("steps", info.steps)
        .set("recursion", info.recursion)
        .set("modality", info.modality)
        .set("label_scale", scale)
        .set("training", info.trainingRecord);
    if (!isStandard(info.schedule)) {
        json.set("schedule", toJson(info.schedule));
    }
    return json.dump();
}

ModelInfo parseInfo(const std::string& text) {
    const auto json = Json::parse(text);
    ModelInfo info;
    info.name = json.at("name").string();
    info.dims = static_cast<int>(json.at("dims").integer());
    info.gridSide = json.at("grid").integer();
    info.process = processFromName(json.at("process").string());
    info.normalisation = normalisationFromName(json.at("normalisation").string());
    info.fit = json.at("fit").string() == "squash" ? Fit::Squash : Fit::KeepAspect;
    info.steps = static_cast<int>(json.at("steps").integer());
    info.recursion = static_cast<int>(json.at("recursion").integer());
    info.modality = json.at("modality").string();
    for (const auto& s : json.at("label_scale").items()) {
        info.labelScale.push_back(s.number());
    }
    info.trainingRecord = json.at("training").string();
    if (const Json* schedule = json.find("schedule")) {
        info.schedule = withContext("its noise schedule", [&] { return scheduleFromJson(*schedule); });
    }
    return info;
}

/// \throws Error if what the file says of itself is impossible.
void check(const ModelInfo& info, const Network& network) {
    if (info.dims != network.dims() || info.steps != network.steps() ||
        info.labelScale.size() != static_cast<std::size_t>(info.steps)) {
        throw Error("its description does not fit its weights (dimensions or number of steps)");
    }
    if (info.gridSide < 8 || info.gridSide > 1024 || info.recursion < 1 || info.recursion > 8) {
        throw Error("its grid side (" + std::to_string(info.gridSide) + ") or recursion (" +
                    std::to_string(info.recursion) + ") is out of range");
    }
    for (const auto s : info.labelScale) {
        if (!std::isfinite(s) || s < 0) {
            throw Error("its label scale holds a number that is negative or not finite");
        }
    }
}

Checkpoint readOurs(const std::string& path) {
    const auto file = readSafeTensors(path);
    return withContext("model file '" + path + "'", [&] {
        const auto format = file.metadata.find(formatKey);
        const auto info = file.metadata.find(infoKey);
        if (format == file.metadata.end() || format->second != formatName || info == file.metadata.end()) {
            throw Error("it is a safetensors file, but not a DRDM model (no '" + std::string(formatKey) +
                        "' = " + formatName + ")");
        }
        Checkpoint checkpoint{parseInfo(info->second), Network::fromTensors(storedWeights(file))};
        check(checkpoint.info, checkpoint.network);
        return checkpoint;
    });
}

Checkpoint readAuthors(const std::string& path) {
    const auto tensors = readStateDict(path);
    Checkpoint checkpoint{{}, withContext("'" + path + "'", [&] { return Network::fromTensors(tensors); })};
    auto& info = checkpoint.info;
    info.name = std::filesystem::path(path).stem().string();
    info.dims = checkpoint.network.dims();
    info.gridSide = info.dims == 2 ? 256 : 128;
    info.process = Process::Released;
    info.normalisation = Normalisation::MinMax;
    info.fit = Fit::Squash;
    info.steps = checkpoint.network.steps();
    info.recursion = 2;
    info.modality = "";
    info.labelScale.assign(static_cast<std::size_t>(info.steps), 1.0);
    return checkpoint;
}

}  // namespace

Checkpoint readCheckpoint(const std::string& path) {
    if (!std::filesystem::is_regular_file(path)) {
        throw Error("there is no model file '" + path + "'");
    }
    auto checkpoint = isZip(path) ? readAuthors(path) : readOurs(path);
    checkpoint.info.file = path;
    checkpoint.info.sha256 = sha256OfFile(path);
    checkpoint.info.parameterCount = checkpoint.network.parameterCount();
    checkpoint.info.width = checkpoint.network.architecture().width;
    checkpoint.info.patch = checkpoint.network.architecture().patch;
    return checkpoint;
}

void writeCheckpoint(const Checkpoint& checkpoint, const std::string& path, WeightPrecision precision) {
    SafeTensors file;
    file.metadata[formatKey] = formatName;
    file.metadata[infoKey] = describe(checkpoint.info);
    for (const auto& [key, tensor] : checkpoint.network.tensors()) {
        storeWeight(file, key, tensor, precision);
    }
    writeSafeTensors(file, path);
}

std::optional<ModelInfo> readModelInfo(const std::string& path) {
    if (isZip(path)) {
        return std::nullopt;
    }
    const auto metadata = readSafeTensorsMetadata(path);
    const auto info = metadata.find(infoKey);
    if (info == metadata.end()) {
        return std::nullopt;
    }
    return withContext("model file '" + path + "'", [&] { return parseInfo(info->second); });
}

}  // namespace drdm
