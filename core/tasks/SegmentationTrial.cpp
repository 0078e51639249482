#include "tasks/SegmentationTrial.h"

#include "diffusion/Random.h"
#include "jobs/Stopwatch.h"
#include "tasks/Evaluate.h"
#include "tasks/ExperimentTrial.h"
#include "tasks/Report.h"

namespace drdm {

namespace fs = std::filesystem;

void SegmentationTrial::carryOut() const {
    const Stopwatch watch;
    SegmentationNetworkSettings settings;
    settings.classes = classes.count();
    settings.width = plan.width;
    settings.levels = plan.levels;
    settings.side = plan.side;
    settings.seed = static_cast<std::uint64_t>(run.seed);
    settings.device = plan.device;
    SegmentationNetwork network(settings);
    const fs::path state = fs::path(result).replace_extension(".state.safetensors");
    const double loss = trainKeepingState(network, state, plan.steps, context, stepTaken,
                                          [this, &network] { return takeStep(network); });
    Json json = measure(network);
    json.set("loss", loss).set("parameters", network.parameterCount()).set("seconds", watch.seconds());
    writeTextFile(result.string(), json.dump(2) + "\n");
    std::error_code ignored;
    fs::remove(state, ignored);
}

/// A pure function of seed and step, so that a run that was interrupted takes the same steps.
double SegmentationTrial::takeStep(SegmentationNetwork& network) const {
    Random random(static_cast<std::uint64_t>(run.seed), 0x62617463680000 + static_cast<std::uint64_t>(network.step()));
    std::vector<const LabelledSlice*> batch;
    for (int i = 0; i < plan.batch; ++i) {
        const bool copy = random.uniform() < plan.mixing && !copies.empty();
        const auto& from = copy ? copies : originals;
        batch.push_back(from[random.below(from.size())]);
    }
    return network.train(batch, rateAt(plan.rate, network.step(), plan.steps));
}

Json SegmentationTrial::measure(const SegmentationNetwork& network) const {
    Json images = Json::array();
    for (const auto& [subject, item] : test) {
        const LabelledImage data = readItem(*item, context);
        const LabelMap found = segmented(network, data.image, classes, plan.side, context);
        Json entry = Json::object();
        entry.set("subject", subject).set("image", item->name).set("labels", overlapJson(data.labels, found));
        images.push(std::move(entry));
    }
    Json json = programRecord();
    json.set("fold", run.fold)
        .set("method", run.method)
        .set("subjects", run.subjects)
        .set("seed", run.seed)
        .set("steps", network.step())
        .set("images", std::move(images));
    return json;
}

}  // namespace drdm
