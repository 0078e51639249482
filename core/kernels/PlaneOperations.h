#pragma once

#include "kernels/Planes.h"

#include <span>

namespace drdm::kernels {

/// Channels [0, gain.size()): x ← gain · (x − mean) / √(variance + ε) + shift over the plane (instance normalisation),
/// and `activated` ← the leaky ReLU of it. The sums are made row by row in double precision: they do not depend on the
/// number of threads.
void normalise(Planes& x, std::span<const float> gain, std::span<const float> shift, double epsilon, float leak,
               Planes& activated);

/// to(firstChannel + c) ← from(c) + add[c] for c < add.size(); the sizes are equal.
void copyPlus(const Planes& from, std::span<const float> add, Planes& to, int firstChannel = 0);

/// x(c) ← x(c) · factor[c] for c < factor.size().
void multiply(Planes& x, std::span<const float> factor);

/// to(4c + 2p + q, y, x) ← from(c, 2y + p, 2x + q): `to` has half the sides.
void splitPhases(const Planes& from, int channels, Planes& to);

/// to(firstChannel + c, 2y + p, 2x + q) ← phases[2p + q](c, y, x): `to` has twice the sides.
void joinPhases(std::span<const Planes> phases, int channels, Planes& to, int firstChannel);

}  // namespace drdm::kernels
