#pragma once

#include "io/dicom/DicomFile.h"

namespace drdm::dicom {

/// Segments are numbered 1, 2, 3 …; the label's own number stands beside, in a private element of the segment.
inline const DcmTag privateLabelCreator(0x0071, 0x0010, EVR_LO);
inline const DcmTag privateLabelValue(0x0071, 0x1002, EVR_US);

}  // namespace drdm::dicom
