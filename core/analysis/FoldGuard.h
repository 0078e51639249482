#pragma once

#include "imaging/DisplacementField.h"

namespace drdm {

/// Every strict determinant must exceed this, so that writing to float32 millimetres and reading back cannot fold.
inline constexpr double strictMargin = 0.02;

struct GuardReport {
    double proposed_vox = 0;  ///< mean length of the motion that was proposed (proposal − before), voxels
    double removed_vox = 0;   ///< mean length of what the guard took away from it
    int repairedVoxels = 0;   ///< nodes moved by the local repair
    int iterations = 0;       ///< rounds of repair
    bool damped = false;      ///< the local repair did not suffice and the increment was shortened
    [[nodiscard]] double removedShare() const { return proposed_vox > 0 ? removed_vox / proposed_vox : 0.0; }
};

/// φ_new = φ_old ∘ φ_increment, made strictly diffeomorphic with `strictMargin` by the smallest change that the guard
/// finds (method and why it ends: FoldGuard.cpp); bit for bit the composition where that is strict already. `old` must
/// be strict. \throws Error if the grids differ.
DisplacementField composeStrict(const DisplacementField& increment, const DisplacementField& old,
                                GuardReport* report = nullptr);

/// The same where some tissue must not move: the increment is shortened around the folds, and what it does not move
/// stays exactly as in `old`. Takes more motion away than composeStrict. \throws Error if the grids differ.
DisplacementField composeDamped(const DisplacementField& increment, const DisplacementField& old,
                                GuardReport* report = nullptr);

/// The strict field nearest to `field` that the guard finds: returned unchanged if it is strict already.
DisplacementField makeStrict(const DisplacementField& field, GuardReport* report = nullptr);

bool isStrict(const DisplacementField& field, double margin = 0.0);

}  // namespace drdm
