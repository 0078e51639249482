#include "IoChecks.h"
#include "TestData.h"
#include "io/NiftiFile.h"
#include "io/Series.h"

#include <QDirIterator>
#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

using namespace drdm;

namespace {

std::string data(const char* path) {
    return (testData() + "/" + path).toStdString();
}

bool anyContains(const std::vector<std::string>& warnings, const std::string& words) {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const auto& w) { return w.find(words) != std::string::npos; });
}

}  // namespace

class TestRealImages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (testData().isEmpty()) {
            QSKIP("the real images are absent (set DRDM_TEST_DATA or DRDM_SHARED)");
        }
    }

    void cardiacCine() {
        const ScanResult result = scan({data("dicom/cardiac-cine-SCD0000301")});
        QCOMPARE(result.series.size(), std::size_t(1));
        const SeriesInfo& info = result.series[0];
        QCOMPARE(info.size, (std::array<std::int64_t, 4>{256, 256, 4, 20}));
        QVERIFY(std::abs(info.spacing_mm[2] - 8.0) < 1e-3);  // SliceLocation says 5.29
        QVERIFY(std::abs(info.spacing_mm[0] - 1.2891) < 1e-9);
        const Image image = readSeries(info);
        QCOMPARE(image.phaseTimes_ms.size(), std::size_t(20));
        QVERIFY(std::is_sorted(image.phaseTimes_ms.begin(), image.phaseTimes_ms.end()));
        QCOMPARE(image.source.files.size(), std::size_t(80));
    }

    void chestWithGaps() {
        const SeriesInfo info = scan({data("dicom/lidc-idri-0314-chest-5mm")}).series.at(0);
        QCOMPARE(info.size, (std::array<std::int64_t, 4>{512, 512, 51, 1}));
        QCOMPARE(info.spacing_mm[2], 5.0);
        QVERIFY(anyContains(info.warnings, "they are 1 mm thick and 5 mm apart"));
        const Image image = readSeries(info);
        QCOMPARE(image.storedMinimum, -1000.0F);
        // Up the patient: air of the lungs at the top is more than at the bottom, where the abdomen begins.
        QVERIFY(image.geometry().toPatient({0, 0, 50})[2] > image.geometry().toPatient({0, 0, 0})[2] + 249);
        const auto middle = image.voxels().subspan(25UL * 512 * 512, 512UL * 512);
        QVERIFY(*std::min_element(middle.begin(), middle.end()) <= -1000);
    }

    void geometryOfEnhancedObjects() {
        const QString folder = testData() + "/dicom/awkward/multiframe-enhanced/";
        const Image enhanced = readImage({(folder + "CT0012.explicit_little_endian.dcm").toStdString()});
        QCOMPARE(enhanced.geometry().size[2], std::int64_t(2));  // two positions, from the functional groups
        QVERIFY(std::abs(enhanced.geometry().spacing_mm[0] - 0.388672) < 1e-5);
    }

    void tiltedHeadIsStraightened() {
        const SeriesInfo info = scan({data("dicom/awkward/gantry-tilt-nonuniform-GE-head")}).series.at(0);
        QVERIFY(anyContains(info.warnings, "18.5°"));
        QVERIFY(anyContains(info.warnings, "varies from"));
        const Image image = readSeries(info);
        QCOMPARE(image.geometry().size, (Size3{info.size[0], info.size[1], info.size[2]}));
        const Mat3& d = image.geometry().direction;
        for (std::size_t a = 0; a < 3; ++a) {  // upright: its axes are perpendicular
            for (std::size_t b = 0; b < a; ++b) {
                QVERIFY(std::abs(d[0][a] * d[0][b] + d[1][a] * d[1][b] + d[2][a] * d[2][b]) < 1e-6);
            }
        }
    }

    void niftiCollections() {
        QDirIterator cines(testData() + "/cardiac-mri/sunnybrook-cine", {"*.nii.gz"}, QDir::Files);
        QVERIFY(cines.hasNext());
        const Image cine = readNifti(cines.next().toStdString());
        QCOMPARE(cine.phases(), std::int64_t(20));
        QCOMPARE(cine.geometry().size[0], std::int64_t(256));
        const Image brain = readNifti(data("brain-t1/datalad-structural_2mm.nii.gz"));
        QVERIFY(std::abs(brain.geometry().spacing_mm[0] - 2) < 1e-3);
    }
};

QTEST_GUILESS_MAIN(TestRealImages)
#include "TestRealImages.moc"
