#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "parameters/NumberFromText.h"
#include "tasks/Project.h"
#include "tasks/ProjectParts.h"
#include "tasks/Report.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace drdm {

namespace {

/// The numbers of a step in the order in which they are stored.
constexpr std::array<double FieldStatistics::*, 14> numbers{&FieldStatistics::mean_vox,
                                                            &FieldStatistics::p95_vox,
                                                            &FieldStatistics::max_vox,
                                                            &FieldStatistics::mean_mm,
                                                            &FieldStatistics::p95_mm,
                                                            &FieldStatistics::max_mm,
                                                            &FieldStatistics::mean_percent,
                                                            &FieldStatistics::p95_percent,
                                                            &FieldStatistics::max_percent,
                                                            &FieldStatistics::jacobian_min,
                                                            &FieldStatistics::jacobian_max,
                                                            &FieldStatistics::folded_fraction_central,
                                                            &FieldStatistics::folded_fraction_strict,
                                                            &FieldStatistics::strict_min};

Json stepDocument(const TrajectoryStep& step) {
    Json list = Json::array();
    for (const auto number : numbers) {
        list.push(step.statistics.*number);
    }
    Json entry = Json::object();
    entry.set("kind", step.kind == StepKind::Diffusion ? "diffusion" : "recovery")
        .set("t", step.t)
        .set("statistics", list)
        .set("folded-central", static_cast<long long>(step.statistics.folded_voxels_central))
        .set("folded-strict", static_cast<long long>(step.statistics.folded_voxels_strict))
        .set("guard", Json(Json::Array{step.guard.proposed_vox, step.guard.removed_vox, step.guard.repairedVoxels,
                                       step.guard.iterations, step.guard.damped}));
    return entry;
}

TrajectoryStep stepOf(const Json& entry, DisplacementField field) {
    TrajectoryStep step{StepKind::Recovery, 0, std::move(field), {}, {}};
    const std::string& kind = entry.at("kind").string();
    if (kind != "diffusion" && kind != "recovery") {
        throw Error("a step is '" + kind + "', neither diffusion nor recovery");
    }
    step.kind = kind == "diffusion" ? StepKind::Diffusion : StepKind::Recovery;
    step.t = static_cast<int>(entry.at("t").integer());
    const auto& list = entry.at("statistics").items();
    const auto& guard = entry.at("guard").items();
    if (list.size() != numbers.size() || guard.size() != 5) {
        throw Error("a step has " + std::to_string(list.size()) + " numbers, not " + std::to_string(numbers.size()));
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        step.statistics.*numbers[i] = list[i].number();
    }
    step.statistics.folded_voxels_central = entry.at("folded-central").integer();
    step.statistics.folded_voxels_strict = entry.at("folded-strict").integer();
    step.guard = {guard[0].number(), guard[1].number(), static_cast<int>(guard[2].integer()),
                  static_cast<int>(guard[3].integer()), guard[4].boolean()};
    return step;
}

Json settingsDocument(const SampleSettings& made) {
    Json entry = Json::object();
    entry.set("model", made.model)
        .set("model-sha256", made.modelSha256)
        .set("process", made.process)
        .set("level", made.level)
        .set("seed", std::to_string(made.seed))  // 64 bits do not fit a JSON number everywhere
        .set("start", made.start)
        .set("stride", made.stride)
        .set("stop", made.stop)
        .set("allow-folds", made.allowFolds)
        .set("interpolation", name(made.interpolation))
        .set("slice", static_cast<long long>(made.slice))
        .set("phase", static_cast<long long>(made.phase))
        .set("device", made.device);
    if (made.schedule) {
        entry.set("schedule", toJson(*made.schedule));
    }
    if (!made.initialFieldSha256.empty()) {
        entry.set("initial-field-sha256", made.initialFieldSha256);
    }
    if (!made.lockMaskSha256.empty()) {
        entry.set("lock-mask-sha256", made.lockMaskSha256);
    }
    return entry;
}

std::string textOr(const Json& entry, const char* key) {
    const Json* found = entry.find(key);
    return found ? found->string() : std::string();
}

/// A whole number of 64 bits, kept as text. \throws Error
std::uint64_t seedOf(const Json& entry) {
    const std::string& text = entry.string();
    const auto seed = numberFromText<std::uint64_t>(text);
    if (!seed) {
        throw Error("its seed is \"" + text + "\", which is no whole number of 64 bits; the project is damaged");
    }
    return *seed;
}

SampleSettings settingsOf(const Json& entry) {
    SampleSettings made;
    made.model = entry.at("model").string();
    made.modelSha256 = entry.at("model-sha256").string();
    made.process = entry.at("process").string();
    made.level = static_cast<int>(entry.at("level").integer());
    made.seed = seedOf(entry.at("seed"));
    made.start = entry.at("start").string();
    made.stride = static_cast<int>(entry.at("stride").integer());
    made.stop = static_cast<int>(entry.at("stop").integer());
    made.allowFolds = entry.at("allow-folds").boolean();
    made.interpolation = interpolationFromName(entry.at("interpolation").string());
    made.slice = entry.at("slice").integer();
    made.phase = entry.at("phase").integer();
    made.device = entry.at("device").string();
    if (const Json* schedule = entry.find("schedule")) {
        made.schedule = scheduleFromJson(*schedule);
    }
    made.initialFieldSha256 = textOr(entry, "initial-field-sha256");
    made.lockMaskSha256 = textOr(entry, "lock-mask-sha256");
    return made;
}

Json triple(const Vec3& v) {
    return Json(Json::Array{v[0], v[1], v[2]});
}

Vec3 tripleOf(const Json& list) {
    const auto& items = list.items();
    if (items.size() != 3) {
        throw Error("three numbers were expected, not " + std::to_string(items.size()));
    }
    return {items[0].number(), items[1].number(), items[2].number()};
}

Json geometryDocument(const Geometry& geometry) {
    Json size = Json::array(), direction = Json::array();
    for (const auto n : geometry.size) {
        size.push(static_cast<long long>(n));
    }
    for (const auto& row : geometry.direction) {
        direction.push(triple(row));
    }
    Json entry = Json::object();
    entry.set("size", size)
        .set("spacing", triple(geometry.spacing_mm))
        .set("origin", triple(geometry.origin_mm))
        .set("direction", direction);
    return entry;
}

Geometry geometryOf(const Json& entry) {
    Geometry geometry;
    const auto& size = entry.at("size").items();
    const auto& direction = entry.at("direction").items();
    if (size.size() != 3 || direction.size() != 3) {
        throw Error("a grid has " + std::to_string(size.size()) + " sides, not 3");
    }
    for (std::size_t i = 0; i < 3; ++i) {
        geometry.size[i] = size[i].integer();
        geometry.direction[i] = tripleOf(direction[i]);
    }
    geometry.spacing_mm = tripleOf(entry.at("spacing"));
    geometry.origin_mm = tripleOf(entry.at("origin"));
    geometry.validate();
    return geometry;
}

}  // namespace

