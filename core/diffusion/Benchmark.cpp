#include "diffusion/Benchmark.h"

#include "analysis/FoldGuard.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Losses.h"
#include "diffusion/ModelInternals.h"
#include "errors/Error.h"
#include "kernels/MachinePeak.h"
#include "kernels/Resampling.h"
#include "kernels/RowKernel.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>

namespace drdm {

namespace {

constexpr std::int64_t side2 = 256;
constexpr std::int64_t side3 = 64;

using Work = std::function<void()>;

double secondsOf(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Both in turn, after one run of each that is not counted.
Measure compared(const std::string& name, int repeats, const Work& ours, const Work& eager, double flop = 0,
                 double bytes = 0) {
    ours();
    eager();
    std::vector<double> fast;
    std::vector<double> plain;
    for (int i = 0; i < repeats; ++i) {
        fast.push_back(secondsOf(ours));
        plain.push_back(secondsOf(eager));
    }
    return {name, median(fast), median(plain), flop, bytes};
}

std::vector<std::int64_t> cube(int dims) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(dims), dims == 2 ? side2 : side3);
}

/// Something with edges, 0…1.
at::Tensor picture(const std::vector<std::int64_t>& size) {
    std::vector<std::int64_t> shape{1, 1};
    shape.insert(shape.end(), size.begin(), size.end());
    auto x = at::empty(shape, at::kFloat);
    float* const values = x.data_ptr<float>();
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const auto column = static_cast<double>(i % size.back());
        const auto row = static_cast<double>(i / size.back() % size.back());
        values[i] = static_cast<float>(0.5 + 0.25 * std::tanh(std::sin(0.11 * column) * 4) +
                                       0.25 * std::tanh(std::cos(0.07 * row + 0.02 * column) * 4));
    }
    return x;
}

at::Tensor smoothField(int dims, int t) {
    const c10::InferenceMode guard;
    return ForwardProcess(drawNoise(Process::Diffeomorphic, dims, 7), cube(dims)).deformation(t);
}

/// Multiplications and additions of one pass of the network on an image of these sides.
double flopOf(const Network& network, const std::vector<std::int64_t>& size) {
    const std::map<std::string, int> levels{{"b1", 0},  {"b2", 1},    {"b3", 2},    {"b_mid", 3},   {"b4", 2},
                                            {"b5", 1},  {"b_out", 0}, {"down1", 1}, {"down2", 2},   {"down3", 3},
                                            {"up1", 3}, {"up2", 2},   {"up3", 1},   {"conv_out", 0}};
    double flop = 0;
    for (const auto& [name, tensor] : network.tensors()) {
        const auto level = levels.find(name.substr(0, name.find('.')));
        if (tensor.dim() < 3 || level == levels.end()) {
            continue;
        }
        double pixels = 1;
        for (const auto n : size) {
            pixels *= static_cast<double>(n / network.architecture().patch >> level->second);
        }
        flop += 2 * static_cast<double>(tensor.numel()) * pixels;
    }
    return flop;
}

Measure networkStep(int dims, int repeats) {
    const c10::InferenceMode guard;
    const auto eager = Network::random({.dims = dims, .steps = 80}, 1);
    const auto image = picture(cube(dims));
    const auto t = at::full({1}, 40, at::kLong);
    const auto scale = at::full({1}, 0.05);
    const auto values = [](const at::Tensor& x) {
        return std::span<float>(x.data_ptr<float>(), static_cast<std::size_t>(x.numel()));
    };
    auto ours = eager.clone();
    ours.to(at::kCPU);
    auto increment = at::empty({1, 2, side2, side2});
    Work fast = [&] { increment = ours.step(image, t, 2, scale); };
    at::Tensor plain;
    std::optional<PlaneNetwork> plane;
    if (dims == 3) {
        ours.usePlanes();
    } else {
        plane.emplace(planeNetwork(eager));
        fast = [&] { plane->step(values(image), side2, side2, 40, 2, 0.05F, values(increment)); };
    }
    return compared(
        dims == 2 ? "network_step_2d" : "network_step_3d", dims == 2 ? repeats : std::min(repeats, 3), fast,
        [&] { plain = eager.step(image, t, 2, scale); }, 2 * flopOf(eager, cube(dims)));
}

