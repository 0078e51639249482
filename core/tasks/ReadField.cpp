#include "errors/Error.h"
#include "io/DerivedObjects.h"
#include "io/DicomKind.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "tasks/Evaluate.h"
#include "tasks/PackedField.h"

#include <filesystem>

namespace drdm {

DisplacementField readField(const std::string& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) {
        throw Error("there is no file " + path + "; check the path");
    }
    if (path.ends_with(".safetensors")) {
        return readPackedField(path);
    }
    if (hasMetaName(path)) {
        return readMetaField(path);
    }
    return dicomKindOf(path) != DicomKind::None ? readRegistration(path) : readNiftiField(path);
}

}  // namespace drdm
