#pragma once

#include <string>

namespace drdmfuzz {

inline std::string pickledText(const std::string& text) {
    return std::string("X") + static_cast<char>(text.size()) + std::string(3, '\0') + text;
}

/// Name and tensor, as `torch.save` pickles them: so many numbers in a storage, and shape and strides as pickled
/// tuples.
inline std::string pickledTensor(const std::string& name, const std::string& key, char count, const std::string& shape,
                                 const std::string& strides) {
    return pickledText(name) + "ctorch._utils\n_rebuild_tensor_v2\n((" + pickledText("storage") +
           "ctorch\nFloatStorage\n" + pickledText(key) + pickledText("cpu") + "K" + count + "tQK" + '\0' + shape +
           strides + "\x89" + "ccollections\nOrderedDict\n)RtR";
}

inline std::string pickledDict(const std::string& items) {
    return std::string("\x80\x02") + "ccollections\nOrderedDict\n)R(" + items + "u.";
}

/// Two tensors: "a", 4 × 4 numbers in storage "0", and "b", three numbers in storage "1" (fuzz/ModelReaders.h).
inline std::string stateDictPickle() {
    return pickledDict(pickledTensor("a", "0", 16, "K\4K\4\x86", "K\4K\1\x86") +
                       pickledTensor("b", "1", 3, "K\3\x85", "K\1\x85"));
}

}  // namespace drdmfuzz
