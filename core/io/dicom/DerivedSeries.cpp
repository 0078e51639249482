#include "io/DerivedSeries.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/dicom/DerivedAttributes.h"
#include "io/dicom/DerivedObject.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

using namespace dicom;

std::string threeDigits(std::int64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

/// One run of this writer.
struct SeriesRun : Run {
    SeriesRun(const Image& derived, const Derivation& how)
        : Run(how), image(derived), fallback(encodingFor(derived.voxels())), studyUid(studyUidFor(derived, how)) {}

    const Image& image;
    Encoding fallback;  ///< where the source's own encoding cannot hold the values
    std::string studyUid;
};

void putImageTexts(DcmItem& dataset, const SeriesRun& run, const std::string& sourceDescription, bool utf8) {
    const auto& hiding = run.derivation.deidentification;
    const bool told = !hiding || hiding->options().retainDescriptors;
    putSeriesDescription(dataset, run, told ? sourceDescription : std::string(), utf8);
    put(dataset, DCM_DerivationDescription, textFor(shortText(run.derivation.description, 1024), utf8));
    put(dataset, DCM_ImageComments,
        std::string("For research; not for diagnostic use. Synthetic image: a plausible variation made from a real one "
                    "by DRDM Studio " DRDM_VERSION "."));
    putProvenance(dataset, run, utf8);
}

void putSources(DcmItem& dataset, const std::string& sopClass, const std::string& sopInstance,
                const std::string& series) {
    if (sopClass.empty() || sopInstance.empty()) {
        return;
    }
    DcmItem* source = nullptr;
    DcmItem* reference = nullptr;
    DcmItem* instance = nullptr;
    dataset.findOrCreateSequenceItem(DCM_SourceImageSequence, source, -2);
    putReference(*source, {sopClass, sopInstance});
    putCode(*source, DCM_PurposeOfReferenceCodeSequence, "121322", "DCM",
            "Source image for image processing operation");
    if (series.empty()) {
        return;
    }
    dataset.findOrCreateSequenceItem(DCM_ReferencedSeriesSequence, reference, -2);
    put(*reference, DCM_SeriesInstanceUID, series);
    reference->findOrCreateSequenceItem(DCM_ReferencedInstanceSequence, instance, -2);
    putReference(*instance, {sopClass, sopInstance});
}

/// What every derived image says, wherever it comes from.
void putDerivation(DcmItem& dataset, const SeriesRun& run, const std::string& imageTypeRest) {
    put(dataset, DCM_ImageType, "DERIVED\\SECONDARY" + imageTypeRest);
    putCode(dataset, DCM_DerivationCodeSequence, "113085", "DCM", "Spatial resampling");
    putContribution(dataset, run, "Deformed by a field from a deformation-recovery diffusion model");
    putMaking(dataset, run);
    putIfMissing(dataset, DCM_BurnedInAnnotation, "NO");
}

/// From image type values 3 and on; CT and MR need a third.
std::string imageTypeRest(DcmItem& source, const std::string& sopClass) {
    const std::string type = text(source, DCM_ImageType);
    std::size_t at = type.find('\\');
    at = at == std::string::npos ? at : type.find('\\', at + 1);
    if (at != std::string::npos && at + 1 < type.size()) {
        return type.substr(at);
    }
    return sopClass == UID_CTImageStorage ? "\\AXIAL" : sopClass == UID_MRImageStorage ? "\\OTHER" : "";
}

/// True if slice `z` of the grid is the plane of its source, up to a tenth of a pixel.
bool liesOnGrid(DcmItem& source, const Geometry& geometry, std::int64_t z) {
    const auto position = numbers(source, DCM_ImagePositionPatient);
    if (position.size() != 3 || number(source, DCM_Rows) != static_cast<double>(geometry.size[1]) ||
        number(source, DCM_Columns) != static_cast<double>(geometry.size[0])) {
        return false;
    }
    const Vec3 place = geometry.toPatient({0, 0, static_cast<double>(z)});
    return std::hypot(place[0] - position[0], place[1] - position[1], place[2] - position[2]) <=
           0.1 * *std::min_element(geometry.spacing_mm.begin(), geometry.spacing_mm.end());
}

/// One slice from a DICOM source.
void fillFromSource(DcmDataset& dataset, DcmFileFormat& sourceFile, const SeriesRun& run, std::int64_t z,
                    std::int64_t p, std::span<const float> voxels) {
    DcmDataset& source = *sourceFile.getDataset();
    const Geometry& geometry = run.image.geometry();
    const bool singleFrame =
        number(source, DCM_NumberOfFrames).value_or(1) <= 1 && !source.tagExists(DCM_SharedFunctionalGroupsSequence);
    const std::string sourceClass = text(source, DCM_SOPClassUID);
    const std::string modality = text(source, DCM_Modality);
    const bool keepsClass = singleFrame && (sourceClass == UID_CTImageStorage || sourceClass == UID_MRImageStorage);
    const std::string sopClass = keepsClass         ? sourceClass
                                 : modality == "CT" ? UID_CTImageStorage
                                 : modality == "MR" ? UID_MRImageStorage
                                                    : UID_SecondaryCaptureImageStorage;
    const bool utf8 = copyTrueAttributes(source, dataset, singleFrame);
    put(dataset, DCM_SOPClassUID, sopClass);
    putIfMissing(dataset, DCM_Modality, "OT");
    putDerivation(dataset, run, imageTypeRest(source, sopClass));
    putImageTexts(dataset, run, text(dataset, DCM_SeriesDescription), utf8);
    put(dataset, DCM_SeriesNumber,
        std::to_string(static_cast<long>(number(source, DCM_SeriesNumber).value_or(0)) +
                       run.derivation.seriesNumberOffset));
    put(dataset, DCM_InstanceNumber, std::to_string(p * geometry.size[2] + z + 1));
    // The source's own numbers are exact; the grid's hold where slices were resampled (tilt, uneven distances).
    if (!singleFrame || !liesOnGrid(source, geometry, z)) {
        putPlane(dataset, geometry, z);
        put(dataset, DCM_SliceThickness, decimalString(geometry.spacing_mm[2]));
    }
    putRequired(dataset, sopClass == UID_SecondaryCaptureImageStorage ? "SC" : modality);
    putSources(dataset, sourceClass, text(source, DCM_SOPInstanceUID), text(source, DCM_SeriesInstanceUID));

    Encoding encoding = readEncoding(source);
    const bool keepsEncoding = !encoding.colour && !source.tagExists(DCM_FloatPixelData) && encoding.bitsStored <= 16 &&
                               fits(voxels, encoding);
    if (keepsEncoding) {
        copyDisplay(source, dataset, encoding.isSigned);
    } else {
        encoding = run.fallback;
        if (run.image.windowWidth > 0) {
            put(dataset, DCM_WindowCenter, decimalString(run.image.windowCentre));
            put(dataset, DCM_WindowWidth, decimalString(run.image.windowWidth));
        }
    }
    const bool withRescale = sopClass == UID_CTImageStorage || (keepsEncoding && source.tagExists(DCM_RescaleSlope));
    putPixels(dataset, voxels, geometry.size[0], geometry.size[1], encoding, withRescale);
}

/// One slice without a DICOM source: a minimal valid MR or CT image.
void fillNew(DcmDataset& dataset, const SeriesRun& run, std::int64_t z, std::int64_t p, std::span<const float> voxels) {
    const Image& image = run.image;
    const Geometry& geometry = image.geometry();
    const std::string modality = image.modality == "CT" ? "CT" : "MR";
    put(dataset, DCM_SpecificCharacterSet, std::string("ISO_IR 192"));
    put(dataset, DCM_SOPClassUID, std::string(modality == "CT" ? UID_CTImageStorage : UID_MRImageStorage));
    put(dataset, DCM_Modality, modality);
    putDerivation(dataset, run, modality == "CT" ? "\\AXIAL" : "\\OTHER");
    putImageTexts(dataset, run, run.derivation.deidentification ? std::string() : image.description, true);
    put(dataset, DCM_StudyInstanceUID, run.studyUid);
    put(dataset, DCM_FrameOfReferenceUID, run.studyUid + ".1");
    put(dataset, DCM_PatientID, "DRDM-" + run.studyUid.substr(5, 8));
    put(dataset, DCM_Manufacturer, std::string("DRDM Studio"));
    put(dataset, DCM_SeriesNumber, std::to_string(run.derivation.seriesNumberOffset));
    put(dataset, DCM_InstanceNumber, std::to_string(p * geometry.size[2] + z + 1));
    put(dataset, DCM_SliceThickness, decimalString(geometry.spacing_mm[2]));
    if (modality == "MR") {
        put(dataset, DCM_SpacingBetweenSlices, decimalString(geometry.spacing_mm[2]));
        if (image.phases() > 1) {
            put(dataset, DCM_TemporalPositionIdentifier, std::to_string(p + 1));
            put(dataset, DCM_NumberOfTemporalPositions, std::to_string(image.phases()));
        }
    }
    put(dataset, DCM_AcquisitionNumber, std::to_string(p + 1));
    putPlane(dataset, geometry, z);
    putRequired(dataset, modality);
    if (image.windowWidth > 0) {
        put(dataset, DCM_WindowCenter, decimalString(image.windowCentre));
        put(dataset, DCM_WindowWidth, decimalString(image.windowWidth));
    }
    putPixels(dataset, voxels, geometry.size[0], geometry.size[1], run.fallback, modality == "CT");
}

}  // namespace

