#include "diffusion/Trainer.h"

#include "diffusion/Checkpoint.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Losses.h"
#include "diffusion/ModelInternals.h"
#include "diffusion/Optimiser.h"
#include "diffusion/SafeTensors.h"
#include "diffusion/TrainingBatch.h"
#include "diffusion/Workers.h"
#include "errors/Error.h"
#include "jobs/Stopwatch.h"
#include "parameters/Json.h"
#include "parameters/NumberFromText.h"

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <numbers>

namespace drdm {

namespace {

// What validation looks at; fixed, so that its numbers compare over a run and between runs.
const std::vector<int> validationLevels{10, 20, 30, 48, 64, 79};
constexpr std::uint64_t validationSeed = 1;

struct Losses {
    at::Tensor total, distance, angle, smoothness;
};

Losses lossesOf(const Network& network, const TrainingBatch& batch, const TrainerSettings& settings) {
    const auto prediction = network.step(batch.image, batch.t, settings.recursion, batch.scale);
    const auto warped = field::warp(prediction, batch.label, field::Padding::Border);
    Losses losses;
    losses.distance = settings.info.process == Process::Released
                          ? loss::releasedDistance(warped, batch.label)
                          : loss::scaledDistance(warped, batch.label, batch.scale);
    losses.angle = loss::angle(warped, batch.label);
    const auto smoothness = [&prediction] { return loss::smoothness(prediction) + 2 * loss::folding(prediction); };
    losses.total = losses.distance + losses.angle;
    if (settings.smoothnessWeight > 0) {
        losses.smoothness = smoothness();
        losses.total = losses.total + settings.smoothnessWeight * losses.smoothness;
    } else {
        const torch::NoGradGuard guard;
        losses.smoothness = smoothness();
    }
    if (settings.detailWeight > 0) {
        losses.total = losses.total + settings.detailWeight * loss::detail(warped, batch.label);
    }
    return losses;
}

TrainingBatch onDevice(TrainingBatch batch, const at::Device& device) {
    return {batch.image.to(device), batch.t.to(device), batch.label.to(device), batch.scale.to(device)};
}

/// Reduced precision on CUDA while it lives, where asked for.
class MixedPrecision {
public:
    MixedPrecision(bool wanted, const at::Device& device) : m_on(wanted && device.is_cuda()) {
        if (m_on) {
            at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
            at::autocast::set_enabled(true);
        }
    }
    ~MixedPrecision() {
        if (m_on) {
            at::autocast::clear_cache();
            at::autocast::set_enabled(false);
        }
    }
    MixedPrecision(const MixedPrecision&) = delete;
    MixedPrecision& operator=(const MixedPrecision&) = delete;

private:
    bool m_on;
};

class Run {
public:
    Run(const std::vector<std::vector<float>>& images, const TrainerSettings& settings)
        : m_images(images),
          m_settings(settings),
          m_workers(Workers::join()),
          m_device(deviceFromName(m_workers.deviceFor(settings.device))),
          m_network(firstWeights(settings)),
          m_optimiser((m_network.to(m_device), m_network.requireGradients(), m_network)) {
        if (m_device.is_cpu()) {
            m_network.usePlanes();
        }
        m_workers.connect(m_device);
        prepareFolder();
        m_optimiser.takeFromFirst(m_workers);
        m_step = agreed(static_cast<double>(m_step));
        if (m_workers.leads()) {
            openLog();
            openValidationLog();
        }
    }

