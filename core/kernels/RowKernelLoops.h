#pragma once

// The loops of the row kernel for vectors of `floats` floats. Included by one file per instruction set, in an unnamed
// namespace: the same template compiled for two instruction sets must not become one function.

#include "kernels/RowKernel.h"

namespace {

using drdm::kernels::RowJob;

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
                const float value = last[i] + (job.residual ? job.residual[o * job.residualPlane + x + i] : 0.0F);
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

}  // namespace
