#include "diffusion/ScheduleForecast.h"

#include "analysis/FieldStatistics.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/ModelInternals.h"
#include "errors/Error.h"

#include <torch/torch.h>

namespace drdm {

DisplacementField scheduleField(const Schedule& schedule, int level, std::uint64_t seed, const Geometry& modelGrid) {
    check(schedule);
    if (level < 1 || level > diffusionSteps) {
        throw Error("level " + std::to_string(level) + " is outside 1…" + std::to_string(diffusionSteps));
    }
    useThreads();
    const c10::InferenceMode noGradients;
    const int dims = modelGrid.size[2] > 1 ? 3 : 2;
    std::vector<std::int64_t> size;
    for (int axis = dims - 1; axis >= 0; --axis) {
        size.push_back(modelGrid.size[static_cast<std::size_t>(axis)]);
    }
    const ForwardProcess forward(drawNoise(Process::Diffeomorphic, dims, seed, schedule), size);
    return field::toValue(forward.deformation(level), modelGrid);
}

LevelForecast forecast(const Schedule& schedule, int level, int side, std::uint64_t first, int count) {
    Geometry grid;
    grid.size = {side, side, 1};
    LevelForecast sum;
    sum.level = level;
    for (int i = 0; i < count; ++i) {
        const auto numbers = statistics(scheduleField(schedule, level, first + static_cast<std::uint64_t>(i), grid));
        sum.mean_percent += numbers.mean_percent / count;
        sum.max_percent += numbers.max_percent / count;
        sum.folded_central += numbers.folded_fraction_central / count;
        sum.folded_strict += numbers.folded_fraction_strict / count;
    }
    return sum;
}

const std::vector<LevelForecast>& releasedFigures() {
    static const std::vector<LevelForecast> figures{{16, 2.54, 7.9, 0, 0},
                                                    {32, 6.11, 18.0, 0.0208, 0.0266},
                                                    {48, 9.93, 27.8, 0.1504, 0.1707},
                                                    {64, 13.72, 36.9, 0.2821, 0.3097},
                                                    {80, 17.42, 45.5, 0.3664, 0.3954}};
    return figures;
}

}  // namespace drdm
