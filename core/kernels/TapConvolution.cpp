#include "kernels/TapConvolution.h"

#include <algorithm>
#include <cstdint>

namespace drdm::kernels {

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

TapConvolution TapConvolution::square(int outputs, int inputs, int dilation, std::span<const float> weights,
                                      std::span<const float> bias, const RowKernel& kernel) {
    std::vector<Tap> taps;
    for (int channel = 0; channel < inputs; ++channel) {
        for (int y = -1; y <= 1; ++y) {
            for (int x = -1; x <= 1; ++x) {
                taps.push_back({channel, y * dilation, x * dilation});
            }
        }
    }
    return {std::move(taps), outputs, weights, bias, kernel};
}

void TapConvolution::run(const Planes& in, const Result& result) const {
    std::vector<std::int32_t> offsets;
    offsets.reserve(m_taps.size());
    for (const Tap& tap : m_taps) {
        offsets.push_back(static_cast<std::int32_t>(tap.channel * in.planeStride() + tap.dy * in.rowStride() + tap.dx));
    }
    std::vector<float> bias = m_bias;
    for (std::size_t o = 0; o < result.moreBias.size(); ++o) {
        bias[o] += result.moreBias[o];
    }
    RowJob shared;
    shared.offsets = offsets.data();
    shared.taps = static_cast<int>(m_taps.size());
    shared.width = in.width();
    shared.leak = result.leak;
    shared.residualPlane = result.residual ? result.residual->planeStride() : 0;
    shared.rawPlane = result.raw ? result.raw->planeStride() : 0;
    shared.activatedPlane = result.activated ? result.activated->planeStride() : 0;
    const int group = m_kernel->outputs;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < in.height(); ++y) {
        RowJob job = shared;
        job.input = in.row(0, y);
        for (int first = 0; first < m_outputs; first += group) {
            const int channel = result.firstChannel + first;
            job.outputs = std::min(group, m_outputs - first);
            job.weights = m_weights.data() + static_cast<std::size_t>(first) * m_taps.size();
            job.bias = bias.data() + first;
            job.residual = result.residual ? result.residual->row(first, y) : nullptr;
            job.raw = result.raw ? result.raw->row(channel, y) : nullptr;
            job.activated = result.activated ? result.activated->row(channel, y) : nullptr;
            m_kernel->run(job);
        }
    }
}

}  // namespace drdm::kernels
