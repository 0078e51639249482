#include "tasks/TrainingData.h"

#include <iterator>

namespace drdm {

TrainingListing listTrainingSeries(const std::vector<std::string>& paths, const JobContext& context) {
    TrainingListing result;
    for (const std::string& path : paths) {
        context.throwIfCancelled();
        const auto found = listPack(path);
        result.series.insert(result.series.end(), found.begin(), found.end());
    }
    return result;
}

TrainingData readTrainingSeries(const std::vector<TrainingSeries>& series, int /*dims*/, const JobContext& context) {
    TrainingData data;
    for (const TrainingSeries& each : series) {
        context.throwIfCancelled();
        auto images = readPackSeries(each.place, {each.name});
        std::move(images.begin(), images.end(), std::back_inserter(data.images));
    }
    data.description = std::to_string(data.images.size()) + " images from " + std::to_string(series.size()) + " series";
    return data;
}

TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context,
                              const std::string& /*cacheFolder*/, const std::string& modality) {
    context.throwIfCancelled();
    return readPacks(paths, dims, modality);
}

}  // namespace drdm
