#include "diffusion/Field.h"

#include "errors/Error.h"
#include "kernels/Resampling.h"

#include <torch/torch.h>

#include <algorithm>

namespace drdm::field {

namespace {

namespace F = torch::nn::functional;

/// Voxel index along axis `axis`, shaped to broadcast over N × spatial.
at::Tensor axisIndex(const at::Tensor& like, std::int64_t axis, std::int64_t dims) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(dims) + 1, 1);
    const auto n = like.size(axis + 2);
    shape[static_cast<std::size_t>(axis) + 1] = n;
    return at::arange(n, like.options()).view(shape);
}

/// Sampling positions x + u(x) as grid_sample wants them: last axis first, −1…1 between the centres of the end voxels.
/// The order of the operations is the authors', so that `released` agrees with their program to the last bit.
at::Tensor samplingGrid(const at::Tensor& u) {
    const auto dims = u.size(1);
    std::vector<at::Tensor> coordinates;
    for (auto axis = dims - 1; axis >= 0; --axis) {
        const auto n = static_cast<double>(u.size(axis + 2));
        const auto position = axisIndex(u, axis, dims) + u.select(1, axis) * n;
        coordinates.push_back(position * 2.0 / std::max(n - 1.0, 1.0) - 1.0);
    }
    return at::stack(coordinates, -1);
}

at::Tensor batchScale(const at::Tensor& scale, const at::Tensor& v) {
    if (scale.dim() == 0) {
        return scale;
    }
    std::vector<std::int64_t> shape(static_cast<std::size_t>(v.dim()), 1);
    shape[0] = scale.size(0);
    return scale.view(shape);
}

/// compose(u, u, Padding::Border) on the CPU, without temporaries.
at::Tensor squared(const at::Tensor& u) {
    const auto in = u.contiguous();
    auto out = at::empty_like(in);
    const auto side = [&in](std::int64_t axis) { return static_cast<int>(in.size(axis)); };
    for (std::int64_t n = 0; n < in.size(0); ++n) {
        const auto* const from = in.data_ptr<float>() + n * in.stride(0);
        auto* const to = out.data_ptr<float>() + n * out.stride(0);
        if (in.dim() == 4) {
            kernels::composeBorder(from, from, side(2), side(3), to);
        } else {
            kernels::composeBorder(from, from, side(2), side(3), side(4), to);
        }
    }
    return out;
}

}  // namespace

std::vector<std::int64_t> spatial(const at::Tensor& x) {
    return {x.sizes().begin() + 2, x.sizes().end()};
}

at::Tensor warp(const at::Tensor& image, const at::Tensor& u, Padding padding, bool cubic) {
    // grid_sampler's own codes: 0 bilinear, 2 bicubic; 0 zeros, 1 border.
    return at::grid_sampler(image, samplingGrid(u), cubic ? 2 : 0, padding == Padding::Border ? 1 : 0, true);
}

at::Tensor compose(const at::Tensor& d, const at::Tensor& old, Padding padding) {
    return d + warp(old, d, padding);
}

at::Tensor exponential(const at::Tensor& v, const at::Tensor& scale, int squarings) {
    auto u = v * (batchScale(scale, v) * std::ldexp(1.0, -squarings));
    const bool fast = u.is_cpu() && !u.requires_grad();
    for (int i = 0; i < squarings; ++i) {
        u = fast ? squared(u) : compose(u, u, Padding::Border);
    }
    return u;
}

at::Tensor resize(const at::Tensor& x, const std::vector<std::int64_t>& size) {
    auto options = F::InterpolateFuncOptions().size(size).align_corners(false);
    if (x.dim() == 5) {
        options = options.mode(torch::kTrilinear);
    } else {
        options = options.mode(torch::kBilinear);
    }
    return F::interpolate(x, options);
}

at::Tensor spline(const at::Tensor& coefficients, std::int64_t patch) {
    if (patch == 1) {
        return coefficients;
    }
    auto x = coefficients;
    for (std::int64_t dim = 2; dim < x.dim(); ++dim) {
        const auto nodes = x.size(dim);
        auto matrix = at::zeros({nodes, patch * nodes}, at::kFloat);
        auto m = matrix.accessor<float, 2>();
        for (std::int64_t i = 0; i < patch * nodes; ++i) {
            const auto taps = kernels::splineTaps(static_cast<int>(i), static_cast<int>(patch));
            for (int k = 0; k < 4; ++k) {
                const auto node = std::clamp<std::int64_t>(taps.first + k, 0, nodes - 1);
                m[node][i] += taps.weights[static_cast<std::size_t>(k)];
            }
        }
        x = at::matmul(x.transpose(dim, -1), matrix.to(x.device())).transpose(dim, -1);
    }
    return x.contiguous();
}

at::Tensor jacobianDeterminant(const at::Tensor& u) {
    const auto dims = u.size(1);
    // gradient[i][j] = ∂u_i/∂x_j in voxels.
    std::vector<std::vector<at::Tensor>> g(static_cast<std::size_t>(dims));
    for (std::int64_t i = 0; i < dims; ++i) {
        const auto component = u.select(1, i) * static_cast<double>(u.size(i + 2));
        for (std::int64_t j = 0; j < dims; ++j) {
            const auto n = component.size(j + 1);
            const auto middle = (component.slice(j + 1, 2, n) - component.slice(j + 1, 0, n - 2)) * 0.5;
            const auto first = component.slice(j + 1, 1, 2) - component.slice(j + 1, 0, 1);
            const auto last = component.slice(j + 1, n - 1, n) - component.slice(j + 1, n - 2, n - 1);
            auto d = at::cat({first, middle, last}, j + 1);
            g[static_cast<std::size_t>(i)].push_back(i == j ? d + 1.0 : d);
        }
    }
    if (dims == 2) {
        return g[0][0] * g[1][1] - g[0][1] * g[1][0];
    }
    return g[0][0] * (g[1][1] * g[2][2] - g[1][2] * g[2][1]) - g[0][1] * (g[1][0] * g[2][2] - g[1][2] * g[2][0]) +
           g[0][2] * (g[1][0] * g[2][1] - g[1][1] * g[2][0]);
}

DisplacementField toValue(const at::Tensor& u, const Geometry& grid) {
    const auto dims = u.size(1);
    auto voxels = u.to(at::kCPU, at::kFloat).contiguous().clone();
    for (std::int64_t axis = 0; axis < dims; ++axis) {
        const auto n = grid.size[static_cast<std::size_t>(dims - 1 - axis)];
        if (u.size(axis + 2) != n) {
            throw Error("a field of " + std::to_string(u.size(axis + 2)) + " voxels along axis " +
                        std::to_string(axis) + " does not fit a grid of " + std::to_string(n));
        }
        voxels.select(1, axis).mul_(static_cast<double>(n));
    }
    const float* data = voxels.data_ptr<float>();
    return {grid, static_cast<int>(dims), std::vector<float>(data, data + voxels.numel())};
}

at::Tensor toTensor(const DisplacementField& f) {
    const auto dims = f.dims();
    std::vector<std::int64_t> shape{1, dims};
    for (int axis = 0; axis < dims; ++axis) {
        shape.push_back(f.geometry().size[static_cast<std::size_t>(dims - 1 - axis)]);
    }
    auto u = at::empty(shape, at::kFloat);
    const auto values = f.values_vox();
    std::copy(values.begin(), values.end(), u.data_ptr<float>());
    for (int axis = 0; axis < dims; ++axis) {
        u.select(1, axis).div_(static_cast<double>(shape[static_cast<std::size_t>(axis) + 2]));
    }
    return u;
}

}  // namespace drdm::field
