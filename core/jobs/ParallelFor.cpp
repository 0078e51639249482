#include "jobs/ParallelFor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace drdm {

void parallelFor(std::size_t count, const std::function<void(std::size_t)>& work) {
    const std::size_t processors = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
    std::atomic<std::size_t> next = 0;
    std::exception_ptr failure;
    std::mutex mutex;
    const auto loop = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                if (!failure) {
                    failure = std::current_exception();
                }
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < std::min(processors, count); ++t) {
            others.emplace_back(loop);
        }
        loop();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace drdm
