#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace drdm {

/// One named array: little-endian raw bytes.
struct RawTensor {
    std::string type;  ///< "F32", "F64", "F16", "I64", "I32", "U8"
    std::vector<std::int64_t> shape;
    std::vector<char> bytes;

    /// \throws Error if the type is not F32.
    [[nodiscard]] std::vector<float> floats() const;
    static RawTensor fromFloats(std::vector<std::int64_t> shape, const float* data);
    [[nodiscard]] std::int64_t count() const;
};

/// The safetensors layout: 8-byte little-endian header length, a JSON header, raw data. Data, never code.
struct SafeTensors {
    std::map<std::string, std::string> metadata;             ///< the header's "__metadata__"
    std::vector<std::pair<std::string, RawTensor>> tensors;  ///< in file order

    /// \throws Error naming the tensor if it is missing.
    [[nodiscard]] const RawTensor& at(const std::string& name) const;
    [[nodiscard]] bool contains(const std::string& name) const;
};

/// Header at most 100 MB; offsets, shapes and types are checked against the file's size before memory is taken.
/// \throws Error naming file, place and remedy.
SafeTensors readSafeTensors(const std::string& path);

/// Only the header's metadata (quick). \throws Error
std::map<std::string, std::string> readSafeTensorsMetadata(const std::string& path);

/// Written beside the target and renamed. \throws Error
void writeSafeTensors(const SafeTensors& content, const std::string& path);

}  // namespace drdm
