#include "experiments/SegmentationNetwork.h"

#include "diffusion/Devices.h"
#include "diffusion/ModelInternals.h"
#include "diffusion/Random.h"
#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "parameters/NumberFromText.h"

#include <torch/torch.h>

#include <cmath>
#include <map>

namespace drdm {
namespace {

namespace F = torch::nn::functional;
using Tensors = std::map<std::string, at::Tensor>;

constexpr double beta1 = 0.9, beta2 = 0.999;

at::Tensor firstWeights(std::vector<std::int64_t> shape, Random& random) {
    at::Tensor weights = torch::empty(shape);
    const double deviation = std::sqrt(2.0 / static_cast<double>(weights[0].numel()));  // He et al. 2015
    auto* values = weights.data_ptr<float>();
    for (std::int64_t i = 0; i < weights.numel(); ++i) {
        values[i] = static_cast<float>(deviation * random.normal());
    }
    return weights;
}

/// Two convolutions with their normalisations, under NAME.0 and NAME.1.
void addBlock(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out, Random& random) {
    for (const char* part : {".0", ".1"}) {
        tensors[name + part + ".weight"] = firstWeights({out, in, 3, 3}, random);
        tensors[name + part + ".scale"] = torch::ones({out});
        tensors[name + part + ".shift"] = torch::zeros({out});
        in = out;
    }
}

at::Device chosen(const std::string& name) {
    if (name == "cpu" || (name == "auto" && !torch::cuda::is_available())) {
        return at::Device(at::kCPU);
    }
    for (const ComputeDevice& device : computeDevices()) {
        if (device.name == name || (name == "auto" && device.name != "cpu")) {
            return at::Device(device.name);
        }
    }
    throw Error("there is no device \"" + name + "\"; use auto, cpu, or cuda:0 where there is a graphics card");
}

}  // namespace

struct SegmentationNetwork::Private {
    SegmentationNetworkSettings settings;
    at::Device device;
    Tensors weights, first, second;
    long long step = 0;

    [[nodiscard]] at::Tensor block(at::Tensor x, const std::string& name) const {
        for (const char* part : {".0", ".1"}) {
            const std::string key = name + part;
            x = at::conv2d(x, weights.at(key + ".weight"), {}, 1, 1);
            x = at::instance_norm(x, weights.at(key + ".scale"), weights.at(key + ".shift"), {}, {}, true, 0.1, 1e-5,
                                  false);
            x = at::leaky_relu(x, 0.01);
        }
        return x;
    }