    std::string run(const JobContext& context, const std::function<void(const TrainingStep&)>& onStep,
                    const std::function<void(const TrainingValidation&)>& onValidation) {
        const Stopwatch whole;
        Stopwatch sinceCheckpoint;
        int notFinite = 0;
        while (m_step < m_settings.steps) {
            const auto batch =
                onDevice(drawBatch(m_images, m_settings, {m_step, m_workers.rank(), m_workers.size()}), m_device);
            const auto losses = [&] {
                const MixedPrecision precision(m_settings.mixedPrecision, m_device);
                return lossesOf(m_network, batch, m_settings);
            }();
            const auto means = meanOverWorkers(losses, context);
            if (means.stop) {
                checkpoint();
                context.throwIfCancelled();
                break;
            }
            m_optimiser.clearGradients();
            if (std::isfinite(means.total)) {
                losses.total.backward();
                m_optimiser.shareGradients(m_workers);
                m_optimiser.step(rate(), m_step + 1);
                notFinite = 0;
            } else if (++notFinite == 10) {
                throw Error("the loss was not a finite number ten times in a row at step " + std::to_string(m_step) +
                            "; lower the learning rate and resume from the last checkpoint");
            }
            ++m_step;
            report({m_step, means.total, means.distance, means.angle, means.smoothness, whole.seconds()}, context,
                   onStep);
            const bool validates = !m_settings.validationImages.empty() && m_step % m_settings.validateEvery == 0;
            if (validates || sinceCheckpoint.seconds() > 60 * m_settings.checkpointMinutes) {
                checkpoint();
                sinceCheckpoint.restart();
            }
            if (validates) {
                const bool goOn = validate(context, onValidation);
                checkpoint();  // which is the best belongs to the state
                if (!goOn) {
                    break;
                }
            }
        }
        checkpoint();
        return m_best.empty() ? modelPath() : m_best;
    }

private:
    struct Means {
        double total, distance, angle, smoothness;
        bool stop;  ///< somebody asked worker 0, or any other, to end
    };

    /// The losses over the whole batch, and whether to end: the same on every worker, so that all do the same.
    [[nodiscard]] Means meanOverWorkers(const Losses& losses, const JobContext& context) const {
        const bool stop = context.cancel.stop_requested() || context.finishEarly();
        auto values = at::stack({losses.total.detach(), losses.distance.detach(), losses.angle.detach(),
                                 losses.smoothness.detach(), at::full_like(losses.total.detach(), stop ? 1.0 : 0.0)})
                          .to(at::kDouble);
        m_workers.sum(values);
        values = (values / m_workers.size()).to(at::kCPU);
        const auto* const v = values.data_ptr<double>();
        return {v[0], v[1], v[2], v[3], v[4] > 0};
    }

    /// Worker 0's number.
    [[nodiscard]] long long agreed(double value) const {
        auto number = at::full({1}, value, at::TensorOptions().dtype(at::kDouble).device(m_device));
        m_workers.fromFirst(number);
        return std::llround(number.item<double>());
    }

    /// Only worker 0 reads and writes; the others learn whether it could.
    void prepareFolder() {
        std::string problem;
        if (m_workers.leads()) {
            try {
                std::filesystem::create_directories(m_settings.folder);
                if (m_settings.resume) {
                    restore();
                } else if (std::filesystem::exists(statePath())) {
                    throw Error("'" + m_settings.folder +
                                "' holds a training run already; go on with it (--resume) or choose another folder");
                }
            } catch (const std::exception& caught) {
                problem = caught.what();
            }
        }
        if (agreed(problem.empty() ? 0 : 1) != 0) {
            throw Error(m_workers.leads() ? problem : "worker 0 could not begin; its message says why");
        }
    }

    void report(const TrainingStep& step, const JobContext& context,
                const std::function<void(const TrainingStep&)>& onStep) {
        if (!m_workers.leads()) {
            return;
        }
        if (step.step % m_settings.logEvery == 0) {
            m_log << step.step << ',' << step.loss << ',' << step.distance << ',' << step.angle << ','
                  << step.smoothness << ',' << rate() << ',' << step.seconds << std::endl;
        }
        if (onStep) {
            onStep(step);
        }
        context.progress(static_cast<double>(step.step) / static_cast<double>(m_settings.steps),
                         "step " + std::to_string(step.step));
    }

