#include "IoChecks.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <array>

using namespace drdm;

namespace {

PhantomSettings small() {
    PhantomSettings settings;
    settings.subjects = 3;
    settings.slices = 4;
    settings.size = 64;
    settings.frames = 5;
    return settings;
}

std::array<int, 4> counts(const LabelMap& labels) {
    std::array<int, 4> result{};
    for (const std::uint16_t label : labels.labels()) {
        ++result.at(label);
    }
    return result;
}

}  // namespace

class TestPhantom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dependsOnSeedAndIndexAlone() {
        PhantomSettings settings = small();
        const PhantomSubject first = makePhantom(settings, 1);
        settings.subjects = 40;
        const PhantomSubject again = makePhantom(settings, 1);
        QVERIFY(std::equal(first.image.voxels().begin(), first.image.voxels().end(), again.image.voxels().begin()));
        const PhantomSubject other = makePhantom(settings, 2);
        QVERIFY(!std::equal(first.image.voxels().begin(), first.image.voxels().end(), other.image.voxels().begin()));
        QVERIFY(first.image.geometry().spacing_mm != other.image.geometry().spacing_mm);
        QVERIFY(first.image.geometry().direction != other.image.geometry().direction);
        settings.seed = 2;
        QVERIFY(!first.image.geometry().sameGrid(makePhantom(settings, 1).image.geometry()));
        const Vec3 spacing = other.image.geometry().spacing_mm;
        QVERIFY2(spacing[1] > 1.05 * spacing[0], "every third subject has pixels that are not square");
    }

    void theHeartBeats() {
        PhantomSettings settings = small();
        settings.size = 128;
        settings.frames = 10;
        for (int index = 0; index < 3; ++index) {
            const PhantomSubject subject = makePhantom(settings, index);
            int least = 1 << 30;
            int systole = 0;
            for (int f = 0; f < 10; ++f) {
                const int cavity = counts(subject.labels[static_cast<std::size_t>(f)])[2];
                if (cavity < least) {
                    least = cavity;
                    systole = f;
                }
            }
            const auto diastolic = counts(subject.labels[0]);
            const auto systolic = counts(subject.labels[static_cast<std::size_t>(systole)]);
            QVERIFY(systole >= 3 && systole <= 5);
            const double ejection = 1 - static_cast<double>(least) / diastolic[2];
            QVERIFY2(ejection > 0.35 && ejection < 0.8, qPrintable(QString::number(ejection)));
            QVERIFY(systolic[3] < diastolic[3]);
            // Muscle is not lost: within a third, whatever the slices meet.
            QVERIFY(std::abs(systolic[1] - diastolic[1]) < diastolic[1] / 3);
            // Blood is bright, muscle dark, air nearly nothing.
            std::array<double, 4> sums{};
            const auto voxels = subject.image.phaseVoxels(0);
            for (std::size_t i = 0; i < voxels.size(); ++i) {
                sums.at(subject.labels[0].labels()[i]) += static_cast<double>(voxels[i]);
            }
            QVERIFY(sums[2] / diastolic[2] > 1.8 * sums[1] / diastolic[1]);
            QVERIFY(sums[3] / diastolic[3] > 1.5 * sums[1] / diastolic[1]);
        }
    }

    void isARealStudy() {
        QTemporaryDir folder;
        PhantomSettings settings = small();
        settings.labels = true;
        settings.subjects = 2;
        const auto folders = writePhantom(settings, folder.path().toStdString());
        QCOMPARE(folders.size(), std::size_t(2));
        for (int index = 0; index < 2; ++index) {
            const PhantomSubject made = makePhantom(settings, index);
            const Image read = readImage({folders[static_cast<std::size_t>(index)]});
            QCOMPARE(read.source.format, std::string("dicom"));
            QCOMPARE(read.modality, std::string("MR"));
            QCOMPARE(read.source.patientName, made.patientName);
            QCOMPARE(read.phases(), std::int64_t(5));
            QCOMPARE(read.phaseTimes_ms, made.image.phaseTimes_ms);
            QVERIFY(cornerDistance_mm(read.geometry(), made.image.geometry()) < 1e-6);
            QVERIFY(std::equal(read.voxels().begin(), read.voxels().end(), made.image.voxels().begin(),
                               made.image.voxels().end()));
            QVERIFY2(read.warnings.empty(), read.warnings.empty() ? "" : read.warnings[0].c_str());
            const LabelMap labels =
                readNiftiLabels(folders[static_cast<std::size_t>(index)] + "/labels_phase003.nii.gz");
            QVERIFY(labels.geometry().sameGrid(read.geometry()));
            QVERIFY(std::equal(labels.labels().begin(), labels.labels().end(), made.labels[3].labels().begin()));
        }
        QVERIFY(isUseful(errorOf([&] { writePhantom(settings, folder.path().toStdString()); }), "subject-001",
                         "choose another folder"));
    }

    void writesTheSameBytesTwice() {
        QTemporaryDir a;
        QTemporaryDir b;
        PhantomSettings settings = small();
        settings.subjects = 1;
        writePhantom(settings, a.path().toStdString());
        writePhantom(settings, b.path().toStdString());
        const QString file = "subject-001/dicom/IM_0007.dcm";
        QVERIFY(!bytesOf(a.filePath(file)).isEmpty());
        QCOMPARE(bytesOf(a.filePath(file)), bytesOf(b.filePath(file)));
    }

    void cancelLeavesNothing() {
        QTemporaryDir folder;
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        context.report = [&](double fraction, const std::string&) {
            if (fraction > 0.2) {
                stop.request_stop();
            }
        };
        PhantomSettings settings = small();
        settings.subjects = 1;
        QVERIFY_EXCEPTION_THROWN(writePhantom(settings, folder.path().toStdString(), context), Cancelled);
        QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void senselessSettingsAreRefused() {
        PhantomSettings settings = small();
        settings.size = 0;
        QVERIFY(isUseful(errorOf([&] { makePhantom(settings, 0); }), "size", "from 32"));
    }
};

QTEST_GUILESS_MAIN(TestPhantom)
#include "TestPhantom.moc"
