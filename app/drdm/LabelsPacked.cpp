#include "Labels.h"
#include "errors/Error.h"

namespace drdm {

LabelMap labelsFrom(const std::string& path, Console& /*console*/, const Image* /*image*/,
                    const std::vector<std::string>& /*structures*/) {
    throw Error(path + ": this build of drdm does not read label maps; use the full build");
}

}  // namespace drdm
