#include "tasks/Evaluate.h"

#include "analysis/LabelOverlap.h"
#include "imaging/Warp.h"

namespace drdm {

Json statisticsJson(const FieldStatistics& statistics) {
    Json json = Json::object();
    json.set("mean_displacement_vox", statistics.mean_vox)
        .set("p95_displacement_vox", statistics.p95_vox)
        .set("max_displacement_vox", statistics.max_vox)
        .set("mean_displacement_mm", statistics.mean_mm)
        .set("p95_displacement_mm", statistics.p95_mm)
        .set("max_displacement_mm", statistics.max_mm)
        .set("mean_displacement_percent", statistics.mean_percent)
        .set("p95_displacement_percent", statistics.p95_percent)
        .set("max_displacement_percent", statistics.max_percent)
        .set("jacobian_min", statistics.jacobian_min)
        .set("jacobian_max", statistics.jacobian_max)
        .set("strict_determinant_min", statistics.strict_min)
        .set("folded_fraction_central", statistics.folded_fraction_central)
        .set("folded_fraction_strict", statistics.folded_fraction_strict)
        .set("folded_voxels_central", statistics.folded_voxels_central)
        .set("folded_voxels_strict", statistics.folded_voxels_strict);
    return json;
}

Json volumeChangeJson(const LabelMap& labels, const DisplacementField& field) {
    const LabelMap before = labels.geometry().sameGrid(field.geometry()) ? labels : resample(labels, field.geometry());
    Json json = Json::object();
    for (const auto& [label, change] : volumeChange(before, warp(before, field))) {
        json.set(std::to_string(label), change);
    }
    return json;
}

Json overlapJson(const LabelMap& reference, const LabelMap& other) {
    Json json = Json::object();
    for (const auto& [label, overlap] : labelOverlap(reference, other)) {
        Json entry = Json::object();
        entry.set("dice", overlap.dice)
            .set("sensitivity", overlap.sensitivity)
            .set("precision", overlap.precision)
            .set("asd_mm", overlap.asd_mm)
            .set("hd95_mm", overlap.hd95_mm);
        json.set(std::to_string(label), std::move(entry));
    }
    return json;
}

}  // namespace drdm
