#include "diffusion/ForwardProcess.h"

#include "diffusion/Field.h"
#include "diffusion/Random.h"
#include "errors/Error.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace drdm {

namespace {

constexpr std::int64_t controlSide = 64;
constexpr std::array<std::int64_t, 4> releasedScales{64, 32, 16, 8};
constexpr double releasedSigma = 4e-5;
constexpr double releasedSecondShare = 0.08;

// A cubic B-spline through independent unit coefficients has this mean variance along one axis (the mean of Σ B(x−k)²).
constexpr double splineVariance = 151.0 / 315.0;

/// Cubic B-spline weights as a matrix n × (nodes + 3): evaluates `nodes` intervals at the centres of n voxels.
at::Tensor splineMatrix(std::int64_t nodes, std::int64_t n) {
    auto matrix = at::zeros({n, nodes + 3}, at::kFloat);
    auto m = matrix.accessor<float, 2>();
    for (std::int64_t i = 0; i < n; ++i) {
        const double x = (static_cast<double>(i) + 0.5) * static_cast<double>(nodes) / static_cast<double>(n);
        const auto cell = std::min(static_cast<std::int64_t>(x), nodes - 1);
        const double f = x - static_cast<double>(cell);
        const std::array<double, 4> w{(1 - f) * (1 - f) * (1 - f) / 6, (3 * f * f * f - 6 * f * f + 4) / 6,
                                      (-3 * f * f * f + 3 * f * f + 3 * f + 1) / 6, f * f * f / 6};
        for (std::int64_t k = 0; k < 4; ++k) {
            m[i][cell + k] = static_cast<float>(w[static_cast<std::size_t>(k)]);
        }
    }
    return matrix;
}

/// Evaluates spline coefficients 1 × D × (nodes+3)^dims on a grid, axis by axis.
at::Tensor evaluateSpline(at::Tensor x, std::int64_t nodes, const std::vector<std::int64_t>& size) {
    for (std::size_t axis = 0; axis < size.size(); ++axis) {
        const auto dim = static_cast<std::int64_t>(axis) + 2;
        x = at::matmul(x.transpose(dim, -1), splineMatrix(nodes, size[axis]).t()).transpose(dim, -1);
    }
    return x.contiguous();
}

at::Tensor ourVelocity(const ProcessNoise& noise, const std::vector<std::int64_t>& size) {
    const auto dims = static_cast<double>(size.size());
    at::Tensor v;
    const auto& scales = noise.schedule.scales;
    for (std::size_t i = 0; i < scales.size(); ++i) {
        const double gain = scales[i].sigma / std::pow(splineVariance, dims / 2);
        const auto part = evaluateSpline(noise.scales[i], scales[i].nodes, size) * gain;
        v = v.defined() ? v + part : part;
    }
    return v;
}

at::Tensor releasedVelocity(const ProcessNoise& noise, std::size_t first, double sigma) {
    const auto dims = noise.scales.front().size(1);
    const std::vector<std::int64_t> size(static_cast<std::size_t>(dims), controlSide);
    at::Tensor v;
    for (std::size_t i = 0; i < releasedScales.size(); ++i) {
        const auto s = releasedScales[i];
        const auto part = field::resize(
            noise.scales[first + i] * (sigma * static_cast<double>(controlSide) / static_cast<double>(s)), size);
        v = v.defined() ? v + part : part;
    }
    return v;
}

at::Tensor composeTimes(const at::Tensor& v, int times) {
    auto u = v;
    for (int i = 1; i < times; ++i) {
        u = field::compose(v, u, field::Padding::Border);
    }
    return u;
}

/// Released: ×img/c, up to twice the image, central crop.
at::Tensor toImage(const at::Tensor& u, const std::vector<std::int64_t>& size) {
    std::vector<std::int64_t> twice;
    for (const auto n : size) {
        twice.push_back(2 * n);
    }
    auto x = field::resize(u * (static_cast<double>(size.front()) / static_cast<double>(controlSide)), twice);
    for (std::size_t axis = 0; axis < size.size(); ++axis) {
        x = x.narrow(static_cast<std::int64_t>(axis) + 2, size[axis] / 2, size[axis]);
    }
    return x.contiguous();
}

at::Tensor normals(Random& random, std::int64_t dims, std::int64_t side) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(dims) + 2, side);
    shape[0] = 1;
    shape[1] = dims;
    auto x = at::empty(shape, at::kFloat);
    std::generate_n(x.data_ptr<float>(), x.numel(), [&] { return static_cast<float>(random.normal()); });
    return x;
}

}  // namespace

double deformationTime(int t) {
    return 2.0 * std::pow(t, 1.3) / 3.0;
}
double labelTime(int t) {
    return std::pow(t, 0.6);
}
int releasedDeformations(int t) {
    return std::clamp(static_cast<int>(std::floor(deformationTime(t))), 1, 200);
}
int releasedLabels(int t) {
    return static_cast<int>(std::floor(labelTime(t)));
}

ProcessNoise drawNoise(Process process, int dims, std::uint64_t seed, const Schedule& schedule) {
    Random random(seed);
    ProcessNoise noise{process, {}, schedule};
    if (process == Process::Released) {
        if (!isStandard(schedule)) {
            throw Error(
                "the released process is bit for bit the authors' and follows no other noise schedule than "
                "theirs; use the process 'diffeomorphic', or no schedule");
        }
        for (int field = 0; field < 2; ++field) {
            for (const auto side : releasedScales) {
                noise.scales.push_back(normals(random, dims, side));
            }
        }
    } else {
        for (const auto& scale : schedule.scales) {
            noise.scales.push_back(normals(random, dims, scale.nodes + 3));
        }
    }
    return noise;
}

ForwardProcess::ForwardProcess(const ProcessNoise& noise, std::vector<std::int64_t> size)
    : m_process(noise.process), m_schedule(noise.schedule), m_size(std::move(size)) {
    if (m_process == Process::Diffeomorphic) {
        m_velocity = ourVelocity(noise, m_size);
        return;
    }
    m_velocity = releasedVelocity(noise, 0, releasedSigma);
    const auto second = releasedVelocity(noise, releasedScales.size(), releasedSecondShare * releasedSigma);
    m_releasedV0 = field::compose(m_velocity, second, field::Padding::Border);
}

void ForwardProcess::lock(const at::Tensor& keep) {
    if (m_process == Process::Diffeomorphic) {
        m_velocity = m_velocity * keep;
    }
    m_keep = keep;
}

at::Tensor ForwardProcess::deformation(int t) const {
    if (m_process == Process::Released) {
        return toImage(composeTimes(m_releasedV0, releasedDeformations(t)), m_size);
    }
    return field::exponential(m_velocity, at::scalar_tensor(m_schedule.deformation.at(t)), squarings);
}

at::Tensor ForwardProcess::label(int t) const {
    if (m_process == Process::Released) {
        const int n = releasedLabels(t);
        return n > 0 ? toImage(composeTimes(m_velocity, n), m_size) : toImage(at::zeros_like(m_velocity), m_size);
    }
    return field::exponential(m_velocity, at::scalar_tensor(m_schedule.label.at(t)), squarings);
}

const at::Tensor& ForwardProcess::velocity() const {
    if (m_process == Process::Released) {
        throw Error("the released process has no stationary velocity on the image grid");
    }
    return m_velocity;
}

}  // namespace drdm
