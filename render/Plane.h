#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// What a slice view is handed: plain arrays, made by a worker, row by row from the first voxel. Copies share the
/// numbers. Plane coordinates are millimetres from the centre of the first voxel, x along the columns, y along the
/// rows.
struct PlaneGrid {
    int width = 0;
    int height = 0;
    double spacingX_mm = 1;
    double spacingY_mm = 1;
    [[nodiscard]] bool empty() const { return width == 0 || height == 0; }
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
    [[nodiscard]] double width_mm() const { return width * spacingX_mm; }
    [[nodiscard]] double height_mm() const { return height * spacingY_mm; }
};

/// Grey values in modality units.
struct ScalarPlane {
    PlaneGrid grid;
    std::shared_ptr<const std::vector<float>> values;
    /// Of a colour image, red, green and blue of each voxel: shown instead of the values, by the same window.
    std::shared_ptr<const std::vector<std::uint8_t>> rgb = nullptr;
    double rgbUnit = 1;  ///< grey values that one step of 0…255 stands for
};

/// Colours, 4 bytes a voxel (red, green, blue, opacity).
struct ColourPlane {
    PlaneGrid grid;
    std::shared_ptr<const std::vector<std::uint8_t>> rgba;
};

/// Straight pieces, 4 numbers each: x, y of the start and of the end in plane millimetres.
struct LineSet {
    std::shared_ptr<const std::vector<float>> ends_mm;
    std::shared_ptr<const std::vector<std::uint8_t>> rgb = nullptr;  ///< a colour a piece, or none: the layer's
};

/// A few words at a place of the plane.
struct PlaneText {
    double x_mm = 0;
    double y_mm = 0;
    std::string text;
};

/// Which part of a plane a view shows: what lies in its middle, and how much of it fits from there to the upper edge.
struct PlaneCamera {
    double centreX_mm = 0;
    double centreY_mm = 0;
    double halfHeight_mm = 1;
    bool operator==(const PlaneCamera&) const = default;
};

}  // namespace drdm
