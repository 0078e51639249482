#pragma once

#include "tasks/ExperimentRunner.h"
#include "tasks/SegmentationSlices.h"

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// The kind "segmentation" (ExperimentPlan.h): a network learns from the slices of the training subjects and of their
/// copies by one method, and draws the labels of the test subjects, volume by volume.
class SegmentationExperiment : public ExperimentRunner {
public:
    using ExperimentRunner::ExperimentRunner;

protected:
    void prepare() override;
    bool prepare(const std::string& method) override;
    [[nodiscard]] long long stepsOf(const ExperimentRun& /*run*/) const override { return plan().steps; }
    void carryOut(const ExperimentRun& run, const std::function<void()>& stepTaken) const override;

private:
    using Slices = std::map<std::string, std::vector<LabelledSlice>>;  ///< by subject
    void append(std::vector<LabelledSlice>& slices, const LabelledImage& data) const;

    LabelClasses m_classes{{}};
    Slices m_originals, m_copies;
};

}  // namespace drdm
