#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/ModelInternals.h"
#include "diffusion/Recovery.h"
#include "errors/Error.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace drdm {

namespace {

std::vector<std::int64_t> shapeOf(const Geometry& grid, int dims) {
    std::vector<std::int64_t> size;
    for (int axis = dims - 1; axis >= 0; --axis) {
        size.push_back(grid.size[static_cast<std::size_t>(axis)]);
    }
    return size;
}

at::Tensor volume(const std::vector<float>& values, const std::vector<std::int64_t>& size) {
    std::vector<std::int64_t> shape{1, 1};
    shape.insert(shape.end(), size.begin(), size.end());
    auto x = at::empty(shape, at::kFloat);
    std::copy(values.begin(), values.end(), x.data_ptr<float>());
    return x;
}

void check(const ModelInfo& info, const std::vector<float>& image, const Geometry& grid, const RecoverySettings& s) {
    if (s.level < 1 || s.level > info.steps) {
        throw Error("level " + std::to_string(s.level) + " is outside 1…" + std::to_string(info.steps) + " of model '" +
                    info.name + "'");
    }
    if (s.stride < 1) {
        throw Error("the stride must be 1 or more, not " + std::to_string(s.stride));
    }
    if (s.stop < 1 || s.stop > info.steps) {
        throw Error("the recovery cannot stop at level " + std::to_string(s.stop) + "; it is one of 1…" +
                    std::to_string(info.steps));
    }
    if (recoveryRange(s.level, s.start, s.stride, s.stop, info.steps).count() == 0) {
        throw Error("there is nothing to recover: the recovery starts at level " + std::to_string(s.level) +
                    " and is to stop at " + std::to_string(s.stop) + "; choose a lower end");
    }
    const auto expected =
        std::accumulate(grid.size.begin(), grid.size.begin() + info.dims, std::int64_t{1}, std::multiplies<>());
    if (static_cast<std::int64_t>(image.size()) != expected || (info.dims == 2) != (grid.size[2] == 1)) {
        throw Error("model '" + info.name + "' is " + std::to_string(info.dims) + "-D and its prepared image has " +
                    std::to_string(image.size()) + " values where its grid has " + std::to_string(expected));
    }
    if (!s.lockMask.empty() && s.lockMask.size() != image.size()) {
        throw Error("the lock mask is not on the model's grid");
    }
    if (s.initialField && (s.initialField->dims() != info.dims || s.initialField->geometry().size != grid.size)) {
        throw Error("the initial field is not on the model's grid");
    }
}

/// The levels that the diffusion half shows, ending at `level`.
std::vector<int> shownLevels(int level, int wanted) {
    if (wanted < 0) {
        return {level};
    }
    const int count = wanted == 0 ? level : std::min(wanted, level);
    std::vector<int> levels;
    for (int i = 1; i <= count; ++i) {
        levels.push_back(static_cast<int>(std::lround(static_cast<double>(i) * level / count)));
    }
    return levels;
}

/// Feathered 1 − mask: 1 where tissue is free, 0 where it is locked.
at::Tensor freeShare(const std::vector<float>& mask, const std::vector<std::int64_t>& size) {
    auto x = 1.0 - volume(mask, size).clamp(0, 1);
    for (int i = 0; i < 2; ++i) {
        x = size.size() == 2 ? at::avg_pool2d(x, 5, 1, 2, false, false) : at::avg_pool3d(x, 5, 1, 2, false, false);
    }
    return x * (1.0 - volume(mask, size).clamp(0, 1));
}

/// The one asked for; else the model's, where the process is the model's, too.
Schedule scheduleOf(Process process, const ModelInfo& info, const RecoverySettings& settings) {
    return settings.schedule ? *settings.schedule : process == info.process ? info.schedule : Schedule{};
}

}  // namespace

RecoveryRange recoveryRange(int level, Start start, int stride, int stop, int steps) {
    const bool full = start == Start::Full;
    return {full ? steps - 1 : std::min(level, steps - 1), full && stop == 1 ? 0 : stop, std::max(1, stride)};
}

void runTrajectory(const DeformationModel& model, const std::vector<float>& image, const Geometry& modelGrid,
                   const RecoverySettings& settings, const JobContext& context,
                   const std::function<void(const FieldStep&)>& onStep) {
    auto& internals = model.internals();
    const auto& info = internals.info;
    check(info, image, modelGrid, settings);
    const c10::InferenceMode noGradients;
    const auto size = shapeOf(modelGrid, info.dims);
    const auto process = settings.process.value_or(info.process);
    const auto padding = process == Process::Released ? field::Padding::Zeros : field::Padding::Border;
    const auto original = volume(image, size).to(internals.device);
    const auto keep = settings.lockMask.empty() ? at::Tensor() : freeShare(settings.lockMask, size);

    // Where tissue is locked the guard may shorten a step, but not move what the step leaves alone.
    const auto guarded = [&](FieldStep step) {
        if (!settings.allowFolds) {
            step.field = keep.defined()
                             ? composeDamped(step.field, DisplacementField::zero(modelGrid, info.dims), &step.guard)
                             : makeStrict(step.field, &step.guard);
        }
        return step;
    };

    // First half: one random field growing (or the given field alone).
    FieldStep step;
    if (settings.initialField) {
        step = guarded({StepKind::Diffusion, settings.level, *settings.initialField, {}});
        onStep(step);
    } else {
        ForwardProcess forward(drawNoise(process, info.dims, settings.seed, scheduleOf(process, info, settings)), size);
        if (keep.defined()) {
            forward.lock(keep);
        }
        for (const int t : shownLevels(settings.level, settings.diffusionSteps)) {
            context.throwIfCancelled();
            step = guarded({StepKind::Diffusion, t, field::toValue(forward.deformation(t), modelGrid), {}});
            onStep(step);
        }
    }

    // Second half: algorithm 2. The state is the field itself; the original image is warped anew by the whole of it.
    const auto range = recoveryRange(settings.level, settings.start, settings.stride, settings.stop, info.steps);
    for (int t = range.first; t >= range.last; t -= range.stride) {
        context.throwIfCancelled();
        if (context.finishEarly()) {
            return;
        }
        const auto u = field::toTensor(step.field);
        const auto warped =
            field::warp(original, u.to(internals.device), padding, process == Process::Released && info.dims == 2);
        auto increment = internals.step(warped, t);
        if (keep.defined()) {
            increment = increment * keep;
        }
        FieldStep next{StepKind::Recovery, t, {}, {}};
        if (settings.allowFolds) {
            next.field = field::toValue(field::compose(increment, u, padding), modelGrid);
        } else {
            const auto proposed = field::toValue(increment, modelGrid);
            next.field = keep.defined() ? composeDamped(proposed, step.field, &next.guard)
                                        : composeStrict(proposed, step.field, &next.guard);
        }
        step = std::move(next);
        onStep(step);
    }
}

}  // namespace drdm
