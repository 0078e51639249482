#include "tasks/Trajectory.h"

#include "errors/Error.h"

#include <algorithm>

namespace drdm {

struct Trajectory::Private {
    Image image;
    std::shared_ptr<const ModelGrid> grid;
    SampleSettings settings;
    std::vector<std::shared_ptr<const TrajectoryStep>> steps;
};

Trajectory::Trajectory(Image image, std::shared_ptr<const ModelGrid> grid, SampleSettings settings)
    : d(std::make_shared<Private>(Private{std::move(image), std::move(grid), std::move(settings), {}})) {}

const Image& Trajectory::image() const {
    if (!d) {
        throw Error("an empty trajectory has no image");
    }
    return d->image;
}

const SampleSettings& Trajectory::settings() const {
    if (!d) {
        throw Error("an empty trajectory has no settings");
    }
    return d->settings;
}

std::shared_ptr<const ModelGrid> Trajectory::modelGrid() const {
    return d ? d->grid : nullptr;
}

std::size_t Trajectory::stepCount() const {
    return d ? d->steps.size() : 0;
}

const TrajectoryStep& Trajectory::step(std::size_t index) const {
    if (index >= stepCount()) {
        throw Error("step " + std::to_string(index) + " was asked for, but the trajectory has " +
                    std::to_string(stepCount()));
    }
    return *d->steps[index];
}

std::size_t Trajectory::diffusionStepCount() const {
    return d ? static_cast<std::size_t>(
                   std::count_if(d->steps.begin(), d->steps.end(),
                                 [](const auto& step) { return step->kind == StepKind::Diffusion; }))
             : 0;
}

DisplacementField Trajectory::field(std::size_t index) const {
    const auto& onModelGrid = step(index).onModelGrid;
    if (!d->grid) {
        return onModelGrid;
    }
    auto onImage = d->grid->toImage(onModelGrid);
    return d->settings.allowFolds ? onImage : makeStrict(onImage);
}

Image Trajectory::warpedImage(std::size_t index) const {
    return warp(image(), field(index), settings().interpolation);
}

std::vector<float> Trajectory::jacobian(std::size_t index) const {
    return jacobianDeterminant(field(index));
}

Trajectory Trajectory::appended(TrajectoryStep step) const {
    auto next = std::make_shared<Private>(*d);
    next->steps.push_back(std::make_shared<const TrajectoryStep>(std::move(step)));
    Trajectory result = *this;
    result.d = std::move(next);
    return result;
}

Trajectory Trajectory::withLast(TrajectoryStep step) const {
    auto next = std::make_shared<Private>(*d);
    next->steps.back() = std::make_shared<const TrajectoryStep>(std::move(step));
    Trajectory result = *this;
    result.d = std::move(next);
    return result;
}

double Trajectory::guardRemovedShare() const {
    double proposed = 0;
    double removed = 0;
    for (std::size_t i = 0; i < stepCount(); ++i) {
        if (d->steps[i]->kind == StepKind::Recovery) {
            proposed += d->steps[i]->guard.proposed_vox;
            removed += d->steps[i]->guard.removed_vox;
        }
    }
    return proposed > 0 ? removed / proposed : 0.0;
}

}  // namespace drdm
