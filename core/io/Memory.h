#pragma once

#include "errors/Error.h"

#include <cstdint>
#include <string>
#include <unistd.h>

namespace drdm {

/// Refuses an amount of memory that this machine cannot have (more than 80 % of its physical memory), before it is
/// taken. \throws Error naming `what` and both sizes.
inline void requireMemory(std::uint64_t bytes, const std::string& what) {
    const auto physical =
        static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    if (bytes > physical / 5 * 4) {
        throw Error(what + " needs " + std::to_string(bytes >> 20U) + " MiB, this machine has " +
                    std::to_string(physical >> 20U) +
                    " MiB; the file may be damaged, else read it on a larger machine");
    }
}

}  // namespace drdm
