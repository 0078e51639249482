#include "tasks/Sample.h"

#include "analysis/FoldGuard.h"
#include "errors/Error.h"
#include "errors/OutOfMemory.h"
#include "jobs/Stopwatch.h"
#include "parameters/Sha256.h"
#include "tasks/ScheduleFile.h"
#include "tasks/StepMeasurement.h"

#include <cmath>
#include <span>

namespace drdm {

namespace {

/// What one run of the sampler needs besides the seed.
struct Prepared {
    Image image;  ///< one slice or volume, all its phases
    std::shared_ptr<const ModelGrid> grid;
    std::vector<float> onModelGrid;
    RecoverySettings recovery;
    std::optional<StepMeasurement> measurement;
};

RecoverySettings recoverySettings(const SampleRequest& request, const SampleSettings& settings) {
    RecoverySettings recovery;
    recovery.level = settings.level;
    recovery.seed = settings.seed;
    if (settings.start != "level" && settings.start != "full") {
        throw Error("'" + settings.start + "' is not a start of the recovery; use 'level' or 'full'");
    }
    recovery.start = settings.start == "full" ? Start::Full : Start::Level;
    recovery.stride = settings.stride;
    recovery.stop = settings.stop;
    recovery.allowFolds = settings.allowFolds;
    recovery.process = processFromName(settings.process);
    recovery.schedule = settings.schedule;
    recovery.diffusionSteps = request.keepSteps ? 0 : -1;
    return recovery;
}

Prepared prepare(const SampleRequest& request, const SampleSettings& settings, const ModelInfo& info,
                 const Image& image, const std::optional<LabelMap>& mask) {
    Prepared prepared{image, nullptr, {}, recoverySettings(request, settings), {}};
    prepared.grid = std::make_shared<const ModelGrid>(image.geometry(), info.dims, info.gridSide, info.fit);
    prepared.measurement.emplace(prepared.grid, settings.allowFolds, info.fit);
    prepared.onModelGrid = prepared.grid->prepare(image, settings.phase, info.normalisation);
    if (request.initialField) {
        prepared.recovery.initialField =
            withContext("the initial field", [&] { return prepared.grid->toModel(*request.initialField); });
    }
    if (mask) {
        prepared.recovery.lockMask = withContext("the lock mask", [&] { return prepared.grid->prepareMask(*mask); });
    }
    return prepared;
}

/// The steps that a run will hand out, for progress.
int expectedSteps(const RecoverySettings& recovery, int last) {
    const int shown = recovery.initialField || recovery.diffusionSteps < 0 ? 1 : recovery.level;
    return shown + recoveryRange(recovery.level, recovery.start, recovery.stride, recovery.stop, last + 1).count();
}

/// The guard's account runs over all steps, also over those that are not kept.
void addTo(GuardReport& sum, const GuardReport& more) {
    sum.proposed_vox += more.proposed_vox;
    sum.removed_vox += more.removed_vox;
    sum.repairedVoxels += more.repairedVoxels;
    sum.damped = sum.damped || more.damped;
}

/// One slice or volume, one seed. `keepEvery`: every how many-th step is kept besides the last; 0: the last alone.
Trajectory sampleOne(const DeformationModel& model, const Prepared& prepared, const SampleSettings& settings,
                     int keepEvery, const JobContext& context, const std::function<void(const Trajectory&)>& onStep) {
    const Stopwatch watch;
    probeMemory("variation");
    Trajectory trajectory(prepared.image, prepared.grid, settings);
    trajectory.device = model.device();
    const double steps = expectedSteps(prepared.recovery, model.info().steps - 1);
    double done = 0;
    std::optional<FieldStep> waiting;  // not kept so far; it will be if it is the last
    std::optional<FieldStep> newest;   // kept, but not measured in full
    int sinceKept = 0;
    const auto keep = [&](FieldStep step, bool last = false) {
        probeMemory("step");
        newest.reset();
        if (!last && prepared.measurement->thinned()) {
            newest = step;
        }
        trajectory = trajectory.appended(prepared.measurement->measured(std::move(step), last));
        trajectory.time_s = watch.seconds();
        sinceKept = 0;
    };
    runTrajectory(
        model, prepared.onModelGrid, prepared.grid->model, prepared.recovery, context, [&](const FieldStep& step) {
            ++done;
            trajectory.recoverySteps += step.kind == StepKind::Recovery ? 1 : 0;
            context.progress(
                done / steps,
                (step.kind == StepKind::Diffusion ? "deforming, step " : "recovering, step ") + std::to_string(step.t));
            auto next = step;
            if (waiting && step.kind == StepKind::Recovery && waiting->kind == StepKind::Recovery) {
                addTo(next.guard, waiting->guard);
            } else if (waiting && waiting->kind != step.kind && keepEvery > 0) {
                keep(std::move(*waiting));  // the whole random deformation, which the recovery begins with
            }
            waiting.reset();
            if (keepEvery > 0 && ++sinceKept >= keepEvery) {
                keep(std::move(next));
                if (onStep) {
                    onStep(trajectory);
                }
            } else {
                waiting = std::move(next);
            }
        });
    if (waiting) {
        keep(std::move(*waiting), true);
    } else if (newest) {
        trajectory = trajectory.withLast(prepared.measurement->measured(std::move(*newest), true));
    }
    trajectory.time_s = watch.seconds();
    return trajectory;
}

/// The fields of all slices as one field on the volume, z displacement 0.
DisplacementField stacked(const Geometry& volume, const std::vector<DisplacementField>& slices) {
    const auto area = static_cast<std::size_t>(volume.size[0] * volume.size[1]);
    const auto count = static_cast<std::size_t>(volume.voxelCount());
    std::vector<float> values(3 * count, 0.0F);
    for (std::size_t z = 0; z < slices.size(); ++z) {
        for (int c = 0; c < 2; ++c) {
            const auto part = slices[z].component_vox(c);
            std::copy(
                part.begin(), part.end(),
                values.begin() + static_cast<std::ptrdiff_t>((static_cast<std::size_t>(c) + 1) * count + z * area));
        }
    }
    return {volume, 3, std::move(values)};
}

/// The part of a job's progress that slice or sample `index` of `count` has.
JobContext share(const JobContext& context, std::size_t index, std::size_t count, const std::string& prefix) {
    JobContext part = context;
    part.report = [&context, index, count, prefix](double fraction, const std::string& text) {
        context.progress((static_cast<double>(index) + fraction) / static_cast<double>(count), prefix + text);
    };
    return part;
}

Trajectory sampleAllSlices(const DeformationModel& model, const SampleRequest& request, const SampleSettings& settings,
                           const JobContext& context) {
    const Stopwatch watch;
    const auto& volume = request.image.geometry();
    std::vector<DisplacementField> fields;
    GuardReport total;
    int recoverySteps = 0;
    for (std::int64_t z = 0; z < volume.size[2]; ++z) {
        const auto mask = request.lockMask ? std::optional(request.lockMask->slice(z)) : std::nullopt;
        const auto prepared = prepare(request, settings, model.info(), request.image.sliceOverTime(z), mask);
        const auto part = share(context, static_cast<std::size_t>(z), static_cast<std::size_t>(volume.size[2]),
                                "slice " + std::to_string(z) + ", ");
        const auto trajectory = sampleOne(model, prepared, settings, 0, part, {});
        recoverySteps = trajectory.recoverySteps;
        fields.push_back(trajectory.stepCount() > 0 ? trajectory.field(trajectory.stepCount() - 1)
                                                    : DisplacementField::zero(prepared.image.geometry(), 2));
        if (trajectory.stepCount() > 0) {
            addTo(total, trajectory.step(trajectory.stepCount() - 1).guard);
        }
    }
    auto field = stacked(volume, fields);
    if (!settings.allowFolds) {
        field = makeStrict(field);
    }
    Trajectory result(request.image, nullptr, settings);
    result.device = model.device();
    result.time_s = watch.seconds();
    result.recoverySteps = recoverySteps;
    const auto numbers = statistics(field);
    return result.appended({StepKind::Recovery, 1, std::move(field), numbers, total});
}

}  // namespace

namespace {

template <typename Number>
std::string sha256Of(std::span<const Number> values) {
    Sha256 sum;
    sum.add(values.data(), values.size_bytes());
    return sum.digest();
}

/// What a result says: nothing where all is standard, else the schedule in full.
void resolveSchedule(SampleSettings& settings, const ModelInfo& info) {
    const bool ownProcess = settings.process == name(info.process);
    if (settings.schedule) {
        check(*settings.schedule);
        if (processFromName(settings.process) == Process::Released) {
            throw Error("the process 'released' follows no noise schedule but its authors'; leave the schedule out");
        }
    } else if (ownProcess) {
        settings.schedule = info.schedule;
    }
    if (settings.schedule && isStandard(*settings.schedule) && (!ownProcess || isStandard(info.schedule))) {
        settings.schedule.reset();
    }
}

/// What to do about it, by what was asked for.
[[noreturn]] void explainMemory(const SampleRequest& request, std::uint64_t seed, int index, const std::string& device,
                                const std::string& said) {
    std::string what = "there is not enough memory for ";
    what += request.count > 1 ? "variation " + std::to_string(index + 1) + " of " + std::to_string(request.count)
                              : "this variation";
    std::string remedy;
    const auto may = [&remedy](bool applies, const std::string& text) {
        remedy += applies ? (remedy.empty() ? "" : ", or ") + text : "";
    };
    may(request.count > 1, "make fewer variations at once");
    may(request.allSlices, "take one slice instead of all");
    may(request.keepSteps, "take a larger step stride");
    may(device != "cpu", "compute on the processor (device cpu)");
    may(true, "close other programs");
    throw OutOfMemory(what + " (seed " + std::to_string(seed) + ", on " + device + "): " + remedy + said);
}

/// Makes one variation; where the memory is not enough, again with less: a graphics card that nobody asked for by name
/// is left for the processor, then only every second and every fourth step is kept. The last step is the same in each
/// case, up to the rounding of the devices.
class Frugally {
public:
    Frugally(const SampleRequest& request, std::string modelFile)
        : m_request(request),
          m_file(std::move(modelFile)),
          m_keepEvery(request.keepSteps && !request.allSlices ? 1 : 0),
          m_model(load(request.settings.device)) {}

