#include "analysis/FoldGuard.h"

#include "analysis/CoarseRepair.h"
#include "analysis/FoldRepair.h"
#include "analysis/StrictDeterminant.h"
#include "imaging/Warp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

// How a field is made strict, in the order in which it is tried, from what takes least motion away to what takes most
// (figures: tests/unit/TestFoldGuard.cpp, whatEachMethodTakesAway and hardFields):
//
// 1. Projection (FoldRepair). Each needed determinant is a function of the three (four) nodes of one triangle
//    (tetrahedron). One that is too small is brought to the margin by the shortest move of these nodes; the cells
//    around are looked at again. Nodes whose cells are in order keep their bits.
// 2. Projection from coarse to fine (CoarseRepair), from the proposal again. A fold of many voxels' width would have to
// be
//    pushed out cell by cell; on averaged blocks it is a fold of one or two.
// 3. Smoothing around what is left, in a growing neighbourhood, and projection again. Smoothing lets the gradient fall,
// so the
//    determinants go to 1, but takes the motion with it.
// 4. Damping: the increment is shortened, by halves, and repaired again, but shortly.
//
// It ends, because every loop is bounded: a projection by the number of cells that it may look at and by the
// fall of the violations that its repetition asks for, the rounds by the
// list of radii, the damping by its smallest factor. It ends strict, because nothing is accepted that a check of the
// whole field did not find above the margin, and because the last resort needs no repair: not moving at all (the field
// from before, or for a single field the identity, whose determinants are all 1).
//
// All is done in a fixed order by one thread: the same field gives the same bits.

