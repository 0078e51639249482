#pragma once

#include <torch/types.h>

#include <map>
#include <string>

namespace drdm {

/// Reads the tensors of a `torch.save` zip of a state dict (dict or OrderedDict of tensors), whatever device they were
/// on. A restricted reader: it knows dicts, tuples, text, numbers, storages and `_rebuild_tensor_v2`, and refuses
/// everything else, so that no code of a file is ever run. Offsets and strides are checked against the storages.
/// \throws Error: what the file holds instead (a whole pickled module, a legacy file, …) and what to do.
std::map<std::string, at::Tensor> readStateDict(const std::string& path);

/// True if the file is a zip archive (as torch.save writes).
bool isZip(const std::string& path);

}  // namespace drdm
