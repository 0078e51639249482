#pragma once

#include "jobs/JobContext.h"
#include "parameters/Json.h"
#include "tasks/ExperimentPlan.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

struct ExperimentTable {
    std::int64_t runs = 0, there = 0, made = 0;
    double seconds = 0;
    Json json;             ///< what table.json holds
    std::string markdown;  ///< what table.md holds
    [[nodiscard]] bool complete() const { return there == runs; }
};

/// Makes the copies and runs that the folder does not hold yet, and after each of them table.json, table.csv and
/// table.md of all that are there. A run that was interrupted goes on from its state (every minute or so); one that is
/// over is never made again. The test subjects of a fold are read for measuring alone. \throws Error: a subject of the
/// split that the data set does not have, fewer training subjects than asked for, another experiment in the folder …;
/// Cancelled
ExperimentTable runExperiment(const ExperimentPlan& plan, const JobContext& context,
                              const std::function<void(const std::string&)>& note = {});

/// The plan of a folder in which an experiment was begun. \throws Error
ExperimentPlan readExperimentPlan(const std::string& folder);

/// What table.json of an experiment's folder holds. \throws Error
Json readExperimentTable(const std::string& folder);

/// The table of these results (the contents of the runs' files): per method and number of subjects, class by class,
/// the mean over all test images and folds, the standard deviation of that mean over seeds, and Wilcoxon's signed-rank
/// p against the reference over subjects (each subject's mean over its images and seeds). What is measured of a field,
/// not of a label, stands as the class "field".
Json experimentTable(const ExperimentPlan& plan, const std::vector<Json>& results);
std::string experimentMarkdown(const Json& table);
std::string experimentCsv(const Json& table);

}  // namespace drdm
