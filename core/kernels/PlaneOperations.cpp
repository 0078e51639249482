#include "kernels/PlaneOperations.h"

#include <cmath>
#include <vector>

namespace drdm::kernels {

namespace {

struct Sums {
    double sum = 0;
    double squares = 0;
};

Sums rowSums(const float* row, int width) {
    // Eight chains: the order is fixed, and the compiler can keep them in a vector.
    double sum[8] = {};
    double squares[8] = {};
    int x = 0;
    for (; x + 8 <= width; x += 8) {
        for (int i = 0; i < 8; ++i) {
            const double value = row[x + i];
            sum[i] += value;
            squares[i] += value * value;
        }
    }
    for (int i = 0; x < width; ++x, ++i) {
        const double value = row[x];
        sum[i] += value;
        squares[i] += value * value;
    }
    Sums total;
    for (int i = 0; i < 8; ++i) {
        total.sum += sum[i];
        total.squares += squares[i];
    }
    return total;
}

}  // namespace

void normalise(Planes& x, std::span<const float> gain, std::span<const float> shift, double epsilon, float leak,
               Planes& activated) {
    const int channels = static_cast<int>(gain.size());
    const int height = x.height();
    const int width = x.width();
    std::vector<Sums> sums(static_cast<std::size_t>(channels) * static_cast<std::size_t>(height));
    std::vector<float> a(gain.size());
    std::vector<float> b(gain.size());
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (int y = 0; y < height; ++y) {
            for (int c = 0; c < channels; ++c) {
                sums[static_cast<std::size_t>(c * height + y)] = rowSums(x.row(c, y), width);
            }
        }
#pragma omp single
        for (int c = 0; c < channels; ++c) {
            const auto i = static_cast<std::size_t>(c);
            Sums all;
            for (int y = 0; y < height; ++y) {
                all.sum += sums[static_cast<std::size_t>(c * height + y)].sum;
                all.squares += sums[static_cast<std::size_t>(c * height + y)].squares;
            }
            const double count = static_cast<double>(height) * width;
            const double mean = all.sum / count;
            const double factor = gain[i] / std::sqrt(std::max(all.squares / count - mean * mean, 0.0) + epsilon);
            a[i] = static_cast<float>(factor);
            b[i] = static_cast<float>(shift[i] - factor * mean);
        }
#pragma omp for schedule(static)
        for (int y = 0; y < height; ++y) {
            for (int c = 0; c < channels; ++c) {
                const float factor = a[static_cast<std::size_t>(c)];
                const float add = b[static_cast<std::size_t>(c)];
                float* const row = x.row(c, y);
                float* const out = activated.row(c, y);
#pragma omp simd
                for (int i = 0; i < width; ++i) {
                    const float value = factor * row[i] + add;
                    row[i] = value;
                    out[i] = value > 0 ? value : value * leak;
                }
            }
        }
    }
}

void copyPlus(const Planes& from, std::span<const float> add, Planes& to, int firstChannel) {
    const int channels = static_cast<int>(add.size());
#pragma omp parallel for schedule(static)
    for (int y = 0; y < from.height(); ++y) {
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
        for (int y = 0; y < x.height(); ++y) {
            float* const row = x.row(c, y);
            for (int i = 0; i < x.width(); ++i) {
                row[i] *= factor[static_cast<std::size_t>(c)];
            }
        }
    }
}

void splitPhases(const Planes& from, int channels, Planes& to) {
#pragma omp parallel for schedule(static)
    for (int y = 0; y < to.height(); ++y) {
        for (int c = 0; c < channels; ++c) {
            for (int p = 0; p < 2; ++p) {
                const float* const in = from.row(c, 2 * y + p);
                float* const even = to.row(4 * c + 2 * p, y);
                float* const odd = to.row(4 * c + 2 * p + 1, y);
                for (int x = 0; x < to.width(); ++x) {
                    even[x] = in[2 * x];
                    odd[x] = in[2 * x + 1];
                }
            }
        }
    }
}

void joinPhases(std::span<const Planes> phases, int channels, Planes& to, int firstChannel) {
    const int height = phases.front().height();
    const int width = phases.front().width();
#pragma omp parallel for schedule(static)
    for (int y = 0; y < height; ++y) {
        for (int c = 0; c < channels; ++c) {
            for (std::size_t p = 0; p < 2; ++p) {
                const float* const even = phases[2 * p].row(c, y);
                const float* const odd = phases[2 * p + 1].row(c, y);
                float* const out = to.row(firstChannel + c, 2 * y + static_cast<int>(p));
                for (int x = 0; x < width; ++x) {
                    out[2 * x] = even[x];
                    out[2 * x + 1] = odd[x];
                }
            }
        }
    }
}

}  // namespace drdm::kernels
