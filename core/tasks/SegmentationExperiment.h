#pragma once

#include "tasks/AugmentPlan.h"
#include "tasks/SubjectSplit.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

/// Does an augmentation help a segmentation network? For every fold, method, number of training subjects and seed a
/// U-Net is trained from its own first weights with the same number of optimiser steps, on the slices of the first
/// subjects of the fold and of their copies, and measured on the fold's test subjects, volume by volume on their own
/// grids.
struct SegmentationExperiment {
    DataSetRequest data;
    std::string split;   ///< file (SubjectSplit.h)
    std::string folder;  ///< copies, runs, tables
    std::vector<std::string> methods{"none", "elastic", "bigaug", "drdm", "drdm-intensity"};
    std::vector<int> subjects{1, 3, 5};
    std::vector<int> seeds{1, 2, 3};
    long long steps = 1000;
    int batch = 8;
    double rate = 1e-3;   ///< at the start; falls to 0 along a cosine
    double mixing = 0.5;  ///< share of a batch that is copies, where there are any
    int width = 16, levels = 4;
    std::int64_t side = 128;
    std::string reference = "none";                    ///< the method that the others are compared with
    ParameterValues copies{augmentationParameters()};  ///< levels, copies, model, rules …; method is set from `methods`
    std::string device = "auto";

    [[nodiscard]] Json json() const;
};

/// One network, trained and measured.
struct SegmentationRun {
    std::string fold, method;
    int subjects = 0;
    int seed = 0;

    [[nodiscard]] std::string name() const;  ///< "a-drdm-n03-s1"
};
std::vector<SegmentationRun> runsOf(const SegmentationExperiment& experiment, const SubjectSplit& split);

struct SegmentationTable {
    std::int64_t runs = 0, there = 0, made = 0;
    double seconds = 0;
    Json json;             ///< what table.json holds
    std::string markdown;  ///< what table.md holds
    [[nodiscard]] bool complete() const { return there == runs; }
};

/// Makes the copies and runs that the folder does not hold yet, then table.json, table.csv and table.md of all that are
/// there. A run that was interrupted goes on from its state (every minute or so); one that is over is never made again.
/// The test subjects of a fold are read for measuring alone. \throws Error: a subject of the split that the data set
/// does not have, fewer training subjects than asked for, another experiment in the folder …; Cancelled
SegmentationTable runSegmentationExperiment(const SegmentationExperiment& experiment, const JobContext& context,
                                            const std::function<void(const std::string&)>& note = {});

/// The table of these results (the contents of the runs' files): per method and number of subjects, class by class,
/// the mean over all test images and folds, the standard deviation of that mean over seeds, and Wilcoxon's signed-rank
/// p against the reference over subjects (each subject's mean Dice over its images and seeds).
Json segmentationTable(const SegmentationExperiment& experiment, const std::vector<Json>& results);
std::string segmentationMarkdown(const Json& table);
std::string segmentationCsv(const Json& table);

}  // namespace drdm
