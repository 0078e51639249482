#include "imaging/Geometry.h"

#include "errors/Error.h"

#include <cmath>
#include <sstream>

namespace drdm {

namespace {

double norm(const Vec3& v) {
    return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

// An image of 2^40 voxels does not fit any machine that this runs on; the bound keeps products of sizes from
// overflowing.
constexpr std::int64_t largestVoxelCount = std::int64_t{1} << 40;

}  // namespace

double determinant(const Mat3& m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

Mat3 inverse(const Mat3& m) {
    const double det = determinant(m);
    if (!std::isfinite(det) || std::abs(det) < 1e-12) {
        throw Error("the direction matrix of the image is singular (determinant " + std::to_string(det) +
                    "), so positions in the patient have no voxel; correct the orientation in the file's header");
    }
    Mat3 result{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            const std::size_t a = (j + 1) % 3;
            const std::size_t b = (j + 2) % 3;
            const std::size_t c = (i + 1) % 3;
            const std::size_t e = (i + 2) % 3;
            result[i][j] = (m[a][c] * m[b][e] - m[a][e] * m[b][c]) / det;
        }
    }
    return result;
}

Vec3 multiply(const Mat3& m, const Vec3& v) {
    return {m[0][0] * v[0] + m[0][1] * v[1] + m[0][2] * v[2], m[1][0] * v[0] + m[1][1] * v[1] + m[1][2] * v[2],
            m[2][0] * v[0] + m[2][1] * v[1] + m[2][2] * v[2]};
}

Vec3 Geometry::toPatient(const Vec3& voxel) const {
    const Vec3 rotated =
        multiply(direction, {voxel[0] * spacing_mm[0], voxel[1] * spacing_mm[1], voxel[2] * spacing_mm[2]});
    return {origin_mm[0] + rotated[0], origin_mm[1] + rotated[1], origin_mm[2] + rotated[2]};
}

Vec3 Geometry::toVoxel(const Vec3& patient_mm) const {
    const Vec3 along = multiply(
        inverse(direction), {patient_mm[0] - origin_mm[0], patient_mm[1] - origin_mm[1], patient_mm[2] - origin_mm[2]});
    return {along[0] / spacing_mm[0], along[1] / spacing_mm[1], along[2] / spacing_mm[2]};
}

bool Geometry::sameGrid(const Geometry& other, double tolerance_mm) const {
    if (size != other.size) {
        return false;
    }
    for (unsigned corner = 0; corner < 8; ++corner) {
        Vec3 voxel{};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            voxel[axis] = (corner >> axis & 1U) != 0 ? static_cast<double>(size[axis] - 1) : 0.0;
        }
        const Vec3 a = toPatient(voxel);
        const Vec3 b = other.toPatient(voxel);
        if (!(norm({a[0] - b[0], a[1] - b[1], a[2] - b[2]}) <= tolerance_mm)) {
            return false;
        }
    }
    return true;
}

Geometry Geometry::slice(std::int64_t z) const {
    if (z < 0 || z >= size[2]) {
        throw Error("slice " + std::to_string(z) + " does not exist: the image has slices 0 to " +
                    std::to_string(size[2] - 1));
    }
    Geometry result = *this;
    result.size[2] = 1;
    result.origin_mm = toPatient({0, 0, static_cast<double>(z)});
    return result;
}

void Geometry::validate() const {
    std::int64_t count = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::string where = std::string(" along ") + "xyz"[axis];
        if (size[axis] < 1) {
            throw Error("the image has " + std::to_string(size[axis]) + " voxels" + where +
                        "; at least 1 is needed, check the file's header");
        }
        if (size[axis] > largestVoxelCount / count) {
            throw Error("the image has too many voxels (" + std::to_string(size[0]) + " x " + std::to_string(size[1]) +
                        " x " + std::to_string(size[2]) + "); check the file's header");
        }
        count *= size[axis];
        if (!std::isfinite(spacing_mm[axis]) || spacing_mm[axis] <= 0) {
            std::ostringstream text;
            text << "the voxel spacing" << where << " is " << spacing_mm[axis]
                 << " mm; it must be a positive number, check the file's header";
            throw Error(text.str());
        }
        if (!std::isfinite(origin_mm[axis])) {
            throw Error("the position of the first voxel" + where + " is not a number; check the file's header");
        }
    }
    inverse(direction);
}

}  // namespace drdm
