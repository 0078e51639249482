#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"
#include "io/Series.h"

#include <string>

namespace drdm {

/// MetaImage (.mha, or .mhd with its data beside), as ITK, elastix and plastimatch read and write it: LPS millimetres,
/// and for fields vectors in the same, pull-back. Readers check sizes before memory is taken. Writers write .mha, to a
/// temporary file that is renamed, with the provenance in lines of the header that others skip.
Image readMetaImage(const std::string& path);              ///< 2-D, 3-D, 4-D scalar. \throws Error
DisplacementField readMetaField(const std::string& path);  ///< 2 or 3 channels. \throws Error
LabelMap readMetaLabels(const std::string& path);          ///< whole numbers 0…65535. \throws Error

/// Every phase along a fourth axis. \throws Error: name, folder, disk
void writeMetaImage(const Image& image, const std::string& path, const std::string& provenanceJson = {});
void writeMetaLabels(const LabelMap& labels, const std::string& path, const std::string& provenanceJson = {});
void writeMetaField(const DisplacementField& field, const std::string& path, const std::string& provenanceJson = {});
void writeMetaScalar(const Geometry& grid, const std::vector<float>& values, const std::string& path,
                     const std::string& provenanceJson = {});

std::string readMetaProvenance(const std::string& path);  ///< empty if there is none. \throws Error

SeriesInfo describeMetaImage(const std::string& path);  ///< for a scan; no voxels are read. \throws Error
bool hasMetaName(const std::string& path);              ///< ends in .mha or .mhd

}  // namespace drdm
