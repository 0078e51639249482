#include "io/DerivedSeries.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/Uid.h"
#include "io/dicom/DerivedAttributes.h"
#include "io/dicom/DicomObject.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

using namespace dicom;

const DcmTag privateCreator(0x0071, 0x0010, EVR_LO);
const DcmTag privateProvenance(0x0071, 0x1001, EVR_UT);
constexpr const char* creatorName = "DRDM STUDIO";
constexpr const char* researchText = "For research; not for diagnostic use.";

std::string ascii(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    return text;
}

/// Cut to `limit` characters (not bytes) of UTF-8.
std::string shortened(const std::string& text, std::size_t limit) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80 && ++characters > limit) {
            return text.substr(0, i);
        }
    }
    return text;
}

std::size_t characterCount(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string threeDigits(std::int64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

/// A backslash would split a value of LO or SH in two.
std::string oneValue(std::string text) {
    std::replace(text.begin(), text.end(), '\\', '/');
    return text;
}

/// One run of the writer: what all its objects share.
struct Run {
    const Image& image;
    const Derivation& derivation;
    std::string seriesUid = newUid();
    DateTime time = now();
    Encoding fallback{};     ///< where the source's own encoding cannot hold the values
    std::string studyUid{};  ///< for sources without one
};

void putOwnTexts(DcmItem& dataset, const Run& run, const std::string& sourceDescription, bool utf8) {
    const auto text = [&](const std::string& value) { return utf8 ? value : ascii(value); };
    const std::string suffix = shortened(oneValue(run.derivation.seriesSuffix), 40);
    const std::string room = shortened(sourceDescription, suffix.empty() ? 64 : 63 - characterCount(suffix));
    put(dataset, DCM_SeriesDescription, text(room.empty() ? suffix : suffix.empty() ? room : room + " " + suffix));
    put(dataset, DCM_DerivationDescription, text(shortened(run.derivation.description, 1024)));
    put(dataset, DCM_ImageComments,
        std::string(researchText) +
            " Synthetic image: a plausible variation made from a real one by DRDM Studio " DRDM_VERSION ".");
    if (!run.derivation.provenanceJson.empty()) {
        put(dataset, privateCreator, std::string(creatorName));
        put(dataset, privateProvenance, text(run.derivation.provenanceJson));
    }
}

void putEquipment(DcmItem& dataset, const Run& run) {
    DcmItem* equipment = nullptr;
    if (dataset.findOrCreateSequenceItem(DCM_ContributingEquipmentSequence, equipment, -2).bad()) {
        throw Error("cannot add the contributing equipment to a derived DICOM object");
    }
    putCode(*equipment, DCM_PurposeOfReferenceCodeSequence, "109103", "DCM", "Modifying Equipment");
    put(*equipment, DCM_Manufacturer, std::string("DRDM Studio"));
    put(*equipment, DCM_ManufacturerModelName, std::string("DRDM Studio"));
    put(*equipment, DCM_SoftwareVersions, std::string(DRDM_VERSION));
    put(*equipment, DCM_ContributionDateTime, run.time.date + run.time.time);
    put(*equipment, DCM_ContributionDescription,
        std::string("Deformed by a field from a deformation-recovery diffusion model"));
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
    put(*source, DCM_ReferencedSOPClassUID, sopClass);
    put(*source, DCM_ReferencedSOPInstanceUID, sopInstance);
    putCode(*source, DCM_PurposeOfReferenceCodeSequence, "121322", "DCM",
            "Source image for image processing operation");
    if (series.empty()) {
        return;
    }
    dataset.findOrCreateSequenceItem(DCM_ReferencedSeriesSequence, reference, -2);
    put(*reference, DCM_SeriesInstanceUID, series);
    reference->findOrCreateSequenceItem(DCM_ReferencedInstanceSequence, instance, -2);
    put(*instance, DCM_ReferencedSOPClassUID, sopClass);
    put(*instance, DCM_ReferencedSOPInstanceUID, sopInstance);
}

/// What every derived object says, wherever it comes from.
void putDerivation(DcmItem& dataset, const Run& run, const std::string& imageTypeRest) {
    put(dataset, DCM_ImageType, "DERIVED\\SECONDARY" + imageTypeRest);
    put(dataset, DcmTag(0x0008, 0x001C, EVR_CS), std::string("YES"));  // Synthetic Data: too new for this dictionary
    putCode(dataset, DCM_DerivationCodeSequence, "113085", "DCM", "Spatial resampling");
    putEquipment(dataset, run);
    put(dataset, DCM_SeriesInstanceUID, run.seriesUid);
    put(dataset, DCM_SOPInstanceUID, newUid());
    for (const auto& [date, time] :
         {std::pair(DCM_InstanceCreationDate, DCM_InstanceCreationTime), std::pair(DCM_SeriesDate, DCM_SeriesTime),
          std::pair(DCM_ContentDate, DCM_ContentTime)}) {
        put(dataset, date, run.time.date);
        put(dataset, time, run.time.time);
    }
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
void fillFromSource(DcmDataset& dataset, DcmFileFormat& sourceFile, const Run& run, std::int64_t z, std::int64_t p,
                    std::span<const float> voxels) {
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
    putOwnTexts(dataset, run, text(dataset, DCM_SeriesDescription), utf8);
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
void fillNew(DcmDataset& dataset, const Run& run, std::int64_t z, std::int64_t p, std::span<const float> voxels) {
    const Image& image = run.image;
    const Geometry& geometry = image.geometry();
    const std::string modality = image.modality == "CT" ? "CT" : "MR";
    put(dataset, DCM_SpecificCharacterSet, std::string("ISO_IR 192"));
    put(dataset, DCM_SOPClassUID, std::string(modality == "CT" ? UID_CTImageStorage : UID_MRImageStorage));
    put(dataset, DCM_Modality, modality);
    putDerivation(dataset, run, modality == "CT" ? "\\AXIAL" : "\\OTHER");
    putOwnTexts(dataset, run, oneValue(image.description), true);
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

/// DICOM's rows and columns are perpendicular unit vectors; an affine from NIfTI need not be.
void requirePlanar(const Geometry& g) {
    const Mat3& d = g.direction;
    if (std::abs(d[0][0] * d[0][1] + d[1][0] * d[1][1] + d[2][0] * d[2][1]) > 1e-3) {
        throw Error(
            "the rows and columns of this image are not perpendicular, which DICOM cannot say; export NIfTI instead");
    }
    if (g.size[0] > 65535 || g.size[1] > 65535) {
        throw Error("a slice of more than 65535 voxels along one side does not fit into DICOM; export NIfTI instead");
    }
}

std::string studyUidFor(const Image& image) {
    if (!image.source.studyInstanceUid.empty()) {
        return image.source.studyInstanceUid;
    }
    if (image.source.sha256.size() == 64) {  // every variation of one file belongs to one study
        return uidFromBits(std::stoull(image.source.sha256.substr(0, 16), nullptr, 16),
                           std::stoull(image.source.sha256.substr(16, 16), nullptr, 16));
    }
    return newUid();
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
    Run run{image, derivation};
    run.fallback = encodingFor(image.voxels());
    run.studyUid = studyUidFor(image);
    WrittenSeries written{run.seriesUid, {}};
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
            writeObject(file, output.temporary() / name);
            written.files.push_back((std::filesystem::absolute(folder) / name).lexically_normal().string());
        }
    }
    output.commit();
    return written;
}

std::string readDicomProvenance(const std::string& path) {
    const auto file = openHeader(path);
    DcmDataset& dataset = *file->getDataset();
    for (Uint16 block = 0x10; block <= 0xFF; ++block) {
        if (text(dataset, DcmTagKey(0x0071, block)) != creatorName) {
            continue;
        }
        DcmElement* element = nullptr;
        if (dataset.findAndGetElement(DcmTagKey(0x0071, static_cast<Uint16>(block << 8U | 1U)), element).bad()) {
            continue;
        }
        char* characters = nullptr;
        Uint8* bytes = nullptr;
        std::string found;
        if (element->getString(characters).good() && characters != nullptr) {
            found = characters;
        } else if (element->getUint8Array(bytes).good() && bytes != nullptr) {  // UN after a trip through implicit VR
            found.assign(bytes, bytes + element->getLength());
        }
        found.erase(found.find_last_not_of(std::string(" \0", 2)) + 1);
        return found;
    }
    return {};
}

}  // namespace drdm
