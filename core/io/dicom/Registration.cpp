#include "errors/Error.h"
#include "io/DerivedObjects.h"
#include "io/Memory.h"
#include "io/VectorField.h"
#include "io/dicom/MultiFrame.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drdm {

namespace {

using namespace dicom;

/// A registration object has no direction of slices: they follow the cross product of rows and columns. A grid that
/// runs the other way is turned over; a sheared one cannot be said.
struct RightHanded {
    Geometry geometry;
    bool turned = false;

    explicit RightHanded(const Geometry& given) : geometry(given) {
        requirePlanar(given);
        Mat3& d = geometry.direction;
        const Vec3 normal = normalOf(d);
        if (given.size[2] == 1) {  // one slice is stacked in no direction
            for (std::size_t i = 0; i < 3; ++i) {
                d[i][2] = normal[i];
            }
            return;
        }
        const double along = normal[0] * d[0][2] + normal[1] * d[1][2] + normal[2] * d[2][2];
        if (std::abs(std::abs(along) - 1) > 1e-4) {
            throw Error(
                "the slices of this grid are not stacked at a right angle, which a DICOM registration cannot say; "
                "export the field as NIfTI or MetaImage");
        }
        if (along < 0) {
            turned = true;
            geometry.origin_mm = given.toPatient({0, 0, static_cast<double>(given.size[2] - 1)});
            for (std::size_t i = 0; i < 3; ++i) {
                d[i][2] = -d[i][2];
            }
        }
    }

    static Vec3 normalOf(const Mat3& d) {
        return {d[1][0] * d[2][1] - d[2][0] * d[1][1], d[2][0] * d[0][1] - d[0][0] * d[2][1],
                d[0][0] * d[1][1] - d[1][0] * d[0][1]};
    }
};

void turnOver(std::vector<float>& vectors, const Size3& size) {
    const auto slab = static_cast<std::ptrdiff_t>(3 * size[0] * size[1]);
    for (std::ptrdiff_t z = 0; z < size[2] / 2; ++z) {
        std::swap_ranges(vectors.begin() + z * slab, vectors.begin() + (z + 1) * slab,
                         vectors.begin() + (size[2] - 1 - z) * slab);
    }
}

using Affine = std::array<double, 16>;
constexpr Affine noChange{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

Affine matrixIn(DcmItem& registration, const DcmTagKey& sequence, const std::string& path) {
    DcmItem* item = sequenceItem(&registration, sequence);
    if (item == nullptr) {
        return noChange;
    }
    const auto values = numbers(*item, DCM_FrameOfReferenceTransformationMatrix);
    Affine matrix = noChange;
    if (values.size() != 16 || values[12] != 0 || values[13] != 0 || values[14] != 0 || values[15] != 1) {
        throw Error(path +
                    ": a transformation matrix in it is damaged (16 numbers are needed, the last four 0, 0, 0, 1)");
    }
    std::copy(values.begin(), values.end(), matrix.begin());
    return matrix;
}

bool changesNothing(const Affine& matrix) {
    return std::equal(matrix.begin(), matrix.end(), noChange.begin(),
                      [](double a, double b) { return std::abs(a - b) < 1e-9; });
}

Geometry gridOf(DcmItem& grid, const std::string& path) {
    const auto refuse = [&path](const std::string& what) {
        throw Error(path + ": " + what + "; the file is damaged, export the registration again");
    };
    const auto orientation = numbers(grid, DCM_ImageOrientationPatient);
    const auto origin = numbers(grid, DCM_ImagePositionPatient);
    const auto size = numbers(grid, DCM_GridDimensions);
    const auto resolution = numbers(grid, DCM_GridResolution);
    if (orientation.size() != 6 || origin.size() != 3 || size.size() != 3 || resolution.size() != 3) {
        refuse("the grid of the field lacks its orientation, position, dimensions or resolution");
    }
    Geometry geometry;
    for (std::size_t k = 0; k < 3; ++k) {
        if (!(size[k] >= 1 && size[k] <= 65535) || !(resolution[k] > 0 && resolution[k] < 1e5)) {
            refuse("the grid has " + std::to_string(size[k]) + " points at " + std::to_string(resolution[k]) +
                   " mm along axis " + std::to_string(k));
        }
        geometry.size[k] = static_cast<std::int64_t>(size[k]);
        geometry.spacing_mm[k] = resolution[k];
        geometry.origin_mm[k] = origin[k];
        geometry.direction[k][0] = orientation[k];
        geometry.direction[k][1] = orientation[3 + k];
    }
    const Vec3 normal = RightHanded::normalOf(geometry.direction);
    if (std::abs(std::hypot(normal[0], normal[1], normal[2]) - 1) > 1e-3) {
        refuse("the axes of the grid are no perpendicular unit vectors");
    }
    for (std::size_t k = 0; k < 3; ++k) {
        geometry.direction[k][2] = normal[k];
    }
    return geometry;
}

/// Vectors as if the matrix after the grid were part of them: M(x + v) − x.
void takeIn(std::vector<float>& vectors, const Geometry& grid, const Affine& matrix) {
    std::size_t at = 0;
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        for (std::int64_t y = 0; y < grid.size[1]; ++y) {
            for (std::int64_t x = 0; x < grid.size[0]; ++x, at += 3) {
                const Vec3 from =
                    grid.toPatient({static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)});
                Vec3 moved{};
                for (std::size_t k = 0; k < 3; ++k) {
                    moved[k] = from[k] + static_cast<double>(vectors[at + k]);
                }
                for (std::size_t k = 0; k < 3; ++k) {
                    vectors[at + k] = static_cast<float>(matrix[4 * k] * moved[0] + matrix[4 * k + 1] * moved[1] +
                                                         matrix[4 * k + 2] * moved[2] + matrix[4 * k + 3] - from[k]);
                }
            }
        }
    }
}

}  // namespace

