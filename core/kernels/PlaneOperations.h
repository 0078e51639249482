#pragma once

#include "kernels/Planes.h"

#include <span>
#include <vector>

namespace drdm::kernels {

/// What normalisation found in one channel.
struct Moments {
    double mean = 0;
    double inverseDeviation = 0;  ///< 1 / √(variance + ε)
};

/// Channels [0, gain.size()): y ← gain · (x − mean) / √(variance + ε) + shift over all voxels (instance normalisation),
/// and `activated` ← the leaky ReLU of it. `y` may be `x`. The sums are made row by row in double precision: they do
/// not depend on the number of threads.
std::vector<Moments> normalise(const Planes& x, std::span<const float> gain, std::span<const float> shift,
                               double epsilon, float leak, Planes& y, Planes& activated);

/// The way back: `gradient` is with respect to y and becomes that with respect to x. Adds to the gradients of gain and
/// shift.
void normaliseBackward(const Planes& x, std::span<const Moments> moments, std::span<const float> gain, Planes& gradient,
                       std::span<float> gainGradient, std::span<float> shiftGradient);

/// result[c] += Σ x(firstChannel + c) for c < result.size().
void addSums(const Planes& x, std::span<float> result, int firstChannel = 0);

/// x(c) ← x(c) + more(firstChannel + c), then times `leak` where gate(c) is not above 0, for c < channels.
void addThenGate(Planes& x, int channels, const Planes* more, int firstChannel, const Planes& gate, float leak);

/// to(firstChannel + c) ← from(c) + add[c] for c < add.size(); the sizes are equal.
void copyPlus(const Planes& from, std::span<const float> add, Planes& to, int firstChannel = 0);

/// x(c) ← x(c) · factor[c] for c < factor.size().
void multiply(Planes& x, std::span<const float> factor);

/// to(4c + 2p + q, y, x) ← from(c, 2y + p, 2x + q): `to` has half the sides. Of volumes:
/// to(8c + 4r + 2p + q, z, y, x) ← from(c, 2z + r, 2y + p, 2x + q). Begins with channel `firstChannel` of `from`.
void splitPhases(const Planes& from, int channels, Planes& to, int firstChannel = 0);

/// to(firstChannel + c, 2y + p, 2x + q) ← phases[2p + q](c, y, x): `to` has twice the sides. Of volumes, 8 phases
/// 4r + 2p + q.
void joinPhases(std::span<const Planes> phases, int channels, Planes& to, int firstChannel);

}  // namespace drdm::kernels
