#include "kernels/PlaneOperations.h"

#include "kernels/RowKernel.h"

#include <cmath>
#include <vector>

namespace drdm::kernels {

namespace {

RowSums sumOf(const std::vector<RowSums>& rows, int channel, int height) {
    RowSums all;
    for (int y = 0; y < height; ++y) {
        const RowSums& row =
            rows[static_cast<std::size_t>(channel) * static_cast<std::size_t>(height) + static_cast<std::size_t>(y)];
        all.sum += row.sum;
        all.products += row.products;
    }
    return all;
}

/// Where row `y` of an image of half the sides comes from, or goes to, in phase 2 · (z odd) + (y odd).
int doubledRow(const Planes& half, int y, int phase) {
    const int slice = y / half.height();
    const int inSlice = y - slice * half.height();
    return (2 * slice + phase / 2) * 2 * half.height() + 2 * inSlice + phase % 2;
}

}  // namespace

std::vector<Moments> normalise(const Planes& x, std::span<const float> gain, std::span<const float> shift,
                               double epsilon, float leak, Planes& y, Planes& activated) {
    const int channels = static_cast<int>(gain.size());
    const int height = x.rows();
    const int width = x.width();
    std::vector<RowSums> sums(static_cast<std::size_t>(channels) * static_cast<std::size_t>(height));
    std::vector<Moments> moments(gain.size());
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (int row = 0; row < height; ++row) {
            for (int c = 0; c < channels; ++c) {
                sums[static_cast<std::size_t>(c) * static_cast<std::size_t>(height) + static_cast<std::size_t>(row)] =
                    rowKernel().sums(x.row(c, row), x.row(c, row), width);
            }
        }
#pragma omp single
        for (int c = 0; c < channels; ++c) {
            const RowSums all = sumOf(sums, c, height);
            const double count = static_cast<double>(height) * width;
            const double mean = all.sum / count;
            const double variance = std::max(all.products / count - mean * mean, 0.0);
            moments[static_cast<std::size_t>(c)] = {mean, 1 / std::sqrt(variance + epsilon)};
        }
#pragma omp for schedule(static)
        for (int row = 0; row < height; ++row) {
            for (int c = 0; c < channels; ++c) {
                const auto i = static_cast<std::size_t>(c);
                const double slope = static_cast<double>(gain[i]) * moments[i].inverseDeviation;
                const auto factor = static_cast<float>(slope);
                const auto add = static_cast<float>(static_cast<double>(shift[i]) - slope * moments[i].mean);
                rowKernel().affine(x.row(c, row), width, factor, add, leak, y.row(c, row), activated.row(c, row));
            }
        }
    }
    return moments;
}

void normaliseBackward(const Planes& x, std::span<const Moments> moments, std::span<const float> gain, Planes& gradient,
                       std::span<float> gainGradient, std::span<float> shiftGradient) {
    const int channels = static_cast<int>(gain.size());
    const int height = x.rows();
    const int width = x.width();
    const double count = static_cast<double>(height) * width;
    std::vector<RowSums> sums(static_cast<std::size_t>(channels) * static_cast<std::size_t>(height));
#pragma omp parallel for schedule(static)
    for (int row = 0; row < height; ++row) {
        for (int c = 0; c < channels; ++c) {
            sums[static_cast<std::size_t>(c) * static_cast<std::size_t>(height) + static_cast<std::size_t>(row)] =
                rowKernel().sums(gradient.row(c, row), x.row(c, row), width);
        }
    }
    // d/dx = gain / deviation · (gradient − its mean − normalised x · the mean of the products)
    struct Coefficients {
        float ofGradient, ofX, constant;
    };
    std::vector<Coefficients> coefficients(gain.size());
    for (int c = 0; c < channels; ++c) {
        const auto i = static_cast<std::size_t>(c);
        const Moments& m = moments[i];
        const RowSums all = sumOf(sums, c, height);
        const double sum = all.sum;                                                 // of the gradient
        const double product = (all.products - m.mean * sum) * m.inverseDeviation;  // of gradient · normalised x
        gainGradient[i] += static_cast<float>(product);
        shiftGradient[i] += static_cast<float>(sum);
        const double slope = static_cast<double>(gain[i]) * m.inverseDeviation;
        const double share = m.inverseDeviation * product / count;
        coefficients[i] = {static_cast<float>(slope), static_cast<float>(-slope * share),
                           static_cast<float>(slope * (share * m.mean - sum / count))};
    }
#pragma omp parallel for schedule(static)
    for (int row = 0; row < height; ++row) {
        for (int c = 0; c < channels; ++c) {
            const Coefficients k = coefficients[static_cast<std::size_t>(c)];
            float* const g = gradient.row(c, row);
            const float* const in = x.row(c, row);
#pragma omp simd
            for (int column = 0; column < width; ++column) {
                g[column] = k.ofGradient * g[column] + k.ofX * in[column] + k.constant;
            }
        }
    }
}