    /// Measures the averaged weights on fixed images and noise; keeps the best. Returns whether to go on.
    bool validate(const JobContext& context, const std::function<void(const TrainingValidation&)>& onValidation) {
        bool goOn = true;
        if (m_workers.leads()) {
            const auto model = DeformationModel::load(modelPath(), m_device.str());
            TrainingValidation result;
            result.step = m_step;
            result.fit = fitPerLevel(model, m_settings.validationImages, validationLevels, validationSeed,
                                     {context.cancel, {}, {}});
            const double cosine = meanCosine(result.fit);
            result.best = m_best.empty() || cosine < m_bestCosine;
            if (result.best) {
                m_bestCosine = cosine;
                m_best = bestPath();
                m_bestStep = m_step;
                const auto beside = m_best + ".partial";
                std::filesystem::copy_file(modelPath(), beside, std::filesystem::copy_options::overwrite_existing);
                std::filesystem::rename(beside, m_best);
            }
            m_validationLog << m_step;
            for (const auto& level : result.fit) {
                m_validationLog << ',' << level.cosine << ',' << level.detail;
            }
            m_validationLog << ',' << cosine << std::endl;
            goOn = m_settings.patience == 0 || m_step - m_bestStep < m_settings.patience * m_settings.validateEvery;
            result.last = !goOn;
            if (onValidation) {
                onValidation(result);
            }
        }
        return agreed(goOn ? 1 : 0) != 0;
    }

    static Network firstWeights(const TrainerSettings& settings) {
        const Architecture wanted{settings.info.dims, settings.info.steps, settings.width, settings.patch};
        if (settings.warmStart.empty()) {
            return Network::random(wanted, settings.seed);
        }
        auto checkpoint = readCheckpoint(settings.warmStart);
        const auto& given = checkpoint.network.architecture();
        if (given.dims != wanted.dims || given.steps != wanted.steps || given.width != wanted.width ||
            wanted.patch % given.patch != 0) {
            throw Error("'" + settings.warmStart + "' cannot be the start: it is " + std::to_string(given.dims) +
                        "-D with " + std::to_string(given.steps) + " steps, width " + std::to_string(given.width) +
                        " and patch " + std::to_string(given.patch) + "; only the patch may be a multiple of its");
        }
        return wanted.patch == given.patch ? std::move(checkpoint.network)
                                           : checkpoint.network.onFinerGrid(wanted.patch / given.patch);
    }

    [[nodiscard]] double rate() const {
        const double warmUp = std::min(1.0, static_cast<double>(m_step + 1) / 100.0);
        const double done = static_cast<double>(m_step) / static_cast<double>(m_settings.steps);
        const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, done)));
        return warmUp *
               (m_settings.learningRateFinal + (m_settings.learningRate - m_settings.learningRateFinal) * cosine);
    }

    [[nodiscard]] std::string statePath() const { return m_settings.folder + "/state.safetensors"; }
    [[nodiscard]] std::string modelPath() const { return m_settings.folder + "/model.safetensors"; }
    [[nodiscard]] std::string bestPath() const { return m_settings.folder + "/best.safetensors"; }

    void restore() {
        if (!std::filesystem::exists(statePath())) {
            throw Error("'" + m_settings.folder +
                        "' holds no run to go on with: no state.safetensors was written there yet; begin anew without "
                        "--resume, or give the folder of another run");
        }
        const auto file = readSafeTensors(statePath());
        withContext(std::string("while reading the training state ").append(statePath()), [&] {
            const auto noted = [&]<typename Number>(const std::string& name, Number) {
                const auto text = file.metadata.find(name);
                const auto number =
                    text == file.metadata.end() ? std::nullopt : drdm::numberFromText<Number>(text->second);
                if (!number) {
                    throw Error("it is not the state of a training run: its \"" + name + "\" is missing or no number");
                }
                return *number;
            };
            m_step = noted("step", m_step);
            m_optimiser.read(file);
            if (file.metadata.contains("best_step") && std::filesystem::exists(bestPath())) {
                m_best = bestPath();
                m_bestStep = noted("best_step", m_bestStep);
                m_bestCosine = noted("best_cosine", m_bestCosine);
            }
        });
    }

    /// Starts a log, or cuts a resumed one back to the checkpoint.
    void openLog(std::ofstream& log, const std::string& name, const std::string& heading) {
        const auto path = m_settings.folder + "/" + name;
        std::vector<std::string> kept;
        if (m_settings.resume) {
            std::ifstream old(path);
            std::string line;
            std::getline(old, line);
            while (std::getline(old, line) && std::atoll(line.c_str()) <= m_step) {
                kept.push_back(line);
            }
        }
        log.open(path, std::ios::trunc);
        log << heading << '\n' << std::setprecision(9);
        for (const auto& line : kept) {
            log << line << '\n';
        }
        if (!log) {
            throw Error("cannot write '" + path + "'; choose a folder that can be written to");
        }
    }
    void openLog() { openLog(m_log, "loss.csv", "step,loss,distance,angle,smoothness,rate,seconds"); }
    void openValidationLog() {
        if (!m_settings.validationImages.empty()) {
            std::string heading = "step";
            for (const int t : validationLevels) {
                heading += ",cosine_" + std::to_string(t) + ",detail_" + std::to_string(t);
            }
            openLog(m_validationLog, "validation.csv", heading + ",mean_cosine");
        }
    }

    void checkpoint() {
        if (!m_workers.leads()) {
            return;
        }
        SafeTensors state;
        state.metadata["step"] = std::to_string(m_step);
        if (!m_best.empty()) {
            state.metadata["best_step"] = std::to_string(m_bestStep);
            state.metadata["best_cosine"] = std::to_string(m_bestCosine);
        }
        m_optimiser.write(state);
        writeSafeTensors(state, statePath());
        auto info = m_settings.info;
        Json record = info.trainingRecord.empty() ? Json::object() : Json::parse(info.trainingRecord);
        record.set("step", m_step)
            .set("batch", m_settings.batch * m_workers.size())
            .set("workers", m_workers.size())
            .set("minimum_level", m_settings.minimumLevel)
            .set("detail_weight", m_settings.detailWeight)
            .set("smoothness_weight", m_settings.smoothnessWeight)
            .set("learning_rate", m_settings.learningRate)
            .set("seed", std::to_string(m_settings.seed))
            .set("recursion", m_settings.recursion)
            .set("images", m_images.size())
            .set("augment_strength", m_settings.augment ? m_settings.augmentStrength : 0.0)
            .set("warm_start", std::filesystem::path(m_settings.warmStart).filename().string())
            .set("program", std::string("drdm-studio ") + DRDM_VERSION);
        info.trainingRecord = record.dump();
        writeCheckpoint({info, m_optimiser.averaged()}, modelPath());
    }

    const std::vector<std::vector<float>>& m_images;
    const TrainerSettings& m_settings;
    Workers m_workers;
    at::Device m_device;
    Network m_network;
    Optimiser m_optimiser;
    std::ofstream m_log;
    std::ofstream m_validationLog;
    long long m_step = 0;
    std::string m_best;  ///< file of the best model by validation, if there is one
    double m_bestCosine = 0;
    long long m_bestStep = 0;
};

}  // namespace

