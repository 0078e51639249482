#pragma once

#include "tasks/AugmentPlan.h"

#include <filesystem>
#include <optional>
#include <string>

namespace drdm {

/// Which copies are kept, as the user set it.
struct AugmentRules {
    double leastMean_percent = 0, mostLargest_percent = 100;  ///< displacement, percent of the image side
    double labelKept = 0.1;                                   ///< share of its volume that every label must keep
    bool rejectFolds = false;
    int tries = 20;

    explicit AugmentRules(const ParameterValues& values);
};

/// An image of the data set, read, and what its copies' records say of it.
struct LoadedItem {
    DataItem item;
    LabelledImage data;
    std::string sha256;  ///< of the voxels
};
LoadedItem loadItem(const DataItem& item, const JobContext& context);

/// Makes one copy or pair: draws until the rules accept it or the tries are used up, and writes its files into
/// `folder` under the last part of their names. Returns its record, whose "files" are the places below the data set.
/// A function of its arguments, and so are the bytes of the files. \throws Error, Cancelled
Json makeCopy(const AugmentPlan& plan, const Augmenter& augmenter, const LoadedItem& source, const AugmentUnit& unit,
              const std::filesystem::path& folder, const JobContext& context);

/// One copy by these settings, drawn by the rules, in memory: for a preview. \throws Error, Cancelled
AugmentedCopy previewCopy(const AugmentPlan& plan, const Augmenter& augmenter, const LoadedItem& source,
                          const AugmentUnit& unit, const JobContext& context);

}  // namespace drdm
