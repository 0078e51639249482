#pragma once

#include "jobs/JobContext.h"
#include "jobs/Stopwatch.h"

#include <cmath>
#include <filesystem>
#include <functional>
#include <numbers>

namespace drdm {

/// Trains a network up to `steps` steps; `state` keeps it every minute and when it is cancelled, and is where it goes
/// on from. Returns the last loss. \throws Error; Cancelled, after the state is kept
template <typename Network, typename Step>
double trainKeepingState(Network& network, const std::filesystem::path& state, long long steps,
                         const JobContext& context, const std::function<void()>& stepTaken, const Step& takeStep) {
    if (std::filesystem::exists(state)) {
        network.read(state.string());
        for (long long i = 0; i < network.step(); ++i) {
            stepTaken();
        }
    }
    double loss = 0;
    Stopwatch sinceSaved;
    try {
        while (network.step() < steps) {
            context.throwIfCancelled();
            loss = takeStep();
            stepTaken();
            if (sinceSaved.seconds() > 60) {
                network.write(state.string());
                sinceSaved.restart();
            }
        }
    } catch (const Cancelled&) {
        network.write(state.string());
        throw;
    }
    return loss;
}

/// The learning rate before a step: from `rate` down to 0 along a cosine.
inline double rateAt(double rate, long long step, long long steps) {
    return 0.5 * rate * (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
}

}  // namespace drdm
