#include "diffusion/Network.h"

#include "diffusion/Field.h"
#include "diffusion/PlaneTraining.h"
#include "diffusion/Random.h"
#include "errors/Error.h"

#include <torch/torch.h>

#include <cmath>

namespace drdm {

namespace {

constexpr double leak = 1e-6;
constexpr std::int64_t embeddingSize = 100;

struct Shape {
    std::string name;
    std::vector<std::int64_t> size;
};

std::vector<std::int64_t> kernel(std::int64_t a, std::int64_t b, std::int64_t k, int dims) {
    std::vector<std::int64_t> size{a, b};
    size.insert(size.end(), static_cast<std::size_t>(dims), k);
    return size;
}

/// Every tensor of the architecture with its shape: the one list that building, reading and checking share.
std::vector<Shape> architecture(int dims, int steps) {
    std::vector<Shape> shapes{{"time_embed.weight", {steps, embeddingSize}}};
    const auto affine = [&](const std::string& name, std::vector<std::int64_t> weight, std::int64_t bias) {
        shapes.push_back({name + ".weight", std::move(weight)});
        shapes.push_back({name + ".bias", {bias}});
    };
    const auto time = [&](const std::string& name, std::int64_t c) {
        affine(name + ".0", {c, embeddingSize}, c);
        affine(name + ".2", {c, c}, c);
    };
    const auto stage = [&](const std::string& name, std::int64_t in, std::vector<std::int64_t> outs, bool norm) {
        for (std::size_t i = 0; i < outs.size(); ++i) {
            const auto out = outs[i];
            const auto block = name + "." + std::to_string(i);
            if (norm) {
                affine(block + ".ln", {out}, out);
            }
            affine(block + ".conv0", kernel(out, in, 3, dims), out);
            affine(block + ".convs.0", kernel(out, out, 3, dims), out);
            affine(block + ".convs.1", kernel(out, out, 3, dims), out);
            in = out;
        }
    };
    const auto resample = [&](const std::string& name, std::int64_t c) { affine(name, kernel(c, c, 4, dims), c); };
    time("te1", 1);
    stage("b1", 1, {10, 10, 10}, true);
    resample("down1", 10);
    time("te2", 10);
    stage("b2", 10, {20, 20, 20}, true);
    resample("down2", 20);
    time("te3", 20);
    stage("b3", 20, {40, 40, 40}, true);
    resample("down3", 40);
    time("te_mid", 40);
    stage("b_mid", 40, {20, 20, 40}, true);
    resample("up1", 40);
    time("te4", 80);
    stage("b4", 80, {40, 20, 20}, false);
    resample("up2", 20);
    time("te5", 40);
    stage("b5", 40, {20, 10, 10}, false);
    resample("up3", 10);
    time("te_out", 20);
    stage("b_out", 20, {10, 10, 10}, false);
    affine("conv_out", kernel(dims, 10, 3, dims), dims);
    return shapes;
}

std::string sizeText(const at::Tensor& x) {
    std::string text;
    for (const auto n : x.sizes()) {
        text += (text.empty() ? "" : "×") + std::to_string(n);
    }
    return text;
}

}  // namespace

at::Tensor timeTable(int steps) {
    auto table = at::empty({steps, embeddingSize}, at::kFloat);
    auto a = table.accessor<float, 2>();
    for (int t = 0; t < steps; ++t) {
        for (std::int64_t k = 0; 2 * k < embeddingSize; ++k) {
            const double w = std::pow(10000.0, -2.0 * static_cast<double>(2 * k) / static_cast<double>(embeddingSize));
            a[t][2 * k] = static_cast<float>(std::sin(t * w));
            a[t][2 * k + 1] = static_cast<float>(std::cos(t * w));
        }
    }
    return table;
}

Network Network::random(int dims, int steps, std::uint64_t seed) {
    Network network(dims, steps);
    Random random(seed, 77);
    double bound = 0;
    for (const auto& [name, size] : architecture(dims, steps)) {
        at::Tensor x;
        if (name == "time_embed.weight") {
            x = timeTable(steps);
        } else if (name.find(".ln.") != std::string::npos) {
            x = name.ends_with("weight") ? at::ones(size) : at::zeros(size);
        } else {
            x = at::empty(size, at::kFloat);
            if (name.ends_with("weight")) {
                bound = 1.0 / std::sqrt(static_cast<double>(x.numel() / x.size(0)));
            }
            std::generate_n(x.data_ptr<float>(), x.numel(),
                            [&] { return static_cast<float>(random.uniform(-bound, bound)); });
        }
        network.m_tensors[name] = x;
    }
    return network;
}

Network Network::fromTensors(const std::map<std::string, at::Tensor>& tensors) {
    const auto table = tensors.find("time_embed.weight");
    const auto out = tensors.find("conv_out.weight");
    if (table == tensors.end() || out == tensors.end() || table->second.dim() != 2 ||
        (out->second.dim() != 4 && out->second.dim() != 5)) {
        throw Error(
            "these are not the weights of a RecResACNet: 'time_embed.weight' or 'conv_out.weight' is missing or "
            "misshapen");
    }
    const auto steps = table->second.size(0);
    if (steps < 2 || steps > 10000) {
        throw Error("'time_embed.weight' has " + std::to_string(steps) + " rows; 2 to 10000 were expected");
    }
    Network network(static_cast<int>(out->second.dim()) - 2, static_cast<int>(steps));
    const auto shapes = architecture(network.m_dims, network.m_steps);
    for (const auto& [name, size] : shapes) {
        const auto found = tensors.find(name);
        if (found == tensors.end()) {
            throw Error("the weights lack '" + name + "'");
        }
        if (found->second.sizes() != at::IntArrayRef(size)) {
            throw Error("'" + name + "' is " + sizeText(found->second) + ", not " + sizeText(at::empty(size)));
        }
        network.m_tensors[name] = found->second.to(at::kFloat).contiguous();
    }
    for (const auto& entry : tensors) {
        if (network.m_tensors.count(entry.first) == 0) {
            throw Error("the weights hold '" + entry.first + "', which a RecResACNet does not have");
        }
    }
    return network;
}

std::int64_t Network::parameterCount() const {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : m_tensors) {
        count += tensor.numel();
    }
    return count;
}