WrittenSeries writeDerivedSeries(const Image& image, const std::string& folder, const Derivation& derivation) {
    if (image.empty()) {
        throw Error("there is no image to write as DICOM");
    }
    initialise();
    const Geometry& geometry = image.geometry();
    requirePlanar(geometry);
    const bool fromDicom = image.source.format == "dicom" && !image.source.files.empty();
    const auto count = static_cast<std::size_t>(geometry.size[2] * image.phases());
    if (fromDicom && image.source.files.size() != count) {
        throw Error("the image has " + std::to_string(count) + " slices in all phases but names " +
                    std::to_string(image.source.files.size()) + " source files; read its series again");
    }
    AtomicFolder output(folder);
    const SeriesRun run(image, derivation);
    WrittenSeries written{run.seriesUid, {}, {}, {}};
    const auto area = static_cast<std::size_t>(geometry.size[0] * geometry.size[1]);
    for (std::int64_t p = 0; p < image.phases(); ++p) {
        for (std::int64_t z = 0; z < geometry.size[2]; ++z) {
            const auto index = static_cast<std::size_t>(p * geometry.size[2] + z);
            const auto voxels = image.voxels().subspan(index * area, area);
            DcmFileFormat file;
            withContext("while deriving slice " + std::to_string(z) + ", phase " + std::to_string(p), [&] {
                if (fromDicom) {
                    const auto source = openHeader(image.source.files[index]);
                    fillFromSource(*file.getDataset(), *source, run, z, p, voxels);
                } else {
                    fillNew(*file.getDataset(), run, z, p, voxels);
                }
            });
            const std::string name = "phase" + threeDigits(p) + "_slice" + threeDigits(z) + ".dcm";
            finish(file, output.temporary() / name, derivation);
            written.sopClassUid = text(*file.getDataset(), DCM_SOPClassUID);
            written.sopInstanceUids.push_back(text(*file.getDataset(), DCM_SOPInstanceUID));
            written.files.push_back((std::filesystem::absolute(folder) / name).lexically_normal().string());
        }
    }
    output.commit();
    return written;
}

}  // namespace drdm