namespace project {

Json document(const ProjectVariation& variation) {
    const Trajectory& trajectory = variation.trajectory;
    Json steps = Json::array();
    for (std::size_t i = 0; i < trajectory.stepCount(); ++i) {
        steps.push(stepDocument(trajectory.step(i)));
    }
    Json entry = Json::object();
    entry.set("number", variation.number)
        .set("series", variation.series)
        .set("seed", std::to_string(variation.seed))
        .set("starred", variation.starred)
        .set("note", variation.note)
        .set("settings", settingsDocument(trajectory.settings()))
        .set("image-grid", geometryDocument(trajectory.image().geometry()))
        .set("phases", static_cast<long long>(trajectory.image().phases()))
        .set("time-s", trajectory.time_s)
        .set("recovery-steps", trajectory.recoverySteps)
        .set("computed-on", trajectory.device)
        .set("steps", steps);
    if (const auto grid = trajectory.modelGrid()) {
        Json model = Json::object();
        model.set("dims", grid->dims)
            .set("grid", geometryDocument(grid->model))
            .set("scale", triple(grid->scale))
            .set("offset", triple(grid->offset));
        entry.set("model-grid", model);
    }
    return entry;
}

std::vector<std::int64_t> fieldShape(const Trajectory& trajectory) {
    const DisplacementField& first = trajectory.step(0).onModelGrid;
    const auto& size = first.geometry().size;
    std::vector<std::int64_t> shape{static_cast<std::int64_t>(trajectory.stepCount()), first.dims()};
    for (int axis = first.dims(); axis-- > 0;) {
        shape.push_back(size[static_cast<std::size_t>(axis)]);
    }
    return shape;
}

RawTensor fields(const Trajectory& trajectory) {
    std::vector<float> all;
    for (std::size_t i = 0; i < trajectory.stepCount(); ++i) {
        const auto values = trajectory.step(i).onModelGrid.values_vox();
        all.insert(all.end(), values.begin(), values.end());
    }
    return RawTensor::fromFloats(fieldShape(trajectory), all.data());
}

}  // namespace project

