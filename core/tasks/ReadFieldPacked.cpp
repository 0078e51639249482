#include "errors/Error.h"
#include "tasks/Evaluate.h"
#include "tasks/PackedField.h"

namespace drdm {

DisplacementField readField(const std::string& path) {
    if (!path.ends_with(".safetensors")) {
        throw Error(path + ": this build of drdm reads .safetensors alone; use the full build for NIfTI and DICOM");
    }
    return readPackedField(path);
}

}  // namespace drdm
