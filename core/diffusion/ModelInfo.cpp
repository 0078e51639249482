#include "diffusion/ModelInfo.h"

#include "errors/Error.h"

namespace drdm {

std::string name(Process process) {
    return process == Process::Released ? "released" : "diffeomorphic";
}

Process processFromName(const std::string& name) {
    if (name == "released") {
        return Process::Released;
    }
    if (name == "diffeomorphic") {
        return Process::Diffeomorphic;
    }
    throw Error("'" + name + "' is not a forward process; use 'diffeomorphic' or 'released'");
}

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
