#include "tasks/TrainingPictures.h"

#include "imaging/Warp.h"
#include "tasks/GreyPicture.h"

#include <algorithm>
#include <cstdio>

namespace drdm {

namespace {

constexpr std::size_t shownImages = 4;
constexpr int shownLevel = 48;

}  // namespace

std::string writeTrainingPictures(const std::string& modelFile, const std::string& device,
                                  const std::vector<std::vector<float>>& images, long long step,
                                  const std::string& folder, const JobContext& context) {
    const auto model = DeformationModel::load(modelFile, device);
    const auto& info = model.info();
    const auto side = info.gridSide;
    Geometry grid;
    grid.size = {side, side, info.dims == 3 ? side : 1};
    const auto plane = static_cast<std::size_t>(side * side);
    const std::size_t middle = info.dims == 3 ? plane * static_cast<std::size_t>(side / 2) : 0;
    const auto rows = std::min(shownImages, images.size());
    std::vector<float> picture(rows * 3 * plane);
    const auto place = [&](std::size_t row, std::size_t column, std::span<const float> voxels) {
        for (std::int64_t y = 0; y < side; ++y) {
            const auto from =
                voxels.subspan(middle + static_cast<std::size_t>(y * side), static_cast<std::size_t>(side));
            const auto to = (row * static_cast<std::size_t>(side) + static_cast<std::size_t>(y)) * 3 + column;
            std::copy(from.begin(), from.end(), picture.begin() + static_cast<std::ptrdiff_t>(to) * side);
        }
    };
    for (std::size_t i = 0; i < rows; ++i) {
        const Image original(grid, images[i]);
        place(i, 0, original.voxels());
        RecoverySettings settings;
        settings.level = std::min(shownLevel, info.steps);
        settings.seed = i + 1;
        settings.diffusionSteps = -1;
        DisplacementField last = DisplacementField::zero(grid, info.dims);
        runTrajectory(model, images[i], grid, settings, {context.cancel, {}, {}}, [&](const FieldStep& found) {
            if (found.kind == StepKind::Diffusion) {
                place(i, 1, warp(original, found.field).voxels());
            }
            last = found.field;
        });
        place(i, 2, warp(original, last).voxels());
    }
    char name[40];
    std::snprintf(name, sizeof name, "/validation-%07lld", step);
    return writeGreyPicture(picture, 3 * side, static_cast<std::int64_t>(rows) * side, folder + name);
}

}  // namespace drdm
