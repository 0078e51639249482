#pragma once

#include "tasks/RegistrationPairs.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace drdm {

/// One method of a registration experiment on one fold: its training, if it has one, which goes on where it was
/// interrupted, and its measures.
struct RegistrationTrial {
    const ExperimentPlan& plan;
    ExperimentRun run;
    std::vector<const SlicePair*> synthetic, real;  ///< of the training subjects; real ones for tuned methods alone
    std::vector<std::pair<std::string, ImagePair>> test;               ///< subject and real pair
    std::map<std::string, std::vector<const HeldOutPair*>> heldOut{};  ///< by method that made them
    std::filesystem::path result;  ///< a JSON file; the state of the training lies beside it until it is there
    const JobContext& context;
    std::function<void()> stepTaken;

    /// \throws Error, Cancelled (the state is kept)
    void carryOut() const;

private:
    [[nodiscard]] RegistrationNetwork trained(double& loss) const;
    double takeStep(RegistrationNetwork& network) const;
    [[nodiscard]] Json measured(const SliceRegistration& registration) const;
    [[nodiscard]] SliceRegistration elastix(int& slices, int& failed) const;
};

}  // namespace drdm
