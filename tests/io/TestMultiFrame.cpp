#include "DicomFixture.h"
#include "IoChecks.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace drdm;

namespace {

/// One frame of an enhanced object; what is empty has no functional group of its own.
struct FrameSpec {
    std::string position, orientation, spacing;
    std::optional<double> slope, intercept, trigger;
    std::optional<int> time;
    int value = 0;  ///< of every pixel, as stored
};

struct ObjectSpec {
    int columns = 5, rows = 4, statedFrames = 0;  ///< 0: as many as there are
    std::string orientation = "1\\0\\0\\0\\1\\0", spacing = "2\\1";
    double thickness = 3;
};

DcmItem* group(DcmDataset& dataset, const DcmTagKey& sequence, long frame, const DcmTagKey& macro) {
    DcmItem* item = nullptr;
    DcmItem* inner = nullptr;
    // -2 appends; the item of the frame may be there already.
    if (dataset.findOrCreateSequenceItem(sequence, item, frame).bad() ||
        item->findOrCreateSequenceItem(macro, inner, 0).bad()) {
        qFatal("cannot make a functional group");
    }
    return inner;
}

void put(DcmItem* item, const DcmTag& tag, const std::string& value) {
    item->putAndInsertString(tag, value.c_str());
}

void putFrame(DcmDataset& d, long number, const FrameSpec& frame) {
    const auto own = [&](const DcmTagKey& macro) {
        return group(d, DCM_PerFrameFunctionalGroupsSequence, number, macro);
    };
    if (!frame.position.empty()) {
        put(own(DCM_PlanePositionSequence), DCM_ImagePositionPatient, frame.position);
    }
    if (!frame.orientation.empty()) {
        put(own(DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, frame.orientation);
    }
    if (!frame.spacing.empty()) {
        put(own(DCM_PixelMeasuresSequence), DCM_PixelSpacing, frame.spacing);
        put(own(DCM_PixelMeasuresSequence), DCM_SliceThickness, "3");
    }
    if (frame.slope) {
        put(own(DCM_PixelValueTransformationSequence), DCM_RescaleSlope, std::to_string(*frame.slope));
        put(own(DCM_PixelValueTransformationSequence), DCM_RescaleIntercept,
            std::to_string(frame.intercept.value_or(0)));
    }
    if (frame.trigger) {
        own(DCM_CardiacSynchronizationSequence)
            ->putAndInsertFloat64(DCM_NominalCardiacTriggerDelayTime, *frame.trigger);
    }
    DcmItem* content = own(DCM_FrameContentSequence);
    if (frame.time) {
        content->putAndInsertUint32(DCM_TemporalPositionIndex, static_cast<Uint32>(*frame.time));
    }
}

void putImage(DcmDataset& d, const ObjectSpec& object, const std::vector<int>& values, const char* sopClass) {
    put(&d, DCM_SOPClassUID, sopClass);
    put(&d, DCM_SOPInstanceUID, "1.2.3.4.5.6");
    put(&d, DCM_StudyInstanceUID, "1.2.3");
    put(&d, DCM_SeriesInstanceUID, "1.2.3.4");
    put(&d, DCM_Modality, "MR");
    put(&d, DCM_PhotometricInterpretation, "MONOCHROME2");
    put(&d, DCM_NumberOfFrames, std::to_string(object.statedFrames > 0 ? object.statedFrames : int(values.size())));
    d.putAndInsertUint16(DCM_SamplesPerPixel, 1);
    d.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(object.rows));
    d.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(object.columns));
    d.putAndInsertUint16(DCM_BitsAllocated, 16);
    d.putAndInsertUint16(DCM_BitsStored, 12);
    d.putAndInsertUint16(DCM_HighBit, 11);
    d.putAndInsertUint16(DCM_PixelRepresentation, 0);
    std::vector<Uint16> pixels;
    for (const int value : values) {
        pixels.insert(pixels.end(), static_cast<std::size_t>(object.rows * object.columns), static_cast<Uint16>(value));
    }
    d.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
}

std::string save(DcmFileFormat& file, const QTemporaryDir& folder) {
    const QString path = folder.filePath("object.dcm");
    if (file.saveFile(path.toLocal8Bit().constData(), EXS_LittleEndianExplicit).bad()) {
        qFatal("cannot write %s", qPrintable(path));
    }
    return path.toStdString();
}