std::vector<at::Tensor> Network::trainable() const {
    std::vector<at::Tensor> list;
    for (const auto& [name, tensor] : m_tensors) {
        if (name != "time_embed.weight") {
            list.push_back(tensor);
        }
    }
    return list;
}

void Network::to(const at::Device& device) {
    for (auto& [name, tensor] : m_tensors) {
        tensor = tensor.to(device);
        // Channels-last is 2–4 times faster for the thin layers in 2-D and slower in 3-D (PITFALLS).
        if (tensor.dim() == 4) {
            tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
        }
    }
}

void Network::requireGradients() {
    for (auto& tensor : trainable()) {
        tensor.requires_grad_(true);
    }
}

void Network::usePlanes() {
    if (m_dims == 2) {
        m_planes.emplace();
    }
}

Network Network::clone() const {
    Network copy(m_dims, m_steps);
    for (const auto& [name, tensor] : m_tensors) {
        copy.m_tensors[name] = tensor.detach().clone();
    }
    return copy;
}

at::Tensor Network::conv(const std::string& name, const at::Tensor& x, std::int64_t stride, std::int64_t padding,
                         std::int64_t dilation) const {
    const auto& w = get(name + ".weight");
    const auto& b = get(name + ".bias");
    return m_dims == 2 ? at::conv2d(x, w, b, stride, padding, dilation)
                       : at::conv3d(x, w, b, stride, padding, dilation);
}

at::Tensor Network::convTransposed(const std::string& name, const at::Tensor& x) const {
    const auto& w = get(name + ".weight");
    const auto& b = get(name + ".bias");
    return m_dims == 2 ? at::conv_transpose2d(x, w, b, 2, 1) : at::conv_transpose3d(x, w, b, 2, 1);
}

at::Tensor Network::block(const std::string& name, const at::Tensor& input, bool norm) const {
    auto x = conv(name + ".conv0", input, 1, 1, 1);
    if (norm) {
        x = at::instance_norm(x, get(name + ".ln.weight"), get(name + ".ln.bias"), {}, {}, true, 0.0, 1e-5, false);
    }
    auto y = conv(name + ".convs.0", at::leaky_relu(x, leak), 1, 1, 1);
    y = conv(name + ".convs.1", at::leaky_relu(y, leak), 1, 3, 3);
    return at::leaky_relu(y + x, leak);
}

