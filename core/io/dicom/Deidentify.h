#pragma once

#include "io/Deidentification.h"
#include "io/dicom/DicomFile.h"

namespace drdm::dicom {

/// Applies the Basic Application Level Confidentiality Profile (PS3.15, table E.1-1) to an object that this program
/// made, and says so in it. These objects hold what an allow-list copied (DerivedAttributes.cpp), so that the table's
/// rows for those attributes are enough; besides, every UID is mapped, names of people and private elements of others
/// go, whatever their tag.
void deidentify(DcmDataset& dataset, Deidentification& run);

}  // namespace drdm::dicom
