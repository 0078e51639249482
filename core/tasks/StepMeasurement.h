#pragma once

#include "diffusion/Recovery.h"
#include "imaging/ModelGrid.h"
#include "tasks/Trajectory.h"

#include <memory>

namespace drdm {

/// How a step of a trajectory becomes numbers: its field on the image's own grid, made strict there, and measured. For
/// volumes of more than a million voxels the steps on the way are measured on a thinned grid over the same space (at
/// most 64 voxels an axis; mean displacement within a few percent, |J| a little smoother): a hundred steps of a 512 ×
/// 512 × 51 voxel CT took three minutes to measure. The last step, which is exported and judged, is always measured in
/// full.
class StepMeasurement {
public:
    StepMeasurement(std::shared_ptr<const ModelGrid> grid, bool allowFolds, Fit fit);

    [[nodiscard]] bool thinned() const { return m_thinned != nullptr; }
    /// `last`: in full.
    [[nodiscard]] TrajectoryStep measured(FieldStep step, bool last) const;

private:
    std::shared_ptr<const ModelGrid> m_grid, m_thinned;
    bool m_allowFolds;
};

/// The grid with at most `longest` voxels along each axis that fills the same space, face to face.
Geometry thinned(const Geometry& grid, std::int64_t longest);

}  // namespace drdm