std::vector<double> measureLabelScale(const ModelInfo& info) {
    const int dims = info.dims, steps = info.steps;
    std::vector<double> scale(static_cast<std::size_t>(steps), 1.0);
    if (info.process == Process::Released) {
        return scale;
    }
    // The rms does not depend on the grid; a coarse one is enough.
    const std::vector<std::int64_t> size(static_cast<std::size_t>(dims),
                                         std::min<std::int64_t>(info.gridSide, dims == 2 ? 64 : 32));
    const int draws = dims == 2 ? 32 : 8;
    const torch::NoGradGuard guard;
    std::vector<double> squares(scale.size(), 0.0);
    for (int i = 0; i < draws; ++i) {
        const ForwardProcess forward(drawNoise(info.process, dims, static_cast<std::uint64_t>(i) + 9000, info.schedule),
                                     size);
        for (int t = 1; t < steps; ++t) {
            squares[static_cast<std::size_t>(t)] += forward.label(t).square().mean().item<double>() / draws;
        }
    }
    for (std::size_t t = 1; t < scale.size(); ++t) {
        scale[t] = std::sqrt(squares[t]);
    }
    scale[0] = scale[1];
    return scale;
}

std::string trainNetwork(const std::vector<std::vector<float>>& images, const TrainerSettings& given,
                         const JobContext& context, const std::function<void(const TrainingStep&)>& onStep,
                         const std::function<void(const TrainingValidation&)>& onValidation) {
    if (images.empty()) {
        throw Error("there is no image to train on");
    }
    useThreads(given.threads);
    auto settings = given;
    if (settings.info.labelScale.empty()) {
        settings.info.labelScale = measureLabelScale(settings.info);
    }
    Run run(images, settings);
    return run.run(context, onStep, onValidation);
}

}  // namespace drdm