Json storedProvenance(const StoredProject& project, const StoredProject::Variation& variation) {
    const Json& entry = variation.document;
    Json json = settingsRecord(settingsOf(entry.at("settings")));
    json.set("version", project.version).set("device", entry.at("computed-on"));
    for (const ProjectSource& each : project.sources) {
        if (each.uid == entry.at("series").string()) {
            const bool dicom = each.format == "dicom";
            Json source = Json::object();
            source.set("format", each.format)
                .set("series_instance_uid", dicom ? each.uid : std::string())
                .set("path", each.path)
                .set("series_voxels_sha256", each.sha256);
            json.set("source", std::move(source));
        }
    }
    return json;
}

ProjectVariation restore(const StoredProject::Variation& stored, const Image& series) {
    const Json& entry = stored.document;
    return withContext("variation " + std::to_string(entry.at("number").integer()), [&] {
        ProjectVariation variation;
        variation.number = static_cast<int>(entry.at("number").integer());
        variation.series = entry.at("series").string();
        variation.seed = seedOf(entry.at("seed"));
        variation.starred = entry.at("starred").boolean();
        variation.note = entry.at("note").string();
        const SampleSettings made = settingsOf(entry.at("settings"));
        const Geometry grid = geometryOf(entry.at("image-grid"));
        const bool slice = grid.size[2] == 1 && series.geometry().size[2] > 1;
        if (slice && (made.slice < 0 || made.slice >= series.geometry().size[2])) {
            throw Error("it was made of slice " + std::to_string(made.slice) + ", but the series has " +
                        std::to_string(series.geometry().size[2]) + " slices");
        }
        const Image image = slice ? series.sliceOverTime(made.slice) : series;
        if (image.geometry().size != grid.size || image.phases() != entry.at("phases").integer()) {
            throw Error("the image has another size than the one it was made of");
        }
        std::shared_ptr<ModelGrid> onModel;
        Geometry fieldGrid = image.geometry();
        int dims = 3;
        if (const Json* model = entry.find("model-grid")) {
            dims = static_cast<int>(model->at("dims").integer());
            fieldGrid = geometryOf(model->at("grid"));
            onModel = std::make_shared<ModelGrid>(image.geometry(), dims, fieldGrid.size[0], Fit::KeepAspect);
            onModel->model = fieldGrid;
            onModel->scale = tripleOf(model->at("scale"));
            onModel->offset = tripleOf(model->at("offset"));
            for (std::size_t axis = 0; axis < 3; ++axis) {
                if (!std::isfinite(onModel->scale[axis]) || onModel->scale[axis] <= 0 ||
                    !std::isfinite(onModel->offset[axis])) {
                    throw Error("its model grid has an impossible scale or offset; the project is damaged");
                }
            }
        }
        const auto& steps = entry.at("steps").items();
        const auto count = static_cast<std::size_t>(dims * fieldGrid.voxelCount());
        if (steps.empty() || stored.fields.size() != steps.size() * count) {
            throw Error("it has " + std::to_string(steps.size()) + " steps, but fields for " +
                        std::to_string(count > 0 ? stored.fields.size() / count : 0));
        }
        Trajectory trajectory(image, onModel, made);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto begin = stored.fields.begin() + static_cast<std::ptrdiff_t>(i * count);
            trajectory = trajectory.appended(stepOf(
                steps[i], {fieldGrid, dims, std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(count))}));
        }
        trajectory.time_s = entry.at("time-s").number();
        trajectory.recoverySteps = static_cast<int>(entry.at("recovery-steps").integer());
        trajectory.device = entry.at("computed-on").string();
        variation.trajectory = trajectory;
        return variation;
    });
}

}  // namespace drdm
