#include "diffusion/Trainer.h"

#include "diffusion/Checkpoint.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Losses.h"
#include "diffusion/ModelInternals.h"
#include "diffusion/SafeTensors.h"
#include "diffusion/TrainingBatch.h"
#include "errors/Error.h"
#include "parameters/Json.h"

#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <numbers>

namespace drdm {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Adam (Kingma and Ba 2015) over named tensors, with the moving average of the weights; its whole state can be written
/// and read, so that a resumed run takes the same steps.
class Optimiser {
public:
    explicit Optimiser(Network& network) : m_network(network) {
        for (const auto& [name, tensor] : network.tensors()) {
            if (name != "time_embed.weight") {
                m_names.push_back(name);
                m_first[name] = at::zeros_like(tensor);
                m_second[name] = at::zeros_like(tensor);
                m_average[name] = tensor.detach().clone();
            }
        }
    }

    void step(double rate, long long number) {
        const torch::NoGradGuard guard;
        clip();
        const double correction1 = 1 - std::pow(beta1, static_cast<double>(number));
        const double correction2 = 1 - std::pow(beta2, static_cast<double>(number));
        // The average follows quickly at first, so that early checkpoints are not the random start.
        const double keep = std::min(0.999, (1.0 + static_cast<double>(number)) / (10.0 + static_cast<double>(number)));
        for (const auto& name : m_names) {
            auto weight = m_network.tensors().at(name);
            const auto& gradient = weight.grad();
            m_first[name].mul_(beta1).add_(gradient, 1 - beta1);
            m_second[name].mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
            weight.addcdiv_(m_first[name], (m_second[name] / correction2).sqrt_().add_(1e-8), -rate / correction1);
            m_average[name].mul_(keep).add_(weight, 1 - keep);
        }
    }

    void clearGradients() {
        for (const auto& name : m_names) {
            auto weight = m_network.tensors().at(name);
            if (weight.grad().defined()) {
                weight.mutable_grad().zero_();
            }
        }
    }

    /// The averaged weights as a network on the CPU.
    [[nodiscard]] Network averaged() const {
        auto tensors = m_network.tensors();
        for (const auto& name : m_names) {
            tensors[name] = m_average.at(name);
        }
        for (auto& entry : tensors) {
            entry.second = entry.second.detach().to(at::kCPU);
        }
        return Network::fromTensors(tensors);
    }

    void write(SafeTensors& file) const {
        for (const auto& name : m_names) {
            add(file, "weight:" + name, m_network.tensors().at(name));
            add(file, "first:" + name, m_first.at(name));
            add(file, "second:" + name, m_second.at(name));
            add(file, "average:" + name, m_average.at(name));
        }
    }

    void read(const SafeTensors& file) {
        const torch::NoGradGuard guard;
        for (const auto& name : m_names) {
            auto weight = m_network.tensors().at(name);
            restore(file, "weight:" + name, weight);
            restore(file, "first:" + name, m_first[name]);
            restore(file, "second:" + name, m_second[name]);
            restore(file, "average:" + name, m_average[name]);
        }
    }

private:
    static constexpr double beta1 = 0.9;
    static constexpr double beta2 = 0.999;
    static constexpr double largestGradient = 5.0;

    void clip() {
        at::Tensor sum;
        for (const auto& name : m_names) {
            const auto part = m_network.tensors().at(name).grad().square().sum();
            sum = sum.defined() ? sum + part : part;
        }
        const double length = std::sqrt(sum.item<double>());
        if (length > largestGradient) {
            for (const auto& name : m_names) {
                auto weight = m_network.tensors().at(name);
                weight.mutable_grad().mul_(largestGradient / length);
            }
        }
    }

    static void add(SafeTensors& file, const std::string& name, const at::Tensor& tensor) {
        const auto plain = tensor.detach().to(at::kCPU).contiguous();
        file.tensors.emplace_back(name, RawTensor::fromFloats(plain.sizes().vec(), plain.data_ptr<float>()));
    }

    static void restore(const SafeTensors& file, const std::string& name, at::Tensor& target) {
        const auto& raw = file.at(name);
        if (target.sizes() != at::IntArrayRef(raw.shape)) {
            throw Error("'" + name + "' has another shape than the network being trained");
        }
        const auto values = raw.floats();
        auto plain = at::empty(raw.shape, at::kFloat);
        std::copy(values.begin(), values.end(), plain.data_ptr<float>());
        target.copy_(plain);
    }