    [[nodiscard]] at::Tensor logits(at::Tensor x) const {
        std::vector<at::Tensor> skipped;
        for (int level = 0; level < settings.levels; ++level) {
            x = block(level > 0 ? at::max_pool2d(x, {2, 2}) : x, "down" + std::to_string(level));
            skipped.push_back(x);
        }
        for (int level = settings.levels - 2; level >= 0; --level) {
            const at::Tensor& beside = skipped[static_cast<std::size_t>(level)];
            x = at::upsample_bilinear2d(x, {beside.size(2), beside.size(3)}, false);
            x = block(at::cat({beside, x}, 1), "up" + std::to_string(level));
        }
        return at::conv2d(x, weights.at("out.weight"), weights.at("out.bias"));
    }
};

SegmentationNetwork::SegmentationNetwork(const SegmentationNetworkSettings& settings)
    : d(new Private{settings, chosen(settings.device), {}, {}, {}}) {
    const std::int64_t multiple = std::int64_t{1} << std::max(0, settings.levels - 1);
    if (settings.classes < 2 || settings.classes > 255 || settings.width < 1 || settings.levels < 1 ||
        settings.levels > 8 || settings.side < 2 * multiple || settings.side % multiple != 0) {
        throw Error("a segmentation network of " + std::to_string(settings.levels) + " levels on a side of " +
                    std::to_string(settings.side) + " with " + std::to_string(settings.classes) +
                    " classes cannot be made; the side must be a multiple of " + std::to_string(multiple) +
                    " and twice as large at least, the classes 2 to 255");
    }
    Random random(settings.seed, 0x756e6574);
    const auto channels = [&settings](int level) { return static_cast<std::int64_t>(settings.width) << level; };
    for (int level = 0; level < settings.levels; ++level) {
        addBlock(d->weights, "down" + std::to_string(level), level > 0 ? channels(level - 1) : 1, channels(level),
                 random);
    }
    for (int level = settings.levels - 2; level >= 0; --level) {
        addBlock(d->weights, "up" + std::to_string(level), channels(level) + channels(level + 1), channels(level),
                 random);
    }
    d->weights["out.weight"] = firstWeights({settings.classes, channels(0), 1, 1}, random);
    d->weights["out.bias"] = torch::zeros({settings.classes});
    for (auto& [name, tensor] : d->weights) {
        tensor = tensor.to(d->device).set_requires_grad(true);
        d->first[name] = torch::zeros_like(tensor);
        d->second[name] = torch::zeros_like(tensor);
    }
}

bool SegmentationNetwork::onProcessor(const std::string& device) {
    return chosen(device).is_cpu();
}

SegmentationNetwork::SegmentationNetwork(SegmentationNetwork&&) noexcept = default;
SegmentationNetwork& SegmentationNetwork::operator=(SegmentationNetwork&&) noexcept = default;
SegmentationNetwork::~SegmentationNetwork() = default;

double SegmentationNetwork::train(const std::vector<const LabelledSlice*>& batch, double rate) {
    useThreads();
    const std::int64_t side = d->settings.side;
    const auto count = static_cast<std::int64_t>(batch.size());
    at::Tensor images = torch::empty({count, 1, side, side});
    at::Tensor classes = torch::empty({count, side, side}, at::kLong);
    for (std::int64_t i = 0; i < count; ++i) {
        const LabelledSlice& slice = *batch[static_cast<std::size_t>(i)];
        if (static_cast<std::int64_t>(slice.image.size()) != side * side ||
            slice.classes.size() != slice.image.size()) {
            throw Error("a training slice has " + std::to_string(slice.image.size()) + " pixels and " +
                        std::to_string(slice.classes.size()) + " labels; the network takes " +
                        std::to_string(side * side) + " of each");
        }
        std::copy(slice.image.begin(), slice.image.end(), images.data_ptr<float>() + i * side * side);
        auto* target = classes.data_ptr<std::int64_t>() + i * side * side;
        for (std::size_t k = 0; k < slice.classes.size(); ++k) {
            if (slice.classes[k] >= d->settings.classes) {
                throw Error("a training slice holds class " + std::to_string(slice.classes[k]) +
                            ", the network knows 0 to " + std::to_string(d->settings.classes - 1));
            }
            target[k] = slice.classes[k];
        }
    }
    images = images.to(d->device);
    classes = classes.to(d->device);

    const at::Tensor logits = d->logits(images);
    const at::Tensor chances = logits.softmax(1);
    const at::Tensor truth = at::one_hot(classes, d->settings.classes).permute({0, 3, 1, 2}).to(at::kFloat);
    const auto structures = at::indexing::Slice(1, at::indexing::None);
    const at::Tensor shared = (chances * truth).sum({0, 2, 3}).index({structures});
    const at::Tensor total = (chances + truth).sum({0, 2, 3}).index({structures});
    const at::Tensor dice = ((2 * shared + 1) / (total + 1)).mean();
    const at::Tensor loss = F::cross_entropy(logits, classes) + 1 - dice;
    loss.backward();

    const torch::NoGradGuard guard;
    ++d->step;
    const double correction1 = 1 - std::pow(beta1, static_cast<double>(d->step));
    const double correction2 = 1 - std::pow(beta2, static_cast<double>(d->step));
    for (auto& [name, weight] : d->weights) {
        at::Tensor gradient = weight.grad();
        d->first[name].mul_(beta1).add_(gradient, 1 - beta1);
        d->second[name].mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        weight.addcdiv_(d->first[name], (d->second[name] / correction2).sqrt_().add_(1e-8), -rate / correction1);
        gradient.zero_();
    }
    return loss.item<double>();
}

long long SegmentationNetwork::step() const {
    return d->step;
}

std::vector<float> SegmentationNetwork::probabilities(const std::vector<float>& image) const {
    const std::int64_t side = d->settings.side;
    if (static_cast<std::int64_t>(image.size()) != side * side) {
        throw Error("a slice of " + std::to_string(image.size()) + " pixels does not fit the network's " +
                    std::to_string(side * side));
    }
    useThreads();
    const torch::NoGradGuard guard;
    at::Tensor x = torch::empty({1, 1, side, side});
    std::copy(image.begin(), image.end(), x.data_ptr<float>());
    const at::Tensor chances = d->logits(x.to(d->device)).softmax(1).to(at::kCPU).contiguous();
    const auto* values = chances.data_ptr<float>();
    return {values, values + chances.numel()};
}

long long SegmentationNetwork::parameterCount() const {
    long long count = 0;
    for (const auto& [name, tensor] : d->weights) {
        count += tensor.numel();
    }
    return count;
}

void SegmentationNetwork::write(const std::string& path) const {
    SafeTensors file;
    file.metadata["kind"] = "drdm-segmentation-1";
    file.metadata["step"] = std::to_string(d->step);
    for (const auto& [kind, tensors] :
         {std::pair{"weight:", &d->weights}, {"first:", &d->first}, {"second:", &d->second}}) {
        for (const auto& [name, tensor] : *tensors) {
            const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
            file.tensors.emplace_back(kind + name, RawTensor::fromFloats(plain.sizes().vec(), plain.data_ptr<float>()));
        }
    }
    writeSafeTensors(file, path);
}

void SegmentationNetwork::read(const std::string& path) {
    const SafeTensors file = readSafeTensors(path);
    const auto kind = file.metadata.find("kind");
    const auto text = file.metadata.find("step");
    const long long step = text == file.metadata.end() ? -1 : numberFromText<long long>(text->second).value_or(-1);
    if (kind == file.metadata.end() || kind->second != "drdm-segmentation-1" || step < 0) {
        throw Error(path + " is no state of a segmentation network; remove it to begin the run anew");
    }
    const torch::NoGradGuard guard;
    for (const auto& [prefix, tensors] :
         {std::pair{"weight:", &d->weights}, {"first:", &d->first}, {"second:", &d->second}}) {
        for (auto& [name, tensor] : *tensors) {
            const RawTensor& raw = file.at(prefix + name);
            if (raw.shape != tensor.sizes().vec()) {
                throw Error(path + " is of a network of another size (" + name +
                            "); remove it to begin the run anew, or take the size that it was begun with");
            }
            const std::vector<float> values = raw.floats();
            tensor.copy_(torch::from_blob(const_cast<float*>(values.data()), raw.shape));
        }
    }
    d->step = step;
}

}  // namespace drdm
