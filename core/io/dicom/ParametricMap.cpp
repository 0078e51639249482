#include "errors/Error.h"
#include "io/DerivedObjects.h"
#include "io/dicom/MultiFrame.h"

#include <algorithm>
#include <limits>

namespace drdm {

namespace {

using namespace dicom;

constexpr const char* derivedBy[3] = {"113085", "DCM", "Spatial resampling"};

}  // namespace

void writeParametricMap(const std::vector<float>& values, const Geometry& grid, const MapQuantity& quantity,
                        const DerivedFrom& from, const std::string& path, const Derivation& derivation) {
    initialise();
    requirePlanar(grid);
    if (!grid.sameGrid(from.image.geometry()) || static_cast<std::int64_t>(values.size()) != grid.voxelCount()) {
        throw Error("cannot write " + path + ": the map does not lie on the grid of the image");
    }
    if (values.size() * sizeof(float) > std::numeric_limits<Uint32>::max() - 65536ULL) {
        throw Error("cannot write " + path + ": more than 4 GiB of pixels do not fit into DICOM; export NIfTI");
    }
    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    const Run run(derivation);
    beginObject(dataset, from, run, {UID_ParametricMapStorage, "OT", quantity.label.c_str(), quantity.name, 40000});
    const std::string type = "DERIVED\\PRIMARY\\VOLUME\\RESAMPLED";
    put(dataset, DCM_ImageType, type);
    putContribution(dataset, run, "Computed from a field of a deformation-recovery diffusion model");
    put(dataset, DCM_ContentQualification, std::string("RESEARCH"));
    put(dataset, DCM_PixelPresentation, std::string("MONOCHROME"));
    put(dataset, DCM_VolumetricProperties, std::string("VOLUME"));
    put(dataset, DCM_VolumeBasedCalculationTechnique, std::string("NONE"));
    put(dataset, DCM_PresentationLUTShape, std::string("IDENTITY"));
    put(dataset, DCM_RecognizableVisualFeatures, std::string("NO"));
    dataset.insertEmptyElement(DCM_AcquisitionContextSequence);
    putDimensions(dataset, {{DCM_ImagePositionPatient, DCM_PlanePositionSequence, "Position"}}, derivation);

    DcmItem& shared = putSharedGroups(dataset, grid);
    DcmItem& frameType = newItem(shared, DCM_ParametricMapFrameTypeSequence);
    put(frameType, DCM_FrameType, type);
    DcmItem& transformation = newItem(shared, DCM_PixelValueTransformationSequence);
    put(transformation, DCM_RescaleIntercept, std::string("0"));
    put(transformation, DCM_RescaleSlope, std::string("1"));
    put(transformation, DCM_RescaleType, std::string("US"));
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    DcmItem& window = newItem(shared, DCM_FrameVOILUTSequence);
    put(window, DCM_WindowCenter, std::string("1"));
    put(window, DCM_WindowWidth, std::string("2"));
    DcmItem& mapping = newItem(shared, DCM_RealWorldValueMappingSequence);
    mapping.putAndInsertFloat64(DCM_DoubleFloatRealWorldValueFirstValueMapped, static_cast<Float64>(*least));
    mapping.putAndInsertFloat64(DCM_DoubleFloatRealWorldValueLastValueMapped, static_cast<Float64>(*most));
    mapping.putAndInsertFloat64(DCM_RealWorldValueIntercept, 0);
    mapping.putAndInsertFloat64(DCM_RealWorldValueSlope, 1);
    put(mapping, DCM_LUTExplanation, shortText(quantity.name, 64));
    put(mapping, DCM_LUTLabel, shortText(quantity.label, 16));
    putCode(mapping, DCM_MeasurementUnitsCodeSequence, "1", "UCUM", "no units");
    DcmItem& defined = newItem(mapping, DCM_QuantityDefinitionSequence);
    put(defined, DCM_ValueType, std::string("CODE"));
    putCode(defined, DCM_ConceptNameCodeSequence, "246205007", "SCT", "Quantity");
    putCode(defined, DCM_ConceptCodeSequence, quantity.label.c_str(), "99DRDM", quantity.name.c_str());

    const References images(from);
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        putFrame(dataset, grid, z, {static_cast<Uint32>(z + 1)}, images.ofSlice(z), derivedBy);
    }
    putFrameSize(dataset, grid, static_cast<std::size_t>(grid.size[2]), 32);
    images.put(dataset);
    if (dataset.putAndInsertFloat32Array(DCM_FloatPixelData, values.data(), static_cast<unsigned long>(values.size()))
            .bad()) {
        throw Error("cannot write " + path + ": memory is short");
    }
    finish(file, path, derivation);
}

}  // namespace drdm
