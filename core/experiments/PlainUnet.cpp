#include "experiments/PlainUnet.h"

#include "diffusion/Devices.h"
#include "diffusion/Random.h"
#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "parameters/NumberFromText.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace drdm {
namespace {

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
void addBlock(Tensors& tensors, const std::string& name, std::int64_t in, std::int64_t out, bool normalised,
              Random& random) {
    for (const char* part : {".0", ".1"}) {
        tensors[name + part + ".weight"] = firstWeights({out, in, 3, 3}, random);
        tensors[name + part + ".shift"] = torch::zeros({out});
        if (normalised) {
            tensors[name + part + ".scale"] = torch::ones({out});
        }
        in = out;
    }
}

}  // namespace

at::Device experimentDevice(const std::string& name) {
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

PlainUnet::PlainUnet(Shape shape) : m_shape(std::move(shape)), m_device(experimentDevice(m_shape.device)) {
    const std::int64_t multiple = std::int64_t{1} << std::clamp(m_shape.levels - 1, 0, 7);
    if (m_shape.width < 1 || m_shape.levels < 1 || m_shape.levels > 8 || m_shape.side < 2 * multiple ||
        m_shape.side % multiple != 0) {
        throw Error("a network of " + std::to_string(m_shape.levels) + " levels on a side of " +
                    std::to_string(m_shape.side) + " cannot be made; the side must be a multiple of " +
                    std::to_string(multiple) + " and twice as large at least");
    }
    Random random(m_shape.seed, 0x756e6574);
    const auto channels = [this](int level) { return static_cast<std::int64_t>(m_shape.width) << level; };
    for (int level = 0; level < m_shape.levels; ++level) {
        addBlock(m_weights, "down" + std::to_string(level), level > 0 ? channels(level - 1) : m_shape.in,
                 channels(level), m_shape.normalised, random);
    }
    for (int level = m_shape.levels - 2; level >= 0; --level) {
        addBlock(m_weights, "up" + std::to_string(level), channels(level) + channels(level + 1), channels(level),
                 m_shape.normalised, random);
    }
    m_weights["out.weight"] = firstWeights({m_shape.out, channels(0), 1, 1}, random).mul_(m_shape.lastWeights);
    m_weights["out.bias"] = torch::zeros({m_shape.out});
    for (auto& [name, tensor] : m_weights) {
        tensor = tensor.to(m_device).set_requires_grad(true);
        m_first[name] = torch::zeros_like(tensor);
        m_second[name] = torch::zeros_like(tensor);
    }
}

at::Tensor PlainUnet::block(at::Tensor x, const std::string& name) const {
    for (const char* part : {".0", ".1"}) {
        const std::string key = name + part;
        const at::Tensor& shift = m_weights.at(key + ".shift");
        if (m_shape.normalised) {
            x = at::conv2d(x, m_weights.at(key + ".weight"), {}, 1, 1);
            x = at::instance_norm(x, m_weights.at(key + ".scale"), shift, {}, {}, true, 0.1, 1e-5, false);
        } else {
            x = at::conv2d(x, m_weights.at(key + ".weight"), shift, 1, 1);
        }
        x = at::leaky_relu(x, 0.01);
    }
    return x;
}

at::Tensor PlainUnet::operator()(at::Tensor x) const {
    std::vector<at::Tensor> skipped;
    for (int level = 0; level < m_shape.levels; ++level) {
        x = block(level > 0 ? at::max_pool2d(x, {2, 2}) : x, "down" + std::to_string(level));
        skipped.push_back(x);
    }
    for (int level = m_shape.levels - 2; level >= 0; --level) {
        const at::Tensor& beside = skipped[static_cast<std::size_t>(level)];
        x = at::upsample_bilinear2d(x, {beside.size(2), beside.size(3)}, false);
        x = block(at::cat({beside, x}, 1), "up" + std::to_string(level));
    }
    return at::conv2d(x, m_weights.at("out.weight"), m_weights.at("out.bias"));
}

double PlainUnet::descend(const at::Tensor& loss, double rate) {
    loss.backward();
    const torch::NoGradGuard guard;
    ++m_step;
    const double correction1 = 1 - std::pow(beta1, static_cast<double>(m_step));
    const double correction2 = 1 - std::pow(beta2, static_cast<double>(m_step));
    for (auto& [name, weight] : m_weights) {
        at::Tensor gradient = weight.grad();
        m_first[name].mul_(beta1).add_(gradient, 1 - beta1);
        m_second[name].mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        weight.addcdiv_(m_first[name], (m_second[name] / correction2).sqrt_().add_(1e-8), -rate / correction1);
        gradient.zero_();
    }
    return loss.item<double>();
}

long long PlainUnet::parameterCount() const {
    long long count = 0;
    for (const auto& [name, tensor] : m_weights) {
        count += tensor.numel();
    }
    return count;
}

void PlainUnet::write(const std::string& path) const {
    SafeTensors file;
    file.metadata["kind"] = m_shape.kind;
    file.metadata["step"] = std::to_string(m_step);
    for (const auto& [kind, tensors] :
         {std::pair{"weight:", &m_weights}, {"first:", &m_first}, {"second:", &m_second}}) {
        for (const auto& [name, tensor] : *tensors) {
            const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
            file.tensors.emplace_back(kind + name, RawTensor::fromFloats(plain.sizes().vec(), plain.data_ptr<float>()));
        }
    }
    writeSafeTensors(file, path);
}

void PlainUnet::read(const std::string& path) {
    const SafeTensors file = readSafeTensors(path);
    const auto kind = file.metadata.find("kind");
    const auto text = file.metadata.find("step");
    const long long step = text == file.metadata.end() ? -1 : numberFromText<long long>(text->second).value_or(-1);
    if (kind == file.metadata.end() || kind->second != m_shape.kind || step < 0) {
        throw Error(path + " is no state of such a network; remove it to begin the run anew");
    }
    const torch::NoGradGuard guard;
    for (const auto& [prefix, tensors] :
         {std::pair{"weight:", &m_weights}, {"first:", &m_first}, {"second:", &m_second}}) {
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
    m_step = step;
}

}  // namespace drdm
