#include "diffusion/WeightPrecision.h"

#include "errors/Error.h"

namespace drdm {

std::string name(WeightPrecision precision) {
    switch (precision) {
        case WeightPrecision::Half:
            return "half";
        case WeightPrecision::Byte:
            return "byte";
        case WeightPrecision::Single:
            break;
    }
    return "single";
}

WeightPrecision weightPrecisionFromName(const std::string& name) {
    for (const auto precision : {WeightPrecision::Single, WeightPrecision::Half, WeightPrecision::Byte}) {
        if (name == drdm::name(precision)) {
            return precision;
        }
    }
    throw Error("'" + name + "' is not a precision of weights; use single, half or byte");
}

}  // namespace drdm
