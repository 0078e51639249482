#pragma once

#include <string>

namespace drdmfuzz {

inline std::string pickledText(const std::string& text) {
    return std::string("X") + static_cast<char>(text.size()) + std::string(3, '\0') + text;
}

/// An ordered dictionary of two tensors as `torch.save` pickles it: "a", 4 × 4 numbers in storage "0", and "b", three
/// numbers in storage "1" (fuzz/ModelReaders.h).
inline std::string stateDictPickle() {
    const auto tensor = [](const std::string& name, const std::string& key, char count, const std::string& shape,
                           const std::string& strides) {
        return pickledText(name) + "ctorch._utils\n_rebuild_tensor_v2\n((" + pickledText("storage") +
               "ctorch\nFloatStorage\n" + pickledText(key) + pickledText("cpu") + "K" + count + "tQK" + '\0' + shape +
               strides + "\x89" + "ccollections\nOrderedDict\n)RtR";
    };
    return std::string("\x80\x02") + "ccollections\nOrderedDict\n)R(" +
           tensor("a", "0", 16, "K\4K\4\x86", "K\4K\1\x86") + tensor("b", "1", 3, "K\3\x85", "K\1\x85") + "u.";
}

}  // namespace drdmfuzz
