#pragma once

#include "experiments/SegmentationNetwork.h"
#include "jobs/JobContext.h"
#include "tasks/DataSet.h"
#include "tasks/ExperimentPlan.h"
#include "tasks/SegmentationSlices.h"

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace drdm {

/// One network of an experiment: its training, which goes on where it was interrupted, and its measures.
struct SegmentationTrial {
    const ExperimentPlan& plan;
    ExperimentRun run;
    const LabelClasses& classes;
    std::vector<const LabelledSlice*> originals, copies;        ///< of the training subjects
    std::vector<std::pair<std::string, const DataItem*>> test;  ///< subject and image
    std::filesystem::path result;  ///< a JSON file; the state of the training lies beside it until it is there
    const JobContext& context;
    std::function<void()> stepTaken;

    /// \throws Error, Cancelled (the state is kept)
    void carryOut() const;

private:
    double takeStep(SegmentationNetwork& network) const;
    [[nodiscard]] Json measure(const SegmentationNetwork& network) const;
};

}  // namespace drdm
