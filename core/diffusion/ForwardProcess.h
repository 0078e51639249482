#pragma once

#include "diffusion/ModelInfo.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

// Deformation diffusion: random velocity → random displacement (METHOD.md, "Forward process"). Tensors as in Field.h.
namespace drdm {

inline constexpr int diffusionSteps = 80;  ///< T

/// Number of compositions at level t of the released process; real-valued for ours.
int releasedDeformations(int t);  ///< n_ddf(t) = clamp(floor(2 t^1.3 / 3), 1, 200)
int releasedLabels(int t);        ///< n_dvf(t) = floor(t^0.6)
double deformationTime(int t);    ///< 2 t^1.3 / 3, as the standard schedule
double labelTime(int t);          ///< t^0.6, as the standard schedule

/// The standard-normal numbers of one sample. One draw serves all its diffusion steps.
struct ProcessNoise {
    Process process = Process::Diffeomorphic;
    std::vector<at::Tensor> scales;  ///< 1 × D × s × s (× s) each. released: the 4 scales of v, then the 4 of v'
    Schedule schedule = {};          ///< of `diffeomorphic`; released has none to choose
};
/// \throws Error if `released` is to follow another schedule than its own.
ProcessNoise drawNoise(Process process, int dims, std::uint64_t seed, const Schedule& schedule = {});

/// What a noise draw becomes on a grid of the given spatial size: fields at any level. Immutable.
class ForwardProcess {
public:
    ForwardProcess(const ProcessNoise& noise, std::vector<std::int64_t> size);

    /// Multiplies the velocities by `keep` (1 × 1 × spatial, 1 = free, 0 = locked), `diffeomorphic` only.
    void lock(const at::Tensor& keep);

    [[nodiscard]] at::Tensor deformation(int t) const;  ///< u at level t, 1 × D × spatial, fractions
    [[nodiscard]] at::Tensor label(int t) const;        ///< ψ at level t, what recovery undoes

    /// `diffeomorphic`: the velocity on the grid. \throws Error for `released`.
    [[nodiscard]] const at::Tensor& velocity() const;

private:
    Process m_process;
    Schedule m_schedule;
    std::vector<std::int64_t> m_size;
    at::Tensor m_velocity;    ///< diffeomorphic: on the grid; released: v on the control grid
    at::Tensor m_releasedV0;  ///< released: v0 on the control grid
    at::Tensor m_keep;
};

/// Number of squarings that `diffeomorphic` uses at every level.
inline constexpr int squarings = 8;

}  // namespace drdm