Measure forwardProcess(int dims, int repeats) {
    const c10::InferenceMode guard;
    const auto noise = drawNoise(Process::Diffeomorphic, dims, 3);
    const auto size = cube(dims);
    at::Tensor result;
    return compared(
        dims == 2 ? "forward_2d" : "forward_3d", repeats, [&] { result = ForwardProcess(noise, size).deformation(64); },
        [&] {
            const ForwardProcess process(noise, size);
            auto u = process.velocity() * (deformationTime(64) / 256);
            for (int i = 0; i < 8; ++i) {
                u = field::compose(u, u, field::Padding::Border);
            }
        });
}

Measure compositionOf(int repeats) {
    const c10::InferenceMode guard;
    const auto d = smoothField(2, 10);
    const auto old = smoothField(2, 40);
    auto out = at::empty_like(d);
    return compared(
        "compose_2d", repeats,
        [&] {
            kernels::composeBorder(d.data_ptr<float>(), old.data_ptr<float>(), side2, side2, out.data_ptr<float>());
        },
        [&] { field::compose(d, old, field::Padding::Border); }, 0, 6.0 * side2 * side2 * sizeof(float));
}

/// The least of the four determinants of one-sided differences, as tensors.
double leastDeterminant(const at::Tensor& u) {
    const auto n = u.size(2);
    const auto v = u * static_cast<double>(n);
    const auto alongY = v.slice(2, 1, n) - v.slice(2, 0, n - 1);
    const auto alongX = v.slice(3, 1, n) - v.slice(3, 0, n - 1);
    double least = 1;
    for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 2; ++x) {
            const auto dy = alongY.slice(3, x, n - 1 + x);
            const auto dx = alongX.slice(2, y, n - 1 + y);
            const auto determinant = (dy.select(1, 0) + 1) * (dx.select(1, 1) + 1) - dy.select(1, 1) * dx.select(1, 0);
            least = std::min(least, determinant.min().item<double>());
        }
    }
    return least;
}

Measure strictCheck(int repeats) {
    const c10::InferenceMode guard;
    const auto u = smoothField(2, 40);
    const Geometry grid{{side2, side2, 1}, {1, 1, 1}};
    const auto value = field::toValue(u, grid);
    bool strict = false;
    return compared(
        "strict_check_2d", repeats, [&] { strict = isStrict(value, 0); }, [&] { leastDeterminant(u); });
}

at::Tensor trainingLoss(const Network& network, const at::Tensor& image, const at::Tensor& label) {
    const auto scale = at::full({image.size(0)}, 0.05);
    const auto prediction = network.step(image, at::full({image.size(0)}, 40, at::kLong), 1, scale);
    const auto warped = field::warp(prediction, label, field::Padding::Border);
    return loss::scaledDistance(warped, label, scale) + loss::angle(warped, label) +
           10 * (loss::smoothness(prediction) + 2 * loss::folding(prediction));
}

Measure trainingStep(int repeats) {
    auto eager = Network::random({.dims = 2, .steps = 80}, 1);
    auto ours = eager.clone();
    eager.requireGradients();
    ours.requireGradients();
    ours.usePlanes();
    const auto image = picture(cube(2)).clone();
    const auto label = smoothField(2, 20).clone();
    const auto step = [&](const Network& network) {
        const auto loss = trainingLoss(network, image, label);
        loss.backward();
        for (auto& weight : network.trainable()) {
            weight.mutable_grad().zero_();
        }
    };
    return compared(
        "training_step_2d", std::min(repeats, 5), [&] { step(ours); }, [&] { step(eager); },
        3 * flopOf(eager, cube(2)));
}

