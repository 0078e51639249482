#include "augmentation/DrdmDeformation.h"

#include "analysis/FoldGuard.h"
#include "errors/Error.h"
#include "imaging/ModelGrid.h"

namespace drdm {
namespace {

/// Of one slice, or of one volume for a model of volumes; strict on the image's grid.
DisplacementField deformed(const DeformationModel& model, const Image& image, std::int64_t phase,
                           const RecoverySettings& recovery, const JobContext& context) {
    const ModelInfo& info = model.info();
    const ModelGrid grid(image.geometry(), info.dims, info.gridSide, info.fit);
    std::optional<FieldStep> last;
    runTrajectory(model, grid.prepare(image, phase, info.normalisation), grid.model, recovery, context,
                  [&last](const FieldStep& step) { last = step; });
    return makeStrict(grid.toImage(last->field));
}

}  // namespace

DisplacementField drdmField(const DeformationModel& model, const Image& image, std::int64_t phase,
                            RecoverySettings recovery, const JobContext& context) {
    const Geometry& grid = image.geometry();
    recovery.diffusionSteps = -1;
    JobContext quiet = context;
    quiet.report = {};
    quiet.finish = {};  // half a recovery is no result
    if (model.info().dims == 3) {
        if (grid.size[2] < 2) {
            throw Error("model '" + model.info().name +
                        "' deforms volumes, but the image is a single slice; choose a 2-D model");
        }
        return deformed(model, image, phase, recovery, quiet);
    }
    if (grid.size[2] == 1) {
        return deformed(model, image, phase, recovery, quiet);
    }
    const auto count = static_cast<std::size_t>(grid.voxelCount());
    const auto area = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
    std::vector<float> values(3 * count, 0.0F);
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        const DisplacementField slice = deformed(model, image.slice(z, phase), 0, recovery, quiet);
        for (int axis = 0; axis < 2; ++axis) {
            const auto part = slice.component_vox(componentOfAxis(axis, 2));
            const auto at =
                static_cast<std::size_t>(componentOfAxis(axis, 3)) * count + static_cast<std::size_t>(z) * area;
            std::copy(part.begin(), part.end(), values.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    return makeStrict(DisplacementField(grid, 3, std::move(values)));
}

}  // namespace drdm
