#include "io/Phantom.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/NiftiFile.h"
#include "io/PhantomAnatomy.h"
#include "io/Uid.h"
#include "io/dicom/DicomObject.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace drdm {

namespace {

using namespace phantom;

void validate(const PhantomSettings& settings) {
    const auto require = [](const char* name, int value, int least, int most) {
        if (value < least || value > most) {
            throw Error(std::string("the phantom's number of ") + name + " is " + std::to_string(value) +
                        "; give a number from " + std::to_string(least) + " to " + std::to_string(most));
        }
    };
    require("subjects", settings.subjects, 1, 10000);
    require("slices", settings.slices, 1, 200);
    require("voxels a side (size)", settings.size, 32, 2048);
    require("frames", settings.frames, 1, 200);
}

double sliceDistance(const Anatomy& anatomy, int slices) {
    return slices < 2 ? 8 : std::clamp(std::round(0.94 * anatomy.length / (slices - 1) * 2) / 2, 1.0, 12.0);
}

/// Slice 0 is the most apical: the plane's normal points to the base, as in a scanner's short-axis stack.
double depthOfSlice(const Anatomy& anatomy, int slices, int z) {
    const double distance = sliceDistance(anatomy, slices);
    const double middle = 0.45 * anatomy.length;
    return middle + (0.5 * (slices - 1) - z) * distance;
}

Geometry geometryOf(const Anatomy& a, const PhantomSettings& settings) {
    Geometry g;
    g.size = {settings.size, settings.size, settings.slices};
    const double pixel = a.fieldOfView / settings.size;
    g.spacing_mm = {pixel, pixel * a.aspect, sliceDistance(a, settings.slices)};
    const Vec3 normal{a.row[1] * a.column[2] - a.row[2] * a.column[1], a.row[2] * a.column[0] - a.row[0] * a.column[2],
                      a.row[0] * a.column[1] - a.row[1] * a.column[0]};
    for (std::size_t k = 0; k < 3; ++k) {
        g.direction[k] = {a.row[k], a.column[k], normal[k]};
    }
    // The middle of the heart in the image is the middle of the heart in the patient.
    const Vec3 centre{a.x / g.spacing_mm[0] + 0.5 * (settings.size - 1),
                      a.y / g.spacing_mm[1] + 0.5 * (settings.size - 1), 0.5 * (settings.slices - 1)};
    const Vec3 there = g.toPatient(centre);
    for (std::size_t k = 0; k < 3; ++k) {
        g.origin_mm[k] = a.heart_mm[k] - there[k];
    }
    return g;
}

/// UIDs that are the same for the same settings: written twice, a phantom is the same study.
class Uids {
public:
    Uids(const PhantomSettings& settings, int index) {
        m_state = mixed(settings.seed, static_cast<std::uint64_t>(index));
        for (const int value : {settings.slices, settings.size, settings.frames}) {
            m_state = mixed(m_state, static_cast<std::uint64_t>(value));
        }
    }
    [[nodiscard]] std::string at(std::uint64_t number) const {
        return uidFromBits(mixed(m_state, 2 * number), mixed(m_state, 2 * number + 1));
    }

private:
    std::uint64_t m_state;
};

std::string padded(int number, int digits) {
    const std::string text = std::to_string(number);
    const auto width = static_cast<std::size_t>(digits);
    return std::string(text.size() < width ? width - text.size() : 0, '0') + text;
}

void fillObject(DcmItem& dataset, const PhantomSettings& settings, const PhantomSubject& subject, int index, int z,
                int frame) {
    using dicom::decimalString;
    using dicom::put;
    const Uids uids(settings, index);
    const Geometry& geometry = subject.image.geometry();
    const Anatomy anatomy = drawAnatomy(settings.seed, index);
    const int number = z * settings.frames + frame + 1;
    const std::string day = "20260101";
    put(dataset, DCM_SpecificCharacterSet, std::string("ISO_IR 100"));
    put(dataset, DCM_ImageType, std::string("ORIGINAL\\PRIMARY\\OTHER"));
    put(dataset, DCM_SOPClassUID, std::string(UID_MRImageStorage));
    put(dataset, DCM_SOPInstanceUID, uids.at(100 + static_cast<std::uint64_t>(number)));
    put(dataset, DcmTag(0x0008, 0x001C, EVR_CS), std::string("YES"));  // Synthetic Data
    for (const DcmTagKey& date : {DCM_StudyDate, DCM_SeriesDate, DCM_AcquisitionDate, DCM_ContentDate}) {
        put(dataset, date, day);
    }
    for (const DcmTagKey& time : {DCM_StudyTime, DCM_SeriesTime, DCM_AcquisitionTime, DCM_ContentTime}) {
        put(dataset, time, std::string("120000"));
    }
    put(dataset, DCM_Modality, std::string("MR"));
    put(dataset, DCM_Manufacturer, std::string("DRDM Studio"));
    put(dataset, DCM_ManufacturerModelName, std::string("Phantom"));
    put(dataset, DCM_SoftwareVersions, std::string(DRDM_VERSION));
    put(dataset, DCM_StudyDescription, std::string("Synthetic heart, for research"));
    put(dataset, DCM_SeriesDescription, std::string("cine short axis (synthetic)"));
    put(dataset, DCM_PatientName, subject.patientName);
    put(dataset, DCM_PatientID, "PHANTOM-" + padded(index + 1, 4));
    put(dataset, DCM_PatientSex, std::string("O"));
    put(dataset, DCM_BodyPartExamined, std::string("HEART"));
    put(dataset, DCM_PatientPosition, std::string("HFS"));
    put(dataset, DCM_ScanningSequence, std::string("GR"));
    put(dataset, DCM_SequenceVariant, std::string("SS"));
    put(dataset, DCM_ScanOptions, std::string("CG"));  // cardiac gating
    put(dataset, DCM_MRAcquisitionType, std::string("2D"));
    put(dataset, DCM_RepetitionTime, std::string("3.2"));
    put(dataset, DCM_EchoTime, std::string("1.6"));
    put(dataset, DCM_EchoTrainLength, std::string("1"));
    put(dataset, DCM_FlipAngle, std::string("50"));
    put(dataset, DCM_MagneticFieldStrength, std::string("1.5"));
    put(dataset, DCM_ImagedNucleus, std::string("1H"));
    put(dataset, DCM_ImagingFrequency, std::string("63.87"));
    put(dataset, DCM_NumberOfAverages, std::string("1"));
    put(dataset, DCM_SliceThickness, decimalString(geometry.spacing_mm[2]));
    put(dataset, DCM_SpacingBetweenSlices, decimalString(geometry.spacing_mm[2]));
    put(dataset, DCM_TriggerTime, decimalString(subject.image.phaseTimes_ms[static_cast<std::size_t>(frame)]));
    put(dataset, DCM_NominalInterval, std::to_string(std::lround(anatomy.cycle_ms)));
    put(dataset, DCM_HeartRate, std::to_string(std::lround(60000 / anatomy.cycle_ms)));
    put(dataset, DCM_CardiacNumberOfImages, std::to_string(settings.frames));
    put(dataset, DCM_StudyInstanceUID, uids.at(1));
    put(dataset, DCM_SeriesInstanceUID, uids.at(2));
    put(dataset, DCM_FrameOfReferenceUID, uids.at(3));
    put(dataset, DCM_StudyID, std::string("1"));
    put(dataset, DCM_SeriesNumber, std::string("1"));
    put(dataset, DCM_AcquisitionNumber, std::string("1"));
    put(dataset, DCM_InstanceNumber, std::to_string(number));
    put(dataset, DCM_ImageComments, std::string("Synthetic phantom. For research; not for diagnostic use."));
    put(dataset, DCM_BurnedInAnnotation, std::string("NO"));
    put(dataset, DCM_WindowCenter, decimalString(subject.image.windowCentre));
    put(dataset, DCM_WindowWidth, decimalString(subject.image.windowWidth));
    dicom::putPlane(dataset, geometry, z);
    dicom::putRequired(dataset, "MR");
    dicom::Encoding encoding;
    encoding.bitsStored = 12;
    const auto area = static_cast<std::size_t>(settings.size) * static_cast<std::size_t>(settings.size);
    const auto voxels =
        subject.image.voxels().subspan((static_cast<std::size_t>(frame * settings.slices + z)) * area, area);
    dicom::putPixels(dataset, voxels, settings.size, settings.size, encoding, false);
}

}  // namespace