namespace drdm {

namespace {

using Values = std::vector<float>;

// Blocks over which wide folds are undone, from the widest; and the determinant that a coarse field is brought to: a
// little more than the margin, for the finer detail comes on top.
constexpr std::array<std::int64_t, 5> blocks{32, 16, 8, 4, 2};
constexpr double coarseMargin = 0.05;

// How far around what is still folded the repair smooths, round after round; 0: not at all.
constexpr std::array<std::int64_t, 12> radii{0, 1, 1, 2, 2, 3, 4, 6, 8, 12, 16, 24};

Values valuesOf(const DisplacementField& field) {
    return {field.values_vox().begin(), field.values_vox().end()};
}

DisplacementField like(const DisplacementField& field, Values values) {
    return {field.geometry(), field.dims(), std::move(values)};
}

double meanDistance(std::span<const float> a, std::span<const float> b, int dims) {
    const std::size_t count = a.size() / static_cast<std::size_t>(dims);
    double sum = 0;
    for (std::size_t n = 0; n < count; ++n) {
        double square = 0;
        for (std::size_t c = 0; c < static_cast<std::size_t>(dims); ++c) {
            const double difference = static_cast<double>(a[c * count + n]) - static_cast<double>(b[c * count + n]);
            square += difference * difference;
        }
        sum += std::sqrt(square);
    }
    return sum / static_cast<double>(count);
}

int movedNodes(std::span<const float> a, std::span<const float> b, int dims) {
    const std::size_t count = a.size() / static_cast<std::size_t>(dims);
    int moved = 0;
    for (std::size_t n = 0; n < count; ++n) {
        bool differs = false;
        for (std::size_t c = 0; c < static_cast<std::size_t>(dims); ++c) {
            differs = differs || a[c * count + n] != b[c * count + n];
        }
        moved += differs ? 1 : 0;
    }
    return moved;
}

/// Projection alone, for folds of a few voxels: what it takes away is least. Given up when it no longer gets on.
bool projectDirectly(Values& values, const Geometry& geometry, int dims) {
    FoldRepair repair(geometry.size, dims, values, strictMargin);
    std::int64_t violations = repair.findViolations();
    for (std::int64_t before = 2 * violations; violations > 0 && 4 * violations < 3 * before;) {
        repair.project(60 * violations + 1000);
        before = violations;
        violations = repair.findViolations();
    }
    return violations == 0;
}

/// Projection from coarse to fine, for wide folds; what withstands it is smoothed, in an ever larger neighbourhood.
bool projectFromCoarse(Values& values, const Geometry& geometry, int dims, std::size_t rounds, GuardReport& report) {
    FoldRepair repair(geometry.size, dims, values, strictMargin);
    for (std::size_t round = 0; round < rounds; ++round) {
        ++report.iterations;
        if (radii[round] > 0) {
            const auto radius = static_cast<int>(radii[round]);
            repair.smooth(radius, radius * radius / 2 + 1);
        }
        for (const std::int64_t block : blocks) {
            unfoldCoarsely(geometry.size, dims, values, block, coarseMargin);
        }
        const std::int64_t violations = repair.findViolations();
        if (violations > 0) {
            repair.project(60 * violations + 1000);
            if (repair.findViolations() > 0) {
                continue;
            }
        }
        return true;
    }
    return false;
}

/// The field repaired, or nothing when `rounds` rounds did not suffice.
std::optional<DisplacementField> repaired(const DisplacementField& field, std::size_t rounds, GuardReport& report) {
    ++report.iterations;
    Values values = valuesOf(field);
    if (projectDirectly(values, field.geometry(), field.dims())) {
        return like(field, std::move(values));
    }
    values = valuesOf(field);
    if (projectFromCoarse(values, field.geometry(), field.dims(), rounds, report)) {
        return like(field, std::move(values));
    }
    return std::nullopt;
}

DisplacementField shortened(const DisplacementField& field, double factor) {
    Values values = valuesOf(field);
    for (float& value : values) {
        value = static_cast<float>(value * factor);
    }
    return like(field, std::move(values));
}

}  // namespace

bool isStrict(const DisplacementField& field, double margin) {
    return smallestStrictDeterminant(FieldView(field)) > margin;
}

DisplacementField composeStrict(const DisplacementField& increment, const DisplacementField& old, GuardReport* report) {
    GuardReport mine;
    GuardReport& r = report != nullptr ? *report : mine;
    r = {};
    DisplacementField candidate = compose(increment, old);
    if (report != nullptr) {
        r.proposed_vox = meanDistance(candidate.values_vox(), old.values_vox(), old.dims());
    }
    if (isStrict(candidate, strictMargin)) {
        return candidate;
    }
    std::optional<DisplacementField> result = repaired(candidate, radii.size(), r);
    for (double factor = 0.5; !result && factor > 1e-3; factor *= 0.5) {
        r.damped = true;
        result = repaired(compose(shortened(increment, factor), old), 4, r);
    }
    if (!result) {
        // Not moving at all is strict, if `old` is, as it must be; else the guard makes it so.
        result = isStrict(old, strictMargin) ? old : makeStrict(old);
    }
    if (report != nullptr) {
        r.removed_vox = meanDistance(result->values_vox(), candidate.values_vox(), old.dims());
        r.repairedVoxels = movedNodes(result->values_vox(), candidate.values_vox(), old.dims());
    }
    return *result;
}

DisplacementField makeStrict(const DisplacementField& field, GuardReport* report) {
    GuardReport mine;
    GuardReport& r = report != nullptr ? *report : mine;
    r = {};
    const Values nothing(field.values_vox().size(), 0.0F);
    if (report != nullptr) {
        r.proposed_vox = meanDistance(field.values_vox(), nothing, field.dims());
    }
    if (isStrict(field, strictMargin)) {
        return field;
    }
    std::optional<DisplacementField> result = repaired(field, radii.size(), r);
    for (double factor = 0.5; !result && factor > 1e-12; factor *= 0.5) {
        r.damped = true;
        result = repaired(shortened(field, factor), 4, r);
    }
    if (!result) {
        result = DisplacementField::zero(field.geometry(), field.dims());
    }
    if (report != nullptr) {
        r.removed_vox = meanDistance(result->values_vox(), field.values_vox(), field.dims());
        r.repairedVoxels = movedNodes(result->values_vox(), field.values_vox(), field.dims());
    }
    return *result;
}

}  // namespace drdm
