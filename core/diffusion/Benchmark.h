#pragma once

#include "jobs/JobContext.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

/// How long one thing takes, beside the plain eager LibTorch form of the same thing (no layouts, no fusion, as the
/// authors' program computes it). Medians of runs that alternate in one process.
struct Measure {
    std::string name;
    double seconds = 0;
    double eagerSeconds = 0;
    double flop = 0;   ///< counted; 0 where it is not
    double bytes = 0;  ///< what must at least be read and written; 0 where it is not counted
};

/// What this machine can do at best, measured.
struct Machine {
    std::string cpu;
    int threads = 0;
    std::string kernel;         ///< instruction set of the row kernel
    double flopPerSecond = 0;   ///< convolution of rows that stay in the first-level cache, all threads
    double bytesPerSecond = 0;  ///< copying more than the caches hold, all threads, read and written
    std::string libtorch;
};

/// A measure of another room: what is timed, and what it is compared with.
struct OutsideMeasure {
    std::string name;
    std::function<void()> ours;
    std::function<void()> plain;
    int repeats = 3;  ///< at most
};

struct BenchmarkRequest {
    std::vector<std::string> only;  ///< names of measures; all if empty
    int repeats = 7;
    std::string modelFile;                ///< of the full sample: a 2-D model
    std::vector<OutsideMeasure> outside;  ///< after ours
};

Machine measureMachine();

/// On the CPU. `onMeasure` is called as each is there. \throws Error naming an unknown measure, Cancelled
std::vector<Measure> runBenchmarks(const BenchmarkRequest& request, const JobContext& context,
                                   const std::function<void(const Measure&)>& onMeasure = {});

}  // namespace drdm
