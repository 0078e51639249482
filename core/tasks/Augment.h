#pragma once

#include "tasks/AugmentPlan.h"

#include <functional>
#include <string>
#include <vector>

namespace drdm {

struct AugmentResult {
    std::int64_t all = 0;      ///< copies (pairs) of the whole data set, over all shards
    std::int64_t there = 0;    ///< of these, those that are finished now
    std::int64_t made = 0;     ///< by this run
    std::int64_t redrawn = 0;  ///< drawings that the rules refused, of this run's copies
    std::int64_t leftOut = 0;  ///< copies for which no drawing was accepted, of all that are there
    double seconds = 0;        ///< of this run
    std::string manifest;      ///< its path; "" while copies are missing

    [[nodiscard]] bool complete() const { return there == all; }
};

/// Makes the copies (or pairs) of a data set that its folder does not hold yet, several at a time, and when none is
/// missing the manifest and the layout's own files. May be called again after anything: a copy is there when its record
/// (records/NAME.json) is, which is written last; every file appears complete; seeds depend on the plan's seed,
/// subject, image, level and copy alone, so that the bytes are those of a run without a break, on one machine or in
/// shards on many. A folder takes one plan: another one is refused. `note` may be called from this thread. "finish"
/// ends early and keeps what is there. \throws Error naming file, place and remedy; Cancelled
AugmentResult augment(const AugmentPlan& plan, const JobContext& context,
                      const std::function<void(const std::string&)>& note = {});

/// `count` copies spread over the data set, levels and copies, as they would be made: for a look before the work.
/// \throws Error, Cancelled
struct AugmentPreview {
    std::string name;
    Image image;
    LabelMap labels;
};
std::vector<AugmentPreview> previewAugmentation(const AugmentPlan& plan, int count, const JobContext& context);

/// The plan of a folder in which copies were begun. \throws Error
AugmentPlan readAugmentPlan(const std::string& folder);

}  // namespace drdm
