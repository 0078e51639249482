#include "Fuzz.h"
#include "diffusion/ModelDescription.h"
#include "diffusion/SafeTensors.h"
#include "fuzz/ModelReaders.h"
#include "fuzz/TorchPickle.h"

using namespace drdm;

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        drdmfuzz::writeTorchFile(folder + "/model.pth", drdmfuzz::stateDictPickle());
        SafeTensors model;
        ModelInfo info;
        info.name = "small";
        info.steps = 3;
        info.labelScale = {1, 0.5, 0.25};
        info.trainingRecord = "{}";
        model.metadata["drdm.info"] = modelDescription(info);
        model.tensors.emplace_back("whole", RawTensor{"F32", {2, 2}, std::vector<char>(16)});
        model.tensors.emplace_back("half", RawTensor{"F16", {2, 2}, std::vector<char>(8)});
        model.tensors.emplace_back("byte", RawTensor{"I8", {2, 2}, std::vector<char>(4)});
        model.tensors.emplace_back("byte.scale", RawTensor{"F32", {2}, std::vector<char>(8)});
        writeSafeTensors(model, folder + "/model.safetensors");
    }
    return 0;
}

/// A model file, ours or the authors': the weights, and what it says of itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const drdmfuzz::InputFile file(bytes, count, ".model");
    drdmfuzz::answers([&] { drdmfuzz::readTorchFile(file.path()); });
    drdmfuzz::answers([&] { drdmfuzz::readWeights(file.path()); });
    drdmfuzz::answers([&] {
        const auto metadata = readSafeTensorsMetadata(file.path());
        if (const auto info = metadata.find("drdm.info"); info != metadata.end()) {
            modelInfoFrom(info->second);
        }
    });
    return 0;
}
