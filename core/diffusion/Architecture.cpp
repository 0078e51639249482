#include "diffusion/Architecture.h"

#include "errors/Error.h"

#include <torch/torch.h>

namespace drdm {

namespace {

std::vector<std::int64_t> kernel(std::int64_t a, std::int64_t b, std::int64_t k, int dims) {
    std::vector<std::int64_t> size{a, b};
    size.insert(size.end(), static_cast<std::size_t>(dims), k);
    return size;
}

constexpr int widestWidth = 256;
constexpr int largestPatch = 8;

}  // namespace

std::int64_t Architecture::inputs() const {
    std::int64_t count = 1;
    for (int axis = 0; axis < dims; ++axis) {
        count *= patch;
    }
    return count;
}

std::vector<Architecture::Shape> Architecture::shapes() const {
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
    const std::int64_t w = width;
    time("te1", 1);
    stage("b1", inputs(), {w, w, w}, true);
    resample("down1", w);
    time("te2", w);
    stage("b2", w, {2 * w, 2 * w, 2 * w}, true);
    resample("down2", 2 * w);
    time("te3", 2 * w);
    stage("b3", 2 * w, {4 * w, 4 * w, 4 * w}, true);
    resample("down3", 4 * w);
    time("te_mid", 4 * w);
    stage("b_mid", 4 * w, {2 * w, 2 * w, 4 * w}, true);
    resample("up1", 4 * w);
    time("te4", 8 * w);
    stage("b4", 8 * w, {4 * w, 2 * w, 2 * w}, false);
    resample("up2", 2 * w);
    time("te5", 4 * w);
    stage("b5", 4 * w, {2 * w, w, w}, false);
    resample("up3", w);
    time("te_out", 2 * w);
    stage("b_out", 2 * w, {w, w, w}, false);
    affine("conv_out", kernel(dims, w, 3, dims), dims);
    return shapes;
}

Architecture Architecture::of(const std::map<std::string, at::Tensor>& tensors) {
    const auto table = tensors.find("time_embed.weight");
    const auto out = tensors.find("conv_out.weight");
    const auto first = tensors.find("b1.0.conv0.weight");
    const auto misshapen = [&tensors](const auto& found, std::int64_t fewest, std::int64_t most) {
        return found == tensors.end() || found->second.dim() < fewest || found->second.dim() > most;
    };
    if (misshapen(table, 2, 2) || misshapen(out, 4, 5) || misshapen(first, 4, 5)) {
        throw Error(
            "these are not the weights of a RecResACNet: 'time_embed.weight', 'conv_out.weight' or "
            "'b1.0.conv0.weight' is missing or misshapen");
    }
    Architecture result;
    result.dims = static_cast<int>(out->second.dim()) - 2;
    const auto steps = table->second.size(0);
    if (steps < 2 || steps > 10000) {
        throw Error("'time_embed.weight' has " + std::to_string(steps) + " rows; 2 to 10000 were expected");
    }
    result.steps = static_cast<int>(steps);
    const auto width = first->second.size(0);
    if (width < 1 || width > widestWidth) {
        throw Error("'b1.0.conv0.weight' has " + std::to_string(width) + " outputs; 1 to " +
                    std::to_string(widestWidth) + " were expected");
    }
    result.width = static_cast<int>(width);
    for (result.patch = 1; result.patch <= largestPatch; ++result.patch) {
        if (result.inputs() == first->second.size(1)) {
            return result;
        }
    }
    throw Error("'b1.0.conv0.weight' has " + std::to_string(first->second.size(1)) +
                " inputs, which is not the number of voxels of a block of side 1 to " + std::to_string(largestPatch));
}

}  // namespace drdm