    [[nodiscard]] const DeformationModel& model() const { return *m_model; }

    template <typename Make>
    Trajectory make(std::uint64_t seed, int index, const Make& make) {
        for (;;) {
            std::string said;
            try {
                Trajectory made = make(*m_model, m_keepEvery);
                made.notes = m_notes;
                return made;
            } catch (const std::exception& failure) {
                if (!saysOutOfMemory(failure)) {
                    throw;
                }
                said = inBrackets(failure);
            }
            // What was half-made is gone here, so that there is room again.
            const std::string device = m_model ? m_model->device() : m_request.settings.device;
            if (!needLess(device)) {
                explainMemory(m_request, seed, index, device, said);
            }
        }
    }

private:
    static constexpr int fewestKept = 4;

    std::unique_ptr<DeformationModel> load(const std::string& device) {
        try {
            probeMemory("model");
            return std::make_unique<DeformationModel>(DeformationModel::load(m_file, device));
        } catch (const std::exception& failure) {
            if (saysOutOfMemory(failure)) {
                explainMemory(m_request, m_request.settings.seed, 0, device, inBrackets(failure));
            }
            throw;
        }
    }

    bool needLess(const std::string& device) {
        if (device != "cpu" && m_request.settings.device == "auto") {
            m_notes.push_back("the memory of " + device + " was not enough: computed on the processor");
            m_model.reset();
            m_model = load("cpu");
            return true;
        }
        if (m_keepEvery == 0 || m_keepEvery >= fewestKept) {
            return false;
        }
        m_keepEvery *= 2;
        m_notes.push_back("the memory was not enough for every step: only every " +
                          std::string(m_keepEvery == 2 ? "second" : "fourth") + " is kept");
        return true;
    }

