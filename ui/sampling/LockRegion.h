#pragma once

#include "imaging/Image.h"

#include <QString>

#include <utility>
#include <vector>

namespace drdm {

/// One thing drawn to be kept unchanged. Plane millimetres, as Measurement.
struct LockShape {
    enum class Kind { Ellipse, Rectangle, Brush };
    Kind kind = Kind::Ellipse;
    std::int64_t slice = 0;
    std::vector<std::pair<double, double>> points_mm;  ///< two corners of the box, or the way of the brush
    double radius_mm = 0;                              ///< of the brush
    bool operator==(const LockShape&) const = default;
};

/// Where nothing is to move: a plain value that an order and a project keep as text.
struct LockRegion {
    std::vector<LockShape> shapes;
    bool operator==(const LockRegion&) const = default;

    [[nodiscard]] bool empty() const { return shapes.empty(); }
    /// 1 in the voxels whose centres lie inside, else 0: on one slice, x fastest, and as a label map of the whole grid.
    [[nodiscard]] std::vector<std::uint16_t> onSlice(const Geometry& grid, std::int64_t slice) const;
    [[nodiscard]] LabelMap labels(const Geometry& grid) const;

    [[nodiscard]] QString text() const;  ///< "" where empty
    /// \throws Error if the text is none of ours.
    static LockRegion fromText(const QString& text);
};

/// Both regions together; either may be empty. Both on the same grid.
LabelMap together(const LabelMap& a, const LabelMap& b);

}  // namespace drdm
