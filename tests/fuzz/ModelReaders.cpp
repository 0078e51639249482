#include "fuzz/ModelReaders.h"

#include "diffusion/PthReader.h"
#include "diffusion/StoredWeights.h"

#include <caffe2/serialize/inline_container.h>

namespace drdmfuzz {

void readTorchFile(const std::string& path) {
    drdm::readStateDict(path);
}

void readWeights(const std::string& path) {
    const drdm::SafeTensors file = drdm::readSafeTensors(path);
    try {
        drdm::storedWeights(file);
    } catch (const c10::Error&) {
        __builtin_trap();  // LibTorch's own words are no answer to a damaged file
    }
}

void writeTorchFile(const std::string& path, const std::string& pickle) {
    caffe2::serialize::PyTorchStreamWriter writer(path);
    writer.writeRecord("data.pkl", pickle.data(), pickle.size());
    const std::string numbers(64, '\1');
    writer.writeRecord("data/0", numbers.data(), numbers.size());
    writer.writeRecord("data/1", numbers.data(), 12);
    writer.writeEndOfFile();
}

}  // namespace drdmfuzz
