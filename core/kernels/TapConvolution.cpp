#include "kernels/TapConvolution.h"

#include <algorithm>
#include <cstdint>

namespace drdm::kernels {

namespace {

/// Where the taps lie in memory, from column 0 of a row in channel 0.
std::vector<std::int32_t> offsetsOf(const std::vector<Tap>& taps, const Planes& planes) {
    std::vector<std::int32_t> offsets;
    offsets.reserve(taps.size());
    for (const Tap& tap : taps) {
        offsets.push_back(static_cast<std::int32_t>(
            tap.channel * planes.planeStride() + (tap.dz * planes.sliceRows() + tap.dy) * planes.rowStride() + tap.dx));
    }
    return offsets;
}

}  // namespace

TapConvolution::TapConvolution(std::vector<Tap> taps, int outputs, std::span<const float> weights,
                               std::span<const float> bias, const RowKernel& kernel)
    : m_taps(std::move(taps)), m_outputs(outputs), m_kernel(&kernel), m_bias(bias.begin(), bias.end()) {
    const int group = kernel.outputs;
    m_weights.reserve(weights.size());
    for (int first = 0; first < outputs; first += group) {
        for (std::size_t k = 0; k < m_taps.size(); ++k) {
            for (int o = first; o < std::min(outputs, first + group); ++o) {
                m_weights.push_back(weights[static_cast<std::size_t>(o) * m_taps.size() + k]);
            }
        }
    }
}

std::vector<Tap> squareTaps(int inputs, int dilation, int dims) {
    std::vector<Tap> taps;
    const int deep = dims == 3 ? 1 : 0;
    for (int channel = 0; channel < inputs; ++channel) {
        for (int z = -deep; z <= deep; ++z) {
            for (int y = -1; y <= 1; ++y) {
                for (int x = -1; x <= 1; ++x) {
                    taps.push_back({channel, y * dilation, x * dilation, z * dilation});
                }
            }
        }
    }
    return taps;
}

TapConvolution TapConvolution::square(int outputs, int inputs, int dilation, std::span<const float> weights,
                                      std::span<const float> bias, const RowKernel& kernel, int dims) {
    TapConvolution convolution(squareTaps(inputs, dilation, dims), outputs, weights, bias, kernel);
    // In a volume every slice would be transformed three times: measured to be no faster than the direct form.
    if (dims == 2 && WinogradConvolution::pays(outputs, inputs)) {
        convolution.m_winograd = std::make_shared<WinogradConvolution>(outputs, inputs, dilation, weights, kernel);
    }
    return convolution;
}

void TapConvolution::run(const Planes& in, const Result& result) const {
    const auto offsets = offsetsOf(m_taps, in);
    std::vector<float> bias = m_bias;
    for (std::size_t o = 0; o < result.moreBias.size(); ++o) {
        bias[o] += result.moreBias[o];
    }
    if (m_winograd && m_winograd->pays(in)) {
        m_winograd->run(in, bias, result);
        return;
    }
    RowJob shared;
    shared.offsets = offsets.data();
    shared.taps = static_cast<int>(m_taps.size());
    shared.width = in.width();
    shared.leak = result.leak;
    shared.gatePlane = result.gate ? result.gate->planeStride() : 0;
    shared.residualPlane = result.residual ? result.residual->planeStride() : 0;
    shared.rawPlane = result.raw ? result.raw->planeStride() : 0;
    shared.activatedPlane = result.activated ? result.activated->planeStride() : 0;
    const int group = m_kernel->outputs;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < in.rows(); ++y) {
        RowJob job = shared;
        job.input = in.row(0, y);
        for (int first = 0; first < m_outputs; first += group) {
            const int channel = result.firstChannel + first;
            job.outputs = std::min(group, m_outputs - first);
            job.weights = m_weights.data() + static_cast<std::size_t>(first) * m_taps.size();
            job.bias = bias.data() + first;
            job.gate = result.gate ? result.gate->row(first, y) : nullptr;
            job.residual = result.residual ? result.residual->row(first, y) : nullptr;
            job.raw = result.raw ? result.raw->row(channel, y) : nullptr;
            job.activated = result.activated ? result.activated->row(channel, y) : nullptr;
            m_kernel->run(job);
        }
    }
}

void addWeightGradient(const std::vector<Tap>& taps, const Planes& gradient, int outputs, const Planes& input,
                       std::span<float> result, const RowKernel& kernel) {
    const auto offsets = offsetsOf(taps, input);
    const int tapCount = static_cast<int>(taps.size());
    const int inputs = taps.empty() ? 0 : taps.back().channel + 1;
    const int tapGroups = (tapCount + kernel.gradientTaps - 1) / kernel.gradientTaps;
    const int outputGroups = (outputs + kernel.gradientOutputs - 1) / kernel.gradientOutputs;
    // As many rows at a time as the second-level cache holds of all channels.
    constexpr std::ptrdiff_t cachedFloats = 50'000;
    // The margin between two slices is gone over, too: the gradient is 0 there.
    const int height =
        gradient.height() + (gradient.volume() ? (gradient.extent().depth - 1) * gradient.sliceRows() : 0);
    const int chunk =
        std::clamp(static_cast<int>(cachedFloats / ((inputs + outputs) * gradient.rowStride())), 1, height);
#pragma omp parallel
    for (int y = 0; y < height; y += chunk) {
        // The same thread gets the same groups for every chunk: no two add to one place, and the order is fixed.
#pragma omp for schedule(static) nowait
        for (int group = 0; group < outputGroups * tapGroups; ++group) {
            const int firstOutput = group / tapGroups * kernel.gradientOutputs;
            const int firstTap = group % tapGroups * kernel.gradientTaps;
            GradientJob job;
            job.gradient = gradient.row(firstOutput, 0) + y * gradient.rowStride();
            job.input = input.row(0, 0) + y * input.rowStride();
            job.offsets = offsets.data() + firstTap;
            job.outputs = std::min(kernel.gradientOutputs, outputs - firstOutput);
            job.taps = std::min(kernel.gradientTaps, tapCount - firstTap);
            job.rows = std::min(chunk, height - y);
            job.width = gradient.width();
            job.rowStride = gradient.rowStride();
            job.gradientPlane = gradient.planeStride();
            job.sums = result.data() + static_cast<std::ptrdiff_t>(firstOutput) * tapCount + firstTap;
            job.sumStride = tapCount;
            kernel.gradient(job);
        }
    }
}

}  // namespace drdm::kernels
