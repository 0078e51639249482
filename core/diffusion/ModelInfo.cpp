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

}  // namespace drdm
