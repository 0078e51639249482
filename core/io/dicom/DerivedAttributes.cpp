#include "io/dicom/DerivedAttributes.h"

#include "io/dicom/DicomObject.h"

#include <memory>

namespace drdm::dicom {

namespace {

const DcmTagKey patientAndStudy[] = {
    DCM_SpecificCharacterSet,
    // patient, clinical trial
    DCM_PatientName, DCM_PatientID, DCM_IssuerOfPatientID, DCM_PatientBirthDate, DCM_PatientSex, DCM_PatientAge,
    DCM_PatientSize, DCM_PatientWeight, DCM_PatientIdentityRemoved, DCM_DeidentificationMethod,
    DCM_DeidentificationMethodCodeSequence, DCM_LongitudinalTemporalInformationModified, DCM_ClinicalTrialSponsorName,
    DCM_ClinicalTrialProtocolID, DCM_ClinicalTrialProtocolName, DCM_ClinicalTrialSiteID, DCM_ClinicalTrialSiteName,
    DCM_ClinicalTrialSubjectID, DCM_ClinicalTrialSubjectReadingID,
    // study
    DCM_StudyInstanceUID, DCM_StudyDate, DCM_StudyTime, DCM_ReferringPhysicianName, DCM_StudyID, DCM_AccessionNumber,
    DCM_StudyDescription,
    // frame of reference
    DCM_FrameOfReferenceUID, DCM_PositionReferenceIndicator,
    // what part of the body
    DCM_BodyPartExamined, DCM_Laterality};

const DcmTagKey seriesAndEquipment[] = {
    DCM_Modality, DCM_SeriesDescription, DCM_PatientPosition, DCM_ProtocolName,
    // equipment
    DCM_Manufacturer, DCM_InstitutionName, DCM_StationName, DCM_ManufacturerModelName, DCM_DeviceSerialNumber,
    DCM_SoftwareVersions, DCM_ContributingEquipmentSequence,
    // compression history and text in the pixels stay with them
    DCM_LossyImageCompression, DCM_LossyImageCompressionRatio, DCM_LossyImageCompressionMethod, DCM_BurnedInAnnotation};

const DcmTagKey acquisition[] = {
    DCM_AcquisitionDate, DCM_AcquisitionTime, DCM_AcquisitionNumber, DCM_SliceThickness, DCM_SpacingBetweenSlices,
    DCM_ImagePositionPatient, DCM_ImageOrientationPatient, DCM_PixelSpacing,
    // place in time
    DCM_TemporalPositionIdentifier, DCM_NumberOfTemporalPositions, DCM_TriggerTime, DCM_NominalInterval, DCM_HeartRate,
    DCM_CardiacNumberOfImages, DCM_BeatRejectionFlag, DCM_LowRRValue, DCM_HighRRValue, DCM_TriggerWindow,
    // MR
    DCM_ScanningSequence, DCM_SequenceVariant, DCM_ScanOptions, DCM_MRAcquisitionType, DCM_SequenceName, DCM_AngioFlag,
    DCM_RepetitionTime, DCM_EchoTime, DCM_InversionTime, DCM_NumberOfAverages, DCM_ImagingFrequency, DCM_ImagedNucleus,
    DCM_EchoNumbers, DCM_MagneticFieldStrength, DCM_EchoTrainLength, DCM_FlipAngle, DCM_PercentSampling,
    DCM_PercentPhaseFieldOfView, DCM_PixelBandwidth, DCM_ReceiveCoilName, DCM_TransmitCoilName, DCM_AcquisitionMatrix,
    DCM_InPlanePhaseEncodingDirection, DCM_VariableFlipAngleFlag,
    // CT
    DCM_KVP, DCM_ConvolutionKernel, DCM_FilterType, DCM_GantryDetectorTilt, DCM_TableHeight, DCM_RotationDirection,
    DCM_ReconstructionDiameter, DCM_DataCollectionDiameter, DCM_ContrastBolusAgent, DCM_ContrastBolusRoute,
    // what the numbers mean
    DCM_RescaleType};

void copy(DcmDataset& source, DcmDataset& target, const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    if (source.findAndGetElement(tag, element, OFFalse, OFTrue /* a copy */).good() && element != nullptr &&
        target.insert(element, OFTrue).bad()) {
        delete element;
    }
}

/// Returns whether the texts are UTF-8 now.
bool toUtf8(DcmDataset& target) {
    const std::string declared = text(target, DCM_SpecificCharacterSet);
    if (declared == "ISO_IR 192") {
        return true;
    }
    if (declared.empty()) {  // the default repertoire, ASCII, is a part of UTF-8
        put(target, DCM_SpecificCharacterSet, std::string("ISO_IR 192"));
        return true;
    }
    // A failed conversion leaves half of the texts converted; so it is tried on a copy.
    const std::unique_ptr<DcmDataset> converted(new DcmDataset(target));
    if (converted->convertToUTF8().bad()) {
        return false;
    }
    target = *converted;
    return true;
}

}  // namespace

bool copyPatientAndStudy(DcmDataset& source, DcmDataset& target) {
    for (const DcmTagKey& tag : patientAndStudy) {
        copy(source, target, tag);
    }
    return toUtf8(target);
}

bool copyTrueAttributes(DcmDataset& source, DcmDataset& target, bool withPlane) {
    for (const DcmTagKey& tag : patientAndStudy) {
        copy(source, target, tag);
    }
    for (const DcmTagKey& tag : seriesAndEquipment) {
        copy(source, target, tag);
    }
    if (withPlane) {
        for (const DcmTagKey& tag : acquisition) {
            copy(source, target, tag);
        }
    }
    return toUtf8(target);
}

void copyDisplay(DcmDataset& source, DcmDataset& target, bool isSigned) {
    for (const DcmTagKey& tag :
         {DCM_WindowCenter, DCM_WindowWidth, DCM_WindowCenterWidthExplanation, DCM_VOILUTFunction}) {
        copy(source, target, tag);
    }
    if (const auto padding = number(source, DCM_PixelPaddingValue)) {
        // Its VR follows the sign of the pixels; implicit files leave that open.
        if (isSigned) {
            target.putAndInsertSint16(DcmTag(DCM_PixelPaddingValue, EVR_SS),
                                      static_cast<Sint16>(static_cast<long>(*padding)));
        } else {
            target.putAndInsertUint16(DcmTag(DCM_PixelPaddingValue, EVR_US),
                                      static_cast<Uint16>(static_cast<long>(*padding)));
        }
    }
}

}  // namespace drdm::dicom
