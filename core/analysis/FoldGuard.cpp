#include "analysis/FoldGuard.h"

#include "analysis/FoldRepair.h"
#include "analysis/StrictDeterminant.h"
#include "imaging/Warp.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace drdm {

namespace {

using Values = std::vector<float>;

// How far around what is still folded the repair smooths, round after round; 0: projection alone.
constexpr std::array<std::int64_t, 14> radii{0, 1, 1, 2, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48};

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

/// The field repaired locally, or nothing when `rounds` rounds did not suffice.
std::optional<DisplacementField> repaired(const DisplacementField& field, std::size_t rounds, GuardReport& report) {
    Values values = valuesOf(field);
    FoldRepair repair(field.geometry().size, field.dims(), values, strictMargin);
    std::int64_t violations = repair.findViolations();
    for (std::size_t round = 0; round < rounds && violations > 0; ++round) {
        ++report.iterations;
        if (radii[round] > 0) {
            const auto radius = static_cast<int>(radii[round]);
            repair.smooth(radius, radius * radius / 2 + 1);
            violations = repair.findViolations();
        }
        if (violations > 0) {
            repair.project(100 * violations + 1000);
            violations = repair.findViolations();
        }
    }
    if (violations > 0) {
        return std::nullopt;
    }
    return like(field, std::move(values));
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
