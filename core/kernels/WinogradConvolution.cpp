#include "kernels/WinogradConvolution.h"

#include <algorithm>
#include <array>

namespace drdm::kernels {

namespace {

constexpr int products = 6;  ///< per four rows of the result
constexpr int made = 4;
constexpr int line = 16;  ///< floats; the least margin of a row and what its length is a multiple of

/// The transformed weights of one column of three.
std::array<float, products> transformed(float upper, float middle, float lower) {
    const double g0 = upper, g1 = middle, g2 = lower;
    const auto f = [](double value) { return static_cast<float>(value); };
    return {f(g0 / 4),
            f(-(g0 + g1 + g2) / 6),
            f(-(g0 - g1 + g2) / 6),
            f(g0 / 24 + g1 / 12 + g2 / 6),
            f(g0 / 24 - g1 / 12 + g2 / 6),
            lower};
}

}  // namespace

/// What one thread needs: rows with zeros before, behind and after the last.
struct WinogradConvolution::Scratch {
    void fit(int inputs, int outputs, int width) {
        const std::ptrdiff_t row = (width + 3 * line - 1) / line * line;
        const auto needed = (inputs * products + 1) * row + 4 * line;
        if (width != fitted || static_cast<std::ptrdiff_t>(input.size()) < needed) {
            input.assign(static_cast<std::size_t>(needed), 0.0F);
            zeros.assign(static_cast<std::size_t>(row), 0.0F);
            stride = row;
            fitted = width;
        }
        sums.resize(std::max(sums.size(), static_cast<std::size_t>(outputs * products * row)));
    }
    int fitted = 0;  ///< the width that it is for
    std::ptrdiff_t stride = 0;
    std::vector<float> input;  ///< transformed: per product, per row
    std::vector<float> sums;   ///< per product, per output
    std::vector<float> zeros;
};

bool WinogradConvolution::pays(int outputs, int inputs) {
    return 9 * outputs * inputs > 28 * (outputs + inputs);
}

WinogradConvolution::WinogradConvolution(int outputs, int inputs, int dilation, std::span<const float> weights,
                                         const RowKernel& kernel)
    : m_outputs(outputs), m_inputs(inputs), m_dilation(dilation), m_kernel(&kernel) {
    m_weights.resize(weights.size() * 2);
    float* to = m_weights.data();
    for (int first = 0; first < outputs; first += kernel.outputs) {
        const int group = std::min(kernel.outputs, outputs - first);
        for (int o = 0; o < group; ++o) {
            const float* const of = weights.data() + static_cast<std::ptrdiff_t>(first + o) * inputs * 9;
            for (int k = 0; k < inputs * 3; ++k) {
                const float* const column = of + k / 3 * 9 + k % 3;
                const auto six = transformed(column[0], column[3], column[6]);
                for (int product = 0; product < products; ++product) {
                    to[(product * inputs * 3 + k) * group + o] = six[static_cast<std::size_t>(product)];
                }
            }
        }
        to += static_cast<std::ptrdiff_t>(products) * inputs * 3 * group;
    }
}

/// What rows y, y + dilation, … y + 3 dilation of the result need.
void WinogradConvolution::transform(const Planes& in, int y, Scratch& scratch) const {
    for (int channel = 0; channel < m_inputs; ++channel) {
        std::array<const float*, products> six{};
        for (int i = 0; i < products; ++i) {
            const int from = y + (i - 1) * m_dilation;
            six[static_cast<std::size_t>(i)] =
                from < in.height() + Planes::margin ? in.row(channel, 0) + from * in.rowStride() : scratch.zeros.data();
        }
        m_kernel->transform(six.data(), in.width(), scratch.input.data() + channel * scratch.stride + line,
                            m_inputs * scratch.stride);
    }
}

void WinogradConvolution::combine(int first, int outputs, int y, std::span<const float> bias,
                                  const ConvolutionResult& result, const Scratch& scratch) const {
    const Planes& shape = result.raw ? *result.raw : *result.activated;
    for (int o = 0; o < outputs; ++o) {
        const int output = first + o;
        const int channel = result.firstChannel + output;
        CombinationJob job;
        job.products = scratch.sums.data() + o * scratch.stride;
        job.productPlane = outputs * scratch.stride;
        job.width = shape.width();
        job.bias = bias[static_cast<std::size_t>(output)];
        job.leak = result.leak;
        for (int i = 0; i < made && y + i * m_dilation < shape.height(); ++i) {
            const int row = y + i * m_dilation;
            job.gate[i] = result.gate ? result.gate->row(output, row) : nullptr;
            job.residual[i] = result.residual ? result.residual->row(output, row) : nullptr;
            job.raw[i] = result.raw ? result.raw->row(channel, row) : nullptr;
            job.activated[i] = result.activated ? result.activated->row(channel, row) : nullptr;
        }
        m_kernel->combine(job);
    }
}

void WinogradConvolution::run(const Planes& in, std::span<const float> bias, const ConvolutionResult& result) const {
    const std::vector<float> none(static_cast<std::size_t>(m_kernel->outputs), 0.0F);
    std::vector<int> firstRows;  // of four each
    firstRows.reserve(static_cast<std::size_t>(in.height()));
    for (int y = 0; y < in.height(); y += made * m_dilation) {
        for (int next = y; next < std::min(in.height(), y + m_dilation); ++next) {
            firstRows.push_back(next);
        }
    }
#pragma omp parallel
    {
        thread_local Scratch scratch;
        scratch.fit(m_inputs, m_kernel->outputs, in.width());
        std::vector<std::int32_t> offsets;
        offsets.reserve(static_cast<std::size_t>(m_inputs) * 3);
        for (int k = 0; k < m_inputs * 3; ++k) {
            offsets.push_back(static_cast<std::int32_t>(k / 3 * scratch.stride + (k % 3 - 1) * m_dilation));
        }
#pragma omp for schedule(static)
        for (const int y : firstRows) {
            transform(in, y, scratch);
            const float* weights = m_weights.data();
            for (int first = 0; first < m_outputs; first += m_kernel->outputs) {
                RowJob job;
                job.offsets = offsets.data();
                job.taps = m_inputs * 3;
                job.bias = none.data();
                job.outputs = std::min(m_kernel->outputs, m_outputs - first);
                job.width = in.width();
                job.rawPlane = scratch.stride;
                for (int product = 0; product < products; ++product) {
                    job.input = scratch.input.data() + product * m_inputs * scratch.stride + line;
                    job.weights = weights;
                    job.raw = scratch.sums.data() + product * job.outputs * scratch.stride;
                    m_kernel->run(job);
                    weights += static_cast<std::ptrdiff_t>(job.taps) * job.outputs;
                }
                combine(first, job.outputs, y, bias, result, scratch);
            }
        }
    }
}

}  // namespace drdm::kernels
