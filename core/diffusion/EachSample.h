#pragma once

#include <cstdint>

namespace drdm {

/// body(n) for every sample of a batch: in parallel, or, where there is one alone, with what is parallel inside of it.
/// (A region of one thread around that would make GCC's OpenMP start new threads for each loop inside.) Nothing may
/// be thrown out of `body`.
template <typename Body>
void eachSample(std::int64_t count, const Body& body) {
    if (count == 1) {
        body(0);
        return;
    }
#pragma omp parallel for schedule(dynamic)
    for (std::int64_t n = 0; n < count; ++n) {
        body(n);
    }
}

}  // namespace drdm