at::Tensor Network::stage(const std::string& name, at::Tensor x, bool norm) const {
    for (int i = 0; i < 3; ++i) {
        x = block(name + "." + std::to_string(i), x, norm);
    }
    return x;
}

at::Tensor Network::time(const std::string& name, const at::Tensor& embedding) const {
    const auto hidden = at::relu(at::linear(embedding, get(name + ".0.weight"), get(name + ".0.bias")));
    auto x = at::linear(hidden, get(name + ".2.weight"), get(name + ".2.bias"));
    for (int i = 0; i < m_dims; ++i) {
        x = x.unsqueeze(-1);
    }
    return x;
}

at::Tensor Network::convolutions(const at::Tensor& image, const std::vector<at::Tensor>& times) const {
    // As the weights lie (`to`).
    auto x = image.contiguous(get("conv_out.weight").suggest_memory_format());
    const auto s1 = stage("b1", x + times[0], true);
    const auto s2 = stage("b2", conv("down1", s1, 2, 1, 1) + times[1], true);
    const auto s3 = stage("b3", conv("down2", s2, 2, 1, 1) + times[2], true);
    x = stage("b_mid", conv("down3", s3, 2, 1, 1) * times[3], true);
    x = stage("b4", at::cat({s3, convTransposed("up1", x)}, 1) + times[4], false);
    x = stage("b5", at::cat({s2, convTransposed("up2", x)}, 1) + times[5], false);
    x = stage("b_out", at::cat({s1, convTransposed("up3", x)}, 1) + times[6], false);
    return conv("conv_out", x, 1, 1, 1).contiguous();
}

at::Tensor Network::forward(const at::Tensor& image, const at::Tensor& t, const at::Tensor& scale) const {
    const auto embedding = get("time_embed.weight").index_select(0, t);
    std::vector<at::Tensor> times;
    for (const char* name : PlaneTraining::timeNames) {
        times.push_back(time(name, embedding));
    }
    auto u = m_planes && image.is_cpu() ? (*m_planes)(image, times, m_tensors) : convolutions(image, times);
    if (scale.defined()) {
        std::vector<std::int64_t> shape(static_cast<std::size_t>(u.dim()), 1);
        shape[0] = scale.size(0);
        u = u * scale.view(shape);
    }
    std::vector<at::Tensor> components;
    for (std::int64_t axis = 0; axis < m_dims; ++axis) {
        const double limit = 1.0 - 1.0 / static_cast<double>(u.size(axis + 2));
        components.push_back(u.select(1, axis).clamp(-limit, limit));
    }
    return at::stack(components, 1);
}

at::Tensor Network::step(const at::Tensor& image, const at::Tensor& t, int recursion, const at::Tensor& scale) const {
    std::vector<std::int64_t> padding;
    const auto size = field::spatial(image);
    bool pad = false;
    for (auto axis = size.size(); axis-- > 0;) {
        const auto extra = (8 - size[axis] % 8) % 8;
        padding.push_back(0);
        padding.push_back(extra);
        pad = pad || extra > 0;
    }
    // Fractions are of the padded length inside, of the image's own length outside.
    const auto padded = pad ? at::constant_pad_nd(image, padding) : image;
    at::Tensor u;
    for (int k = 0; k < recursion; ++k) {
        const auto input = u.defined() ? field::warp(padded, u, field::Padding::Zeros) : padded;
        const auto next = forward(input, t, scale);
        u = u.defined() ? field::compose(next, u, field::Padding::Border) : next;
    }
    if (pad) {
        for (std::size_t axis = 0; axis < size.size(); ++axis) {
            u = u.narrow(static_cast<std::int64_t>(axis) + 2, 0, size[axis]);
        }
        std::vector<at::Tensor> components;
        for (std::size_t axis = 0; axis < size.size(); ++axis) {
            const auto n = static_cast<std::int64_t>(axis);
            components.push_back(u.select(1, n) *
                                 (static_cast<double>(padded.size(n + 2)) / static_cast<double>(size[axis])));
        }
        u = at::stack(components, 1);
    }
    return u;
}

}  // namespace drdm
