#pragma once

#include "io/dicom/DerivedObject.h"

/// Functional groups of the multi-frame objects that this program writes (PS3.3 C.7.6.16).
namespace drdm::dicom {

/// Appends an empty item to a sequence.
DcmItem& newItem(DcmItem& item, const DcmTag& sequence);

/// The shared groups: pixel measures and plane orientation.
DcmItem& putSharedGroups(DcmDataset& dataset, const Geometry& geometry);

/// Declares the dimensions of the frames: a pointer and the functional group that it stands in, one per index value.
struct Dimension {
    DcmTagKey pointer, group;
    const char* description;
};
void putDimensions(DcmDataset& dataset, const std::vector<Dimension>& dimensions, const Derivation& derivation);

/// Appends the groups of one frame on slice `z`: its index values, its place and the image that it comes from.
DcmItem& putFrame(DcmDataset& dataset, const Geometry& geometry, std::int64_t z, const std::vector<Uint32>& index,
                  const Reference* image, const char* const (&derivationCode)[3]);

/// What these objects have in common beside: rows, columns, sample layout, lossy compression of the source.
void putFrameSize(DcmDataset& dataset, const Geometry& geometry, std::size_t frames, int bits);

}  // namespace drdm::dicom
