#pragma once

#include <array>
#include <cstdint>

namespace drdm {

using Vec3 = std::array<double, 3>;
using Mat3 = std::array<std::array<double, 3>, 3>;  ///< [row][column]
using Size3 = std::array<std::int64_t, 3>;          ///< voxels along x (columns), y (rows), z (slices)

inline constexpr Mat3 identity3{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

/// Where a voxel grid lies in the patient. Patient coordinates are LPS millimetres, as in DICOM:
/// `patient = origin + direction · (spacing ⊙ voxel)`; `origin` is the CENTRE of the first voxel, and column k of
/// `direction` is the unit vector along voxel axis k.
struct Geometry {
    Size3 size{1, 1, 1};
    Vec3 spacing_mm{1, 1, 1};
    Vec3 origin_mm{0, 0, 0};
    Mat3 direction = identity3;

    [[nodiscard]] std::int64_t voxelCount() const { return size[0] * size[1] * size[2]; }

    /// Voxel index (fractional allowed; x, y, z) to patient position in mm (LPS).
    [[nodiscard]] Vec3 toPatient(const Vec3& voxel) const;

    /// Patient position in mm (LPS) to fractional voxel index. \throws Error if the direction matrix is singular.
    [[nodiscard]] Vec3 toVoxel(const Vec3& patient_mm) const;

    /// Same number of voxels, and no corner farther than `tolerance_mm` from its counterpart.
    [[nodiscard]] bool sameGrid(const Geometry& other, double tolerance_mm = 1e-2) const;

    /// The geometry of slice `z` alone (size z = 1, origin moved).
    [[nodiscard]] Geometry slice(std::int64_t z) const;

    /// \throws Error when a size is < 1, a spacing is not finite and positive, or the direction is not invertible.
    void validate() const;
};

/// 3×3 inverse. \throws Error if singular.
Mat3 inverse(const Mat3& m);
Vec3 multiply(const Mat3& m, const Vec3& v);
double determinant(const Mat3& m);

}  // namespace drdm
