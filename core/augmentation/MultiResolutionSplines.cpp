#include "augmentation/MultiResolutionSplines.h"

#include "augmentation/SplineField.h"
#include "imaging/Warp.h"

namespace drdm {

DisplacementField multiResolutionField(const Geometry& grid, int dims, std::uint64_t seed,
                                       const MultiResolutionSettings& settings) {
    Random random(seed, 0x6d726273);
    DisplacementField field = noDisplacement(grid);
    for (const int cells : settings.cells) {
        Vec3 limit = controlSpacing_mm(grid, cells);
        for (double& value : limit) {
            value *= settings.share;
        }
        field = compose(randomSplineField(grid, dims, cells, 0, limit, random), field);
    }
    return field;
}

}  // namespace drdm