PhantomSubject makePhantom(const PhantomSettings& settings, int index) {
    validate(settings);
    const Anatomy anatomy = drawAnatomy(settings.seed, index);
    const auto area = static_cast<std::size_t>(settings.size) * static_cast<std::size_t>(settings.size);
    const auto slices = static_cast<std::size_t>(settings.slices);
    const auto frames = static_cast<std::size_t>(settings.frames);
    std::vector<float> voxels(area * slices * frames);
    std::vector<std::vector<std::uint16_t>> labels(frames, std::vector<std::uint16_t>(area * slices));
    for (int z = 0; z < settings.slices; ++z) {
        const double depth = depthOfSlice(anatomy, settings.slices, z);
        const std::vector<float> surroundings = drawSurroundings(anatomy, depth, settings.size);
        for (int f = 0; f < settings.frames; ++f) {
            std::vector<float> image = surroundings;
            std::vector<std::uint16_t> sliceLabels;
            drawHeart(anatomy, depth, contractionAt(static_cast<double>(f) / settings.frames), settings.size, image,
                      sliceLabels);
            acquire(anatomy,
                    mixed(anatomy.seed, static_cast<std::uint64_t>(f) * slices + static_cast<std::uint64_t>(z) + 1),
                    settings.size, image);
            const auto slice = static_cast<std::size_t>(z);
            const auto frame = static_cast<std::size_t>(f);
            std::copy(image.begin(), image.end(),
                      voxels.begin() + static_cast<std::ptrdiff_t>((frame * slices + slice) * area));
            std::copy(sliceLabels.begin(), sliceLabels.end(),
                      labels[frame].begin() + static_cast<std::ptrdiff_t>(slice * area));
        }
    }
    PhantomSubject subject;
    const Geometry geometry = geometryOf(anatomy, settings);
    subject.image = Image(geometry, std::move(voxels), settings.frames);
    subject.image.modality = "MR";
    subject.image.description = "cine short axis (synthetic)";
    subject.image.source.format = "phantom";
    subject.image.storedMaximum = 4095;
    subject.image.windowCentre = 260;
    subject.image.windowWidth = 520;
    for (int f = 0; f < settings.frames; ++f) {
        subject.image.phaseTimes_ms.push_back(std::round(anatomy.cycle_ms * f / settings.frames));
    }
    subject.patientName = "PHANTOM^" + padded(index + 1, 4);
    subject.image.source.patientName = subject.patientName;
    for (auto& frameLabels : labels) {
        subject.labels.emplace_back(geometry, std::move(frameLabels));
    }
    return subject;
}

