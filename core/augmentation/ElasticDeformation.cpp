#include "augmentation/ElasticDeformation.h"

#include "augmentation/SplineField.h"

namespace drdm {

DisplacementField elasticField(const Geometry& grid, int dims, std::uint64_t seed, const ElasticSettings& settings) {
    Random random(seed, 0x656c6173746963);
    const Vec3 limit{settings.largest_mm, settings.largest_mm, settings.largest_mm};
    return randomSplineField(grid, dims, settings.controlPoints - 3, settings.lockedLayers, limit, random);
}

}  // namespace drdm
