#include "io/dicom/DicomHeader.h"

#include "errors/Error.h"
#include "io/dicom/DicomDecode.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>

namespace drdm::dicom {

namespace {

constexpr std::int64_t maxFrames = 100000;

/// Functional group macro of one frame: its own, else the shared one.
class FunctionalGroups {
public:
    FunctionalGroups(DcmItem& dataset, long frame)
        : m_shared(sequenceItem(&dataset, DCM_SharedFunctionalGroupsSequence)),
          m_own(sequenceItem(&dataset, DCM_PerFrameFunctionalGroupsSequence, frame)) {}

    [[nodiscard]] DcmItem* macro(const DcmTagKey& sequence) const {
        DcmItem* own = sequenceItem(m_own, sequence);
        return own != nullptr ? own : sequenceItem(m_shared, sequence);
    }

private:
    DcmItem* m_shared;
    DcmItem* m_own;
};

std::optional<Vec3> position(DcmItem& item) {
    const auto values = numbers(item, DCM_ImagePositionPatient);
    const bool possible = std::all_of(values.begin(), values.end(), [](double v) { return std::abs(v) < 1e7; });
    return values.size() == 3 && possible ? std::optional<Vec3>(Vec3{values[0], values[1], values[2]}) : std::nullopt;
}

void readOrientation(DcmItem& item, Frame& frame) {
    const auto v = numbers(item, DCM_ImageOrientationPatient);
    if (v.size() != 6) {
        return;
    }
    const double rowLength = std::hypot(v[0], v[1], v[2]);
    const double columnLength = std::hypot(v[3], v[4], v[5]);
    const double product = v[0] * v[3] + v[1] * v[4] + v[2] * v[5];
    if (std::abs(rowLength - 1) > 0.01 || std::abs(columnLength - 1) > 0.01 || std::abs(product) > 0.01) {
        return;
    }
    frame.row = {v[0] / rowLength, v[1] / rowLength, v[2] / rowLength};
    frame.column = {v[3] / columnLength, v[4] / columnLength, v[5] / columnLength};
    frame.oriented = true;
}

bool takeSpacing(DcmItem& item, const DcmTagKey& tag, Frame& frame) {
    const auto values = numbers(item, tag);
    const auto possible = [](double mm) { return mm > 1e-6 && mm < 1e5; };
    if (values.size() != 2 || !possible(values[0]) || !possible(values[1])) {
        return false;
    }
    frame.spacingY_mm = values[0];  // DICOM: row spacing first
    frame.spacingX_mm = values[1];
    return true;
}

void readSpacing(DcmItem& item, Frame& frame) {
    if (takeSpacing(item, DCM_PixelSpacing, frame)) {
        return;
    }
    if (takeSpacing(item, DCM_ImagerPixelSpacing, frame)) {
        frame.spacingNote =
            "PixelSpacing is missing; the spacing at the detector is used (magnified by the projection)";
    } else if (takeSpacing(item, DCM_NominalScannedPixelSpacing, frame)) {
        frame.spacingNote = "PixelSpacing is missing; the nominal scanned spacing is used";
    } else if (takeSpacing(item, DCM_PixelAspectRatio, frame)) {
        frame.spacingX_mm /= frame.spacingY_mm;
        frame.spacingY_mm = 1;
        frame.spacingNote = "PixelSpacing is missing; 1 mm is assumed, with the aspect ratio of the file";
    } else {
        frame.spacingNote = "PixelSpacing is missing; 1 mm is assumed";
    }
}

/// Seconds of the day from a TM ("HHMMSS.FFF", also "HH:MM:SS") or DT value ("YYYYMMDDHHMMSS.FFF"; days of the month
/// count on).
std::optional<double> secondsOf(std::string value) {
    std::erase(value, ':');
    value.resize(std::min(value.find_first_of("+-&"), value.size()));
    const std::size_t whole = std::min(value.find('.'), value.size());
    if (whole < 2 || value.find_first_not_of("0123456789.") != std::string::npos) {
        return std::nullopt;
    }
    const auto digits = [&](std::size_t at, std::size_t count) {
        return at < whole ? std::strtod(value.substr(at, count).c_str(), nullptr) : 0.0;
    };
    const std::size_t hour = whole > 6 ? 8 : 0;
    const double day = whole > 6 ? digits(6, 2) : 0;
    const double second = std::strtod(hour + 4 < whole ? value.substr(hour + 4).c_str() : "0", nullptr);
    return ((day * 24 + digits(hour, 2)) * 60 + digits(hour + 2, 2)) * 60 + second;
}

std::optional<double> clockOf(DcmItem& item, std::initializer_list<DcmTagKey> tags) {
    for (const DcmTagKey& tag : tags) {
        if (const std::string value = text(item, tag); !value.empty()) {
            return secondsOf(value);
        }
    }
    return std::nullopt;
}

/// Scouts, and the parts of complex images, are never slices of the volume beside them.
std::string contentOf(DcmItem& item, const DcmTagKey& componentTag) {
    const std::string component = text(item, componentTag);
    const std::string type = "\\" + text(item, DCM_ImageType) + "\\";
    const auto has = [&](const char* word) { return type.find("\\" + std::string(word) + "\\") != std::string::npos; };
    if (has("LOCALIZER")) {
        return "localizer";
    }
    if (component == "PHASE" || has("P") || has("PHASE") || has("PHASE MAP")) {
        return "phase";
    }
    if (component == "REAL" || has("R") || has("REAL")) {
        return "real";
    }
    return component == "IMAGINARY" || has("I") || has("IMAGINARY") ? "imaginary" : "";
}

Frame plainFrame(DcmItem& dataset, const Header& header) {
    Frame frame;
    frame.path = header.path;
    frame.sopInstanceUid = header.sopInstanceUid;
    frame.rows = static_cast<std::int64_t>(number(dataset, DCM_Rows).value_or(0));
    frame.columns = static_cast<std::int64_t>(number(dataset, DCM_Columns).value_or(0));
    frame.position_mm = position(dataset);
    readOrientation(dataset, frame);
    readSpacing(dataset, frame);
    frame.thickness_mm = number(dataset, DCM_SliceThickness);
    frame.spacingBetween_mm = number(dataset, DCM_SpacingBetweenSlices);
    frame.triggerTime_ms = number(dataset, DCM_TriggerTime);
    frame.temporalPosition = number(dataset, DCM_TemporalPositionIdentifier);
    frame.acquisition = number(dataset, DCM_AcquisitionNumber);
    frame.instance = number(dataset, DCM_InstanceNumber);
    frame.echoTime_ms = number(dataset, DCM_EchoTime);
    frame.diffusionWeighting = number(dataset, DCM_DiffusionBValue);
    frame.content = contentOf(dataset, DCM_ComplexImageComponent);
    if (const auto sinceInjection_ms = number(dataset, DCM_FrameReferenceTime); sinceInjection_ms) {
        frame.clock_s = *sinceInjection_ms / 1000;
    } else {
        frame.clock_s = clockOf(dataset, {DCM_AcquisitionDateTime, DCM_AcquisitionTime, DCM_ContentTime});
    }
    return frame;
}

void readEnhancedFrame(DcmItem& dataset, std::int64_t index, Frame& frame) {
    const FunctionalGroups groups(dataset, static_cast<long>(index));
    if (DcmItem* plane = groups.macro(DCM_PlanePositionSequence)) {
        frame.position_mm = position(*plane);
    }
    if (DcmItem* plane = groups.macro(DCM_PlaneOrientationSequence)) {
        readOrientation(*plane, frame);
    }
    if (DcmItem* measures = groups.macro(DCM_PixelMeasuresSequence)) {
        frame.spacingNote.clear();
        readSpacing(*measures, frame);
        frame.thickness_mm = number(*measures, DCM_SliceThickness);
        if (const auto between = number(*measures, DCM_SpacingBetweenSlices)) {
            frame.spacingBetween_mm = between;
        }
    }
    if (DcmItem* content = groups.macro(DCM_FrameContentSequence)) {
        frame.temporalPosition = number(*content, DCM_TemporalPositionIndex);
        frame.acquisition = number(*content, DCM_FrameAcquisitionNumber);
        if (const auto clock = clockOf(*content, {DCM_FrameReferenceDateTime, DCM_FrameAcquisitionDateTime})) {
            frame.clock_s = clock;
        }
    }
    if (DcmItem* cardiac = groups.macro(DCM_CardiacSynchronizationSequence)) {
        frame.triggerTime_ms = number(*cardiac, DCM_NominalCardiacTriggerDelayTime);
    }
    if (DcmItem* echo = groups.macro(DCM_MREchoSequence)) {
        frame.echoTime_ms = number(*echo, DCM_EffectiveEchoTime);
    }
    if (DcmItem* diffusion = groups.macro(DCM_MRDiffusionSequence)) {
        frame.diffusionWeighting = number(*diffusion, DCM_DiffusionBValue);
    }
    for (const DcmTagKey& type : {DCM_MRImageFrameTypeSequence, DCM_CTImageFrameTypeSequence}) {
        DcmItem* kind = groups.macro(type);
        if (const std::string component = kind != nullptr ? text(*kind, DCM_ComplexImageComponent) : "";
            !component.empty()) {
            frame.content = component == "PHASE"       ? "phase"
                            : component == "REAL"      ? "real"
                            : component == "IMAGINARY" ? "imaginary"
                                                       : "";
        }
    }
    frame.instance = static_cast<double>(index + 1);
}

/// True if frames without positions of their own are slices: acquired in 3-D, or reconstructed from projections.
bool isVolume(DcmItem& dataset) {
    return text(dataset, DCM_MRAcquisitionType) == "3D" || text(dataset, DCM_VolumetricProperties) == "VOLUME" ||
           (text(dataset, DCM_Modality) == "NM" && text(dataset, DCM_ImageType).find("TOMO") != std::string::npos);
}

/// Frames of a classic multi-frame object: stacked by offsets where the file has some, else a time series.
void readClassicFrames(DcmItem& dataset, std::int64_t count, const Frame& first, Header& header) {
    const auto offsets = numbers(dataset, DCM_GridFrameOffsetVector);
    const bool stacked = static_cast<std::int64_t>(offsets.size()) == count;
    const double frameTime_ms = number(dataset, DCM_FrameTime).value_or(0);
    const bool tomographic = isVolume(dataset) && frameTime_ms <= 0;
    const Vec3 normal{first.row[1] * first.column[2] - first.row[2] * first.column[1],
                      first.row[2] * first.column[0] - first.row[0] * first.column[2],
                      first.row[0] * first.column[1] - first.row[1] * first.column[0]};
    for (std::int64_t i = 0; i < count; ++i) {
        Frame frame = first;
        frame.number = i;
        frame.instance = static_cast<double>(i + 1);
        if (stacked || (tomographic && first.position_mm)) {
            const double step = first.spacingBetween_mm.value_or(first.thickness_mm.value_or(1));
            const double offset = stacked ? offsets[static_cast<std::size_t>(i)] : static_cast<double>(i) * step;
            const Vec3 origin = first.position_mm.value_or(Vec3{0, 0, 0});
            frame.position_mm =
                Vec3{origin[0] + offset * normal[0], origin[1] + offset * normal[1], origin[2] + offset * normal[2]};
        } else if (!tomographic) {  // slices without any position are stacked by their numbers
            frame.framesAreTime = true;
            frame.triggerTime_ms.reset();
            if (frameTime_ms > 0) {
                frame.triggerTime_ms = frameTime_ms * static_cast<double>(i);
            }
        }
        header.frames.push_back(frame);
    }
}

/// Pixels that are not compressed take their room in the file: one that is smaller was cut short.
std::string cutShort(DcmDataset& dataset, const std::string& path) {
    const DcmXfer syntax(dataset.getOriginalXfer());
    const PixelLayout layout = readLayout(dataset);
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    if (error || syntax.isEncapsulated() || syntax.getStreamCompression() != ESC_none || layout.bitsAllocated < 8 ||
        size >= layout.totalBytes()) {
        return {};
    }
    return "the file is cut short: it has " + std::to_string(size) + " bytes, its " + std::to_string(layout.columns) +
           " × " + std::to_string(layout.rows) + " pixels × " + std::to_string(layout.frames) +
           (layout.frames == 1 ? " frame need " : " frames need ") + std::to_string(layout.totalBytes()) +
           "; copy it again from its source";
}

/// Why there is no image to be read; empty if there is one.
std::string reasonAgainst(DcmDataset& dataset, const Header& header) {
    const std::string kind = header.sopClassUid.empty() ? "no SOP class" : uidName(header.sopClassUid);
    const double rows = number(dataset, DCM_Rows).value_or(0);
    const double columns = number(dataset, DCM_Columns).value_or(0);
    if (header.sopClassUid == UID_SegmentationStorage) {
        return "a segmentation (" + kind + "): labels, not an image; open it as labels of its image";
    }
    if (rows <= 0 || columns <= 0) {
        return "holds no image (" + kind + ")";
    }
    if (rows > 65535 || columns > 65535) {
        return "states more pixels along a side than DICOM allows; the file is damaged, copy it again from its source";
    }
    if (number(dataset, DCM_BitsAllocated).value_or(0) < 8) {
        return "one-bit pixels (" + kind + ") are not an image that can be deformed";
    }
    const E_TransferSyntax syntax = dataset.getOriginalXfer();
    if (!canDecode(syntax)) {
        return std::string("the compression \"") + DcmXfer(syntax).getXferName() +
               "\" is not supported; convert the file to an uncompressed transfer syntax (for example with gdcmconv "
               "--raw)";
    }
    return cutShort(dataset, header.path);
}

}  // namespace

Header readHeader(const std::string& path) {
    const auto file = openHeader(path);
    DcmDataset& dataset = *file->getDataset();
    Header header;
    header.path = path;
    header.sopClassUid = text(dataset, DCM_SOPClassUID);
    header.sopInstanceUid = text(dataset, DCM_SOPInstanceUID);
    header.seriesUid = text(dataset, DCM_SeriesInstanceUID);
    if (header.sopClassUid.empty() && file->getMetaInfo() != nullptr) {
        header.sopClassUid = text(*file->getMetaInfo(), DCM_MediaStorageSOPClassUID);
    }
    if (header.sopClassUid.empty() && header.seriesUid.empty() && !number(dataset, DCM_Rows)) {
        throw Error(path + " is not a DICOM image file (no SOP class, no series and no image size in it)");
    }
    header.studyUid = text(dataset, DCM_StudyInstanceUID);
    header.frameOfReferenceUid = text(dataset, DCM_FrameOfReferenceUID);
    header.modality = text(dataset, DCM_Modality);
    header.description = utf8Text(dataset, DCM_SeriesDescription);
    header.studyDescription = utf8Text(dataset, DCM_StudyDescription);
    header.studyDate = text(dataset, DCM_StudyDate);
    header.patientName = utf8Text(dataset, DCM_PatientName);
    header.patientId = utf8Text(dataset, DCM_PatientID);
    header.transferSyntax = DcmXfer(dataset.getOriginalXfer()).getXferName();
    header.pixelKind = text(dataset, DCM_PhotometricInterpretation) + "/" + text(dataset, DCM_SamplesPerPixel);
    header.unreadable = reasonAgainst(dataset, header);
    if (!header.unreadable.empty()) {
        return header;
    }
    const auto count = static_cast<std::int64_t>(number(dataset, DCM_NumberOfFrames).value_or(1));
    if (count < 1 || count > maxFrames) {
        throw Error(path + " states " + std::to_string(count) + " frames; that cannot be right, the file is damaged");
    }
    const Frame first = plainFrame(dataset, header);
    DcmElement* groups = nullptr;
    if (count == 1 && dataset.findAndGetElement(DCM_SharedFunctionalGroupsSequence, groups).bad()) {
        header.frames.push_back(first);
    } else if (sequenceItem(&dataset, DCM_SharedFunctionalGroupsSequence) != nullptr ||
               (count > 1 && sequenceItem(&dataset, DCM_PerFrameFunctionalGroupsSequence, 1) != nullptr)) {
        for (std::int64_t i = 0; i < count; ++i) {
            Frame frame = first;
            frame.number = i;
            readEnhancedFrame(dataset, i, frame);
            frame.framesAreTime = count > 1 && !frame.position_mm && !isVolume(dataset);
            header.frames.push_back(frame);
        }
    } else {
        readClassicFrames(dataset, count, first, header);
    }
    return header;
}

}  // namespace drdm::dicom
