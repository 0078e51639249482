#include "Labels.h"
#include "errors/Error.h"

namespace drdm {

LabelMap readLabels(const std::string& path) {
    throw Error(path + ": this build of drdm does not read label maps; use the full build");
}

}  // namespace drdm
