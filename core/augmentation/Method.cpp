#include "augmentation/Method.h"

#include "errors/Error.h"

namespace drdm {
namespace {

constexpr Method allMethods[] = {Method::None, Method::Elastic,      Method::BigAug, Method::MultiResolutionSplines,
                                 Method::Drdm, Method::DrdmIntensity};

}  // namespace

std::string name(Method method) {
    switch (method) {
        case Method::None:
            return "none";
        case Method::Elastic:
            return "elastic";
        case Method::BigAug:
            return "bigaug";
        case Method::MultiResolutionSplines:
            return "mrbs";
        case Method::Drdm:
            return "drdm";
        case Method::DrdmIntensity:
            return "drdm-intensity";
    }
    return {};
}

std::vector<std::string> methodNames() {
    std::vector<std::string> names;
    for (const Method method : allMethods) {
        names.push_back(name(method));
    }
    return names;
}

Method methodFromName(const std::string& text) {
    std::string accepted;
    for (const Method method : allMethods) {
        if (name(method) == text) {
            return method;
        }
        accepted += (accepted.empty() ? "" : ", ") + name(method);
    }
    throw Error("\"" + text + "\" is no method of augmentation; use one of " + accepted);
}

}  // namespace drdm
