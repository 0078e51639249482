#include "IoChecks.h"
#include "TestData.h"
#include "io/NiftiFile.h"
#include "io/Series.h"

#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <cmath>

using namespace drdm;

namespace {

/// How another image of the same patient differs from ours.
struct Difference {
    double corners_mm = 0;   ///< largest distance of a corner voxel from the voxel of the other image that is it
    std::size_t voxels = 0;  ///< whose values are not the same, of all phases
};

/// `other` may run along the axes in another direction (NIfTI writers flip rows): voxels are matched in the patient.
Difference difference(const Image& ours, const Image& other) {
    const Geometry& a = ours.geometry();
    const Geometry& b = other.geometry();
    Difference result;
    const auto matched = [&](std::int64_t x, std::int64_t y, std::int64_t z) {
        const Vec3 p = a.toPatient({static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)});
        const Vec3 v = b.toVoxel(p);
        return Vec3{std::round(v[0]), std::round(v[1]), std::round(v[2])};
    };
    for (int corner = 0; corner < 8; ++corner) {
        Size3 voxel{};
        for (std::size_t k = 0; k < 3; ++k) {
            voxel[k] = ((corner >> k) & 1) != 0 ? a.size[k] - 1 : 0;
        }
        const Vec3 p =
            a.toPatient({static_cast<double>(voxel[0]), static_cast<double>(voxel[1]), static_cast<double>(voxel[2])});
        const Vec3 q = b.toPatient(matched(voxel[0], voxel[1], voxel[2]));
        result.corners_mm = std::max(result.corners_mm, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
    }
    const Vec3 first = matched(0, 0, 0);
    std::array<Vec3, 3> steps{};
    for (std::size_t k = 0; k < 3; ++k) {
        const Vec3 to = matched(k == 0 ? a.size[0] - 1 : 0, k == 1 ? a.size[1] - 1 : 0, k == 2 ? a.size[2] - 1 : 0);
        for (std::size_t m = 0; m < 3; ++m) {
            steps[k][m] = a.size[k] > 1 ? (to[m] - first[m]) / static_cast<double>(a.size[k] - 1) : 0;
        }
    }
    std::size_t index = 0;
    for (std::int64_t p = 0; p < ours.phases(); ++p) {
        for (std::int64_t z = 0; z < a.size[2]; ++z) {
            for (std::int64_t y = 0; y < a.size[1]; ++y) {
                for (std::int64_t x = 0; x < a.size[0]; ++x, ++index) {
                    std::array<std::int64_t, 3> at{};
                    bool inside = true;
                    for (std::size_t m = 0; m < 3; ++m) {
                        at[m] =
                            std::llround(first[m] + static_cast<double>(x) * steps[0][m] +
                                         static_cast<double>(y) * steps[1][m] + static_cast<double>(z) * steps[2][m]);
                        inside = inside && at[m] >= 0 && at[m] < b.size[m];
                    }
                    const auto there =
                        static_cast<std::size_t>(((p * b.size[2] + at[2]) * b.size[1] + at[1]) * b.size[0] + at[0]);
                    result.voxels += !inside || ours.voxels()[index] != other.voxels()[there] ? 1 : 0;
                }
            }
        }
    }
    return result;
}

void requireSame(const Image& ours, const Image& other, double tolerance_mm = 1e-3) {
    const Size3& a = ours.geometry().size;
    const Size3& b = other.geometry().size;
    QCOMPARE(a[0] * a[1] * a[2] * ours.phases(), b[0] * b[1] * b[2] * other.phases());
    QCOMPARE(ours.phases(), other.phases());
    const Difference found = difference(ours, other);
    qInfo("corners within %.2g mm, %zu of %zu voxels differ", found.corners_mm, found.voxels, ours.voxels().size());
    QVERIFY(found.corners_mm <= tolerance_mm);
    QCOMPARE(found.voxels, std::size_t(0));
}

}  // namespace

/// DICOM, read by us and written as NIfTI, against NIfTI that others made of the same files.
class TestDicomTruth : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (testData().isEmpty()) {
            QSKIP("the real images are absent (set DRDM_TEST_DATA or DRDM_SHARED)");
        }
    }

    void equalsItsOwnNifti_data() {
        QTest::addColumn<QString>("dicom");
        QTest::addColumn<QString>("nifti");
        QTest::newRow("STS_025 CT") << "ibsi-sts-025/dicom/CT/image"
                                    << "ibsi-sts-025/nifti/CT_image.nii.gz";
        QTest::newRow("STS_025 MR") << "ibsi-sts-025/dicom/MR_T1/image"
                                    << "ibsi-sts-025/nifti/MR_T1_image.nii.gz";
    }
    void equalsItsOwnNifti() {
        QFETCH(QString, dicom);
        QFETCH(QString, nifti);
        QTemporaryDir folder;
        const std::string written = folder.filePath("ours.nii.gz").toStdString();
        writeNifti(readImage({(testData() + "/" + dicom).toStdString()}), written, {});
        requireSame(readNifti(written), readNifti((testData() + "/" + nifti).toStdString()));
    }

    void equalsDcm2niix_data() {
        QTest::addColumn<QString>("dicom");
        QTest::addColumn<double>("tolerance_mm");
        // dcm2niix takes the first distance (3.987 mm) for all; the positions, with more digits further on,
        // say 3.98734.
        QTest::newRow("chest, 64 x 64 x 79") << "dicom/cip-chest-64x64x79" << 0.03;
        QTest::newRow("chest, 5 mm") << "dicom/lidc-idri-0314-chest-5mm" << 1e-3;
        QTest::newRow("cine") << "dicom/cardiac-cine-SCD0000301" << 1e-3;
        QTest::newRow("oblique MR, uneven pixels") << "dicom/awkward/oblique-anisotropic-MR" << 1e-3;
    }
    void equalsDcm2niix() {
        QFETCH(QString, dicom);
        QFETCH(double, tolerance_mm);
        const QString program = QStandardPaths::findExecutable("dcm2niix");
        if (program.isEmpty()) {
            QSKIP("dcm2niix is not installed (bash installer/setup.sh)");
        }
        QTemporaryDir folder;
        QProcess process;
        process.start(program, {"-z", "n", "-b", "n", "-f", "theirs", "-o", folder.path(), testData() + "/" + dicom});
        QVERIFY(process.waitForFinished(120000) && process.exitCode() == 0);
        QDirIterator results(folder.path(), {"*.nii"}, QDir::Files);
        QVERIFY2(results.hasNext(), process.readAll().constData());
        const QString theirs = results.next();
        const std::string ours = folder.filePath("ours.nii.gz").toStdString();
        writeNifti(readImage({(testData() + "/" + dicom).toStdString()}), ours, {});
        requireSame(readNifti(ours), readNifti(theirs.toStdString()), tolerance_mm);
    }

    void lastSliceLiesWhereItsFileSays() {
        const Image image = readImage({(testData() + "/dicom/cip-chest-64x64x79").toStdString()});
        const Vec3 last = image.geometry().toPatient({0, 0, 78});
        const Vec3 stated{-128.414, -264.414, -49.2437};  // ImagePositionPatient of the last file
        QVERIFY(std::hypot(last[0] - stated[0], last[1] - stated[1], last[2] - stated[2]) <= 1e-3);
    }
};

QTEST_GUILESS_MAIN(TestDicomTruth)
#include "TestDicomTruth.moc"
