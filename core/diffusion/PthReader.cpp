#include "diffusion/PthReader.h"

#include "diffusion/Pickle.h"
#include "errors/Error.h"

#include <torch/torch.h>

#include <caffe2/serialize/inline_container.h>
#include <cstring>
#include <fstream>

namespace drdm {

namespace {

at::ScalarType scalarType(const std::string& storageType) {
    static const std::map<std::string, at::ScalarType> types{
        {"torch FloatStorage", at::kFloat}, {"torch DoubleStorage", at::kDouble}, {"torch HalfStorage", at::kHalf},
        {"torch LongStorage", at::kLong},   {"torch IntStorage", at::kInt},       {"torch BoolStorage", at::kBool}};
    const auto known = types.find(storageType);
    if (known == types.end()) {
        throw Error(std::string("it holds a storage of an unknown type; ") + pthRemedy);
    }
    return known->second;
}

/// The storages of an archive, each read once; whatever device they were on, they come to the CPU.
class Storages {
public:
    Storages(caffe2::serialize::PyTorchStreamReader& archive, std::uint64_t archiveSize)
        : m_archive(archive), m_archiveSize(archiveSize) {}

    at::Tensor tensor(const PickledTensor& described) {
        const at::Tensor& flat = load(described);
        at::Tensor part = flat.as_strided(described.sizes, described.strides, described.offset);
        m_taken += part.nbytes();
        if (m_taken > mostShares * m_archiveSize) {
            throw Error("its tensors share storages so often that they are " + std::to_string(mostShares) +
                        " times as large as the file; it is damaged");
        }
        return part.clone();
    }

private:
    static constexpr std::uint64_t mostShares = 16;  ///< tied weights share one or two

    const at::Tensor& load(const PickledTensor& described) {
        const at::ScalarType type = scalarType(described.storageType);
        const auto found = m_storages.find(described.storage);
        if (found != m_storages.end()) {
            if (found->second.numel() != described.storageCount || found->second.scalar_type() != type) {
                throw Error("storage '" + described.storage + "' is described in two ways; the file is damaged");
            }
            return found->second;
        }
        const auto name = "data/" + described.storage;
        const auto size = static_cast<std::uint64_t>(at::elementSize(type));
        const auto count = static_cast<std::uint64_t>(described.storageCount);
        // torch.save does not compress, so no record can be larger than the file.
        if (count > m_archiveSize / size || !m_archive.hasRecord(name)) {
            throw Error("storage '" + described.storage + "' of " + std::to_string(count) + " numbers of " +
                        std::to_string(size) + " bytes is not in the file; it is truncated or damaged");
        }
        auto [data, length] = m_archive.getRecord(name);
        if (length < count * size) {
            throw Error("storage '" + described.storage + "' has " + std::to_string(length) + " bytes where " +
                        std::to_string(count * size) + " were expected");
        }
        auto tensor = at::empty({described.storageCount}, at::TensorOptions().dtype(type));
        if (count > 0) {
            std::memcpy(tensor.data_ptr(), data.get(), count * size);
        }
        return m_storages[described.storage] = tensor;
    }

    caffe2::serialize::PyTorchStreamReader& m_archive;
    std::uint64_t m_archiveSize;
    std::uint64_t m_taken = 0;
    std::map<std::string, at::Tensor> m_storages;
};

std::map<std::string, at::Tensor> readArchive(const std::string& path, std::uint64_t size) {
    caffe2::serialize::PyTorchStreamReader archive(path);
    if (!archive.hasRecord("data.pkl")) {
        throw Error(std::string("it is a zip archive, but not one that torch.save made; ") + pthRemedy);
    }
    auto [data, length] = archive.getRecord("data.pkl");
    Storages storages(archive, size);
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, described] : unpickleStateDict({static_cast<const char*>(data.get()), length})) {
        tensors[name] = storages.tensor(described);
    }
    return tensors;
}

}  // namespace

bool isZip(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    char magic[4] = {};
    stream.read(magic, sizeof magic);
    return stream && std::memcmp(magic, "PK\x03\x04", 4) == 0;
}

std::map<std::string, at::Tensor> readStateDict(const std::string& path) {
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    if (!stream) {
        throw Error("cannot read '" + path + "'");
    }
    const auto size = static_cast<std::uint64_t>(stream.tellg());
    stream.close();
    if (!isZip(path)) {
        throw Error("'" + path +
                    "' is not a file that current torch.save writes (no zip archive); load it in Python and save its "
                    "state_dict() again");
    }
    return withContext("'" + path + "'", [&] {
        try {
            return readArchive(path, size);
        } catch (const c10::Error& error) {
            throw Error(std::string("the archive is damaged or truncated (") + error.what_without_backtrace() + ")");
        }
    });
}

}  // namespace drdm
