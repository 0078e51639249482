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
constexpr auto embeddingSize = Architecture::embeddingSize;

std::string sizeText(const at::Tensor& x) {
    std::string text;
    for (const auto n : x.sizes()) {
        text += (text.empty() ? "" : "×") + std::to_string(n);
    }
    return text;
}

/// Blocks of patch^D voxels become channels, y slowest of the block's voxels in 2-D.
at::Tensor patches(const at::Tensor& image, std::int64_t patch) {
    if (patch == 1) {
        return image;
    }
    const auto dims = image.dim() - 2;
    std::vector<std::int64_t> split{image.size(0)};
    std::vector<std::int64_t> order{0};
    std::vector<std::int64_t> together{image.size(0), 1};
    for (std::int64_t axis = 0; axis < dims; ++axis) {
        split.insert(split.end(), {image.size(axis + 2) / patch, patch});
        order.push_back(2 * axis + 2);
        together[1] *= patch;
        together.push_back(image.size(axis + 2) / patch);
    }
    for (std::int64_t axis = 0; axis < dims; ++axis) {
        order.push_back(2 * axis + 1);
    }
    return image.reshape(split).permute(order).reshape(together);
}

/// PlaneStep keeps about 100 values per block of the image and channel of the network.
bool fitsPlanes(const at::Tensor& blocks, int width) {
    constexpr std::int64_t most = 8'000'000;
    return blocks.numel() / blocks.size(0) / blocks.size(1) * width <= most;
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

Network Network::random(const Architecture& architecture, std::uint64_t seed) {
    Network network(architecture);
    Random random(seed, 77);
    double bound = 0;
    for (const auto& [name, size] : architecture.shapes()) {
        at::Tensor x;
        if (name == "time_embed.weight") {
            x = timeTable(architecture.steps);
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
    Network network(Architecture::of(tensors));
    for (const auto& [name, size] : network.m_architecture.shapes()) {
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
    m_planes.emplace();
}

Network Network::clone() const {
    Network copy(m_architecture);
    for (const auto& [name, tensor] : m_tensors) {
        copy.m_tensors[name] = tensor.detach().clone();
    }
    return copy;
}

Network Network::onFinerGrid(int factor) const {
    auto tensors = clone().m_tensors;
    auto& first = tensors.at("b1.0.conv0.weight");
    const auto dims = m_architecture.dims;
    const std::int64_t patch = m_architecture.patch;
    // Outputs × (block's voxels, axis by axis) × kernel: every voxel of a block is repeated along each axis.
    std::vector<std::int64_t> split{first.size(0)};
    split.insert(split.end(), static_cast<std::size_t>(dims), patch);
    split.insert(split.end(), first.sizes().begin() + 2, first.sizes().end());
    auto shape = first.sizes().vec();
    auto spread = first.contiguous().view(split);
    for (int axis = 0; axis < dims; ++axis) {
        spread = spread.repeat_interleave(factor, axis + 1) / static_cast<double>(factor);
        shape[1] *= factor;
    }
    first = spread.reshape(shape).contiguous();
    return fromTensors(tensors);
}

at::Tensor Network::conv(const std::string& name, const at::Tensor& x, std::int64_t stride, std::int64_t padding,
                         std::int64_t dilation) const {
    const auto& w = get(name + ".weight");
    const auto& b = get(name + ".bias");
    return dims() == 2 ? at::conv2d(x, w, b, stride, padding, dilation)
                       : at::conv3d(x, w, b, stride, padding, dilation);
}

at::Tensor Network::convTransposed(const std::string& name, const at::Tensor& x) const {
    const auto& w = get(name + ".weight");
    const auto& b = get(name + ".bias");
    return dims() == 2 ? at::conv_transpose2d(x, w, b, 2, 1) : at::conv_transpose3d(x, w, b, 2, 1);
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
    for (int i = 0; i < dims(); ++i) {
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
    return conv("conv_out", x, 1, 1, 1).to(at::kFloat).contiguous();  // float where autocast is on, too
}

at::Tensor Network::forward(const at::Tensor& image, const at::Tensor& t, const at::Tensor& scale) const {
    const auto embedding = get("time_embed.weight").index_select(0, t);
    std::vector<at::Tensor> times;
    for (const char* name : PlaneTraining::timeNames) {
        times.push_back(time(name, embedding));
    }
    const auto blocks = patches(image, m_architecture.patch);
    auto u = m_planes && image.is_cpu() && fitsPlanes(blocks, m_architecture.width)
                 ? (*m_planes)(blocks, times, m_tensors)
                 : convolutions(blocks, times);
    u = field::spline(u, m_architecture.patch);
    if (scale.defined()) {
        std::vector<std::int64_t> shape(static_cast<std::size_t>(u.dim()), 1);
        shape[0] = scale.size(0);
        u = u * scale.view(shape);
    }
    std::vector<at::Tensor> components;
    for (std::int64_t axis = 0; axis < dims(); ++axis) {
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
        const auto unit = m_architecture.sideUnit();
        const auto extra = (unit - size[axis] % unit) % unit;
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