void requireDicomGrid(const Geometry& grid, bool forField) {
    requirePlanar(grid);
    if (forField) {
        static_cast<void>(RightHanded(grid));
    }
}

void writeRegistration(const DisplacementField& field, const DerivedFrom& from, const std::string& path,
                       const Derivation& derivation) {
    initialise();
    const RightHanded grid(field.geometry());
    const Size3& size = grid.geometry.size;
    if (static_cast<std::uint64_t>(grid.geometry.voxelCount()) * 12 > std::numeric_limits<Uint32>::max() - 65536ULL) {
        throw Error("cannot write " + path + ": more than 4 GiB of vectors do not fit into DICOM; export NIfTI");
    }
    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    const Run run(derivation);
    beginObject(dataset, from, run,
                {UID_DeformableSpatialRegistrationStorage, "REG", "DEFORMATION", "Displacement field", 30000});
    putContribution(dataset, run, "Field from a deformation-recovery diffusion model");
    const References images(from);
    DcmItem& registration = newItem(dataset, DCM_DeformableRegistrationSequence);
    put(registration, DCM_SourceFrameOfReferenceUID, text(dataset, DCM_FrameOfReferenceUID));
    for (const Reference& image : images.source()) {
        putReference(newItem(registration, DCM_ReferencedImageSequence), image);
    }
    registration.insertEmptyElement(DCM_RegistrationTypeCodeSequence);
    DcmItem& points = newItem(registration, DCM_DeformableRegistrationGridSequence);
    DcmItem plane;
    putPlane(plane, grid.geometry, 0);
    put(points, DCM_ImageOrientationPatient, text(plane, DCM_ImageOrientationPatient));
    put(points, DCM_ImagePositionPatient, text(plane, DCM_ImagePositionPatient));
    const Uint32 counts[3] = {static_cast<Uint32>(size[0]), static_cast<Uint32>(size[1]), static_cast<Uint32>(size[2])};
    points.putAndInsertUint32Array(DCM_GridDimensions, counts, 3);
    points.putAndInsertFloat64Array(DCM_GridResolution, grid.geometry.spacing_mm.data(), 3);
    std::vector<float> vectors = vectorsOf(field);
    if (grid.turned) {
        turnOver(vectors, size);
    }
    if (points.putAndInsertFloat32Array(DCM_VectorGridData, vectors.data(), static_cast<unsigned long>(vectors.size()))
            .bad()) {
        throw Error("cannot write " + path + ": memory is short");
    }
    if (!images.source().empty()) {  // what the series of the reference are, is told where there are references
        images.put(dataset);
    }
    finish(file, path, derivation);
}

DisplacementField readRegistration(const std::string& path) {
    const auto file = openFile(path);
    DcmDataset& dataset = *file->getDataset();
    if (text(dataset, DCM_SOPClassUID) != UID_DeformableSpatialRegistrationStorage) {
        throw Error(path + " holds no displacement field (" + uidName(text(dataset, DCM_SOPClassUID)) +
                    "); give a Deformable Spatial Registration");
    }
    DcmItem* found = nullptr;
    int count = 0;
    for (long i = 0; DcmItem* item = sequenceItem(&dataset, DCM_DeformableRegistrationSequence, i); ++i) {
        if (sequenceItem(item, DCM_DeformableRegistrationGridSequence) != nullptr) {
            found = item;
            ++count;
        }
    }
    if (count != 1) {
        throw Error(path + ": it holds " + std::to_string(count) +
                    " deformation grids; one is needed, export a registration of one pair of images");
    }
    DcmItem& points = *sequenceItem(found, DCM_DeformableRegistrationGridSequence);
    const Geometry grid = gridOf(points, path);
    const auto values = static_cast<std::uint64_t>(grid.voxelCount()) * 3;
    DcmElement* element = nullptr;
    Float32* data = nullptr;
    if (points.findAndGetElement(DCM_VectorGridData, element).bad() || element->getLength() != values * 4) {
        throw Error(path + ": cut short or damaged: the grid promises " + std::to_string(values * 4) +
                    " bytes of vectors, there are " + std::to_string(element != nullptr ? element->getLength() : 0) +
                    "; copy it again from its source");
    }
    requireMemory(values * 12, "the field in " + path);
    if (element->getFloat32Array(data).bad() || data == nullptr) {
        throw Error(path + ": the vectors of the grid cannot be read; copy it again from its source");
    }
    if (!changesNothing(matrixIn(*found, DCM_PreDeformationMatrixRegistrationSequence, path))) {
        throw Error(path +
                    ": a matrix moves the image before the deformation grid, so the field does not lie on the grid in "
                    "the file; export it with the matrix taken into the grid");
    }
    std::vector<float> vectors(data, data + values);
    const Affine after = matrixIn(*found, DCM_PostDeformationMatrixRegistrationSequence, path);
    if (!changesNothing(after)) {
        takeIn(vectors, grid, after);
    }
    return fieldFromVectors(grid, vectors, path);
}

}  // namespace drdm