/// Enhanced MR: orientation and spacing shared, the rest frame by frame.
std::string writeEnhanced(const QTemporaryDir& folder, const std::vector<FrameSpec>& frames, ObjectSpec object = {}) {
    DcmFileFormat file;
    DcmDataset& d = *file.getDataset();
    std::vector<int> values;
    for (const FrameSpec& frame : frames) {
        values.push_back(frame.value);
    }
    putImage(d, object, values, UID_EnhancedMRImageStorage);
    if (!object.orientation.empty()) {
        put(group(d, DCM_SharedFunctionalGroupsSequence, 0, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
            object.orientation);
    }
    DcmItem* measures = group(d, DCM_SharedFunctionalGroupsSequence, 0, DCM_PixelMeasuresSequence);
    put(measures, DCM_PixelSpacing, object.spacing);
    put(measures, DCM_SliceThickness, std::to_string(object.thickness));
    for (std::size_t i = 0; i < frames.size(); ++i) {
        putFrame(d, static_cast<long>(i), frames[i]);
    }
    return save(file, folder);
}

std::string place(double x, double y, double z) {
    return QString("%1\\%2\\%3").arg(x, 0, 'g', 12).arg(y, 0, 'g', 12).arg(z, 0, 'g', 12).toStdString();
}

bool anyContains(const std::vector<std::string>& warnings, const std::string& words) {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const auto& w) { return w.find(words) != std::string::npos; });
}

}  // namespace

