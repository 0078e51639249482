#include "diffusion/SafeTensors.h"

#include "errors/Error.h"
#include "parameters/Json.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <unistd.h>

namespace drdm {

namespace {

constexpr std::uint64_t headerLimit = 100'000'000;

std::int64_t bytesPerValue(const std::string& type) {
    static const std::map<std::string, std::int64_t> sizes{{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2},
                                                           {"I64", 8}, {"I32", 4}, {"I16", 2}, {"I8", 1},
                                                           {"U8", 1},  {"BOOL", 1}};
    const auto found = sizes.find(type);
    if (found == sizes.end()) {
        throw Error("tensor type '" + type + "' is not known");
    }
    return found->second;
}

/// Number of values of a shape. \throws Error on negative sizes and overflow.
std::int64_t countOf(const std::vector<std::int64_t>& shape) {
    std::int64_t count = 1;
    for (const auto n : shape) {
        if (n < 0 || (n > 0 && count > std::numeric_limits<std::int64_t>::max() / 16 / n)) {
            throw Error("a tensor's shape is negative or too large");
        }
        count *= n;
    }
    return count;
}

struct Opened {
    std::ifstream stream;
    std::uint64_t dataStart = 0;
    std::uint64_t dataSize = 0;
    Json header;
};

Opened open(const std::string& path) {
    std::error_code code;
    const auto size = std::filesystem::file_size(path, code);
    if (code) {
        throw Error("cannot read '" + path + "': " + code.message());
    }
    Opened file{std::ifstream(path, std::ios::binary), 0, 0, {}};
    std::uint64_t length = 0;
    file.stream.read(reinterpret_cast<char*>(&length), sizeof length);
    if (!file.stream || length > headerLimit || length > size - sizeof length) {
        throw Error("'" + path + "' is not a safetensors file (its header length does not fit its " +
                    std::to_string(size) + " bytes); it may be truncated or of another kind");
    }
    std::string text(length, '\0');
    file.stream.read(text.data(), static_cast<std::streamsize>(length));
    if (!file.stream) {
        throw Error("'" + path + "' ends inside its header; the file is truncated");
    }
    file.dataStart = sizeof length + length;
    file.dataSize = size - file.dataStart;
    file.header = withContext("the header of '" + path + "'", [&] { return Json::parse(text); });
    if (!file.header.isObject()) {
        throw Error("the header of '" + path + "' is not a JSON object");
    }
    return file;
}

std::map<std::string, std::string> metadataOf(const Json& header) {
    std::map<std::string, std::string> metadata;
    if (const Json* entries = header.find("__metadata__")) {
        for (const auto& [key, value] : entries->members()) {
            metadata[key] = value.string();
        }
    }
    return metadata;
}

}  // namespace

std::int64_t RawTensor::count() const {
    return countOf(shape);
}

std::vector<float> RawTensor::floats() const {
    if (type != "F32") {
        throw Error("a tensor of type " + type + " where F32 was expected");
    }
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty()) {
        std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    }
    return values;
}

RawTensor RawTensor::fromFloats(std::vector<std::int64_t> shape, const float* data) {
    RawTensor tensor{"F32", std::move(shape), {}};
    tensor.bytes.resize(static_cast<std::size_t>(tensor.count()) * sizeof(float));
    if (!tensor.bytes.empty()) {
        std::memcpy(tensor.bytes.data(), data, tensor.bytes.size());
    }
    return tensor;
}

const RawTensor& SafeTensors::at(const std::string& name) const {
    for (const auto& [key, tensor] : tensors) {
        if (key == name) {
            return tensor;
        }
    }
    throw Error("there is no tensor '" + name + "'");
}

bool SafeTensors::contains(const std::string& name) const {
    for (const auto& entry : tensors) {
        if (entry.first == name) {
            return true;
        }
    }
    return false;
}

SafeTensors readSafeTensors(const std::string& path) {
    auto file = open(path);
    SafeTensors content;
    withContext("'" + path + "'", [&] {
        content.metadata = metadataOf(file.header);
        std::uint64_t taken = 0;
        for (const auto& [name, entry] : file.header.members()) {
            if (name == "__metadata__") {
                continue;
            }
            withContext("tensor '" + name + "'", [&, &key = name, &value = entry] {
                RawTensor tensor;
                tensor.type = value.at("dtype").string();
                for (const auto& n : value.at("shape").items()) {
                    tensor.shape.push_back(n.integer());
                }
                const auto& offsets = value.at("data_offsets").items();
                if (offsets.size() != 2) {
                    throw Error("data_offsets needs two numbers");
                }
                const auto begin = offsets[0].integer();
                const auto end = offsets[1].integer();
                const auto expected = tensor.count() * bytesPerValue(tensor.type);
                if (begin < 0 || end < begin || static_cast<std::uint64_t>(end) > file.dataSize ||
                    end - begin != expected) {
                    throw Error("its data (bytes " + std::to_string(begin) + " to " + std::to_string(end) + ", " +
                                std::to_string(expected) +
                                " expected) do not fit the file; it is truncated or damaged");
                }
                // A small file whose tensors all name the same bytes would fill the memory.
                taken += static_cast<std::uint64_t>(expected);
                if (taken > file.dataSize) {
                    throw Error("its data are another tensor's, too; the file is damaged");
                }
                tensor.bytes.resize(static_cast<std::size_t>(expected));
                file.stream.seekg(static_cast<std::streamoff>(file.dataStart) + begin);
                file.stream.read(tensor.bytes.data(), expected);
                if (!file.stream) {
                    throw Error("its data cannot be read");
                }
                content.tensors.emplace_back(key, std::move(tensor));
            });
        }
    });
    return content;
}

std::map<std::string, std::string> readSafeTensorsMetadata(const std::string& path) {
    return metadataOf(open(path).header);
}

void writeSafeTensors(const SafeTensors& content, const std::string& path) {
    Json header = Json::object();
    if (!content.metadata.empty()) {
        Json metadata = Json::object();
        for (const auto& [key, value] : content.metadata) {
            metadata.set(key, value);
        }
        header.set("__metadata__", metadata);
    }
    std::int64_t offset = 0;
    for (const auto& [name, tensor] : content.tensors) {
        Json shape = Json::array();
        for (const auto n : tensor.shape) {
            shape.push(Json(static_cast<long long>(n)));
        }
        const auto end = offset + static_cast<std::int64_t>(tensor.bytes.size());
        Json offsets = Json::array();
        offsets.push(Json(static_cast<long long>(offset)));
        offsets.push(Json(static_cast<long long>(end)));
        Json entry = Json::object();
        entry.set("dtype", tensor.type).set("shape", shape).set("data_offsets", offsets);
        header.set(name, entry);
        offset = end;
    }
    auto text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t length = text.size();

    const auto temporary = path + "." + std::to_string(getpid()) + ".partial";
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(&length), sizeof length);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    for (const auto& [name, tensor] : content.tensors) {
        stream.write(tensor.bytes.data(), static_cast<std::streamsize>(tensor.bytes.size()));
    }
    stream.close();
    std::error_code code;
    if (!stream) {
        std::filesystem::remove(temporary, code);
        throw Error("cannot write '" + path + "': the folder is missing, not writable, or the disk is full");
    }
    std::filesystem::rename(temporary, path, code);
    if (code) {
        throw Error("cannot write '" + path + "': " + code.message());
    }
}

}  // namespace drdm
