#include "tasks/AugmentCopy.h"

#include "analysis/FieldStatistics.h"
#include "analysis/LabelOverlap.h"
#include "errors/Error.h"
#include "io/NiftiFile.h"
#include "tasks/AugmentLayout.h"
#include "tasks/Evaluate.h"
#include "tasks/Project.h"
#include "tasks/Report.h"

#include <cstdio>

namespace drdm {

namespace fs = std::filesystem;

namespace {

std::string shortNumber(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

/// Why the rules refuse; "" = they do not.
std::string refusal(const AugmentRules& rules, const FieldStatistics& found, const std::map<int, double>& changes) {
    if (found.mean_percent < rules.leastMean_percent) {
        return "mean displacement " + shortNumber(found.mean_percent) + " % is below " +
               shortNumber(rules.leastMean_percent) + " %";
    }
    if (found.max_percent > rules.mostLargest_percent) {
        return "largest displacement " + shortNumber(found.max_percent) + " % is above " +
               shortNumber(rules.mostLargest_percent) + " %";
    }
    if (rules.rejectFolds && found.folded_voxels_strict > 0) {
        return std::to_string(found.folded_voxels_strict) + " voxels are folded";
    }
    for (const auto& [label, change] : changes) {
        if (1 + change < rules.labelKept) {
            return "label " + std::to_string(label) + " keeps " + shortNumber(100 * (1 + change)) +
                   " % of its volume, less than " + shortNumber(100 * rules.labelKept) + " %";
        }
    }
    return {};
}

/// What is drawn, measured and judged.
struct Drawn {
    std::uint64_t seed = 0;
    AugmentedCopy copy;                   ///< of a pair the fixed side, with the field from it to the moving one
    std::optional<AugmentedCopy> moving;  ///< of a pair
    FieldStatistics statistics;
    std::map<int, double> volumeChange;
    std::string refused;
};

/// Algorithm 4 (METHOD.md): φ_aug makes the moving image; φ_syn, generated on it, the fixed one, which is resampled
/// once, from the original, by φ_aug ∘ φ_syn.
void drawPair(Drawn& drawn, const Augmenter& augmenter, const LoadedItem& source, const AugmentUnit& unit,
              std::uint64_t movingSeed, const JobContext& context) {
    const auto& [image, labels] = source.data;
    drawn.moving = augmenter.make(image, labels, unit.level, movingSeed, context);
    drawn.copy.field = augmenter.field(drawn.moving->image, unit.level, drawn.seed, context);
    const DisplacementField both = compose(drawn.copy.field, drawn.moving->field);
    drawn.copy.image = warp(image, both, augmenter.settings().interpolation);
    if (!labels.empty()) {
        drawn.copy.labels = warp(labels, both, augmenter.settings().labelInterpolation);
    }
}

Drawn draw(const AugmentPlan& plan, const Augmenter& augmenter, const LoadedItem& source, const AugmentUnit& unit,
           int attempt, const JobContext& context) {
    const auto seed = static_cast<std::uint64_t>(plan.values.integer("seed"));
    const auto& [image, labels] = source.data;
    Drawn drawn;
    if (unit.copy == 0) {
        drawn.copy = {image, labels, DisplacementField::zero(image.geometry(), image.geometry().size[2] > 1 ? 3 : 2)};
        return drawn;
    }
    drawn.seed = seedOf(seed, source.item, unit, attempt, "field");
    if (plan.pairs) {
        drawPair(drawn, augmenter, source, unit, seedOf(seed, source.item, unit, attempt, "moving"), context);
    } else {
        drawn.copy = augmenter.make(image, labels, unit.level, drawn.seed, context);
    }
    drawn.statistics = statistics(drawn.copy.field);
    if (!labels.empty()) {
        drawn.volumeChange = volumeChange(labels, drawn.copy.labels);
    }
    const AugmentRules rules(plan.values);
    drawn.refused = refusal(rules, drawn.statistics, drawn.volumeChange);
    if (drawn.refused.empty() && drawn.moving && !labels.empty()) {
        drawn.refused = refusal(rules, drawn.statistics, volumeChange(labels, drawn.moving->labels));
    }
    return drawn;
}

/// How a copy was made, for every file of it.
Json recordOfMaking(const AugmentPlan& plan, const Augmenter& augmenter, const LoadedItem& source,
                    const AugmentUnit& unit, std::uint64_t seed) {
    const AugmenterSettings& by = augmenter.settings();
    Json json = programRecord();
    if (const ModelInfo* model = augmenter.model();
        model && unit.copy > 0 && by.method == Method::Drdm && !plan.pairs) {
        // As `drdm sample --slice all` records it, so that it can be made again.
        SampleSettings made;
        made.model = model->name;
        made.modelSha256 = model->sha256;
        made.process = name(model->process);
        const Schedule schedule = by.schedule.value_or(model->schedule);
        if (!isStandard(schedule)) {
            made.schedule = schedule;
        }
        made.level = unit.level;
        made.seed = seed;
        made.start = by.start == Start::Full ? "full" : "level";
        made.stride = by.stride;
        made.stop = by.stop;
        made.interpolation = by.interpolation;
        json = settingsRecord(made);
        json.set("device", augmenter.device());
    }
    Json augmentation = Json::object();
    augmentation.set("method", unit.copy > 0 ? name(by.method) : std::string("original"))
        .set("level", unit.level)
        .set("copy", unit.copy)
        .set("seed", static_cast<unsigned long long>(seed))
        .set("pair", plan.pairs);
    const Image& image = source.data.image;
    Json from = Json::object();
    from.set("format", image.source.format)
        .set("study_instance_uid", image.source.studyInstanceUid)
        .set("series_instance_uid", image.source.seriesInstanceUid)
        .set("sha256", image.source.sha256)
        .set("voxels_sha256", source.sha256);
    json.set("augmentation", std::move(augmentation)).set("source", std::move(from));
    return json;
}

}  // namespace

AugmentRules::AugmentRules(const ParameterValues& values)
    : leastMean_percent(values.number("least-displacement")),
      mostLargest_percent(values.number("most-displacement")),
      labelKept(values.number("label-kept")),
      rejectFolds(values.flag("reject-folds")),
      tries(static_cast<int>(values.integer("tries"))) {}

LoadedItem loadItem(const DataItem& item, const JobContext& context) {
    LoadedItem loaded{item, readItem(item, context), {}};
    loaded.sha256 = imageHash(loaded.data.image);
    return loaded;
}

Json makeCopy(const AugmentPlan& plan, const Augmenter& augmenter, const LoadedItem& source, const AugmentUnit& unit,
              const fs::path& folder, const JobContext& context) {
    const int tries = AugmentRules(plan.values).tries;
    Drawn drawn;
    int attempt = 0;
    do {
        context.throwIfCancelled();
        drawn = draw(plan, augmenter, source, unit, attempt, context);
        ++attempt;
    } while (!drawn.refused.empty() && attempt < tries);

    const bool kept = drawn.refused.empty();
    Json files = Json::object();
    const std::string making = recordOfMaking(plan, augmenter, source, unit, drawn.seed).dump();
    const auto places = placesOf(plan, source.item, unit);
    const auto file = [&](const std::string& key) {
        files.set(key, places.at(key));
        return (folder / (key + ".nii.gz")).string();
    };
    const bool labelled = !source.data.labels.empty();
    if (kept && plan.pairs) {
        writeNifti(drawn.moving->image, file("moving"), making);
        writeNifti(drawn.copy.image, file("fixed"), making);
        writeNiftiField(drawn.copy.field, file("field"), making);
        if (labelled) {
            writeNiftiLabels(drawn.moving->labels, file("moving_labels"), making);
            writeNiftiLabels(drawn.copy.labels, file("fixed_labels"), making);
        }
    } else if (kept) {
        writeNifti(drawn.copy.image, file("image"), making);
        if (labelled) {
            writeNiftiLabels(drawn.copy.labels, file("labels"), making);
        }
        if (plan.values.flag("fields") && unit.copy > 0) {
            writeNiftiField(drawn.copy.field, file("field"), making);
        }
    }
    Json labels = Json::array();
    Json changes = Json::object();
    for (const std::uint16_t label : labelled ? source.data.labels.values() : std::vector<std::uint16_t>()) {
        labels.push(static_cast<int>(label));
        const auto change = drawn.volumeChange.find(label);
        changes.set(std::to_string(label), change == drawn.volumeChange.end() ? 0.0 : change->second);
    }
    Json record = Json::object();
    record.set("case", unit.name)
        .set("subject", source.item.subject)
        .set("source", source.item.name)
        .set("source_voxels_sha256", source.sha256)
        .set("split", source.item.split)
        .set("modality", source.data.image.modality)
        .set("method", unit.copy > 0 ? name(augmenter.settings().method) : std::string("original"))
        .set("level", unit.level)
        .set("copy", unit.copy)
        .set("seed", static_cast<unsigned long long>(drawn.seed))
        .set("drawings", unit.copy > 0 ? attempt : 0)
        .set("status", kept ? "kept" : "left out")
        .set("reason", drawn.refused)
        .set("files", std::move(files))
        .set("statistics", statisticsJson(drawn.statistics))
        .set("labels", std::move(labels))
        .set("volume_change", std::move(changes));
    return record;
}

AugmentedCopy previewCopy(const AugmentPlan& plan, const Augmenter& augmenter, const LoadedItem& source,
                          const AugmentUnit& unit, const JobContext& context) {
    const int tries = AugmentRules(plan.values).tries;
    Drawn drawn;
    for (int attempt = 0; attempt < tries; ++attempt) {
        drawn = draw(plan, augmenter, source, unit, attempt, context);
        if (drawn.refused.empty()) {
            break;
        }
    }
    return std::move(drawn.copy);
}

}  // namespace drdm