    Network& m_network;
    std::vector<std::string> m_names;
    std::map<std::string, at::Tensor> m_first, m_second, m_average;
};

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
    losses.smoothness = loss::smoothness(prediction) + 2 * loss::folding(prediction);
    losses.total = losses.distance + losses.angle + settings.smoothnessWeight * losses.smoothness;
    return losses;
}

TrainingBatch onDevice(TrainingBatch batch, const at::Device& device) {
    return {batch.image.to(device), batch.t.to(device), batch.label.to(device), batch.scale.to(device)};
}

class Run {
public:
    Run(const std::vector<std::vector<float>>& images, const TrainerSettings& settings)
        : m_images(images),
          m_settings(settings),
          m_device(deviceFromName(settings.device)),
          m_network(firstWeights(settings)),
          m_optimiser((m_network.to(m_device), m_network.requireGradients(), m_network)) {
        if (m_device.is_cpu()) {
            m_network.usePlanes();
        }
        std::filesystem::create_directories(settings.folder);
        if (settings.resume) {
            restore();
        } else if (std::filesystem::exists(statePath())) {
            throw Error("'" + settings.folder +
                        "' holds a training run already; go on with it (--resume) or choose another folder");
        }
        openLog();
    }

    std::string run(const JobContext& context, const std::function<void(const TrainingStep&)>& onStep) {
        const auto start = Clock::now();
        auto lastCheckpoint = start;
        int notFinite = 0;
        while (m_step < m_settings.steps && !context.finishEarly()) {
            if (context.cancel.stop_requested()) {
                checkpoint();
                throw Cancelled();
            }
            const auto batch = onDevice(drawBatch(m_images, m_settings, m_step), m_device);
            const auto losses = lossesOf(m_network, batch, m_settings);
            const double total = losses.total.item<double>();
            m_optimiser.clearGradients();
            if (std::isfinite(total)) {
                losses.total.backward();
                m_optimiser.step(rate(), m_step + 1);
                notFinite = 0;
            } else if (++notFinite == 10) {
                throw Error("the loss was not a finite number ten times in a row at step " + std::to_string(m_step) +
                            "; lower the learning rate and resume from the last checkpoint");
            }
            ++m_step;
            const TrainingStep step{m_step,
                                    total,
                                    losses.distance.item<double>(),
                                    losses.angle.item<double>(),
                                    losses.smoothness.item<double>(),
                                    secondsSince(start)};
            if (m_step % m_settings.logEvery == 0) {
                m_log << step.step << ',' << step.loss << ',' << step.distance << ',' << step.angle << ','
                      << step.smoothness << ',' << rate() << ',' << step.seconds << std::endl;
            }
            if (onStep) {
                onStep(step);
            }
            context.progress(static_cast<double>(m_step) / static_cast<double>(m_settings.steps),
                             "step " + std::to_string(m_step));
            if (secondsSince(lastCheckpoint) > 60 * m_settings.checkpointMinutes) {
                checkpoint();
                lastCheckpoint = Clock::now();
            }
        }
        checkpoint();
        return modelPath();
    }

private:
    static Network firstWeights(const TrainerSettings& settings) {
        if (settings.warmStart.empty()) {
            return Network::random(settings.info.dims, settings.info.steps, settings.seed);
        }
        auto checkpoint = readCheckpoint(settings.warmStart);
        if (checkpoint.info.dims != settings.info.dims || checkpoint.info.steps != settings.info.steps) {
            throw Error("'" + settings.warmStart + "' cannot be the start: it is " +
                        std::to_string(checkpoint.info.dims) + "-D with " + std::to_string(checkpoint.info.steps) +
                        " steps");
        }
        return std::move(checkpoint.network);
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

    void restore() {
        const auto file = readSafeTensors(statePath());
        withContext(std::string("while reading the training state ").append(statePath()), [&] {
            const auto step = file.metadata.find("step");
            if (step == file.metadata.end()) {
                throw Error("it is not the state of a training run");
            }
            m_step = std::stoll(step->second);
            m_optimiser.read(file);
        });
    }

    /// Starts the log, or cuts a resumed one back to the checkpoint.
    void openLog() {
        const auto path = m_settings.folder + "/loss.csv";
        std::vector<std::string> kept;
        if (m_settings.resume) {
            std::ifstream old(path);
            std::string line;
            std::getline(old, line);
            while (std::getline(old, line) && std::atoll(line.c_str()) <= m_step) {
                kept.push_back(line);
            }
        }
        m_log.open(path, std::ios::trunc);
        m_log << "step,loss,distance,angle,smoothness,rate,seconds\n" << std::setprecision(9);
        for (const auto& line : kept) {
            m_log << line << '\n';
        }
        if (!m_log) {
            throw Error("cannot write '" + path + "'; choose a folder that can be written to");
        }
    }

    void checkpoint() {
        SafeTensors state;
        state.metadata["step"] = std::to_string(m_step);
        m_optimiser.write(state);
        writeSafeTensors(state, statePath());
        auto info = m_settings.info;
        Json record = info.trainingRecord.empty() ? Json::object() : Json::parse(info.trainingRecord);
        record.set("step", m_step)
            .set("batch", m_settings.batch)
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
    at::Device m_device;
    Network m_network;
    Optimiser m_optimiser;
    std::ofstream m_log;
    long long m_step = 0;
};

}  // namespace

std::vector<double> measureLabelScale(Process process, int dims, std::int64_t gridSide, int steps) {
    std::vector<double> scale(static_cast<std::size_t>(steps), 1.0);
    if (process == Process::Released) {
        return scale;
    }
    // The rms does not depend on the grid; a coarse one is enough.
    const std::vector<std::int64_t> size(static_cast<std::size_t>(dims),
                                         std::min<std::int64_t>(gridSide, dims == 2 ? 64 : 32));
    const int draws = dims == 2 ? 32 : 8;
    const torch::NoGradGuard guard;
    std::vector<double> squares(scale.size(), 0.0);
    for (int i = 0; i < draws; ++i) {
        const ForwardProcess forward(drawNoise(process, dims, static_cast<std::uint64_t>(i) + 9000), size);
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
                         const JobContext& context, const std::function<void(const TrainingStep&)>& onStep) {
    if (images.empty()) {
        throw Error("there is no image to train on");
    }
    useThreads(given.threads);
    auto settings = given;
    if (settings.info.labelScale.empty()) {
        settings.info.labelScale =
            measureLabelScale(settings.info.process, settings.info.dims, settings.info.gridSide, settings.info.steps);
    }
    Run run(images, settings);
    return run.run(context, onStep);
}

std::vector<double> cosinePerLevel(const std::string& modelFile, const std::vector<std::vector<float>>& images,
                                   const std::vector<int>& levels, std::uint64_t seed, const std::string& device,
                                   const JobContext& context) {
    const auto model = DeformationModel::load(modelFile, device);
    const auto& info = model.info();
    const auto& internals = model.internals();
    const torch::NoGradGuard guard;
    TrainerSettings settings;
    settings.info = info;
    std::vector<double> cosines;
    for (const int t : levels) {
        if (t < 1 || t >= info.steps) {
            throw Error("level " + std::to_string(t) + " is outside 1…" + std::to_string(info.steps - 1));
        }
        double sum = 0;
        for (std::size_t i = 0; i < images.size(); ++i) {
            context.throwIfCancelled();
            const std::vector<std::int64_t> size(static_cast<std::size_t>(info.dims), info.gridSide);
            const ForwardProcess forward(drawNoise(info.process, info.dims, seed + i), size);
            std::vector<std::int64_t> shape{1, 1};
            shape.insert(shape.end(), size.begin(), size.end());
            auto image = at::empty(shape, at::kFloat);
            std::copy(images[i].begin(), images[i].end(), image.data_ptr<float>());
            const bool released = info.process == Process::Released;
            const auto warped =
                field::warp(image, forward.deformation(t), released ? field::Padding::Zeros : field::Padding::Border,
                            released && info.dims == 2)
                    .to(internals.device);
            const auto time = at::full({1}, t, at::TensorOptions().dtype(at::kLong).device(internals.device));
            const auto scale = at::full({1}, info.labelScale[static_cast<std::size_t>(t)], warped.options());
            const auto step = internals.network.step(warped, time, info.recursion, scale).to(at::kCPU);
            const auto label = forward.label(t);
            sum += loss::angle(field::warp(step, label, field::Padding::Border), label).item<double>();
        }
        cosines.push_back(sum / static_cast<double>(images.size()));
        context.progress(static_cast<double>(cosines.size()) / static_cast<double>(levels.size()),
                         "level " + std::to_string(t));
    }
    return cosines;
}

}  // namespace drdm
