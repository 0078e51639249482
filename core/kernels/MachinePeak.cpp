#include "kernels/MachinePeak.h"

#include "kernels/RowKernel.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace drdm::kernels {

namespace {

/// The best of several runs: what the machine can do, not what it does under load.
template <typename Work>
double leastSeconds(const Work& work) {
    double least = 1e9;
    for (int i = 0; i < 100; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return least;
}

}  // namespace

double peakFlopPerSecond() {
    constexpr int width = 128;
    constexpr int taps = 9 * 10;
    constexpr int jobs = 64;
    constexpr int repeats = 50;
    const RowKernel& kernel = rowKernel();
    const std::vector<float> weights(static_cast<std::size_t>(taps * kernel.outputs), 0.01F);
    const std::vector<float> bias(static_cast<std::size_t>(kernel.outputs), 0.1F);
    std::vector<std::int32_t> offsets;
    offsets.reserve(taps);
    for (int k = 0; k < taps; ++k) {
        offsets.push_back(k % 3 + k / 9 * (width + 32));
    }
    const double seconds = leastSeconds([&] {
#pragma omp parallel for schedule(static)
        for (int i = 0; i < jobs; ++i) {
            const std::vector<float> in(10 * (width + 32), 0.5F);
            std::vector<float> out(static_cast<std::size_t>(width * kernel.outputs));
            RowJob job;
            job.input = in.data();
            job.offsets = offsets.data();
            job.taps = taps;
            job.weights = weights.data();
            job.bias = bias.data();
            job.outputs = kernel.outputs;
            job.width = width;
            job.raw = out.data();
            job.rawPlane = width;
            for (int r = 0; r < repeats; ++r) {
                kernel.run(job);
            }
        }
    });
    return 2.0 * taps * kernel.outputs * width * jobs * repeats / seconds;
}

double peakBytesPerSecond() {
    constexpr std::int64_t count = 32 << 20;
    const std::vector<float> from(count, 1.0F);
    std::vector<float> to(count);
    const double seconds = leastSeconds([&] {
#pragma omp parallel for simd schedule(static)
        for (std::int64_t i = 0; i < count; ++i) {
            to[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(i)];
        }
    });
    return 2.0 * static_cast<double>(count) * sizeof(float) / seconds;
}

}  // namespace drdm::kernels
