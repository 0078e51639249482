#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"

#include <string>

namespace drdm {

/// NIfTI-1 (.nii, .nii.gz; nifticlib). All writers write to a temporary file beside and rename; all readers check the
/// header and the size of the file before memory is taken. `description` goes into descrip (80 bytes); `provenanceJson`
/// into a comment extension (code 6), read back by readNiftiProvenance. RAS on disk, LPS in memory.
Image readNifti(const std::string& path);           ///< 2-D, 3-D, 4-D scalar. \throws Error
LabelMap readNiftiLabels(const std::string& path);  ///< integers 0…65535, first volume. \throws Error
/// Intent 1006 (RAS), 1007 (LPS, as ITK and ANTs write it), or 5-D with 2–3 components (RAS). 1 slice → dims 2.
/// \throws Error
DisplacementField readNiftiField(const std::string& path);

void writeNifti(const Image& image, const std::string& path, const std::string& provenanceJson = {});
void writeNiftiLabels(const LabelMap& labels, const std::string& path, const std::string& provenanceJson = {});
/// Dims X,Y,Z,1,3, float32, mm, pull-back. Standard: intent 1006 (DISPVECT), RAS vectors. Itk: intent 1007 (VECTOR),
/// LPS vectors, what ITK's programs (ANTs, elastix, plastimatch) of all versions take and make; for one slice give them
/// MetaImage, for they lose the place of a one-slice NIfTI.
enum class FieldStyle { Standard, Itk };
void writeNiftiField(const DisplacementField& field, const std::string& path, const std::string& provenanceJson = {},
                     FieldStyle style = FieldStyle::Standard);
/// Scalar float32 map on a grid (Jacobian).
void writeNiftiScalar(const Geometry& grid, const std::vector<float>& values, const std::string& path,
                      const std::string& provenanceJson = {});
std::string readNiftiProvenance(const std::string& path);  ///< empty if there is none

}  // namespace drdm
