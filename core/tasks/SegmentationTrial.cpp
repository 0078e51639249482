#include "tasks/SegmentationTrial.h"

#include "diffusion/Random.h"
#include "io/AtomicFile.h"
#include "tasks/Evaluate.h"
#include "tasks/Report.h"

#include <chrono>
#include <cmath>
#include <numbers>

namespace drdm {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

void SegmentationTrial::carryOut() const {
    const auto start = Clock::now();
    SegmentationNetworkSettings settings;
    settings.classes = classes.count();
    settings.width = experiment.width;
    settings.levels = experiment.levels;
    settings.side = experiment.side;
    settings.seed = static_cast<std::uint64_t>(run.seed);
    settings.device = experiment.device;
    SegmentationNetwork network(settings);
    const fs::path state = fs::path(result).replace_extension(".state.safetensors");
    if (fs::exists(state)) {
        network.read(state.string());
        for (long long i = 0; i < network.step(); ++i) {
            stepTaken();
        }
    }
    double loss = 0;
    auto saved = Clock::now();
    try {
        while (network.step() < experiment.steps) {
            context.throwIfCancelled();
            loss = takeStep(network);
            stepTaken();
            if (secondsSince(saved) > 60) {
                network.write(state.string());
                saved = Clock::now();
            }
        }
    } catch (const Cancelled&) {
        network.write(state.string());
        throw;
    }
    Json json = measure(network);
    json.set("loss", loss).set("parameters", network.parameterCount()).set("seconds", secondsSince(start));
    const std::string text = json.dump(2) + "\n";
    AtomicFile file(result);
    file.write(text.data(), text.size());
    file.commit();
    std::error_code ignored;
    fs::remove(state, ignored);
}

/// A pure function of seed and step, so that a run that was interrupted takes the same steps.
double SegmentationTrial::takeStep(SegmentationNetwork& network) const {
    Random random(static_cast<std::uint64_t>(run.seed), 0x62617463680000 + static_cast<std::uint64_t>(network.step()));
    std::vector<const LabelledSlice*> batch;
    for (int i = 0; i < experiment.batch; ++i) {
        const bool copy = random.uniform() < experiment.mixing && !copies.empty();
        const auto& from = copy ? copies : originals;
        batch.push_back(from[random.below(from.size())]);
    }
    const double progress = static_cast<double>(network.step()) / static_cast<double>(experiment.steps);
    return network.train(batch, 0.5 * experiment.rate * (1 + std::cos(std::numbers::pi * progress)));
}

Json SegmentationTrial::measure(const SegmentationNetwork& network) const {
    Json images = Json::array();
    for (const auto& [subject, item] : test) {
        const LabelledImage data = readItem(*item, context);
        const LabelMap found = segmented(network, data.image, classes, experiment.side, context);
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
