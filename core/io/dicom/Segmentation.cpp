#include "errors/Error.h"
#include "io/DerivedObjects.h"
#include "io/dicom/MultiFrame.h"
#include "io/dicom/PrivateLabel.h"

#include <limits>

namespace drdm {

namespace {

using namespace dicom;

constexpr const char* derivedBy[3] = {"113076", "DCM", "Segmentation"};

void putSegment(DcmDataset& dataset, std::uint16_t number, std::uint16_t label, const std::string& name) {
    DcmItem& segment = newItem(dataset, DCM_SegmentSequence);
    put(segment, DCM_SegmentNumber, number);
    put(segment, DCM_SegmentLabel, shortText(name, 64));
    put(segment, DCM_SegmentDescription, "label value " + std::to_string(label));
    // Where the labels came from is not known; that a program moved them is.
    put(segment, DCM_SegmentAlgorithmType, std::string("SEMIAUTOMATIC"));
    put(segment, DCM_SegmentAlgorithmName, std::string("DRDM Studio: moved by a displacement field"));
    putCode(segment, DCM_SegmentedPropertyCategoryCodeSequence, "85756007", "SCT", "Tissue");
    putCode(segment, DCM_SegmentedPropertyTypeCodeSequence, "85756007", "SCT", "Tissue");
    put(segment, privateLabelCreator, std::string(privateCreatorName));
    put(segment, privateLabelValue, label);
}

std::string nameOf(const LabelMap& labels, std::uint16_t label, const DerivedFrom& from, const Derivation& derivation) {
    const auto found = labels.names.find(label);
    // Names of structures are written by people, too; and what to clean them of is known of DICOM alone.
    const bool told = !derivation.deidentification ||
                      (derivation.deidentification->options().retainDescriptors && from.image.source.format == "dicom");
    return told && found != labels.names.end() && !found->second.empty() ? found->second
                                                                         : "Label " + std::to_string(label);
}

}  // namespace

void writeSegmentation(const LabelMap& labels, const DerivedFrom& from, const std::string& path,
                       const Derivation& derivation) {
    initialise();
    const Geometry& geometry = labels.geometry();
    requirePlanar(geometry);
    if (!geometry.sameGrid(from.image.geometry())) {
        throw Error("cannot write " + path + ": the labels do not lie on the grid of the image");
    }
    const std::vector<std::uint16_t> values = labels.values();
    if (values.empty()) {
        throw Error("cannot write " + path + ": the label map holds no label, and a DICOM segmentation needs one");
    }
    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    const Run run(derivation);
    beginObject(dataset, from, run,
                {UID_SegmentationStorage, "SEG", "SEGMENTATION", "Labels moved by a displacement field", 20000});
    put(dataset, DCM_ImageType, std::string("DERIVED\\PRIMARY"));
    putContribution(dataset, run, "Labels deformed by a field from a deformation-recovery diffusion model");
    put(dataset, DCM_SegmentationType, std::string("BINARY"));
    put(dataset, DCM_SegmentsOverlap, std::string("NO"));
    putDimensions(dataset,
                  {{DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence, "Segment"},
                   {DCM_ImagePositionPatient, DCM_PlanePositionSequence, "Position"}},
                  derivation);
    putSharedGroups(dataset, geometry);

    const References images(from);
    const auto area = static_cast<std::size_t>(geometry.size[0] * geometry.size[1]);
    const auto all = labels.labels();
    std::vector<Uint8> bits;  // frames follow each other without gaps, the first pixel in the lowest bit
    std::size_t frames = 0;
    for (std::size_t s = 0; s < values.size(); ++s) {
        const auto number = static_cast<std::uint16_t>(s + 1);
        putSegment(dataset, number, values[s], nameOf(labels, values[s], from, derivation));
        for (std::int64_t z = 0; z < geometry.size[2]; ++z) {
            const auto plane = all.subspan(static_cast<std::size_t>(z) * area, area);
            if (std::find(plane.begin(), plane.end(), values[s]) == plane.end()) {
                continue;
            }
            DcmItem& frame =
                putFrame(dataset, geometry, z, {number, static_cast<Uint32>(z + 1)}, images.ofSlice(z), derivedBy);
            put(newItem(frame, DCM_SegmentIdentificationSequence), DCM_ReferencedSegmentNumber, number);
            bits.resize(((frames + 1) * area + 7) / 8);
            for (std::size_t i = 0; i < area; ++i) {
                if (plane[i] == values[s]) {
                    const std::size_t at = frames * area + i;
                    bits[at / 8] = static_cast<Uint8>(bits[at / 8] | (1U << (at % 8)));
                }
            }
            ++frames;
        }
    }
    bits.resize((bits.size() + 1) / 2 * 2);
    if (bits.size() > std::numeric_limits<Uint32>::max() - 1) {
        throw Error("cannot write " + path + ": more than 4 GiB of segments do not fit into DICOM; export NIfTI");
    }
    putFrameSize(dataset, geometry, frames, 1);
    put(dataset, DCM_BitsStored, static_cast<std::uint16_t>(1));
    put(dataset, DCM_HighBit, static_cast<std::uint16_t>(0));
    put(dataset, DCM_PixelRepresentation, static_cast<std::uint16_t>(0));
    images.put(dataset);
    if (dataset
            .putAndInsertUint8Array(DcmTag(DCM_PixelData, EVR_OB), bits.data(), static_cast<unsigned long>(bits.size()))
            .bad()) {
        throw Error("cannot write " + path + ": memory is short");
    }
    finish(file, path, derivation);
}

}  // namespace drdm
