#include "tasks/StepMeasurement.h"

#include "analysis/FieldStatistics.h"
#include "analysis/FoldGuard.h"

#include <algorithm>

namespace drdm {

namespace {

constexpr std::int64_t mostVoxels = 1'000'000;
constexpr std::int64_t thinnedSide = 64;

/// Lengths in the image's voxels of a field on its thinned grid.
void setLengthsInVoxels(FieldStatistics& numbers, const DisplacementField& field, const Geometry& image) {
    const auto& grid = field.geometry();
    const auto count = static_cast<std::size_t>(grid.voxelCount());
    std::vector<float> values(field.values_vox().begin(), field.values_vox().end());
    for (int axis = 0; axis < field.dims(); ++axis) {
        const auto k = static_cast<std::size_t>(axis);
        const auto factor = static_cast<float>(grid.spacing_mm[k] / image.spacing_mm[k]);
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(count) * componentOfAxis(axis, field.dims());
        std::transform(first, first + static_cast<std::ptrdiff_t>(count), first,
                       [factor](float v) { return v * factor; });
    }
    const auto inVoxels = statistics(DisplacementField(grid, field.dims(), std::move(values)));
    numbers.mean_vox = inVoxels.mean_vox;
    numbers.p95_vox = inVoxels.p95_vox;
    numbers.max_vox = inVoxels.max_vox;
}

}  // namespace

Geometry thinned(const Geometry& grid, std::int64_t longest) {
    Geometry result = grid;
    Vec3 firstVoxel{0, 0, 0};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        result.size[axis] = std::min(grid.size[axis], longest);
        const double factor = static_cast<double>(grid.size[axis]) / static_cast<double>(result.size[axis]);
        result.spacing_mm[axis] = grid.spacing_mm[axis] * factor;
        firstVoxel[axis] = 0.5 * (factor - 1);
    }
    result.origin_mm = grid.toPatient(firstVoxel);
    return result;
}

StepMeasurement::StepMeasurement(std::shared_ptr<const ModelGrid> grid, bool allowFolds, Fit fit)
    : m_grid(std::move(grid)), m_allowFolds(allowFolds) {
    if (m_grid->dims == 3 && m_grid->image.voxelCount() > mostVoxels) {
        m_thinned =
            std::make_shared<const ModelGrid>(drdm::thinned(m_grid->image, thinnedSide), 3, m_grid->model.size[0], fit);
    }
}

TrajectoryStep StepMeasurement::measured(FieldStep step, bool last) const {
    const ModelGrid& grid = last || !m_thinned ? *m_grid : *m_thinned;
    TrajectoryStep result{step.kind, step.t, std::move(step.field), {}, step.guard};
    auto onImage = grid.toImage(result.onModelGrid);
    if (!m_allowFolds) {
        // What the repair on the image's grid moves counts as taken away, too. It is in the image's voxels.
        GuardReport onImageGrid;
        onImage = makeStrict(onImage, &onImageGrid);
        const double voxel = std::max(grid.scale[0], grid.scale[1]);
        result.guard.removed_vox += onImageGrid.removed_vox * voxel;
        result.guard.repairedVoxels += onImageGrid.repairedVoxels;
    }
    result.statistics = statistics(onImage);
    if (&grid != m_grid.get()) {
        setLengthsInVoxels(result.statistics, onImage, m_grid->image);
    }
    return result;
}

}  // namespace drdm
