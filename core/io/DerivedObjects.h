#pragma once

#include "imaging/DisplacementField.h"
#include "io/DerivedSeries.h"

namespace drdm {

/// What labels, fields and maps belong to: the image that was varied (its patient, study and frame of reference) and,
/// where one was written, the derived series (else `derived.files` is empty, and the source alone is referred to).
struct DerivedFrom {
    const Image& image;
    const WrittenSeries& derived;
    std::int64_t phase = 0;  ///< of the image, that labels were drawn on
};

/// Whether DICOM can say this grid (rows and columns perpendicular, sizes; `forField`: also slices stacked at a right
/// angle). \throws Error with what to do instead
void requireDicomGrid(const Geometry& grid, bool forField);

/// Labels as a binary DICOM Segmentation (PS3.3 A.51): one segment per label that occurs, one frame per slice with
/// voxels of it. The labels' own numbers are kept beside the segment numbers and are what readLabels() gives back.
/// \throws Error: no label occurs, the grid is not that of the image, unwritable or full folder.
void writeSegmentation(const LabelMap& labels, const DerivedFrom& from, const std::string& path,
                       const Derivation& derivation);

/// A field as Deformable Spatial Registration (PS3.3 A.39.2, C.20.3): one grid of vectors in mm (LPS) that lead from a
/// point of the result to the point of the source that its value comes from; no matrices. \throws Error: the grid's
/// axes are not perpendicular, unwritable or full folder.
void writeRegistration(const DisplacementField& field, const DerivedFrom& from, const std::string& path,
                       const Derivation& derivation);

/// What the numbers of a parametric map are.
struct MapQuantity {
    std::string name = "Jacobian determinant";
    std::string label = "JACOBIAN";  ///< ContentLabel: capitals
};

/// A scalar on the image's grid as Parametric Map of float32 (PS3.3 A.75). \throws Error
void writeParametricMap(const std::vector<float>& values, const Geometry& grid, const MapQuantity& quantity,
                        const DerivedFrom& from, const std::string& path, const Derivation& derivation);

/// The field in a Deformable Spatial Registration. Matrices after the grid are taken in; one before it is refused, as
/// are undefined vectors. \throws Error
DisplacementField readRegistration(const std::string& path);

}  // namespace drdm
