#pragma once

#include "parameters/Json.h"
#include "tasks/AugmentPlan.h"

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// Where a copy's files lie below the data set's folder: by "image", "labels" and "field"; of a pair "moving",
/// "moving_labels", "fixed", "fixed_labels" and "field".
std::map<std::string, std::string> placesOf(const AugmentPlan& plan, const DataItem& item, const AugmentUnit& unit);

/// What must hold before the work begins: for nnU-Net a folder named DatasetNNN_NAME and labels 1, 2, 3, … without
/// gaps; for BIDS subjects whose names differ in letters and digits. Reads the label maps for nnU-Net. \throws Error
void requireLayout(const AugmentPlan& plan, const std::vector<DataItem>& items, const JobContext& context);

/// manifest.csv and what programs read the data set by: dataset.csv and dataset.json (MONAI's data list), nnU-Net's
/// dataset.json and splits_final.json (by subjects, validated on originals where there are), or BIDS' descriptions;
/// for pairs pairs.csv. `records`: one per unit, in their order. Each file appears complete. \throws Error
void writeDataSetFiles(const AugmentPlan& plan, const std::vector<Json>& records);

}  // namespace drdm
