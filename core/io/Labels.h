#pragma once

#include "imaging/Image.h"

#include <optional>
#include <string>
#include <vector>

namespace drdm {

/// The image that labels are read for.
struct LabelTarget {
    LabelTarget() = default;
    explicit LabelTarget(const Image& image)
        : grid(image.geometry()), frameOfReferenceUid(image.source.frameOfReferenceUid) {}

    std::optional<Geometry> grid{};  ///< the labels are brought to it (nearest)
    std::string frameOfReferenceUid{};
};

/// One of the structures that a DICOM file holds.
struct NamedStructure {
    long number = 0;   ///< as the file numbers it
    std::string name;  ///< UTF-8
};

struct ReadLabels {
    LabelMap map;                            ///< on the target's grid, else on the file's own
    std::vector<std::string> warnings;       ///< overlaps with numbers, another grid, what was left out
    std::vector<NamedStructure> structures;  ///< all that a DICOM file holds, by number, taken or not
};

/// A label map from a file, whatever its kind: NIfTI, MetaImage, DICOM Segmentation, RT Structure Set (which needs a
/// target, for it has no grid), or a folder with one of these. DICOM is matched by its frame of reference, else by its
/// geometry. Where several structures hold one voxel, the later one has it, with a warning that counts such voxels;
/// `structures` (names or numbers) chooses and orders, empty: all by their number. Labels are the structures' own
/// numbers. \throws Error: not readable, not of this image, no labelled voxel inside it.
ReadLabels readLabels(const std::string& path, const LabelTarget& target = {},
                      const std::vector<std::string>& structures = {});

/// True for DICOM objects that readLabels() takes. False for files that cannot be opened.
bool isDicomLabels(const std::string& path);

}  // namespace drdm
