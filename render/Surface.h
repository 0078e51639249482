#pragma once

#include "imaging/Geometry.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace drdm {

/// Triangles in patient millimetres (LPS). Plain arrays, made by a worker; copies share the numbers.
struct SurfaceMesh {
    std::shared_ptr<const std::vector<float>> points_mm;             ///< x, y, z of every point
    std::shared_ptr<const std::vector<std::int32_t>> triangles;      ///< three points each
    std::shared_ptr<const std::vector<std::uint8_t>> rgb = nullptr;  ///< a colour a point, or none
    [[nodiscard]] bool empty() const { return !triangles || triangles->empty(); }
};

/// The surface between values below and at or above `level`: one point in every cell of eight voxels that the surface
/// runs through (surface nets). `values`: one per voxel of the geometry, x fastest. \throws Error if the count differs.
SurfaceMesh isoSurface(const Geometry& geometry, std::span<const float> values, double level);

/// A slice in its place, raised by `height_mm` along its normal and coloured. `rgba`: 4 bytes a voxel, laid over a dark
/// grey. The geometry has one slice. \throws Error if the counts differ.
SurfaceMesh raisedSlice(const Geometry& slice, std::span<const float> height_mm, std::span<const std::uint8_t> rgba);

}  // namespace drdm