void addSums(const Planes& x, std::span<float> result, int firstChannel) {
    const int channels = static_cast<int>(result.size());
#pragma omp parallel for schedule(static)
    for (int c = 0; c < channels; ++c) {
        double sum = 0;
        for (int y = 0; y < x.rows(); ++y) {
            const float* const row = x.row(firstChannel + c, y);
            sum += rowKernel().sums(row, row, x.width()).sum;
        }
        result[static_cast<std::size_t>(c)] += static_cast<float>(sum);
    }
}

void addThenGate(Planes& x, int channels, const Planes* more, int firstChannel, const Planes& gate, float leak) {
#pragma omp parallel for schedule(static)
    for (int y = 0; y < x.rows(); ++y) {
        for (int c = 0; c < channels; ++c) {
            float* const row = x.row(c, y);
            const float* const add = more ? more->row(firstChannel + c, y) : nullptr;
            const float* const open = gate.row(c, y);
            for (int i = 0; i < x.width(); ++i) {
                const float value = add ? row[i] + add[i] : row[i];
                row[i] = open[i] > 0 ? value : value * leak;
            }
        }
    }
}

void copyPlus(const Planes& from, std::span<const float> add, Planes& to, int firstChannel) {
    const int channels = static_cast<int>(add.size());
#pragma omp parallel for schedule(static)
    for (int y = 0; y < from.rows(); ++y) {
        for (int c = 0; c < channels; ++c) {
            const float* const in = from.row(c, y);
            float* const out = to.row(firstChannel + c, y);
            const float more = add[static_cast<std::size_t>(c)];
#pragma omp simd
            for (int x = 0; x < from.width(); ++x) {
                out[x] = in[x] + more;
            }
        }
    }
}

void multiply(Planes& x, std::span<const float> factor) {
    for (int c = 0; c < static_cast<int>(factor.size()); ++c) {
        for (int y = 0; y < x.rows(); ++y) {
            float* const row = x.row(c, y);
            for (int i = 0; i < x.width(); ++i) {
                row[i] *= factor[static_cast<std::size_t>(c)];
            }
        }
    }
}

void splitPhases(const Planes& from, int channels, Planes& to, int firstChannel) {
    const int deep = from.volume() ? 2 : 1;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < to.rows(); ++y) {
        for (int c = 0; c < channels; ++c) {
            for (int phase = 0; phase < 2 * deep; ++phase) {
                const float* const in = from.row(firstChannel + c, doubledRow(to, y, phase));
                float* const even = to.row((c * deep * 2 + phase) * 2, y);
                float* const odd = to.row((c * deep * 2 + phase) * 2 + 1, y);
                for (int x = 0; x < to.width(); ++x) {
                    even[x] = in[2 * x];
                    odd[x] = in[2 * x + 1];
                }
            }
        }
    }
}

void joinPhases(std::span<const Planes> phases, int channels, Planes& to, int firstChannel) {
    const Planes& half = phases.front();
#pragma omp parallel for schedule(static)
    for (int y = 0; y < half.rows(); ++y) {
        for (int c = 0; c < channels; ++c) {
            for (std::size_t p = 0; p < phases.size() / 2; ++p) {
                const float* const even = phases[2 * p].row(c, y);
                const float* const odd = phases[2 * p + 1].row(c, y);
                float* const out = to.row(firstChannel + c, doubledRow(half, y, static_cast<int>(p)));
                for (int x = 0; x < half.width(); ++x) {
                    out[2 * x] = even[x];
                    out[2 * x + 1] = odd[x];
                }
            }
        }
    }
}

}  // namespace drdm::kernels
