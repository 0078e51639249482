#include "Labels.h"

#include "io/NiftiFile.h"

namespace drdm {

LabelMap readLabels(const std::string& path) {
    return readNiftiLabels(path);
}

}  // namespace drdm
