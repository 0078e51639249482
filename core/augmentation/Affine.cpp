#include "augmentation/Affine.h"

#include <cmath>

namespace drdm {

Mat3 multiplied(const Mat3& a, const Mat3& b) {
    Mat3 product{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k) {
                product[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    return product;
}

Mat3 rotationAbout(std::size_t axis, double angle_rad) {
    Mat3 m = identity3;
    const std::size_t a = (axis + 1) % 3;
    const std::size_t b = (axis + 2) % 3;
    m[a][a] = m[b][b] = std::cos(angle_rad);
    m[a][b] = -std::sin(angle_rad);
    m[b][a] = std::sin(angle_rad);
    return m;
}

DisplacementField affineField(const Geometry& grid, const Mat3& linear, const Vec3& shift_mm) {
    const int components = grid.size[2] > 1 ? 3 : 2;
    const auto count = static_cast<std::size_t>(grid.voxelCount());
    std::vector<float> values(static_cast<std::size_t>(components) * count);
    Vec3 middle{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        middle[axis] = 0.5 * static_cast<double>(grid.size[axis] - 1);
    }
    std::size_t index = 0;
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        for (std::int64_t y = 0; y < grid.size[1]; ++y) {
            for (std::int64_t x = 0; x < grid.size[0]; ++x, ++index) {
                const Vec3 voxel{static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)};
                Vec3 place_mm{};
                for (std::size_t axis = 0; axis < 3; ++axis) {
                    place_mm[axis] = (voxel[axis] - middle[axis]) * grid.spacing_mm[axis];
                }
                const Vec3 pulled_mm = multiply(linear, place_mm);
                for (int axis = 0; axis < components; ++axis) {
                    const auto k = static_cast<std::size_t>(axis);
                    values[static_cast<std::size_t>(componentOfAxis(axis, components)) * count + index] =
                        static_cast<float>((pulled_mm[k] + shift_mm[k] - place_mm[k]) / grid.spacing_mm[k]);
                }
            }
        }
    }
    return {grid, components, std::move(values)};
}

}  // namespace drdm
