#include "Labels.h"

#include "io/Labels.h"

namespace drdm {

LabelMap labelsFrom(const std::string& path, Console& console, const Image* image,
                    const std::vector<std::string>& structures) {
    const ReadLabels labels = readLabels(path, image ? LabelTarget(*image) : LabelTarget(), structures);
    for (const std::string& warning : labels.warnings) {
        console.say("warning: " + warning);
    }
    return labels.map;
}

}  // namespace drdm
