#include "io/NiftiFile.h"
#include "tasks/Evaluate.h"
#include "tasks/PackedField.h"

namespace drdm {

DisplacementField readField(const std::string& path) {
    return path.ends_with(".safetensors") ? readPackedField(path) : readNiftiField(path);
}

}  // namespace drdm
