#include "network/StorageClasses.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcuid.h>

namespace drdm {

const std::vector<std::string>& storageClasses() {
    static const std::vector<std::string> classes{
        UID_CTImageStorage,
        UID_MRImageStorage,
        UID_EnhancedCTImageStorage,
        UID_EnhancedMRImageStorage,
        UID_PositronEmissionTomographyImageStorage,
        UID_SecondaryCaptureImageStorage,
        UID_NuclearMedicineImageStorage,
        UID_UltrasoundImageStorage,
        UID_UltrasoundMultiframeImageStorage,
        UID_ComputedRadiographyImageStorage,
        UID_DigitalXRayImageStorageForPresentation,
        UID_DigitalXRayImageStorageForProcessing,
        UID_DigitalMammographyXRayImageStorageForPresentation,
        UID_DigitalMammographyXRayImageStorageForProcessing,
        UID_XRayAngiographicImageStorage,
        UID_XRayRadiofluoroscopicImageStorage,
        UID_EnhancedPETImageStorage,
        UID_MultiframeGrayscaleByteSecondaryCaptureImageStorage,
        UID_MultiframeGrayscaleWordSecondaryCaptureImageStorage,
        UID_MultiframeTrueColorSecondaryCaptureImageStorage,
        UID_EnhancedUSVolumeStorage,
        UID_BreastTomosynthesisImageStorage,
        UID_XRay3DAngiographicImageStorage,
        UID_RTImageStorage,
        UID_SegmentationStorage,
        UID_SurfaceSegmentationStorage,
        UID_RTStructureSetStorage,
        UID_RTDoseStorage,
        UID_RTPlanStorage,
        UID_SpatialRegistrationStorage,
        UID_DeformableSpatialRegistrationStorage,
        UID_SpatialFiducialsStorage,
        UID_RealWorldValueMappingStorage,
        UID_ParametricMapStorage,
        UID_MRSpectroscopyStorage,
        UID_EnhancedMRColorImageStorage,
        UID_GrayscaleSoftcopyPresentationStateStorage,
        UID_KeyObjectSelectionDocumentStorage,
        UID_BasicTextSRStorage,
        UID_EnhancedSRStorage,
        UID_ComprehensiveSRStorage,
        UID_RawDataStorage,
        UID_EncapsulatedPDFStorage,
    };
    return classes;
}

const std::vector<std::string>& uncompressed() {
    static const std::vector<std::string> syntaxes{UID_LittleEndianExplicitTransferSyntax,
                                                   UID_LittleEndianImplicitTransferSyntax};
    return syntaxes;
}

const std::vector<std::string>& compressed() {
    static const std::vector<std::string> syntaxes{
        UID_JPEGProcess14SV1TransferSyntax, UID_JPEGLSLosslessTransferSyntax, UID_JPEG2000LosslessOnlyTransferSyntax,
        UID_RLELosslessTransferSyntax,      UID_JPEG2000TransferSyntax,       UID_JPEGProcess1TransferSyntax,
        UID_JPEGProcess2_4TransferSyntax};
    return syntaxes;
}

}  // namespace drdm
