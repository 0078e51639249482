#pragma once

#include "io/dicom/DicomFile.h"

namespace drdm::dicom {

/// Copies what stays true of a deformed image: patient, study, frame of reference, equipment, acquisition, and (where
/// `withPlane`) the slice's place. An allow-list: dose, checksums, lookup tables, private groups and whatever else
/// became false stays behind. Text is converted to UTF-8 where that succeeds. Returns whether the result is UTF-8.
bool copyTrueAttributes(DcmDataset& source, DcmDataset& target, bool withPlane);

/// Patient, study and frame of reference alone: for objects that no scanner made. Returns whether the result is UTF-8.
bool copyPatientAndStudy(DcmDataset& source, DcmDataset& target);

/// Window and padding value, for pixels stored as the source stores them.
void copyDisplay(DcmDataset& source, DcmDataset& target, bool isSigned);

}  // namespace drdm::dicom
