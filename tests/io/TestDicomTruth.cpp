#include "DicomTools.h"
#include "IoChecks.h"
#include "TestData.h"
#include "io/NiftiFile.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <cmath>
#include <optional>

using namespace drdm;

namespace {

/// How the axes of one grid run along those of another: turned about and exchanged, never in between.
struct AxisMap {
    std::array<std::size_t, 3> axis{};  ///< of the other grid, for each of ours
    std::array<bool, 3> reversed{};
};

/// Finds which voxel of `to` each voxel of `from` is. `distance_mm` becomes how far apart the centres of such voxels
/// lie at most. Nothing if the sizes do not match.
std::optional<AxisMap> mapAxes(const Geometry& from, const Geometry& to, double& distance_mm) {
    AxisMap map;
    Vec3 origin = to.toVoxel(from.toPatient({0, 0, 0}));
    std::array<bool, 3> used{};
    for (std::size_t a = 0; a < 3; ++a) {
        Vec3 one{};
        one[a] = 1;
        const Vec3 there = to.toVoxel(from.toPatient(one));
        std::size_t best = 0;
        for (std::size_t b = 1; b < 3; ++b) {
            best = std::abs(there[b] - origin[b]) > std::abs(there[best] - origin[best]) ? b : best;
        }
        if (used[best] || from.size[a] != to.size[best]) {
            return std::nullopt;
        }
        used[best] = true;
        map.axis[a] = best;
        map.reversed[a] = there[best] < origin[best];
    }
    distance_mm = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        Vec3 ours{};
        Vec3 theirs{};
        for (std::size_t a = 0; a < 3; ++a) {
            const double last = static_cast<double>(from.size[a] - 1);
            ours[a] = (corner >> a & 1U) != 0 ? last : 0;
            theirs[map.axis[a]] = map.reversed[a] ? last - ours[a] : ours[a];
        }
        const Vec3 p = from.toPatient(ours);
        const Vec3 q = to.toPatient(theirs);
        distance_mm = std::max(distance_mm, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
    }
    return map;
}

/// The largest difference between the values of the same voxels.
double largestDifference(const Image& ours, const Image& theirs, const AxisMap& map) {
    const Size3& n = ours.geometry().size;
    const Size3& m = theirs.geometry().size;
    double most = 0;
    for (std::int64_t p = 0; p < ours.phases(); ++p) {
        const auto a = ours.phaseVoxels(p);
        const auto b = theirs.phaseVoxels(p);
        std::size_t index = 0;
        Size3 at{};
        for (at[2] = 0; at[2] < n[2]; ++at[2]) {
            for (at[1] = 0; at[1] < n[1]; ++at[1]) {
                for (at[0] = 0; at[0] < n[0]; ++at[0], ++index) {
                    Size3 other{};
                    for (std::size_t k = 0; k < 3; ++k) {
                        other[map.axis[k]] = map.reversed[k] ? n[k] - 1 - at[k] : at[k];
                    }
                    const auto place = static_cast<std::size_t>(other[0] + m[0] * (other[1] + m[1] * other[2]));
                    most = std::max(most, static_cast<double>(std::abs(a[index] - b[place])));
                }
            }
        }
    }
    return most;
}

}  // namespace

/// DICOM becomes our NIfTI, and that is held against a NIfTI of the same series that others made.
class DicomTruthTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    void compare(const QString& dicom, const Image& truth, const char* what) {
        const std::string path = m_folder.filePath(QString(what) + ".nii").toStdString();
        writeNifti(readImage({dicom.toStdString()}), path);
        const Image ours = readNifti(path);
        double distance_mm = 0;
        const auto map = mapAxes(ours.geometry(), truth.geometry(), distance_mm);
        QVERIFY2(map.has_value(), "the sizes differ");
        QCOMPARE(ours.phases(), truth.phases());
        const double difference = largestDifference(ours, truth, *map);
        qInfo("%s: geometry within %.6f mm, voxels within %g", what, distance_mm, difference);
        QVERIFY2(distance_mm < 1e-3, qPrintable(QString::number(distance_mm)));
        QCOMPARE(difference, 0.0);
    }

private Q_SLOTS:
    void initTestCase() {
        if (testData().isEmpty()) {
            QSKIP("the real images are absent (set DRDM_TEST_DATA or DRDM_SHARED)");
        }
    }

    void ownNifti_data() {
        QTest::addColumn<QString>("dicom");
        QTest::addColumn<QString>("nifti");
        QTest::newRow("STS-025-CT") << "ibsi-sts-025/dicom/CT/image"
                                    << "ibsi-sts-025/nifti/CT_image.nii.gz";
        QTest::newRow("STS-025-MR") << "ibsi-sts-025/dicom/MR_T1/image"
                                    << "ibsi-sts-025/nifti/MR_T1_image.nii.gz";
    }
    void ownNifti() {
        QFETCH(QString, dicom);
        QFETCH(QString, nifti);
        compare(testData() + "/" + dicom, readNifti((testData() + "/" + nifti).toStdString()), QTest::currentDataTag());
    }

    void dcm2niix_data() {
        QTest::addColumn<QString>("folder");
        QTest::newRow("chest-5mm") << "dicom/lidc-idri-0314-chest-5mm";
        QTest::newRow("chest-64") << "dicom/cip-chest-64x64x79";
        QTest::newRow("cine") << "dicom/cardiac-cine-SCD0000301";
    }
    void dcm2niix() {
        QFETCH(QString, folder);
        const QString out = m_folder.filePath(QString("dcm2niix-") + QTest::currentDataTag());
        QVERIFY(QDir().mkpath(out));
        const ToolResult run =
            runTool("dcm2niix", {"-z", "n", "-b", "n", "-f", "%s", "-o", out, testData() + "/" + folder});
        if (!run.found) {
            QSKIP("dcm2niix (Debian's package of this name) is absent");
        }
        const QStringList files = QDir(out).entryList({"*.nii"});
        QVERIFY2(run.code == 0 && files.size() == 1, qPrintable(run.text));
        compare(testData() + "/" + folder, readNifti((out + "/" + files.front()).toStdString()),
                QTest::currentDataTag());
    }
};

QTEST_GUILESS_MAIN(DicomTruthTest)

#include "TestDicomTruth.moc"
