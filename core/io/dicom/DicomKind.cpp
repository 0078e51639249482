#include "io/DicomKind.h"

#include "errors/Error.h"
#include "io/dicom/Structures.h"

namespace drdm {

DicomKind dicomKindOf(const std::string& path) {
    using namespace dicom;
    if (!looksLikeDicom(path)) {
        return DicomKind::None;
    }
    const std::string sopClass = text(*openHeader(path)->getDataset(), DCM_SOPClassUID);
    if (sopClass == UID_SegmentationStorage ||
        sopClass == "1.2.840.10008.5.1.4.1.1.66.7" /* Label Map Segmentation */) {
        return DicomKind::Segmentation;
    }
    if (sopClass == UID_RTStructureSetStorage) {
        return DicomKind::StructureSet;
    }
    return sopClass == UID_DeformableSpatialRegistrationStorage ? DicomKind::Registration : DicomKind::Image;
}

ReadLabels readDicomLabels(const std::string& path, DicomKind kind, const LabelTarget& target,
                           const std::vector<std::string>& structures) {
    switch (kind) {
        case DicomKind::Segmentation:
            return dicom::readSegmentation(path, target, structures);
        case DicomKind::StructureSet:
            return dicom::readStructureSet(path, target, structures);
        default:
            throw Error(path + " holds no labels; give a DICOM segmentation, a structure set, NIfTI or MetaImage");
    }
}

}  // namespace drdm
