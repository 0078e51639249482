#include "diffusion/Checkpoint.h"

#include "diffusion/ModelDescription.h"
#include "diffusion/PthReader.h"
#include "diffusion/Recovery.h"
#include "diffusion/SafeTensors.h"
#include "diffusion/StoredWeights.h"
#include "errors/Error.h"
#include "parameters/Sha256.h"

#include <torch/torch.h>

#include <filesystem>

namespace drdm {

namespace {

constexpr const char* formatKey = "drdm.format";
constexpr const char* formatName = "drdm-model-1";
constexpr const char* infoKey = "drdm.info";

/// \throws Error if what the file says of itself is not so.
void check(const ModelInfo& info, const Network& network) {
    if (info.dims != network.dims() || info.steps != network.steps() ||
        info.labelScale.size() != static_cast<std::size_t>(info.steps)) {
        throw Error("its description does not fit its weights (dimensions or number of steps)");
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
        Checkpoint checkpoint{modelInfoFrom(info->second), Network::fromTensors(storedWeights(file))};
        check(checkpoint.info, checkpoint.network);
        return checkpoint;
    });
}

Checkpoint readAuthors(const std::string& path) {
    const auto tensors = readStateDict(path);
    ModelInfo info;
    Network network = withContext("'" + path + "'", [&] { return Network::fromTensors(tensors); });
    info.name = std::filesystem::path(path).stem().string();
    info.dims = network.dims();
    info.gridSide = info.dims == 2 ? 256 : 128;
    info.process = Process::Released;
    info.normalisation = Normalisation::MinMax;
    info.fit = Fit::Squash;
    info.steps = network.steps();
    info.recursion = 2;
    info.modality = "";
    info.labelScale.assign(static_cast<std::size_t>(info.steps), 1.0);
    return {std::move(info), std::move(network)};
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
    file.metadata[infoKey] = modelDescription(checkpoint.info);
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
    return withContext("model file '" + path + "'", [&] { return modelInfoFrom(info->second); });
}

}  // namespace drdm
