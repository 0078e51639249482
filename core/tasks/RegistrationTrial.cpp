#include "tasks/RegistrationTrial.h"

#include "diffusion/Random.h"
#include "errors/Error.h"
#include "jobs/Stopwatch.h"
#include "tasks/Elastix.h"
#include "tasks/ExperimentTrial.h"
#include "tasks/Report.h"

#include <optional>

namespace drdm {

namespace fs = std::filesystem;

void RegistrationTrial::carryOut() const {
    const Stopwatch watch;
    const fs::path work = fs::path(result).replace_extension(".work");
    Json json = programRecord();
    json.set("fold", run.fold).set("method", run.method).set("subjects", run.subjects).set("seed", run.seed);
    if (isTrained(run.method)) {
        double loss = 0;
        const RegistrationNetwork network = trained(loss);
        Json images = measured([&network](const auto& moving, const auto& fixed, const ModelGrid& /*grid*/) {
            return network.field(moving, fixed);
        });
        for (const auto& [method, pairs] : heldOut) {
            for (const HeldOutPair* pair : pairs) {
                Json error = Json::object();
                error.set("endpoint_" + method + "_mm", endpointError_mm(*pair, network, context));
                Json labels = Json::object();
                labels.set("field", std::move(error));
                Json entry = Json::object();
                entry.set("subject", pair->subject).set("image", pair->name).set("labels", std::move(labels));
                images.push(std::move(entry));
            }
        }
        json.set("steps", network.step()).set("loss", loss).set("parameters", network.parameterCount());
        json.set("images", std::move(images));
    } else if (run.method == "elastix") {
        std::error_code ignored;
        fs::create_directories(work, ignored);
        int failed = 0;
        int slices = 0;
        json.set("images", measured(elastix(slices, failed))).set("slices", slices).set("slices_given_up", failed);
        if (failed == slices) {
            throw Error("elastix gave up on every slice of fold \"" + run.fold + "\" and says why in " +
                        (work / "said.txt").string() + "; leave the method elastix out, or mend its installation");
        }
        fs::remove_all(work, ignored);
    } else {
        json.set("images", measured([](const auto& /*moving*/, const auto& fixed, const ModelGrid& /*grid*/) {
                     return std::vector<float>(2 * fixed.size(), 0.0F);
                 }));
        stepTaken();
    }
    json.set("seconds", watch.seconds());
    writeTextFile(result.string(), json.dump(2) + "\n");
    std::error_code ignored;
    fs::remove(fs::path(result).replace_extension(".state.safetensors"), ignored);
}

RegistrationNetwork RegistrationTrial::trained(double& loss) const {
    RegistrationNetworkSettings settings;
    settings.width = plan.width;
    settings.levels = plan.levels;
    settings.side = plan.side;
    settings.seed = static_cast<std::uint64_t>(run.seed);
    settings.device = plan.device;
    RegistrationNetwork network(settings);
    loss = trainKeepingState(network, fs::path(result).replace_extension(".state.safetensors"), plan.steps, context,
                             stepTaken, [this, &network] { return takeStep(network); });
    return network;
}

/// A pure function of seed and step, so that a run that was interrupted takes the same steps.
double RegistrationTrial::takeStep(RegistrationNetwork& network) const {
    Random random(static_cast<std::uint64_t>(run.seed), 0x70616972730000 + static_cast<std::uint64_t>(network.step()));
    const auto last = static_cast<long long>(plan.tuning * static_cast<double>(plan.steps));
    const bool tunes = run.method.ends_with("-tuned") && network.step() >= plan.steps - last;
    const auto& from = tunes ? real : synthetic;
    std::vector<const SlicePair*> batch;
    for (int i = 0; i < plan.batch; ++i) {
        batch.push_back(from[random.below(from.size())]);
    }
    const double rate = rateAt(plan.rate, network.step(), plan.steps);
    return tunes ? network.tune(batch, rate, plan.smoothness) : network.train(batch, rate);
}

Json RegistrationTrial::measured(const SliceRegistration& registration) const {
    Json images = Json::array();
    for (const auto& [subject, pair] : test) {
        Json entry = Json::object();
        entry.set("subject", subject)
            .set("image", pair.name())
            .set("labels", registeredJson(pair, plan.side, registration, context));
        images.push(std::move(entry));
    }
    return images;
}

SliceRegistration RegistrationTrial::elastix(int& slices, int& failed) const {
    return [this, &slices, &failed, work = fs::path(result).replace_extension(".work")](
               const std::vector<float>& moving, const std::vector<float>& fixed, const ModelGrid& grid) {
        const auto found = elastixField(moving, fixed, grid.model, work, context);
        ++slices;
        failed += found ? 0 : 1;
        stepTaken();
        return found.value_or(std::vector<float>(2 * fixed.size(), 0.0F));
    };
}

}  // namespace drdm
