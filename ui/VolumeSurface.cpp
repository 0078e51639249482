#include "ui/VolumeSurface.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

/// Every n-th voxel along each axis.
struct Thinning {
    Geometry from, to;
    std::array<std::int64_t, 3> stride{};

    Thinning(const Geometry& grid, std::int64_t longest) : from(grid), to(grid) {
        for (std::size_t a = 0; a < 3; ++a) {
            stride[a] = std::max<std::int64_t>(1, from.size[a] / longest);
            to.size[a] = (from.size[a] - 1) / stride[a] + 1;
            to.spacing_mm[a] = from.spacing_mm[a] * static_cast<double>(stride[a]);
        }
    }

    /// `value(voxel)` of all that stay, x fastest.
    template <typename Value>
    std::vector<float> values(Value&& value) const {
        std::vector<float> kept;
        kept.reserve(static_cast<std::size_t>(to.voxelCount()));
        for (std::int64_t z = 0; z < to.size[2]; ++z) {
            for (std::int64_t y = 0; y < to.size[1]; ++y) {
                for (std::int64_t x = 0; x < to.size[0]; ++x) {
                    kept.push_back(value(static_cast<std::size_t>(
                        (z * stride[2] * from.size[1] + y * stride[1]) * from.size[0] + x * stride[0])));
                }
            }
        }
        return kept;
    }
};

/// Between air and the bright half of the tissue shows the body's surface in CT and MR alike.
double surfaceLevel(std::span<const float> values) {
    std::vector<float> some;
    for (std::size_t i = 0; i < values.size(); i += std::max<std::size_t>(1, values.size() / 20000)) {
        some.push_back(values[i]);
    }
    std::ranges::sort(some);
    const auto at = [&some](double share) {
        return static_cast<double>(some[static_cast<std::size_t>(share * static_cast<double>(some.size() - 1))]);
    };
    return at(0.02) + 0.4 * (at(0.95) - at(0.02));
}

}  // namespace

SurfaceMesh bodySurface(const Image& image, std::int64_t phase) {
    const Thinning thin(image.geometry(), 96);
    const auto voxels = image.phaseVoxels(phase);
    const auto values = thin.values([&](std::size_t at) { return voxels[at]; });
    return isoSurface(thin.to, values, surfaceLevel(voxels));
}

SurfaceMesh movedSurface(const Image& original, const Image& warped, const LabelMap& movedLabels,
                         const DisplacementField& field, std::span<const float> jacobian,
                         const SurfaceColours& colours) {
    const Thinning thin(warped.geometry(), 64);
    const auto voxels = warped.phaseVoxels(0);
    SurfaceMesh mesh =
        movedLabels.empty()
            ? isoSurface(thin.to, thin.values([&](std::size_t at) { return voxels[at]; }),
                         surfaceLevel(original.phaseVoxels(0)))
            : isoSurface(thin.to,
                         thin.values([&](std::size_t at) { return movedLabels.labels()[at] > 0 ? 1.0F : 0.0F; }), 0.5);
    const auto& points = *mesh.points_mm;
    const std::size_t count = points.size() / 3;
    std::vector<float> numbers(count);
    const Geometry& grid = warped.geometry();
    for (std::size_t i = 0; i < count; ++i) {
        const Vec3 voxel = grid.toVoxel({points[3 * i], points[3 * i + 1], points[3 * i + 2]});
        std::array<std::int64_t, 3> at{};
        for (std::size_t a = 0; a < 3; ++a) {
            at[a] = std::clamp<std::int64_t>(std::llround(voxel[a]), 0, grid.size[a] - 1);
        }
        const std::int64_t index = (at[2] * grid.size[1] + at[1]) * grid.size[0] + at[0];
        if (colours.jacobian) {
            numbers[i] = jacobian[static_cast<std::size_t>(index)];
        } else {
            const Vec3 v = field.vector_mm(index);
            numbers[i] = static_cast<float>(std::hypot(v[0], v[1], v[2]));
        }
    }
    // The colour maps know planes: the points in a row.
    const PlaneGrid row{static_cast<int>(count), 1, 1, 1};
    const ColourPlane plane = colours.jacobian
                                  ? jacobianPlane(row, numbers, colours.jacobianLimit)
                                  : displacementPlane(row, numbers, colours.displacementMax_mm, colours.lengthMap);
    auto rgb = std::make_shared<std::vector<std::uint8_t>>();
    rgb->reserve(3 * count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            // What a colour map lets through is the surface's own light grey.
            const int opacity = (*plane.rgba)[4 * i + 3];
            rgb->push_back(
                static_cast<std::uint8_t>(((*plane.rgba)[4 * i + c] * opacity + 205 * (255 - opacity)) / 255));
        }
    }
    mesh.rgb = std::move(rgb);
    return mesh;
}

}  // namespace drdm
