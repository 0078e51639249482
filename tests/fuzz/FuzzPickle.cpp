#include "Fuzz.h"
#include "fuzz/ModelReaders.h"
#include "fuzz/TorchPickle.h"

using namespace drdm;

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        std::ofstream(folder + "/state_dict", std::ios::binary) << drdmfuzz::stateDictPickle();
    }
    return 0;
}

/// The pickle of a file of `torch.save`, which no check sum guards here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const drdmfuzz::InputFile file(nullptr, 0, ".pth");
    drdmfuzz::writeTorchFile(file.path(), std::string(bytes, bytes + count));
    drdmfuzz::answers([&] { drdmfuzz::readTorchFile(file.path()); });
    return 0;
}
