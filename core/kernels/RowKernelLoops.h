#pragma once

// The loops of the row kernel for vectors of `floats` floats. Included by one file per instruction set, in an unnamed
// namespace: the same template compiled for two instruction sets must not become one function.

#include "kernels/RowKernel.h"

namespace {

using drdm::kernels::CombinationJob;
using drdm::kernels::GradientJob;
using drdm::kernels::RowJob;
using drdm::kernels::RowSums;

template <int floats>
struct Vector {
    // Unaligned: a tap may begin at any pixel.
    using Type __attribute__((vector_size(floats * sizeof(float)), aligned(sizeof(float)), may_alias)) = float;
};

/// `outputs` channels × `vectors` vectors of pixels stay in registers while all taps are summed. `valid` of the pixels
/// are stored.
template <int floats, int outputs, int vectors>
inline void block(const RowJob& job, int x, int valid) {
    using V = typename Vector<floats>::Type;
    V sum[outputs][vectors];
    for (int o = 0; o < outputs; ++o) {
        for (int v = 0; v < vectors; ++v) {
            sum[o][v] = V{} + job.bias[o];
        }
    }
    const float* input = job.input + x;
    const float* weight = job.weights;
    for (int k = 0; k < job.taps; ++k, weight += outputs) {
        const V* pixels = reinterpret_cast<const V*>(input + job.offsets[k]);
        V in[vectors];
        for (int v = 0; v < vectors; ++v) {
            in[v] = pixels[v];
        }
        for (int o = 0; o < outputs; ++o) {
            for (int v = 0; v < vectors; ++v) {
                sum[o][v] += in[v] * weight[o];
            }
        }
    }
    if (valid < floats * vectors) {
        for (int o = 0; o < outputs; ++o) {
            const float* last = reinterpret_cast<const float*>(sum[o]);
            for (int i = 0; i < valid; ++i) {
                const bool closed = job.gate && !(job.gate[o * job.gatePlane + x + i] > 0);
                const float value = last[i] * (closed ? job.leak : 1.0F) +
                                    (job.residual ? job.residual[o * job.residualPlane + x + i] : 0.0F);
                if (job.raw) {
                    job.raw[o * job.rawPlane + x + i] = value;
                }
                if (job.activated) {
                    job.activated[o * job.activatedPlane + x + i] = value > 0 ? value : value * job.leak;
                }
            }
        }
        return;
    }
    for (int o = 0; o < outputs; ++o) {
        for (int v = 0; v < vectors; ++v) {
            V value = sum[o][v];
            const int at = x + v * floats;
            if (job.gate) {
                value = *reinterpret_cast<const V*>(job.gate + o * job.gatePlane + at) > 0 ? value : value * job.leak;
            }
            if (job.residual) {
                value += *reinterpret_cast<const V*>(job.residual + o * job.residualPlane + at);
            }
            if (job.raw) {
                *reinterpret_cast<V*>(job.raw + o * job.rawPlane + at) = value;
            }
            if (job.activated) {
                *reinterpret_cast<V*>(job.activated + o * job.activatedPlane + at) =
                    value > 0 ? value : value * job.leak;
            }
        }
    }
}

template <int floats, int outputs>
void row(const RowJob& job) {
    int x = 0;
    for (; x + 2 * floats <= job.width; x += 2 * floats) {
        block<floats, outputs, 2>(job, x, 2 * floats);
    }
    for (; x + floats <= job.width; x += floats) {
        block<floats, outputs, 1>(job, x, floats);
    }
    if (x < job.width) {
        block<floats, outputs, 1>(job, x, job.width - x);
    }
}

/// `row` for as many channels as the job has, 1 to `most`.
template <int floats, int most>
void anyOutputs(const RowJob& job) {
    if (job.outputs == most) {
        row<floats, most>(job);
    } else if constexpr (most > 1) {
        anyOutputs<floats, most - 1>(job);
    }
}

/// The sum of a vector's elements, by halves: few steps that wait for each other, and all of them vectors.
template <int floats>
inline float total(const typename Vector<floats>::Type& values) {
    if constexpr (floats == 1) {
        return values[0];
    } else {
        using Half = typename Vector<floats / 2>::Type;
        const auto* const halves = reinterpret_cast<const Half*>(&values);
        return total<floats / 2>(halves[0] + halves[1]);
    }
}

/// `outputs` × `taps` sums stay in registers over all rows.
template <int floats, int outputs, int taps>
void gradientOf(const GradientJob& job) {
    using V = typename Vector<floats>::Type;
    V sum[outputs][taps] = {};
    for (int y = 0; y < job.rows; ++y) {
        const float* const gradient = job.gradient + y * job.rowStride;
        const float* const input = job.input + y * job.rowStride;
        // The last vector may reach over the end of the row: the gradient is 0 there.
        for (int x = 0; x < job.width; x += floats) {
            V in[taps];
            for (int k = 0; k < taps; ++k) {
                in[k] = *reinterpret_cast<const V*>(input + x + job.offsets[k]);
            }
            for (int o = 0; o < outputs; ++o) {
                const V g = *reinterpret_cast<const V*>(gradient + o * job.gradientPlane + x);
                for (int k = 0; k < taps; ++k) {
                    sum[o][k] += g * in[k];
                }
            }
        }
    }
    for (int o = 0; o < outputs; ++o) {
        for (int k = 0; k < taps; ++k) {
            job.sums[o * job.sumStride + k] += total<floats>(sum[o][k]);
        }
    }
}

template <int floats, int outputs, int taps>
void anyTaps(const GradientJob& job) {
    if (job.taps == taps) {
        gradientOf<floats, outputs, taps>(job);
    } else if constexpr (taps > 1) {
        anyTaps<floats, outputs, taps - 1>(job);
    }
}

/// `gradientOf` for as many outputs and taps as the job has.
template <int floats, int outputs, int taps>
void anyGradient(const GradientJob& job) {
    if (job.outputs == outputs) {
        anyTaps<floats, outputs, taps>(job);
    } else if constexpr (outputs > 1) {
        anyGradient<floats, outputs - 1, taps>(job);
    }
}

// As many chains as the widest vectors hold: the order of the sums is the same for every instruction set.
inline RowSums sumsOf(const float* g, const float* x, int width) {
    constexpr int chains = 16;
    double sum[chains] = {};
    double products[chains] = {};
    int i = 0;
    for (; i + chains <= width; i += chains) {
        for (int chain = 0; chain < chains; ++chain) {
            const double value = g[i + chain];
            sum[chain] += value;
            products[chain] += value * static_cast<double>(x[i + chain]);
        }
    }
    for (int chain = 0; i < width; ++i, ++chain) {
        const double value = g[i];
        sum[chain] += value;
        products[chain] += value * static_cast<double>(x[i]);
    }
    RowSums total;
    for (int chain = 0; chain < chains; ++chain) {
        total.sum += sum[chain];
        total.products += products[chain];
    }
    return total;
}

template <int floats>
inline void transformAt(const float* const rows[6], int x, float* transformed, std::ptrdiff_t plane) {
    using V = typename Vector<floats>::Type;
    V in[6];
    for (int k = 0; k < 6; ++k) {
        in[k] = *reinterpret_cast<const V*>(rows[k] + x);
    }
    const V even = in[4] - 4.0F * in[2];
    const V odd = in[3] - 4.0F * in[1];
    const V farEven = in[4] - in[2];
    const V farOdd = 2.0F * (in[3] - in[1]);
    const V out[6] = {4.0F * in[0] - 5.0F * in[2] + in[4], even + odd, even - odd, farEven + farOdd, farEven - farOdd,
                      4.0F * in[1] - 5.0F * in[3] + in[5]};
    for (int k = 0; k < 6; ++k) {
        *reinterpret_cast<V*>(transformed + k * plane + x) = out[k];
    }
}

template <int floats>
void transformRows(const float* const rows[6], int width, float* transformed, std::ptrdiff_t plane) {
    int x = 0;
    for (; x + floats <= width; x += floats) {
        transformAt<floats>(rows, x, transformed, plane);
    }
    for (; x < width; ++x) {
        transformAt<1>(rows, x, transformed, plane);
    }
}

template <int floats>
inline void combineAt(const CombinationJob& job, int x) {
    using V = typename Vector<floats>::Type;
    V in[6];
    for (int k = 0; k < 6; ++k) {
        in[k] = *reinterpret_cast<const V*>(job.products + k * job.productPlane + x);
    }
    const V sum = in[1] + in[2];
    const V difference = in[1] - in[2];
    const V farSum = in[3] + in[4];
    const V farDifference = in[3] - in[4];
    const V out[4] = {in[0] + sum + farSum, difference + 2.0F * farDifference, sum + 4.0F * farSum,
                      difference + 8.0F * farDifference + in[5]};
    for (int y = 0; y < 4; ++y) {
        V value = out[y] + job.bias;
        if (job.gate[y]) {
            value = *reinterpret_cast<const V*>(job.gate[y] + x) > 0 ? value : value * job.leak;
        }
        if (job.residual[y]) {
            value += *reinterpret_cast<const V*>(job.residual[y] + x);
        }
        if (job.raw[y]) {
            *reinterpret_cast<V*>(job.raw[y] + x) = value;
        }
        if (job.activated[y]) {
            *reinterpret_cast<V*>(job.activated[y] + x) = value > 0 ? value : value * job.leak;
        }
    }
}

template <int floats>
void combineRows(const CombinationJob& job) {
    int x = 0;
    for (; x + floats <= job.width; x += floats) {
        combineAt<floats>(job, x);
    }
    for (; x < job.width; ++x) {
        combineAt<1>(job, x);
    }
}

inline void affineRow(const float* x, int width, float factor, float add, float leak, float* y, float* activated) {
    // `y` may be `x`, but no element of one is another element of the other.
#pragma GCC ivdep
    for (int i = 0; i < width; ++i) {
        const float value = factor * x[i] + add;
        y[i] = value;
        activated[i] = value > 0 ? value : value * leak;
    }
}

}  // namespace
