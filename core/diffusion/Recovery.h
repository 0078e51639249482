#pragma once

#include "analysis/FoldGuard.h"
#include "diffusion/ModelInfo.h"
#include "diffusion/WeightPrecision.h"
#include "imaging/DisplacementField.h"
#include "jobs/JobContext.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// A trained DRDM network on a device. Thread-compatible: one user at a time.
class DeformationModel {
public:
    /// Reads our checkpoint (.safetensors) or the authors' .pth (recognised by content).
    /// `device`: "auto", "cpu", "cuda:N". \throws Error: what is wrong with the file and what to do.
    static DeformationModel load(const std::string& path, const std::string& device = "auto");

    DeformationModel(DeformationModel&&) noexcept;
    DeformationModel& operator=(DeformationModel&&) noexcept;
    ~DeformationModel();

    [[nodiscard]] const ModelInfo& info() const;
    [[nodiscard]] std::string device() const;

    struct Private;
    [[nodiscard]] Private& internals() const { return *d; }  ///< for core/diffusion alone

private:
    explicit DeformationModel(std::unique_ptr<Private> internals);
    std::unique_ptr<Private> d;
};

/// What one of our model files says of itself, without reading its weights (quick); none for other files (the
/// authors' do not say).
/// \throws Error
std::optional<ModelInfo> readModelInfo(const std::string& path);

/// Reads any model file and writes it in our format. \throws Error
void convertModel(const std::string& from, const std::string& to, WeightPrecision precision = WeightPrecision::Single);

enum class Start { Level, Full };

/// What decides a trajectory besides model and image. All on the model's own grid.
struct RecoverySettings {
    int level = 64;  ///< T', 1…T
    std::uint64_t seed = 1;
    Start start = Start::Level;        ///< first recovery step: min(level, T−1), or T−1 ("full", checkpoint parity)
    int stride = 1;                    ///< every how many-th recovery step is taken
    int stop = 1;                      ///< level of the last recovery step (stride permitting)
    bool allowFolds = false;           ///< no fold guard (parity runs)
    std::optional<Process> process;    ///< default: the model's own
    std::optional<Schedule> schedule;  ///< default: the model's own
    std::optional<DisplacementField> initialField;  ///< on the model grid; replaces the random field
    std::vector<float> lockMask;                    ///< on the model grid, 1 = nothing moves there; empty = none
    int diffusionSteps = 0;  ///< how many diffusion steps to show (0 = one per t up to the level, −1 = the last)
};

/// The recovery steps of a model with `steps` time steps: t = first, first − stride, … ≥ last. Start::Full with stop 1
/// goes down to 0, as the authors' program does.
struct RecoveryRange {
    int first = 0;
    int last = 0;
    int stride = 1;
    [[nodiscard]] int count() const { return first < last ? 0 : (first - last) / stride + 1; }
};
RecoveryRange recoveryRange(int level, Start start, int stride, int stop, int steps);

enum class StepKind { Diffusion, Recovery };

struct FieldStep {
    StepKind kind = StepKind::Diffusion;
    int t = 0;
    DisplacementField field;  ///< on the model grid, voxels of the model grid, strict unless allowFolds
    GuardReport guard;
};

/// One trajectory: the diffusion steps 1…T' and then the recovery steps, each handed to `onStep` as soon as it is
/// there. `image` is the prepared image on the model grid (ModelGrid::prepare). Pure function of its arguments on one
/// device. Answers `context.cancel` between steps (throws Cancelled) and `context.finish` (returns early).
void runTrajectory(const DeformationModel& model, const std::vector<float>& image, const Geometry& modelGrid,
                   const RecoverySettings& settings, const JobContext& context,
                   const std::function<void(const FieldStep&)>& onStep);

}  // namespace drdm
