#pragma once

#include <string>
#include <vector>

namespace drdm {

/// How copies of a labelled image are made.
enum class Method {
    None,                    ///< the image as it is
    Elastic,                 ///< ElasticDeformation.h
    BigAug,                  ///< BigAug.h: nine stacked transforms
    MultiResolutionSplines,  ///< MultiResolutionSplines.h
    Drdm,                    ///< DrdmDeformation.h
    DrdmIntensity            ///< Drdm, and the six transforms of BigAug that change grey values
};

/// "none", "elastic", "bigaug", "mrbs", "drdm", "drdm-intensity".
std::string name(Method method);
std::vector<std::string> methodNames();
/// \throws Error naming the accepted words.
Method methodFromName(const std::string& name);

inline bool usesModel(Method method) {
    return method == Method::Drdm || method == Method::DrdmIntensity;
}

}  // namespace drdm
