#include "io/dicom/DerivedObject.h"

#include "errors/Error.h"
#include "io/Uid.h"
#include "io/dicom/Deidentify.h"
#include "io/dicom/DerivedAttributes.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace drdm {

namespace dicom {

namespace {

const DcmTag privateCreator(0x0071, 0x0010, EVR_LO);
const DcmTag privateProvenance(0x0071, 0x1001, EVR_UT);

std::size_t characterCount(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

}  // namespace

std::string freshUid(const Derivation& derivation) {
    std::string uid = newUid();
    if (derivation.deidentification) {
        derivation.deidentification->keepUid(uid);
    }
    return uid;
}

Run::Run(const Derivation& how) : derivation(how), seriesUid(freshUid(how)) {}

std::string studyUidFor(const Image& image, const Derivation& derivation) {
    if (!image.source.studyInstanceUid.empty()) {
        return image.source.studyInstanceUid;
    }
    if (!derivation.studyInstanceUid.empty()) {
        return derivation.studyInstanceUid;
    }
    if (image.source.sha256.size() == 64) {  // every variation of one file belongs to one study
        return uidFromBits(std::stoull(image.source.sha256.substr(0, 16), nullptr, 16),
                           std::stoull(image.source.sha256.substr(16, 16), nullptr, 16));
    }
    return newUid();
}

std::string textFor(const std::string& text, bool utf8) {
    std::string result = text;
    if (!utf8) {
        std::replace_if(
            result.begin(), result.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    }
    return result;
}

std::string shortText(const std::string& text, std::size_t limit) {
    std::size_t characters = 0;
    std::size_t end = 0;
    while (end < text.size() && ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80 || ++characters <= limit)) {
        ++end;
    }
    std::string result = text.substr(0, end);
    std::replace(result.begin(), result.end(), '\\', '/');
    return result;
}

void putSeriesDescription(DcmItem& dataset, const Run& run, const std::string& before, bool utf8) {
    const std::string suffix = shortText(run.derivation.seriesSuffix, 40);
    const std::string room = shortText(before, suffix.empty() ? 64 : 63 - characterCount(suffix));
    put(dataset, DCM_SeriesDescription,
        textFor(room.empty()     ? suffix
                : suffix.empty() ? room
                                 : room + " " + suffix,
                utf8));
}

void putProvenance(DcmItem& dataset, const Run& run, bool utf8) {
    if (!run.derivation.provenanceJson.empty()) {
        put(dataset, privateCreator, std::string(privateCreatorName));
        put(dataset, privateProvenance, textFor(run.derivation.provenanceJson, utf8));
    }
}

void putContribution(DcmItem& dataset, const Run& run, const char* what) {
    DcmItem* equipment = nullptr;
    if (dataset.findOrCreateSequenceItem(DCM_ContributingEquipmentSequence, equipment, -2).bad()) {
        throw Error("cannot add the contributing equipment to a derived DICOM object");
    }
    putCode(*equipment, DCM_PurposeOfReferenceCodeSequence, "109103", "DCM", "Modifying Equipment");
    put(*equipment, DCM_Manufacturer, std::string(ownManufacturer));
    put(*equipment, DCM_ManufacturerModelName, std::string(ownManufacturer));
    put(*equipment, DCM_SoftwareVersions, std::string(DRDM_VERSION));
    put(*equipment, DCM_ContributionDateTime, run.time.date + run.time.time);
    put(*equipment, DCM_ContributionDescription, std::string(what));
}

void putMaking(DcmItem& dataset, const Run& run) {
    put(dataset, DcmTag(0x0008, 0x001C, EVR_CS), std::string("YES"));  // Synthetic Data: too new for this dictionary
    put(dataset, DCM_SeriesInstanceUID, run.seriesUid);
    put(dataset, DCM_SOPInstanceUID, freshUid(run.derivation));
    for (const auto& [date, time] :
         {std::pair(DCM_InstanceCreationDate, DCM_InstanceCreationTime), std::pair(DCM_SeriesDate, DCM_SeriesTime),
          std::pair(DCM_ContentDate, DCM_ContentTime)}) {
        put(dataset, date, run.time.date);
        put(dataset, time, run.time.time);
    }
}

namespace {

/// For sources without one: the same for all objects of a series.
std::string frameOfReferenceFor(const std::string& series) {
    Sha256 sum;
    sum.add(series.data(), series.size());
    const std::string digest = sum.digest();
    return uidFromBits(std::stoull(digest.substr(0, 16), nullptr, 16), std::stoull(digest.substr(16, 16), nullptr, 16));
}

}  // namespace

void putReference(DcmItem& item, const Reference& reference) {
    put(item, DCM_ReferencedSOPClassUID, reference.sopClassUid);
    put(item, DCM_ReferencedSOPInstanceUID, reference.sopInstanceUid);
}

void beginObject(DcmDataset& dataset, const DerivedFrom& from, const Run& run, const ObjectKind& kind) {
    const Image& image = from.image;
    bool utf8 = true;
    long seriesNumber = 0;
    if (image.source.format == "dicom" && !image.source.files.empty()) {
        const auto file = openHeader(image.source.files.front());
        DcmDataset& source = *file->getDataset();
        utf8 = copyPatientAndStudy(source, dataset);
        seriesNumber = static_cast<long>(number(source, DCM_SeriesNumber).value_or(0));
        if (text(dataset, DCM_StudyInstanceUID).empty()) {
            put(dataset, DCM_StudyInstanceUID, studyUidFor(image, run.derivation));
        }
        if (text(dataset, DCM_FrameOfReferenceUID).empty()) {
            put(dataset, DCM_FrameOfReferenceUID, frameOfReferenceFor(text(source, DCM_SeriesInstanceUID)));
        }
    } else {
        const std::string study = studyUidFor(image, run.derivation);
        put(dataset, DCM_SpecificCharacterSet, std::string("ISO_IR 192"));
        put(dataset, DCM_StudyInstanceUID, study);
        put(dataset, DCM_FrameOfReferenceUID, study + ".1");
        put(dataset, DCM_PatientID, "DRDM-" + study.substr(5, 8));
    }
    for (const DcmTagKey& tag : {DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex, DCM_StudyDate,
                                 DCM_StudyTime, DCM_ReferringPhysicianName, DCM_StudyID, DCM_AccessionNumber,
                                 DCM_PositionReferenceIndicator, DCM_ContentCreatorName}) {
        putIfMissing(dataset, tag);
    }
    if (std::string(kind.modality) == "SEG") {  // tells the side of each segment instead
        delete dataset.remove(DCM_Laterality);
    } else if (!dataset.tagExists(DCM_BodyPartExamined)) {
        putIfMissing(dataset, DCM_Laterality);
    }
    put(dataset, DCM_SOPClassUID, std::string(kind.sopClass));
    put(dataset, DCM_Modality, std::string(kind.modality));
    put(dataset, DCM_SeriesNumber,
        std::to_string(seriesNumber + run.derivation.seriesNumberOffset + kind.seriesNumberOffset));
    put(dataset, DCM_InstanceNumber, std::string("1"));
    putSeriesDescription(dataset, run, kind.description, utf8);
    put(dataset, DCM_Manufacturer, std::string(ownManufacturer));
    put(dataset, DCM_ManufacturerModelName, std::string(ownManufacturer));
    put(dataset, DCM_DeviceSerialNumber, std::string(ownSerialNumber));
    put(dataset, DCM_SoftwareVersions, std::string(DRDM_VERSION));
    put(dataset, DCM_ContentLabel, std::string(kind.label));
    put(dataset, DCM_ContentDescription, shortText(kind.description, 64));
    putMaking(dataset, run);
    putProvenance(dataset, run, utf8);
}

References::References(const DerivedFrom& from)
    : m_derivedSeries(from.derived.seriesInstanceUid), m_sourceSeries(from.image.source.seriesInstanceUid) {
    const auto slices = static_cast<std::size_t>(from.image.geometry().size[2]);
    const auto planes = slices * static_cast<std::size_t>(from.image.phases());
    const auto first = slices * static_cast<std::size_t>(from.phase);
    const auto take = [&](const std::string& sopClass, const std::vector<std::string>& uids,
                          std::vector<Reference>& all) {
        std::set<std::string> seen;
        for (const std::string& uid : uids) {
            if (!uid.empty() && seen.insert(uid).second) {
                all.push_back({sopClass, uid});
            }
        }
        if (uids.size() == planes && first + slices <= planes) {
            m_slices.clear();
            for (std::size_t z = 0; z < slices; ++z) {
                m_slices.push_back({sopClass, uids[first + z]});
            }
        }
    };
    const ImageSource& source = from.image.source;
    if (source.format == "dicom" && !source.files.empty()) {
        take(text(*openHeader(source.files.front())->getDataset(), DCM_SOPClassUID), source.sopInstanceUids, m_source);
    }
    take(from.derived.sopClassUid, from.derived.sopInstanceUids, m_derived);
}

const Reference* References::ofSlice(std::int64_t z) const {
    const auto at = static_cast<std::size_t>(z);
    return at < m_slices.size() && !m_slices[at].sopInstanceUid.empty() ? &m_slices[at] : nullptr;
}

void References::put(DcmItem& dataset) const {
    const auto series = [&dataset](const std::string& uid, const std::vector<Reference>& instances) {
        if (uid.empty() || instances.empty()) {
            return;
        }
        DcmItem* item = nullptr;
        dataset.findOrCreateSequenceItem(DCM_ReferencedSeriesSequence, item, -2);
        dicom::put(*item, DCM_SeriesInstanceUID, uid);
        for (const Reference& instance : instances) {
            DcmItem* reference = nullptr;
            item->findOrCreateSequenceItem(DCM_ReferencedInstanceSequence, reference, -2);
            putReference(*reference, instance);
        }
    };
    series(m_derivedSeries, m_derived);
    series(m_sourceSeries, m_source);
}

void finish(DcmFileFormat& file, const std::filesystem::path& path, const Derivation& derivation) {
    if (derivation.deidentification) {
        deidentify(*file.getDataset(), *derivation.deidentification);
    }
    writeObject(file, path);
}

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

}  // namespace dicom

std::string readDicomProvenance(const std::string& path) {
    using namespace dicom;
    const auto file = openHeader(path);
    DcmDataset& dataset = *file->getDataset();
    for (Uint16 block = 0x10; block <= 0xFF; ++block) {
        if (text(dataset, DcmTagKey(0x0071, block)) != privateCreatorName) {
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