std::vector<std::string> writePhantom(const PhantomSettings& settings, const std::string& folder,
                                      const JobContext& context) {
    validate(settings);
    dicom::initialise();
    std::vector<std::string> folders;
    const int perSubject = settings.slices * settings.frames;
    for (int i = 0; i < settings.subjects; ++i) {
        context.throwIfCancelled();
        const std::filesystem::path path = std::filesystem::path(folder) / ("subject-" + padded(i + 1, 3));
        AtomicFolder output(path);
        const PhantomSubject subject = makePhantom(settings, i);
        std::filesystem::create_directory(output.temporary() / "dicom");
        for (int n = 0; n < perSubject; ++n) {
            context.throwIfCancelled();
            context.progress(
                (i + static_cast<double>(n) / perSubject) / settings.subjects,
                "Writing phantom subject " + std::to_string(i + 1) + " of " + std::to_string(settings.subjects));
            DcmFileFormat file;
            fillObject(*file.getDataset(), settings, subject, i, n / settings.frames, n % settings.frames);
            dicom::writeObject(file, output.temporary() / "dicom" / ("IM_" + padded(n + 1, 4) + ".dcm"));
        }
        for (std::size_t f = 0; settings.labels && f < subject.labels.size(); ++f) {
            writeNiftiLabels(
                subject.labels[f],
                (output.temporary() / ("labels_phase" + padded(static_cast<int>(f), 3) + ".nii.gz")).string());
        }
        output.commit();
        folders.push_back(path.string());
    }
    context.progress(
        1, "Wrote " + std::to_string(settings.subjects) + (settings.subjects == 1 ? " subject" : " subjects"));
    return folders;
}

}  // namespace drdm
