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

    void dicomEqualsNifti_data() {
        QTest::addColumn<QString>("dicom");
        QTest::addColumn<QString>("nifti");
        QTest::newRow("CT") << "ibsi-sts-025/dicom/CT/image"
                            << "ibsi-sts-025/nifti/CT_image.nii.gz";
        QTest::newRow("MR") << "ibsi-sts-025/dicom/MR_T1/image"
                            << "ibsi-sts-025/nifti/MR_T1_image.nii.gz";
    }
    void dicomEqualsNifti() {
        QFETCH(QString, dicom);
        QFETCH(QString, nifti);
        const Image a = readImage({data(qPrintable(dicom))});
        const Image b = readImage({data(qPrintable(nifti))});
        QVERIFY(cornerDistance_mm(a.geometry(), b.geometry()) < 1e-2);
        float most = 0;
        for (std::size_t i = 0; i < a.voxels().size(); ++i) {
            most = std::max(most, std::abs(a.voxels()[i] - b.voxels()[i]));
        }
        QVERIFY2(most <= 0.5F, qPrintable(QString::number(static_cast<double>(most))));
    }

    void losslessSyntaxesAgree() {
        const QString folder = testData() + "/dicom/awkward/transfer-syntaxes/CTImage.dcm";
        const Image truth = readImage({folder.toStdString()});
        const char* const lossless[] = {"_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
                                        "_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
                                        "_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
                                        "_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
                                        "_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm",
                                        "_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
                                        "_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm",
                                        "_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm"};
        for (const char* name : lossless) {
            const Image image = readImage({(folder + name).toStdString()});
            QVERIFY2(
                std::equal(truth.voxels().begin(), truth.voxels().end(), image.voxels().begin(), image.voxels().end()),
                name);
            QVERIFY2(image.geometry().sameGrid(truth.geometry()), name);
        }
        const Image nearLossless =
            readImage({(folder + "_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm").toStdString()});
        float most = 0;
        for (std::size_t i = 0; i < truth.voxels().size(); ++i) {
            most = std::max(most, std::abs(truth.voxels()[i] - nearLossless.voxels()[i]));
        }
        QVERIFY(most > 0 && most < 20);
    }

    void framesOfEnhancedObjectsAgree() {
        const QString folder = testData() + "/dicom/awkward/multiframe-enhanced/";
        const auto check = [&](const char* truthName, std::initializer_list<const char*> names) {
            const Image truth = readImage({(folder + truthName).toStdString()});
            return std::all_of(names.begin(), names.end(), [&](const char* name) {
                const Image image = readImage({(folder + name).toStdString()});
                return std::equal(truth.voxels().begin(), truth.voxels().end(), image.voxels().begin(),
                                  image.voxels().end());
            });
        };
        QVERIFY(check("CT0012.explicit_little_endian.dcm",
                      {"CT0012.not_fragmented_bot_rle.dcm", "CT0012.fragmented_no_bot_jpeg_lossless.57.dcm"}));
        QVERIFY(check("emri_small.dcm",
                      {"emri_small_RLE.dcm", "emri_small_big_endian.dcm", "emri_small_jpeg_ls_lossless.dcm"}));
        const Image enhanced = readImage({(folder + "CT0012.explicit_little_endian.dcm").toStdString()});
        QCOMPARE(enhanced.geometry().size[2], std::int64_t(2));  // two positions, from the functional groups
        QVERIFY(std::abs(enhanced.geometry().spacing_mm[0] - 0.388672) < 1e-5);
    }

    void tiltedHeadIsReported() {
        const SeriesInfo info = scan({data("dicom/awkward/gantry-tilt-nonuniform-GE-head")}).series.at(0);
        QCOMPARE(info.size[2], std::int64_t(8));
        QVERIFY(anyContains(info.warnings, "18.5°"));
        QVERIFY(anyContains(info.warnings, "varies from"));
    }

    /// Every odd file is read or refused with a reason; none crashes. The table is printed for people.
    void everyAwkwardFile() {
        QDirIterator files(testData() + "/dicom/awkward", QDir::Files, QDirIterator::Subdirectories);
        std::map<QString, QString> table;
        int read = 0;
        while (files.hasNext()) {
            const QString path = files.next();
            if (path.endsWith(".csv") || path.endsWith(".md")) {
                continue;
            }
            const QString problem = errorOf([&] {
                const Image image = readImage({path.toStdString()});
                QVERIFY(std::all_of(image.voxels().begin(), image.voxels().end(),
                                    [](float v) { return std::isfinite(v); }));
            });
            const QString name = QFileInfo(path).fileName();
            QVERIFY2(problem.isEmpty() || problem.contains(name), qPrintable(problem));
            table[name] =
                problem.isEmpty() ? "read" : "refused: " + problem.section('\n', -1).section(name + ": ", -1).left(110);
            read += problem.isEmpty() ? 1 : 0;
        }
        for (const auto& [name, verdict] : table) {
            qInfo("%-100s %s", qPrintable(name.left(100)), qPrintable(verdict));
        }
        qInfo("%d of %zu files are read", read, table.size());
        QVERIFY(read >= 55);
        QVERIFY(table["MR_truncated.dcm"].contains("refused"));
        QVERIFY(table["liver.dcm"].contains("segmentation"));
        QVERIFY(table["rtstruct.dcm"].contains("no image"));
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