/// Several frames in one file: enhanced (functional groups) and classic.
class MultiFrameTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Three oblique slices at two times, in no order, each with its own rescale.
    void slicesAndTimes() {
        QTemporaryDir folder;
        const double c = std::cos(0.5);
        const double s = std::sin(0.5);
        // Rows along x, columns turned about x by 0.5 rad: the normal is (0, −s, c).
        ObjectSpec object;
        object.orientation = "1\\0\\0\\0\\" + std::to_string(c) + "\\" + std::to_string(s);
        std::vector<FrameSpec> frames;
        for (const auto& [slice, time] : {std::pair(2, 1), {0, 2}, {1, 1}, {1, 2}, {0, 1}, {2, 2}}) {
            FrameSpec frame;
            frame.position = place(-7, 11 - 3.0 * slice * s, 5 + 3.0 * slice * c);
            frame.time = time;
            frame.slope = 1.0 + slice;
            frame.intercept = -10.0 * time;
            frame.value = 100 * time + slice;
            frames.push_back(frame);
        }
        const Image image = readImage({writeEnhanced(folder, frames, object)});
        const Geometry& g = image.geometry();
        QCOMPARE(g.size, (Size3{5, 4, 3}));
        QCOMPARE(image.phases(), std::int64_t(2));
        QCOMPARE(g.spacing_mm[0], 1.0);
        QCOMPARE(g.spacing_mm[1], 2.0);
        QVERIFY(std::abs(g.spacing_mm[2] - 3) < 1e-5);
        const Vec3 top = g.toPatient({0, 0, 2});
        QVERIFY(std::abs(top[0] + 7) < 1e-5 && std::abs(top[1] - (11 - 6 * s)) < 1e-5 &&
                std::abs(top[2] - (5 + 6 * c)) < 1e-5);
        for (int time = 1; time <= 2; ++time) {
            for (int slice = 0; slice < 3; ++slice) {
                const float wanted = static_cast<float>((1 + slice) * (100 * time + slice) - 10 * time);
                const auto voxels = image.phaseVoxels(time - 1).subspan(static_cast<std::size_t>(20 * slice), 20);
                QVERIFY(std::all_of(voxels.begin(), voxels.end(), [&](float v) { return v == wanted; }));
            }
        }
        QVERIFY2(image.warnings.empty(), image.warnings.empty() ? "" : image.warnings.front().c_str());
    }

    void triggerTimes() {
        QTemporaryDir folder;
        std::vector<FrameSpec> frames;
        for (const double trigger : {40.0, 0.0, 80.0}) {
            FrameSpec frame;
            frame.position = place(0, 0, 0);
            frame.trigger = trigger;
            frame.value = static_cast<int>(trigger) + 1;
            frames.push_back(frame);
        }
        const Image image = readImage({writeEnhanced(folder, frames)});
        QCOMPARE(image.phases(), std::int64_t(3));
        QCOMPARE(image.phaseTimes_ms, (std::vector<double>{0, 40, 80}));
        QCOMPARE(image.phaseVoxels(1)[0], 41.0F);
    }

    /// A scout's planes in one file are two images, never one volume.
    void orientationsAndSpacingsAreNotMixed() {
        QTemporaryDir folder;
        std::vector<FrameSpec> frames;
        for (int i = 0; i < 5; ++i) {
            FrameSpec frame;
            frame.position = i < 3 ? place(0, 0, 3.0 * i) : place(3.0 * i, 0, 0);
            frame.orientation = i < 3 ? "1\\0\\0\\0\\1\\0" : "0\\1\\0\\0\\0\\-1";
            frame.value = i + 1;
            frames.push_back(frame);
        }
        ObjectSpec object;
        object.orientation.clear();
        const ScanResult turned = scan({writeEnhanced(folder, frames, object)});
        QCOMPARE(turned.series.size(), std::size_t(2));
        QCOMPARE(turned.series[0].size[2], std::int64_t(3));
        QCOMPARE(turned.series[1].size[2], std::int64_t(2));
        QVERIFY(anyContains(turned.series[0].warnings, "2 different orientations"));
        QCOMPARE(readSeries(turned.series[1]).voxels().front() + readSeries(turned.series[1]).voxels().back(), 9.0F);

        for (int i = 0; i < 5; ++i) {
            frames[static_cast<std::size_t>(i)].position = place(0, 0, 3.0 * i);
            frames[static_cast<std::size_t>(i)].orientation.clear();
            frames[static_cast<std::size_t>(i)].spacing = i < 4 ? "2\\1" : "4\\2";
        }
        const ScanResult scaled = scan({writeEnhanced(folder, frames)});
        QCOMPARE(scaled.series.size(), std::size_t(2));
        QCOMPARE(scaled.series[1].spacing_mm[1], 4.0);
    }

    /// Frames in a classic object are slices where it says at what distances, else a film.
    void classicFrames() {
        QTemporaryDir folder;
        DcmFileFormat dose;
        DcmDataset& d = *dose.getDataset();
        putImage(d, {}, {1, 2, 3}, UID_RTDoseStorage);
        put(&d, DCM_ImagePositionPatient, "1\\2\\3");
        put(&d, DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
        put(&d, DCM_PixelSpacing, "2\\1");
        put(&d, DCM_GridFrameOffsetVector, "0\\2.5\\5");
        const Image stack = readImage({save(dose, folder)});
        QCOMPARE(stack.geometry().size, (Size3{5, 4, 3}));
        QCOMPARE(stack.geometry().spacing_mm[2], 2.5);
        QCOMPARE(stack.geometry().toPatient({0, 0, 2}), (Vec3{1, 2, 8}));
        QCOMPARE(stack.voxels()[40], 3.0F);

        DcmFileFormat film;
        DcmDataset& f = *film.getDataset();
        putImage(f, {}, {4, 5, 6}, UID_UltrasoundMultiframeImageStorage);
        put(&f, DCM_PixelSpacing, "2\\1");
        put(&f, DCM_FrameTime, "40");
        const Image cine = readImage({save(film, folder)});
        QCOMPARE(cine.geometry().size[2], std::int64_t(1));
        QCOMPARE(cine.phaseTimes_ms, (std::vector<double>{0, 40, 80}));
        QCOMPARE(cine.phaseVoxels(2)[0], 6.0F);
    }

    /// More frames promised than there are pixels for, fewer functional groups than frames.
    void promises() {
        QTemporaryDir folder;
        std::vector<FrameSpec> frames(3);
        for (int i = 0; i < 3; ++i) {
            frames[static_cast<std::size_t>(i)].position = place(0, 0, 3.0 * i);
        }
        ObjectSpec object;
        object.statedFrames = 90000;
        const std::string path = writeEnhanced(folder, frames, object);
        QVERIFY(isUseful(errorOf([&] { readImage({path}); }), "object.dcm", "copy"));
        object.statedFrames = 2000000000;
        writeEnhanced(folder, frames, object);
        const QString message = errorOf([&] { readImage({path}); });
        QVERIFY2(message.contains("object.dcm") && (message.contains("damaged") || message.contains("cut short")),
                 qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(MultiFrameTest)

#include "TestMultiFrame.moc"
