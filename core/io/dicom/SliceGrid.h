#pragma once

#include "io/dicom/DicomHeader.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace drdm::dicom {

/// How stored slices that are no straight grid become one.
struct SliceResampling {
    Size3 stored{1, 1, 1};     ///< columns, rows and slices as they lie in the files
    std::vector<Vec3> places;  ///< of each stored slice: where its first pixel lies, in voxels of the new grid; z rises
    /// Stored slice that lies nearest to slice `z` of the new grid.
    [[nodiscard]] std::int64_t nearest(std::int64_t z) const;
};

/// The straight grid for a stack of parallel slices.
struct SliceGrid {
    Geometry geometry;
    std::optional<SliceResampling> resampling;  ///< none: the files' pixels are the voxels
    std::vector<std::string> warnings;          ///< with numbers
    std::string refusal;                        ///< why no grid would be right, with numbers; empty if there is one
};

/// `slices`: one frame of each position, rising along the slice normal, all with a position, one size and orientation.
/// A sheared or sideways shifted stack (gantry tilt) gets an upright grid around all slices; uneven distances become
/// even ones, missing slices are filled in, in both cases linearly between neighbours. What is within a hundredth of
/// the distance (and a quarter of a pixel sideways) counts as straight.
SliceGrid gridOf(const std::vector<const Frame*>& slices);

/// Slice `z` of the new grid (`size` voxels) from one volume of stored slices (x fastest). Slices whose place falls on
/// the grid are copied bit by bit. `outside`: what lies beside a shifted slice.
void resampleSlice(std::span<const float> stored, const SliceResampling& resampling, const Size3& size, std::int64_t z,
                   float outside, std::span<float> out);

}  // namespace drdm::dicom