Measure fullSample(const BenchmarkRequest& request) {
    const auto model = DeformationModel::load(request.modelFile, "cpu");
    const auto& info = model.info();
    if (info.dims != 2) {
        throw Error("the sample of the benchmark needs a model for single slices; '" + info.name + "' is for volumes");
    }
    auto eager = readCheckpoint(request.modelFile).network;
    const std::vector<std::int64_t> size{info.gridSide, info.gridSide};
    const auto image = picture(size);
    const std::vector<float> values(image.data_ptr<float>(), image.data_ptr<float>() + image.numel());
    const Geometry grid{{info.gridSide, info.gridSide, 1}, {1, 1, 1}};
    RecoverySettings settings;
    settings.diffusionSteps = -1;
    return compared(
        "sample_2d", std::min(request.repeats, 3),
        [&] { runTrajectory(model, values, grid, settings, {}, [](const FieldStep&) {}); },
        [&] {
            const c10::InferenceMode guard;
            auto u = ForwardProcess(drawNoise(info.process, 2, 1), size).deformation(settings.level);
            for (int t = settings.level; t >= 1; --t) {
                const auto scale = at::full({1}, info.labelScale[static_cast<std::size_t>(t)]);
                const auto warped = field::warp(image, u, field::Padding::Border);
                const auto increment = eager.step(warped, at::full({1}, t, at::kLong), info.recursion, scale);
                u = field::compose(increment, u, field::Padding::Border);
            }
        },
        settings.level * info.recursion * flopOf(eager, size));
}

std::string cpuName() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        if (line.rfind("model name", 0) == 0 && line.find(':') + 2 < line.size()) {
            return line.substr(line.find(':') + 2);
        }
    }
    return "unknown";
}

using Run = std::function<Measure(const BenchmarkRequest&)>;

const std::vector<std::pair<std::string, Run>>& runs() {
    static const std::vector<std::pair<std::string, Run>> all{
        {"network_step_2d", [](const auto& r) { return networkStep(2, r.repeats); }},
        {"network_step_3d", [](const auto& r) { return networkStep(3, r.repeats); }},
        {"sample_2d", [](const auto& r) { return fullSample(r); }},
        {"forward_2d", [](const auto& r) { return forwardProcess(2, r.repeats); }},
        {"forward_3d", [](const auto& r) { return forwardProcess(3, r.repeats); }},
        {"compose_2d", [](const auto& r) { return compositionOf(r.repeats); }},
        {"strict_check_2d", [](const auto& r) { return strictCheck(r.repeats); }},
        {"training_step_2d", [](const auto& r) { return trainingStep(r.repeats); }},
    };
    return all;
}

}  // namespace

Machine measureMachine() {
    useThreads();
    return {cpuName(),
            at::get_num_threads(),
            kernels::rowKernel().name,
            kernels::peakFlopPerSecond(),
            kernels::peakBytesPerSecond(),
            TORCH_VERSION};
}

std::vector<Measure> runBenchmarks(const BenchmarkRequest& request, const JobContext& context,
                                   const std::function<void(const Measure&)>& onMeasure) {
    useThreads();
    auto all = runs();
    for (const auto& outside : request.outside) {
        all.emplace_back(outside.name, [&outside](const BenchmarkRequest& r) {
            return compared(outside.name, std::min(r.repeats, outside.repeats), outside.ours, outside.plain);
        });
    }
    for (const auto& name : request.only) {
        if (std::none_of(all.begin(), all.end(), [&name](const auto& entry) { return entry.first == name; })) {
            std::string list;
            for (const auto& entry : all) {
                list += (list.empty() ? "" : ", ") + entry.first;
            }
            throw Error("there is no measure '" + name + "'; there are " + list);
        }
    }
    std::vector<Measure> measures;
    for (const auto& [name, run] : all) {
        if (request.only.empty() || std::find(request.only.begin(), request.only.end(), name) != request.only.end()) {
            context.throwIfCancelled();
            context.progress(static_cast<double>(measures.size()) / static_cast<double>(all.size()), name);
            measures.push_back(run(request));
            if (onMeasure) {
                onMeasure(measures.back());
            }
        }
    }
    return measures;
}

}  // namespace drdm
