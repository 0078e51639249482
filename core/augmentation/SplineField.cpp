#include "augmentation/SplineField.h"

#include "errors/Error.h"
#include "imaging/AxisResampling.h"

#include <algorithm>

namespace drdm {
namespace {

constexpr int order = 3;

/// One component: random control points, then one axis after the other.
std::vector<float> randomComponent(const Geometry& grid, int dims, int cells, int locked, double limit_vox,
                                   Random& random) {
    const std::int64_t points = cells + order;
    Size3 size{points, points, dims == 3 ? points : 1};
    std::vector<float> values(static_cast<std::size_t>(size[0] * size[1] * size[2]));
    const auto fixed = [&](std::int64_t i, std::size_t axis) {
        return (axis < 2 || dims == 3) && (i < locked || i >= points - locked);
    };
    std::size_t index = 0;
    for (std::int64_t z = 0; z < size[2]; ++z) {
        for (std::int64_t y = 0; y < size[1]; ++y) {
            for (std::int64_t x = 0; x < size[0]; ++x, ++index) {
                const double drawn = random.uniform(-limit_vox, limit_vox);
                values[index] = fixed(x, 0) || fixed(y, 1) || fixed(z, 2) ? 0.0F : static_cast<float>(drawn);
            }
        }
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (axis == 2 && dims == 2) {
            continue;
        }
        const std::int64_t voxels = grid.size[axis];
        const double step = voxels > 1 ? static_cast<double>(cells) / static_cast<double>(voxels - 1) : 0.0;
        values = resampleAxis(std::move(values), size, axis, splineTaps(points, voxels, step, 1));
    }
    return values;
}

}  // namespace

DisplacementField randomSplineField(const Geometry& grid, int dims, int cells, int locked, const Vec3& limit_mm,
                                    Random& random) {
    if (dims != 2 && dims != 3) {
        throw Error("a random deformation moves along 2 or 3 axes, not " + std::to_string(dims));
    }
    if (cells < 1 || 2 * locked >= cells + order) {
        throw Error("a grid of " + std::to_string(cells + order) + " control points a side with " +
                    std::to_string(locked) + " locked layers has none that moves; take more points or lock fewer");
    }
    const int components = grid.size[2] > 1 ? 3 : 2;
    if (dims > components) {
        throw Error("a single slice can only be deformed along 2 axes, not 3");
    }
    const auto count = static_cast<std::size_t>(grid.voxelCount());
    const auto area = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
    std::vector<float> values(static_cast<std::size_t>(components) * count, 0.0F);
    for (int axis = 0; axis < dims; ++axis) {
        const auto k = static_cast<std::size_t>(axis);
        const auto component = randomComponent(grid, dims, cells, locked, limit_mm[k] / grid.spacing_mm[k], random);
        const auto first = static_cast<std::size_t>(componentOfAxis(axis, components)) * count;
        for (std::size_t at = 0; at < count; at += dims == 3 ? count : area) {
            std::copy(component.begin(), component.end(), values.begin() + static_cast<std::ptrdiff_t>(first + at));
        }
    }
    return {grid, components, std::move(values)};
}

Vec3 controlSpacing_mm(const Geometry& grid, int cells) {
    Vec3 spacing{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        spacing[axis] =
            grid.spacing_mm[axis] * static_cast<double>(std::max<std::int64_t>(1, grid.size[axis] - 1)) / cells;
    }
    return spacing;
}

DisplacementField noDisplacement(const Geometry& grid) {
    return DisplacementField::zero(grid, grid.size[2] > 1 ? 3 : 2);
}

}  // namespace drdm
