#include "BenchMore.h"
#include "tasks/Trajectory.h"

namespace drdm {

namespace {

constexpr std::int64_t side = 256;
constexpr int steps = 64;

}  // namespace

OutsideMeasure trajectoryStorage() {
    Geometry geometry;
    geometry.size = {side, side, 1};
    const Image image(geometry, std::vector<float>(static_cast<std::size_t>(side * side), 1.0F));
    const auto grid = std::make_shared<const ModelGrid>(geometry, 2, side, Fit::KeepAspect);
    const auto field = DisplacementField::zero(geometry, 2);
    const auto numbers = statistics(field);
    return {"trajectory_storage",
            [=] {
                Trajectory trajectory(image, grid, {});
                for (int t = steps; t > 0; --t) {
                    trajectory = trajectory.appended({StepKind::Recovery, t, field, numbers, {}});
                }
            },
            [=] {
                std::vector<std::vector<float>> kept;
                for (int t = steps; t > 0; --t) {
                    kept.emplace_back(field.values_vox().begin(), field.values_vox().end());
                    kept.emplace_back(image.voxels().begin(), image.voxels().end());
                    kept.emplace_back(image.voxels().begin(), image.voxels().end());
                }
            },
            100};
}

}  // namespace drdm
