#include "diffusion/Optimiser.h"

#include "errors/Error.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.999;
constexpr double largestGradient = 5.0;

void add(SafeTensors& file, const std::string& name, const at::Tensor& tensor) {
    const auto plain = tensor.detach().to(at::kCPU).contiguous();
    file.tensors.emplace_back(name, RawTensor::fromFloats(plain.sizes().vec(), plain.data_ptr<float>()));
}

void restore(const SafeTensors& file, const std::string& name, at::Tensor& target) {
    const auto& raw = file.at(name);
    if (target.sizes() != at::IntArrayRef(raw.shape)) {
        throw Error("'" + name + "' has another shape than the network being trained");
    }
    const auto values = raw.floats();
    auto plain = at::empty(raw.shape, at::kFloat);
    std::copy(values.begin(), values.end(), plain.data_ptr<float>());
    target.copy_(plain);
}

/// One tensor that holds all of `parts`, and back.
at::Tensor joined(const std::vector<at::Tensor>& parts) {
    std::vector<at::Tensor> flat;
    flat.reserve(parts.size());
    for (const auto& part : parts) {
        flat.push_back(part.detach().flatten());
    }
    return at::cat(flat);
}

void distribute(const at::Tensor& all, std::vector<at::Tensor>& parts) {
    const torch::NoGradGuard guard;
    std::int64_t start = 0;
    for (auto& part : parts) {
        part.copy_(all.narrow(0, start, part.numel()).view(part.sizes()));
        start += part.numel();
    }
}

}  // namespace

Optimiser::Optimiser(Network& network) : m_network(network) {
    for (const auto& [name, tensor] : network.tensors()) {
        if (name != "time_embed.weight") {
            m_names.push_back(name);
            m_first[name] = at::zeros_like(tensor);
            m_second[name] = at::zeros_like(tensor);
            m_average[name] = tensor.detach().clone();
        }
    }
}

void Optimiser::step(double rate, long long number) {
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

void Optimiser::clearGradients() {
    for (const auto& name : m_names) {
        auto weight = m_network.tensors().at(name);
        if (weight.grad().defined()) {
            weight.mutable_grad().zero_();
        }
    }
}

void Optimiser::shareGradients(const Workers& workers) {
    if (workers.size() == 1) {
        return;
    }
    std::vector<at::Tensor> gradients;
    for (const auto& name : m_names) {
        gradients.push_back(m_network.tensors().at(name).grad());
    }
    auto all = joined(gradients);
    workers.sum(all);
    all.div_(workers.size());
    distribute(all, gradients);
}

void Optimiser::takeFromFirst(const Workers& workers) {
    if (workers.size() == 1) {
        return;
    }
    std::vector<at::Tensor> state;
    for (const auto& name : m_names) {
        for (const auto& tensor :
             {m_network.tensors().at(name).detach(), m_first[name], m_second[name], m_average[name]}) {
            state.push_back(tensor);
        }
    }
    auto all = joined(state);
    workers.fromFirst(all);
    distribute(all, state);
}

Network Optimiser::averaged() const {
    auto tensors = m_network.tensors();
    for (const auto& name : m_names) {
        tensors[name] = m_average.at(name);
    }
    for (auto& entry : tensors) {
        entry.second = entry.second.detach().to(at::kCPU);
    }
    return Network::fromTensors(tensors);
}

void Optimiser::write(SafeTensors& file) const {
    for (const auto& name : m_names) {
        add(file, "weight:" + name, m_network.tensors().at(name));
        add(file, "first:" + name, m_first.at(name));
        add(file, "second:" + name, m_second.at(name));
        add(file, "average:" + name, m_average.at(name));
    }
}

void Optimiser::read(const SafeTensors& file) {
    const torch::NoGradGuard guard;
    for (const auto& name : m_names) {
        auto weight = m_network.tensors().at(name);
        restore(file, "weight:" + name, weight);
        restore(file, "first:" + name, m_first[name]);
        restore(file, "second:" + name, m_second[name]);
        restore(file, "average:" + name, m_average[name]);
    }
}

void Optimiser::clip() {
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

}  // namespace drdm
