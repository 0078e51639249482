#pragma once

#include "tasks/ExperimentRunner.h"
#include "tasks/RegistrationPairs.h"

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// The kind "registration" (ExperimentPlan.h): a network learns the field between two slices and is measured on real
/// pairs of the test subjects, both ways, and on synthetic pairs of theirs.
///
/// | method                  | learns from                                                                  |
/// | unregistered            | nothing: the labels as they are                                              |
/// | mrbs, drdm              | synthetic pairs of the training subjects (`drdm synthesize-pairs`)           |
/// | mrbs-tuned, drdm-tuned  | the same, and in its last steps from real pairs of the training subjects,    |
/// |                         | without their labels: as many steps in all as the others                     |
/// | elastix                 | nothing: an iterative method, if it is installed (Elastix.h)                 |
class RegistrationExperiment : public ExperimentRunner {
public:
    using ExperimentRunner::ExperimentRunner;

protected:
    void prepare() override;
    bool prepare(const std::string& method) override;
    [[nodiscard]] long long stepsOf(const ExperimentRun& run) const override;
    void carryOut(const ExperimentRun& run, const std::function<void()>& stepTaken) const override;

private:
    [[nodiscard]] std::vector<HeldOutPair> synthetic(const std::string& method, const std::set<std::string>& of,
                                                     long long copies, const std::string& name) const;

    using Slices = std::map<std::string, std::vector<SlicePair>>;  ///< by subject
    std::map<std::string, std::vector<ImagePair>> m_pairs;         ///< by subject
    std::string m_made;                                            ///< whose pairs m_synthetic holds
    Slices m_synthetic, m_real;
    std::map<std::string, std::vector<HeldOutPair>> m_heldOut;  ///< by method
};

}  // namespace drdm
