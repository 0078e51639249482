#include "DicomFixture.h"
#include "IoChecks.h"
#include "io/Phantom.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

bool anyContains(const std::vector<std::string>& warnings, const std::string& words) {
    const bool found = std::any_of(warnings.begin(), warnings.end(),
                                   [&](const auto& w) { return w.find(words) != std::string::npos; });
    for (const auto& warning : warnings) {
        if (!found) {
            qWarning("warning: %s", warning.c_str());
        }
    }
    return found;
}

/// Slices at z = first, first + step, … in files whose names do not follow the order.
void writeStack(const QTemporaryDir& folder, const std::vector<double>& places, SliceSpec spec = {}) {
    for (std::size_t i = 0; i < places.size(); ++i) {
        spec.position = {{-10, -20, places[i]}};
        spec.instance = static_cast<int>((i * 7) % 101) + 1;
        const int base = static_cast<int>(i);
        spec.value = [base](int x, int y) { return 100 * base + 10 * y + x; };
        writeSlice(folder.filePath(QString("f%1.dcm").arg((i * 37) % 101)), spec);
    }
}

}  // namespace

class TestDicomSeries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sortsByPositionNotByName() {
        QTemporaryDir folder;
        writeStack(folder, {0, 3, 6, 9, 12});
        const ScanResult result = scan({folder.path().toStdString()});
        QCOMPARE(result.series.size(), std::size_t(1));
        const SeriesInfo& info = result.series[0];
        QCOMPARE(info.size, (std::array<std::int64_t, 4>{6, 4, 5, 1}));
        QCOMPARE(info.spacing_mm, (Vec3{1, 2, 3}));
        QCOMPARE(info.origin_mm, (Vec3{-10, -20, 0}));
        QVERIFY(anyContains(info.warnings, "gap between slices: they are 2.5 mm thick and 3 mm apart"));
        const Image image = readSeries(info);
        for (int z = 0; z < 5; ++z) {
            QCOMPARE(image.voxels()[static_cast<std::size_t>(z * 24 + 7)], static_cast<float>(100 * z + 11));
        }
        QCOMPARE(image.source.files.size(), std::size_t(5));
        QCOMPARE(image.source.sopInstanceUids[4], std::string("1.2.3.4.9.29"));
    }

    void shuffledCine() {
        QTemporaryDir folder;
        PhantomSettings settings;
        settings.slices = 3;
        settings.size = 48;
        settings.frames = 6;
        const auto made = writePhantom(settings, folder.path().toStdString());
        QDir files(QString::fromStdString(made[0]) + "/dicom");
        const QStringList names = files.entryList({"*.dcm"});
        QDir(folder.path()).mkdir("mixed");
        for (int i = 0; i < names.size(); ++i) {  // 11 and 18 have no common factor: another order, none lost
            QVERIFY(QFile::copy(files.filePath(names[i]), folder.filePath(QString("mixed/%1").arg((i * 11) % 18))));
        }
        const Image image = readImage({folder.filePath("mixed").toStdString()});
        const PhantomSubject subject = makePhantom(settings, 0);
        QCOMPARE(image.phases(), std::int64_t(6));
        QVERIFY(cornerDistance_mm(image.geometry(), subject.image.geometry()) < 1e-6);
        QVERIFY(std::equal(image.voxels().begin(), image.voxels().end(), subject.image.voxels().begin()));
        QVERIFY(image.geometry().spacing_mm[2] > 5);
        // A phase lost at one position: a full grid of one phase fewer, and a word about it.
        QFile::remove(folder.filePath("mixed/0"));
        const Image cut = readImage({folder.filePath("mixed").toStdString()});
        QCOMPARE(cut.phases(), std::int64_t(5));
        QVERIFY(anyContains(cut.warnings, "the grid of slices and phases is incomplete"));
    }

    void rescalesEverySlice() {
        QTemporaryDir folder;
        for (int i = 0; i < 3; ++i) {
            SliceSpec spec;
            spec.position = {{0, 0, 2.5 * i}};
            spec.instance = i + 1;
            spec.slope = 0.5 * (i + 1);
            spec.intercept = -1000.0 - i;
            writeSlice(folder.filePath(QString("%1.dcm").arg(i)), spec);
        }
        const Image image = readImage({folder.path().toStdString()});
        for (int i = 0; i < 3; ++i) {
            const float expected = 0.5F * static_cast<float>(i + 1) * 32 - 1000 - static_cast<float>(i);
            QCOMPARE(image.voxels()[static_cast<std::size_t>(i * 24 + 20)], expected);
        }
        QCOMPARE(image.storedMinimum, -1002.0F);
        QCOMPARE(image.storedMaximum, 1.5F * 65535 - 1002);
    }

    void signsBitsAndPadding() {
        QTemporaryDir folder;
        SliceSpec spec;
        spec.isSigned = true;
        spec.bitsStored = 12;
        spec.padding = -2000;
        spec.slope = 2;
        spec.intercept = 1;
        // Rubbish above the stored bits (overlays, for instance) is no part of the value.
        spec.value = [](int x, int) { return x == 0 ? 0x7000 | 5 : x == 1 ? 0x0FFF : x == 2 ? 0x7800 : x; };
        writeSlice(folder.filePath("signed.dcm"), spec);
        const Image image = readImage({folder.filePath("signed.dcm").toStdString()});
        QCOMPARE(image.voxels()[0], 11.0F);
        QCOMPARE(image.voxels()[1], -1.0F);
        QCOMPARE(image.voxels()[2], -4095.0F);
        QCOMPARE(image.paddingValue, std::optional<float>(-3999.0F));
        QCOMPARE(image.storedMinimum, -4095.0F);
        QCOMPARE(image.storedMaximum, 4095.0F);
        QCOMPARE(image.source.sha256.size(), std::size_t(64));

        spec = {};
        spec.photometric = "MONOCHROME1";
        spec.bitsStored = 8;
        writeSlice(folder.filePath("inverse.dcm"), spec);
        const Image inverse = readImage({folder.filePath("inverse.dcm").toStdString()});
        QCOMPARE(inverse.voxels()[0], 255.0F);
        QCOMPARE(inverse.voxels()[13], 234.0F);
        QVERIFY(anyContains(inverse.warnings, "MONOCHROME1"));
    }

    void oddStacksAreReported() {
        const auto warningsOf = [](const std::vector<double>& places) {
            QTemporaryDir folder;
            writeStack(folder, places);
            return scan({folder.path().toStdString()}).series.at(0).warnings;
        };
        QVERIFY(warningsOf({0, 2.5, 5}).empty());
        QVERIFY(anyContains(warningsOf({0, 2.5, 5, 10, 12.5}), "1 slice is missing"));
        QVERIFY(anyContains(warningsOf({0, 2.5, 5, 9, 13.3}), "varies from 2.5 mm to 4.3 mm"));
        QVERIFY(anyContains(warningsOf({0, 1, 2, 3}), "slices overlap: they are 2.5 mm thick and 1 mm apart"));
    }

    void duplicatesAndStrangers() {
        QTemporaryDir folder;
        writeStack(folder, {0, 2.5, 5});
        QFile::copy(folder.filePath("f0.dcm"), folder.filePath("copy.dcm"));
        SliceSpec other;
        other.series = "1.2.3.77";
        other.columns = 3;
        writeSlice(folder.filePath("other.dcm"), other);
        SliceSpec sagittal;
        sagittal.orientation = "0\\1\\0\\0\\0\\-1";
        sagittal.instance = 90;
        writeSlice(folder.filePath("scout.dcm"), sagittal);
        writeBytes(folder.filePath("notes.dcm"), "these are not the pixels you are looking for, only some text");
        writeBytes(folder.filePath("empty.dcm"), {});
        const ScanResult result = scan({folder.path().toStdString()});
        QCOMPARE(result.series.size(), std::size_t(3));
        QCOMPARE(result.skipped.size(), std::size_t(2));
        for (const SkippedFile& skipped : result.skipped) {
            QVERIFY(isUseful(QString::fromStdString(skipped.reason), ".dcm", "not a DICOM file"));
        }
        const auto main =
            std::find_if(result.series.begin(), result.series.end(), [](auto& s) { return s.uid == "1.2.3.4"; });
        const auto scout =
            std::find_if(result.series.begin(), result.series.end(), [](auto& s) { return s.uid == "1.2.3.4#2"; });
        QVERIFY(main != result.series.end() && scout != result.series.end());
        QCOMPARE(main->size[2], std::int64_t(3));
        QVERIFY(anyContains(main->warnings, "1 of 4 images are duplicates"));
        QVERIFY(anyContains(main->warnings, "2 different orientations"));
        QCOMPARE(readSeries(*scout).geometry().direction[2][1], -1.0);
        QCOMPARE(readImage({folder.path().toStdString()}).geometry().size[2], std::int64_t(3));
        QCOMPARE(readImage({folder.path().toStdString()}, "1.2.3.77").geometry().size[0], std::int64_t(3));
        QVERIFY(isUseful(errorOf([&] { readImage({folder.path().toStdString()}, "9.9"); }), "9.9", "there are:"));
    }

    void choosingBetweenEquals() {
        QTemporaryDir folder;
        SliceSpec spec;
        writeSlice(folder.filePath("a"), spec);
        spec.series = "1.2.3.5";
        writeSlice(folder.filePath("b"), spec);
        const QString message = errorOf([&] { readImage({folder.path().toStdString()}); });
        QVERIFY(isUseful(message, "1.2.3.4", "choose one by its UID"));
        QVERIFY(message.contains("1.2.3.5"));
    }

    void withoutPositionOrMeta() {
        QTemporaryDir folder;
        SliceSpec spec;
        spec.position.reset();
        for (int i = 0; i < 3; ++i) {
            spec.instance = 3 - i;
            spec.value = [i](int, int) { return 50 - i; };
            writeSlice(folder.filePath(QString::number(i)), spec);
        }
        const Image image = readImage({folder.path().toStdString()});
        QVERIFY(anyContains(image.warnings, "ImagePositionPatient is missing in 3 images"));
        QCOMPARE(image.voxels()[0], 48.0F);
        QCOMPARE(image.geometry().spacing_mm[2], 2.5);
        // The same data set without preamble and meta header.
        DcmFileFormat file;
        QVERIFY(file.loadFile(folder.filePath("0").toLocal8Bit().constData()).good());
        QVERIFY(file.getDataset()
                    ->saveFile(folder.filePath("bare").toLocal8Bit().constData(), EXS_LittleEndianImplicit)
                    .good());
        QCOMPARE(readImage({folder.filePath("bare").toStdString()}).voxels()[0], 50.0F);
    }

    void textBecomesUtf8() {
        QTemporaryDir folder;
        SliceSpec spec;
        spec.characterSet = "ISO_IR 100";
        spec.patient = "M\xFCller^J\xF6rg";
        spec.description =
            "Gr\xF6\xDF"
            "e";
        writeSlice(folder.filePath("a"), spec);
        const SeriesInfo info = scan({folder.path().toStdString()}).series.at(0);
        QCOMPARE(info.patientName, std::string("Müller^Jörg"));
        QCOMPARE(info.description, std::string("Größe"));
    }

    void dicomdirStandsForItsFolder() {
        QTemporaryDir folder;
        writeStack(folder, {0, 2.5});
        writeBytes(folder.filePath("DICOMDIR"), QByteArray(128, '\0') + "DICM");
        QCOMPARE(scan({folder.filePath("DICOMDIR").toStdString()}).series.at(0).size[2], std::int64_t(2));
        QCOMPARE(scan({folder.path().toStdString()}).skipped.size(), std::size_t(0));
    }

    void badInputSaysWhatToDo() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        QVERIFY(isUseful(errorOf([&] { readImage({path}); }), folder.path(), "give a folder with DICOM images"));
        QVERIFY(isUseful(errorOf([&] { scan({path + "/nothing"}); }), "nothing", "check the path"));
        writeBytes(folder.filePath("text.dcm"), "hello, world: this is only a text file with a wrong name");
        QVERIFY(isUseful(errorOf([&] { readImage({path}); }), "text.dcm", "give a folder with DICOM images"));
        QVERIFY(isUseful(errorOf([&] { readImage({path + "/text.dcm"}); }), "text.dcm", "not a DICOM file"));

        SliceSpec spec;
        spec.columns = spec.rows = 64;
        writeSlice(folder.filePath("whole.dcm"), spec);
        const QByteArray bytes = bytesOf(folder.filePath("whole.dcm"));
        for (const int part : {50, 95}) {
            const QString name = QString("cut%1.dcm").arg(part);
            writeBytes(folder.filePath(name), bytes.left(bytes.size() * part / 100));
            QVERIFY(
                isUseful(errorOf([&] { readImage({folder.filePath(name).toStdString()}); }), name, "copy it again"));
        }
        // Headers that promise more pixels than there are.
        DcmFileFormat file;
        file.loadFile(folder.filePath("whole.dcm").toLocal8Bit().constData());
        file.getDataset()->putAndInsertUint16(DCM_Rows, 60000);
        file.getDataset()->putAndInsertUint16(DCM_Columns, 60000);
        file.saveFile(folder.filePath("lie.dcm").toLocal8Bit().constData(), EXS_LittleEndianExplicit);
        const QString message = errorOf([&] { readImage({folder.filePath("lie.dcm").toStdString()}); });
        QVERIFY(isUseful(message, "lie.dcm", "7200000000"));
    }

    void cancels() {
        QTemporaryDir folder;
        writeStack(folder, {0, 2.5, 5});
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        const SeriesInfo info = scan({folder.path().toStdString()}, context).series.at(0);
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(scan({folder.path().toStdString()}, context), Cancelled);
        QVERIFY_EXCEPTION_THROWN(readSeries(info, context), Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestDicomSeries)
#include "TestDicomSeries.moc"
