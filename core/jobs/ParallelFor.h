#pragma once

#include <cstddef>
#include <functional>

namespace drdm {

/// Calls `work(i)` once for each i < count, on as many threads as the machine has processors (at most 16), the calling
/// one among them; `work` must be safe from several threads at once. Returns when all is done. An exception ends the
/// loop as soon as the calls under way have returned, and the first one comes out of here.
void parallelFor(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace drdm
