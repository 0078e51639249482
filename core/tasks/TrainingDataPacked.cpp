#include "tasks/TrainingData.h"

namespace drdm {

TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context,
                              const std::string& /*cacheFolder*/) {
    context.throwIfCancelled();
    return readPacks(paths, dims);
}

}  // namespace drdm
