#include "io/dicom/MultiFrame.h"

#include "errors/Error.h"

namespace drdm::dicom {

DcmItem& newItem(DcmItem& item, const DcmTag& sequence) {
    DcmItem* created = nullptr;
    const OFCondition made = item.findOrCreateSequenceItem(sequence, created, -2);
    if (made.bad() || created == nullptr) {
        throw Error(std::string("cannot extend a DICOM sequence: ") + made.text());
    }
    return *created;
}

DcmItem& putSharedGroups(DcmDataset& dataset, const Geometry& geometry) {
    DcmItem& shared = newItem(dataset, DCM_SharedFunctionalGroupsSequence);
    DcmItem plane;
    putPlane(plane, geometry, 0);
    DcmItem& measures = newItem(shared, DCM_PixelMeasuresSequence);
    put(measures, DCM_PixelSpacing, text(plane, DCM_PixelSpacing));
    put(measures, DCM_SliceThickness, decimalString(geometry.spacing_mm[2]));
    put(measures, DCM_SpacingBetweenSlices, decimalString(geometry.spacing_mm[2]));
    put(newItem(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
        text(plane, DCM_ImageOrientationPatient));
    return shared;
}

void putDimensions(DcmDataset& dataset, const std::vector<Dimension>& dimensions, const Derivation& derivation) {
    const std::string uid = freshUid(derivation);
    put(newItem(dataset, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, uid);
    for (const Dimension& dimension : dimensions) {
        DcmItem& item = newItem(dataset, DCM_DimensionIndexSequence);
        put(item, DCM_DimensionOrganizationUID, uid);
        item.putAndInsertTagKey(DCM_DimensionIndexPointer, dimension.pointer);
        item.putAndInsertTagKey(DCM_FunctionalGroupPointer, dimension.group);
        put(item, DCM_DimensionDescriptionLabel, std::string(dimension.description));
    }
}

DcmItem& putFrame(DcmDataset& dataset, const Geometry& geometry, std::int64_t z, const std::vector<Uint32>& index,
                  const Reference* image, const char* const (&derivationCode)[3]) {
    DcmItem& frame = newItem(dataset, DCM_PerFrameFunctionalGroupsSequence);
    newItem(frame, DCM_FrameContentSequence)
        .putAndInsertUint32Array(DCM_DimensionIndexValues, index.data(), static_cast<unsigned long>(index.size()));
    DcmItem plane;
    putPlane(plane, geometry, z);
    put(newItem(frame, DCM_PlanePositionSequence), DCM_ImagePositionPatient, text(plane, DCM_ImagePositionPatient));
    if (image != nullptr) {
        DcmItem& derivation = newItem(frame, DCM_DerivationImageSequence);
        DcmItem& source = newItem(derivation, DCM_SourceImageSequence);
        putReference(source, *image);
        put(source, DCM_SpatialLocationsPreserved, std::string("YES"));
        putCode(source, DCM_PurposeOfReferenceCodeSequence, "121322", "DCM",
                "Source image for image processing operation");
        putCode(derivation, DCM_DerivationCodeSequence, derivationCode[0], derivationCode[1], derivationCode[2]);
    }
    return frame;
}

void putFrameSize(DcmDataset& dataset, const Geometry& geometry, std::size_t frames, int bits) {
    put(dataset, DCM_SamplesPerPixel, static_cast<std::uint16_t>(1));
    put(dataset, DCM_PhotometricInterpretation, std::string("MONOCHROME2"));
    put(dataset, DCM_NumberOfFrames, std::to_string(frames));
    put(dataset, DCM_Rows, static_cast<std::uint16_t>(geometry.size[1]));
    put(dataset, DCM_Columns, static_cast<std::uint16_t>(geometry.size[0]));
    put(dataset, DCM_BitsAllocated, static_cast<std::uint16_t>(bits));
    put(dataset, DCM_LossyImageCompression, std::string("00"));
    put(dataset, DCM_BurnedInAnnotation, std::string("NO"));
}

}  // namespace drdm::dicom
