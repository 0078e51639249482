#include "io/dicom/Deidentify.h"

#include "errors/Error.h"
#include "io/dicom/DerivedObject.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>

namespace drdm::dicom {

namespace {

// Actions of table E.1-1: X remove, Z empty. Type 2 attributes are emptied.
const DcmTagKey removed[] = {DCM_IssuerOfPatientID,
                             DCM_PatientAge,
                             DCM_PatientSize,
                             DCM_PatientWeight,
                             DCM_ClinicalTrialSponsorName,
                             DCM_ClinicalTrialProtocolID,
                             DCM_ClinicalTrialProtocolName,
                             DCM_ClinicalTrialSiteID,
                             DCM_ClinicalTrialSiteName,
                             DCM_ClinicalTrialSubjectID,
                             DCM_ClinicalTrialSubjectReadingID,
                             DCM_InstitutionName,
                             DCM_StationName};
const DcmTagKey emptied[] = {DCM_PatientBirthDate, DCM_PatientSex,      DCM_ReferringPhysicianName,
                             DCM_StudyID,          DCM_AccessionNumber, DCM_PositionReferenceIndicator};
/// Texts that people write: gone, or cleaned where descriptors are kept.
const DcmTagKey descriptors[] = {DCM_StudyDescription, DCM_ProtocolName, DCM_ContrastBolusAgent,
                                 DCM_WindowCenterWidthExplanation};
/// Texts that the writers have put together for a de-identified object already; cleaned in any case.
const DcmTagKey cleanedTexts[] = {DCM_SeriesDescription, DCM_SequenceName, DCM_SegmentLabel};
/// Dates that are the export's own, not the source's.
const DcmTagKey ownDates[] = {DCM_ContentDate, DCM_ContentTime};

bool isOneOf(const DcmTagKey& tag, std::span<const DcmTagKey> list) {
    return std::find(list.begin(), list.end(), tag) != list.end();
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Words that say who it is: parts of names, numbers, places, dates; in small letters.
std::set<std::string> wordsOfIdentity(DcmDataset& dataset, bool withDates) {
    std::set<std::string> words;
    const auto add = [&words](const std::string& whole, const char* separators) {
        std::size_t at = 0;
        while (at <= whole.size()) {
            const std::size_t end = std::min(whole.find_first_of(separators, at), whole.size());
            if (end - at >= 3) {
                words.insert(lower(whole.substr(at, end - at)));
            }
            at = end + 1;
        }
    };
    for (const DcmTagKey& tag : {DCM_PatientName, DCM_ReferringPhysicianName}) {
        add(text(dataset, tag), "^= ,.\\");
    }
    for (const DcmTagKey& tag : {DCM_PatientID, DCM_AccessionNumber, DCM_StudyID, DCM_InstitutionName, DCM_StationName,
                                 DCM_ClinicalTrialSubjectID, DCM_DeviceSerialNumber}) {
        if (text(dataset, tag) != ownSerialNumber) {
            add(text(dataset, tag), "\\");
        }
    }
    add(text(dataset, DCM_PatientBirthDate), "\\");
    for (const DcmTagKey& tag : {DCM_StudyDate, DCM_AcquisitionDate}) {
        if (withDates) {
            const std::string date = text(dataset, tag);
            add(date, "\\");
            if (date.size() == 8) {
                const std::string year = date.substr(0, 4), month = date.substr(4, 2), day = date.substr(6, 2);
                for (const char* mark : {"-", ".", "/"}) {
                    add(year + mark + month + mark + day, "\\");
                    add(day + mark + month + mark + year, "\\");
                    add(month + mark + day + mark + year, "\\");
                }
            }
        }
    }
    return words;
}

std::string cleaned(std::string value, const std::set<std::string>& words) {
    for (const std::string& word : words) {
        for (std::size_t at = lower(value).find(word); at != std::string::npos; at = lower(value).find(word, at)) {
            value.replace(at, word.size(), "*");
        }
    }
    return value;
}

class Cleaning {
public:
    Cleaning(Deidentification& run, std::set<std::string> words) : m_run(run), m_words(std::move(words)) {}

    void clean(DcmItem& item) {
        for (unsigned long i = 0; i < item.card();) {
            DcmElement* element = item.getElement(i);
            if (keeps(item, *element)) {
                ++i;
            } else {
                delete item.remove(i);
            }
        }
    }

private:
    /// Changes the element; false: it goes.
    bool keeps(DcmItem& item, DcmElement& element) {
        const DcmTagKey tag = element.getTag();
        if (tag.isPrivate()) {
            return isOurs(item, tag);
        }
        if (auto* sequence = dynamic_cast<DcmSequenceOfItems*>(&element)) {
            return keepsSequence(tag, *sequence);
        }
        if (tag == DCM_DeviceSerialNumber) {
            return text(item, tag) == ownSerialNumber;
        }
        if (isOneOf(tag, removed)) {
            return false;
        }
        if (isOneOf(tag, descriptors) && !m_run.options().retainDescriptors) {
            return clearedIfRequired(element, tag == DCM_ContrastBolusAgent);
        }
        if (isOneOf(tag, descriptors) || isOneOf(tag, cleanedTexts)) {
            return element.putString(cleaned(text(item, tag), m_words).c_str()).good();
        }
        switch (element.getVR()) {
            case EVR_UI:
                return mapUids(item, element);
            case EVR_PN:
                return clearedIfRequired(element, true);
            case EVR_DA:
            case EVR_DT:
            case EVR_TM:
                return keepsDate(tag, element);
            default:
                return !isOneOf(tag, emptied) || clearedIfRequired(element, true);
        }
    }

    static bool clearedIfRequired(DcmElement& element, bool required) {
        if (required) {
            element.clear();
        }
        return required;
    }

    bool keepsDate(const DcmTagKey& tag, DcmElement& element) const {
        if (tag == DCM_PatientBirthDate) {
            return clearedIfRequired(element, true);
        }
        if (m_run.options().retainDates || isOneOf(tag, ownDates)) {
            return true;
        }
        return clearedIfRequired(element, tag == DCM_StudyDate || tag == DCM_StudyTime);
    }

    bool mapUids(DcmItem& item, DcmElement& element) {
        std::string mapped;
        for (unsigned long i = 0; i < element.getVM(); ++i) {
            mapped += (i > 0 ? "\\" : "") + m_run.uid(text(item, element.getTag(), static_cast<long>(i)));
        }
        return element.putString(mapped.c_str()).good();
    }

    bool keepsSequence(const DcmTagKey& tag, DcmSequenceOfItems& sequence) {
        if (tag == DCM_DeidentificationMethodCodeSequence) {
            return false;  // written anew
        }
        for (unsigned long i = 0; i < sequence.card();) {
            DcmItem& part = *sequence.getItem(i);
            // Of the equipment that contributed, this program alone names no place and no person.
            if (tag == DCM_ContributingEquipmentSequence && text(part, DCM_Manufacturer) != ownManufacturer) {
                delete sequence.remove(i);
                continue;
            }
            clean(part);
            ++i;
        }
        return true;
    }

    /// Group 0071 under our name, which holds the provenance and labels' numbers.
    static bool isOurs(DcmItem& item, const DcmTagKey& tag) {
        const Uint16 block = tag.getElement() > 0xFF ? static_cast<Uint16>(tag.getElement() >> 8U) : tag.getElement();
        return tag.getGroup() == 0x0071 && text(item, DcmTagKey(0x0071, block)) == privateCreatorName;
    }

    Deidentification& m_run;
    std::set<std::string> m_words;
};

}  // namespace

void deidentify(DcmDataset& dataset, Deidentification& run) {
    const DeidentificationOptions& options = run.options();
    const std::string patient = run.patient(text(dataset, DCM_PatientID), text(dataset, DCM_PatientName));
    Cleaning(run, wordsOfIdentity(dataset, !options.retainDates)).clean(dataset);
    put(dataset, DCM_PatientName, patient);
    put(dataset, DCM_PatientID, patient);
    put(dataset, DCM_PatientIdentityRemoved, std::string("YES"));
    put(dataset, DCM_DeidentificationMethod, std::string("DICOM PS3.15 basic profile, by DRDM Studio " DRDM_VERSION));
    putCode(dataset, DCM_DeidentificationMethodCodeSequence, "113100", "DCM",
            "Basic Application Confidentiality Profile");
    if (options.retainDescriptors) {
        putCode(dataset, DCM_DeidentificationMethodCodeSequence, "113105", "DCM", "Clean Descriptors Option");
    }
    if (options.retainDates) {
        putCode(dataset, DCM_DeidentificationMethodCodeSequence, "113106", "DCM",
                "Retain Longitudinal Temporal Information Full Dates Option");
    }
    put(dataset, DCM_LongitudinalTemporalInformationModified,
        std::string(options.retainDates ? "UNMODIFIED" : "REMOVED"));
}

}  // namespace drdm::dicom

namespace drdm {

void warnOfBurnedInText(const ImageSource& source, Deidentification& run) {
    using namespace dicom;
    if (source.format != "dicom" || source.files.empty()) {
        return;
    }
    const auto file = openHeader(source.files.front());
    DcmDataset& dataset = *file->getDataset();
    const std::string kind = text(dataset, DCM_SOPClassUID);
    if (text(dataset, DCM_BurnedInAnnotation) == "YES") {
        run.warn(
            "the source says that text is burned into its pixels (Burned In Annotation YES); that was not removed: "
            "look "
            "at the pictures before you give them away");
    } else if (text(dataset, DCM_BurnedInAnnotation) != "NO" &&
               (text(dataset, DCM_Modality) == "US" || uidName(kind).find("Secondary Capture") != std::string::npos)) {
        run.warn(
            "the source is a " + uidName(kind) +
            ", which often has text in its pixels; that was not removed: look at the pictures before you give them "
            "away");
    }
}

}  // namespace drdm
