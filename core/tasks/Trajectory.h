#pragma once

#include "analysis/FieldStatistics.h"
#include "diffusion/Recovery.h"
#include "imaging/Image.h"
#include "imaging/ModelGrid.h"
#include "imaging/Warp.h"

#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// What a sample was made with: everything needed to make it again.
struct SampleSettings {
    std::string model;  ///< name or file
    std::string modelSha256;
    std::string process;  ///< "diffeomorphic", "released"
    /// In a request: another noise schedule than the model's. In a result: the one used, unless it was the standard
    /// one.
    std::optional<Schedule> schedule;
    int level = 64;
    std::uint64_t seed = 1;
    std::string start = "level";  ///< "level", "full"
    int stride = 1;
    int stop = 1;
    bool allowFolds = false;
    Interpolation interpolation = Interpolation::Linear;
    std::int64_t slice =
        -1;  ///< 2-D: which slice of the series; −1 = the middle one (resolved in a result), all slices: −1
    std::int64_t phase = 0;  ///< the phase on which the field is generated
    std::string device = "auto";
    /// In a result: SHA-256 of the values of the field that replaced the random one, and of the mask; "" = none.
    std::string initialFieldSha256, lockMaskSha256;
};

struct TrajectoryStep {
    StepKind kind = StepKind::Diffusion;
    int t = 0;
    DisplacementField onModelGrid;  ///< on the image's own grid where the trajectory has no model grid (stacked slices)
    FieldStatistics statistics;     ///< of the field on the image's own grid, made strict there
    GuardReport guard;
};

/// Everything between the untouched image and the result. A value; copies share the steps. Fields are kept on the
/// model's grid (bounded memory: 131 kB a step at 128²); the field on the image's own grid is made on demand,
/// deterministically. Safe to copy to another thread; a growing trajectory hands out a new copy per step.
class Trajectory {
public:
    Trajectory() = default;
    /// `grid` may be null: then every step's field lies on the image's own grid and is strict already.
    Trajectory(Image image, std::shared_ptr<const ModelGrid> grid, SampleSettings settings);

    [[nodiscard]] const Image& image() const;  ///< one slice or volume; all its phases
    [[nodiscard]] const SampleSettings& settings() const;
    [[nodiscard]] std::shared_ptr<const ModelGrid> modelGrid() const;  ///< null for stacked slices
    [[nodiscard]] std::size_t stepCount() const;
    [[nodiscard]] const TrajectoryStep& step(std::size_t index) const;
    [[nodiscard]] std::size_t diffusionStepCount() const;

    /// u on the image's own grid, strict unless folds were allowed. index < stepCount().
    [[nodiscard]] DisplacementField field(std::size_t index) const;
    /// The original voxels resampled once by field(index).
    [[nodiscard]] Image warpedImage(std::size_t index) const;
    [[nodiscard]] std::vector<float> jacobian(std::size_t index) const;

    [[nodiscard]] Trajectory appended(TrajectoryStep step) const;
    [[nodiscard]] Trajectory withLast(TrajectoryStep step) const;  ///< in the place of the last step

    /// Share of the proposed recovery motion that the guard took away, over all recovery steps so far.
    [[nodiscard]] double guardRemovedShare() const;
    double time_s = 0;
    int recoverySteps = 0;  ///< network steps taken (of one slice), whether or not they are kept
    std::string device;
    std::vector<std::string> notes;  ///< what was not as asked for, such as another device, and why

private:
    struct Private;
    std::shared_ptr<const Private> d;
};

}  // namespace drdm
