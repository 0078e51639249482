#include "io/VectorField.h"

#include "errors/Error.h"

#include <cmath>

namespace drdm {

DisplacementField fieldFromVectors(const Geometry& grid, const std::vector<float>& vectors_mm,
                                   const std::string& path) {
    const int dims = grid.size[2] == 1 ? 2 : 3;
    const auto count = static_cast<std::size_t>(grid.voxelCount());
    const Mat3 toAxes = inverse(grid.direction);
    std::vector<float> values(count * static_cast<std::size_t>(dims));
    double outOfPlane_mm = 0;
    std::size_t undefined = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Vec3 lps{static_cast<double>(vectors_mm[3 * i]), static_cast<double>(vectors_mm[3 * i + 1]),
                       static_cast<double>(vectors_mm[3 * i + 2])};
        undefined += std::isfinite(lps[0] + lps[1] + lps[2]) ? 0 : 1;
        const Vec3 along_mm = multiply(toAxes, lps);
        for (int axis = 0; axis < dims; ++axis) {
            const auto k = static_cast<std::size_t>(axis);
            values[static_cast<std::size_t>(componentOfAxis(axis, dims)) * count + i] =
                static_cast<float>(along_mm[k] / grid.spacing_mm[k]);
        }
        if (dims == 2) {
            outOfPlane_mm = std::max(outOfPlane_mm, std::abs(along_mm[2]));
        }
    }
    if (undefined > 0) {
        throw Error(path + ": the field is undefined (no finite number) at " + std::to_string(undefined) + " of " +
                    std::to_string(count) + " points; nothing can be read there. Cut it to where it is defined");
    }
    if (outOfPlane_mm > 0.05) {
        throw Error(path + " moves voxels out of its only slice (by up to " + std::to_string(outOfPlane_mm) +
                    " mm); a one-slice field must stay in its plane");
    }
    return withContext("while reading " + path, [&] { return DisplacementField(grid, dims, std::move(values)); });
}

std::vector<float> vectorsOf(const DisplacementField& field) {
    const std::int64_t count = field.geometry().voxelCount();
    std::vector<float> vectors(static_cast<std::size_t>(3 * count));
    for (std::int64_t i = 0; i < count; ++i) {
        const Vec3 lps = field.vector_mm(i);
        for (std::size_t k = 0; k < 3; ++k) {
            vectors[static_cast<std::size_t>(3 * i) + k] = static_cast<float>(lps[k]);
        }
    }
    return vectors;
}

}  // namespace drdm