    const SampleRequest& m_request;
    std::string m_file;
    int m_keepEvery;
    std::vector<std::string> m_notes;  ///< also of the variations after the one that needed it
    std::unique_ptr<DeformationModel> m_model;
};

}  // namespace

SampleSettings sampleSettings(const ParameterValues& values) {
    SampleSettings settings;
    settings.model = values.text("model");
    settings.process = values.text("process");
    if (!values.text("schedule").empty()) {
        settings.schedule = readSchedule(values.text("schedule"));
    }
    settings.level = static_cast<int>(values.integer("level"));
    settings.seed = static_cast<std::uint64_t>(values.integer("seed"));
    settings.start = values.text("start");
    settings.stride = static_cast<int>(values.integer("stride"));
    settings.stop = static_cast<int>(values.integer("stop"));
    settings.allowFolds = values.flag("allow-folds");
    settings.interpolation = interpolationFromName(values.text("interpolation"));
    settings.device = values.text("device");
    return settings;
}

std::vector<Trajectory> sample(const SampleRequest& request, const JobContext& context,
                               const std::function<void(int, const Trajectory&)>& onStep) {
    if (request.image.empty()) {
        throw Error("there is no image to make variations of");
    }
    if (request.count < 1) {
        throw Error("the number of variations must be 1 or more, not " + std::to_string(request.count));
    }
    auto settings = request.settings;
    Frugally frugally(request, resolveModel(settings.model));
    const ModelInfo info = frugally.model().info();
    settings.model = info.name;
    settings.modelSha256 = info.sha256;
    if (settings.process.empty()) {
        settings.process = name(info.process);
    }
    resolveSchedule(settings, info);
    settings.initialFieldSha256 = request.initialField ? sha256Of(request.initialField->values_vox()) : std::string();
    settings.lockMaskSha256 = request.lockMask ? sha256Of(request.lockMask->labels()) : std::string();
    const auto slices = request.image.geometry().size[2];
    const bool allSlices = request.allSlices && info.dims == 2 && slices > 1;
    if (settings.phase < 0 || settings.phase >= request.image.phases()) {
        throw Error("there is no phase " + std::to_string(settings.phase) + "; the series has phases 0…" +
                    std::to_string(request.image.phases() - 1));
    }
    if (info.dims == 3 && slices < 2) {
        throw Error("model '" + info.name +
                    "' makes variations of volumes, but the image is a single slice; choose a 2-D model");
    }
    if (info.dims == 2 && !allSlices && settings.slice < 0) {
        settings.slice = slices / 2;
    }

    std::vector<Trajectory> results;
    std::optional<Prepared> prepared;
    if (!allSlices) {
        const auto image = info.dims == 2 ? request.image.sliceOverTime(settings.slice) : request.image;
        const auto mask = request.lockMask && info.dims == 2 ? std::optional(request.lockMask->slice(settings.slice))
                                                             : request.lockMask;
        prepared = prepare(request, settings, info, image, mask);
    }
    if (allSlices || info.dims == 3) {
        settings.slice = -1;
    }
    for (int i = 0; i < request.count; ++i) {
        context.throwIfCancelled();
        if (context.finishEarly()) {
            break;
        }
        auto own = settings;
        own.seed = settings.seed + static_cast<std::uint64_t>(i);
        const auto part = share(
            context, static_cast<std::size_t>(i), static_cast<std::size_t>(request.count),
            request.count > 1 ? "variation " + std::to_string(i + 1) + " of " + std::to_string(request.count) + ", "
                              : "");
        const auto tell = [&](const Trajectory& trajectory) {
            if (onStep) {
                onStep(i, trajectory);
            }
        };
        if (prepared) {
            prepared->recovery.seed = own.seed;
        }
        results.push_back(frugally.make(own.seed, i, [&](const DeformationModel& model, int keepEvery) {
            return allSlices ? sampleAllSlices(model, request, own, part)
                             : sampleOne(model, *prepared, own, keepEvery, part, tell);
        }));
        if (allSlices || !request.keepSteps) {
            tell(results.back());
        }
    }
    return results;
}

}  // namespace drdm
