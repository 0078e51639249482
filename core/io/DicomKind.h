#pragma once

#include "io/Labels.h"

namespace drdm {

/// What a file is, as far as it holds no image.
enum class DicomKind { None, Image, Segmentation, StructureSet, Registration };

/// By the SOP class; None: no DICOM file. \throws Error: a damaged one
DicomKind dicomKindOf(const std::string& path);

/// Labels of a DICOM file of that kind, on the grid of the file (segmentations) or of the target (structure sets).
/// \throws Error, also where the kind holds no labels
ReadLabels readDicomLabels(const std::string& path, DicomKind kind, const LabelTarget& target,
                           const std::vector<std::string>& structures);

/// How far the voxels of one grid are from voxels of another (its own edge or not): 0 where they fall on each other.
double offGrid(const Geometry& inner, const Geometry& outer);

}  // namespace drdm
