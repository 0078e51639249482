#include "Fuzz.h"
#include "diffusion/Checkpoint.h"
#include "diffusion/PthReader.h"

#include <caffe2/serialize/inline_container.h>

using namespace drdm;

namespace {

/// As torch.save writes a state dict with one tensor of four float32.
void writeStateDict(const std::string& path) {
    std::string pickle("\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n", 48);
    pickle += std::string(
        "((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x00"
        "0X\x03\x00\x00\x00"
        "cpuK\x04tQ",
        53);
    pickle += std::string(
        "K\x00K\x04\x85K\x01\x85\x89"
        "}tRs.",
        14);
    const float values[4] = {1, 2, 3, 4};
    caffe2::serialize::PyTorchStreamWriter writer(path);
    writer.writeRecord("data.pkl", pickle.data(), pickle.size());
    writer.writeRecord("data/0", values, sizeof values);
    writer.writeEndOfFile();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        Checkpoint checkpoint{{}, Network::random({.dims = 2, .steps = 2, .width = 1, .patch = 1}, 3)};
        checkpoint.info.name = "small";
        checkpoint.info.dims = 2;
        checkpoint.info.steps = 2;
        checkpoint.info.gridSide = 32;
        checkpoint.info.labelScale = {0.5, 1};
        writeCheckpoint(checkpoint, folder + "/single.safetensors");
        writeCheckpoint(checkpoint, folder + "/byte.safetensors", WeightPrecision::Byte);
        writeStateDict(folder + "/state.pth");
    }
    return 0;
}

/// A model in our layout or in the authors', recognised by its content.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const drdmfuzz::InputFile file(bytes, count, ".model");
    drdmfuzz::answers([&] { readCheckpoint(file.path()); });
    drdmfuzz::answers([&] { readModelInfo(file.path()); });
    drdmfuzz::answers([&] { readStateDict(file.path()); });
    return 0;
}
