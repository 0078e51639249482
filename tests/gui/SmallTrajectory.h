#pragma once

#include "tasks/Trajectory.h"

#include <algorithm>

namespace drdmtest {

/// An image of `size`² voxels of 1.5 mm whose values grow from 0 to 1000 along x, in two phases, the second reversed.
inline drdm::Image ramp(std::int64_t size) {
    drdm::Geometry geometry;
    geometry.size = {size, size, 1};
    geometry.spacing_mm = {1.5, 1.5, 8};
    std::vector<float> voxels;
    for (int phase = 0; phase < 2; ++phase) {
        for (std::int64_t y = 0; y < size; ++y) {
            for (std::int64_t x = 0; x < size; ++x) {
                voxels.push_back(1000.0F * static_cast<float>(phase == 0 ? x : size - 1 - x) /
                                 static_cast<float>(size - 1));
            }
        }
    }
    return {geometry, std::move(voxels), 2};
}

/// A trajectory of `diffusion` + `recovery` steps that needs no model: step k pulls everything by k voxels along x.
inline drdm::Trajectory shiftingTrajectory(int diffusion, int recovery, std::int64_t size = 32) {
    drdm::Trajectory trajectory(ramp(size), nullptr, {});
    for (int k = 0; k < diffusion + recovery; ++k) {
        drdm::TrajectoryStep step;
        step.kind = k < diffusion ? drdm::StepKind::Diffusion : drdm::StepKind::Recovery;
        step.t = k < diffusion ? k + 1 : diffusion + recovery - k;
        const drdm::Geometry& grid = trajectory.image().geometry();
        std::vector<float> values(2 * static_cast<std::size_t>(grid.voxelCount()), 0.0F);
        const std::ptrdiff_t along = drdm::componentOfAxis(0, 2) * grid.voxelCount();
        std::fill_n(values.begin() + along, grid.voxelCount(), static_cast<float>(k));
        step.onModelGrid = drdm::DisplacementField(grid, 2, std::move(values));
        step.statistics = drdm::statistics(step.onModelGrid);
        trajectory = trajectory.appended(std::move(step));
    }
    return trajectory;
}

}  // namespace drdmtest
