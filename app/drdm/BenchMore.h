#pragma once

#include "diffusion/Benchmark.h"

#include <memory>
#include <vector>

namespace drdm {

/// Measures of the rooms that core/diffusion does not know: storing a trajectory, and in the full build loading DICOM.
class BenchMore {
public:
    BenchMore();
    ~BenchMore();
    BenchMore(const BenchMore&) = delete;
    BenchMore& operator=(const BenchMore&) = delete;

    /// Valid as long as this lives.
    [[nodiscard]] std::vector<OutsideMeasure> measures() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// 64 steps of a 256² trajectory kept, as Trajectory keeps them; beside a copy of field, warped image and Jacobian of
/// every step on the image's own grid.
OutsideMeasure trajectoryStorage();

}  // namespace drdm
