#pragma once

#include "augmentation/Augmenter.h"
#include "parameters/Augmentation.h"
#include "parameters/Json.h"
#include "tasks/DataSet.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drdm {

/// Copies of a data set, or synthetic registration pairs of it, as a user asks for them: a plain value that a queue or
/// a file can keep.
struct AugmentPlan {
    DataSetRequest data;
    std::string folder;
    bool pairs = false;  ///< (moving, fixed, field) instead of copies
    int shard = 0;       ///< this run makes every copy whose number has this remainder …
    int shards = 1;      ///< … by this
    ParameterValues values{augmentationParameters()};

    [[nodiscard]] Json json() const;
    /// \throws Error naming what is missing or not accepted.
    static AugmentPlan fromJson(const Json& json);
};

/// "30,48" and "30:60:10" and both with commas between, sorted, each once. \throws Error: what is not a strength from 1
/// to 80
std::vector<int> levelsFromText(const std::string& text);

/// "1=myocardium,2=cavity". \throws Error
std::vector<std::pair<int, std::string>> labelNamesFromText(const std::string& text);

/// "2/8" → shard 1 of 8 (people count from 1). \throws Error
void setShard(AugmentPlan& plan, const std::string& text);

AugmenterSettings augmenterSettings(const ParameterValues& values);

/// One copy of one image.
struct AugmentUnit {
    std::size_t item = 0;  ///< in the data set
    int level = 0;         ///< 0: the method knows no levels, or the original
    int copy = 0;          ///< from 1; 0: the original
    std::string name;      ///< "SC-N-02_ED_l48_c001"
};

/// All of them, in the order of the manifest: item by item; first, if asked for, the original.
std::vector<AugmentUnit> unitsOf(const AugmentPlan& plan, const std::vector<DataItem>& items);

/// The seed of a drawing depends on these alone (SHA-256, 52 bits), not on what is made before or beside it.
std::uint64_t seedOf(std::uint64_t seed, const DataItem& item, const AugmentUnit& unit, int attempt,
                     const std::string& what);

}  // namespace drdm
