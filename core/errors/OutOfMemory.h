#pragma once

#include "errors/Error.h"

#include <functional>
#include <new>
#include <string>
#include <string_view>

namespace drdm {

/// The memory was not enough. The text says for what, and how to need less.
class OutOfMemory : public Error {
public:
    using Error::Error;
};

/// Whether a failure means that: the standard library's, LibTorch's and the graphics cards' allocators say it in their
/// own ways.
inline bool saysOutOfMemory(const std::exception& failure) {
    if (dynamic_cast<const OutOfMemory*>(&failure) || dynamic_cast<const std::bad_alloc*>(&failure)) {
        return true;
    }
    const std::string_view said = failure.what();
    return said.find("allocate memory") != std::string_view::npos ||
           said.find("out of memory") != std::string_view::npos;
}

/// What an allocator said in words, without LibTorch's account of its own code: " (…)" to be added, or nothing.
inline std::string inBrackets(const std::exception& failure) {
    if (dynamic_cast<const std::bad_alloc*>(&failure)) {
        return {};
    }
    const std::string said = failure.what();
    return " (" + said.substr(0, said.find('\n')) + ")";
}

/// What is called where work is about to take much memory; it may throw as an allocator does. Tests set it to see what
/// becomes of the work. Set it while no work runs.
using MemoryProbe = std::function<void(std::string_view where)>;
inline MemoryProbe& memoryProbe() {
    static MemoryProbe probe;
    return probe;
}
inline void probeMemory(std::string_view where) {
    if (memoryProbe()) {
        memoryProbe()(where);
    }
}

}  // namespace drdm
