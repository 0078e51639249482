#pragma once

namespace drdm::dicom {

/// Makes JPEG 2000 (1.2.840.10008.1.2.4.90 and .91) one of the compressions that DCMTK can undo, so that all that reads
/// pixels through DCMTK reads these as well. Once per process; initialise() calls it.
void registerJpeg2000();

}  // namespace drdm::dicom
