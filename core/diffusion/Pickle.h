#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drdm {

/// What to do about a .pth file that is not read.
inline constexpr const char* pthRemedy = "save the model's state_dict() with torch.save and open that";

/// A tensor as the pickle of a state dict describes it: where its numbers lie in a storage of the archive.
struct PickledTensor {
    std::string storageType;  ///< "torch FloatStorage"
    std::string storage;      ///< its key
    std::int64_t storageCount = 0;
    std::int64_t offset = 0;
    std::vector<std::int64_t> sizes, strides;  ///< in numbers; no index leaves the storage
};

/// The tensors that a pickled dictionary (dict or OrderedDict) names. A restricted reader: it knows dicts, tuples,
/// text, numbers, storages and `_rebuild_tensor_v2`, and refuses everything else, so that no code of a file is ever
/// run. \throws Error: what the pickle holds instead and what to do
std::map<std::string, PickledTensor> unpickleStateDict(std::string_view pickle);

}  // namespace drdm
