#include "DicomTools.h"
#include "IoChecks.h"
#include "TestData.h"
#include "io/DerivedObjects.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>

using namespace drdm;

namespace {

const Derivation derivation{"DRDM variation: model test, level 64, seed 1", "DRDM level 64 seed 1",
                            R"({"seed":1,"name":"Größe \\ x"})", 9000};

DisplacementField wave(const Geometry& geometry) {
    const int dims = geometry.size[2] == 1 ? 2 : 3;
    const std::int64_t count = geometry.voxelCount();
    std::vector<float> values(static_cast<std::size_t>(count * dims));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = 1.5F * std::sin(0.013F * static_cast<float>(i));
    }
    return {geometry, dims, values};
}

LabelMap boxes(const Geometry& geometry) {
    std::vector<std::uint16_t> labels(static_cast<std::size_t>(geometry.voxelCount()), 0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto x = static_cast<std::int64_t>(i) % geometry.size[0];
        labels[i] = x > 5 && x < 11 ? 2 : x > 20 && x < 29 ? 500 : 0;
    }
    LabelMap map(geometry, labels);
    map.names[2] = "Myokard größer";
    return map;
}

float largestDifference(std::span<const float> a, std::span<const float> b) {
    float most = a.size() == b.size() ? 0.0F : 1e9F;
    for (std::size_t i = 0; most < 1e9F && i < a.size(); ++i) {
        most = std::max(most, std::abs(a[i] - b[i]));
    }
    return most;
}

}  // namespace

class TestDerivedObjects : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::string m_source;

    [[nodiscard]] std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    struct Written {
        WrittenSeries series;
        QStringList files;  ///< one of the series, segmentation, registration, parametric map
    };
    Written writeAll(const Image& image, const QString& folder, const Derivation& how) const {
        Written written;
        QDir(m_folder.path()).mkpath(folder);
        written.series = writeDerivedSeries(image, path(folder + "/dicom"), how);
        const DerivedFrom from{image, written.series};
        const DisplacementField field = wave(image.geometry());
        writeSegmentation(boxes(image.geometry()), from, path(folder + "/seg.dcm"), how);
        writeRegistration(field, from, path(folder + "/reg.dcm"), how);
        std::vector<float> ratio(static_cast<std::size_t>(image.geometry().voxelCount()), 0.75F);
        ratio[3] = 1.5F;
        writeParametricMap(ratio, image.geometry(), {}, from, path(folder + "/map.dcm"), how);
        written.files << QString::fromStdString(written.series.files.front());
        for (const char* name : {"seg.dcm", "reg.dcm", "map.dcm"}) {
            written.files << m_folder.filePath(folder + "/" + name);
        }
        return written;
    }

    /// The images that objects are made from.
    std::vector<std::pair<QString, Image>> sources() {
        std::vector<std::pair<QString, Image>> result;
        const Image phantom = readImage({m_source});
        result.emplace_back("phantom", phantom);
        result.emplace_back("slice", phantom.slice(1, 0));
        const std::string nifti = path("image.nii.gz");
        writeNifti(phantom.phase(0), nifti);
        result.emplace_back("nifti", readNifti(nifti));
        for (const auto& [name, part] : {std::pair<QString, QString>("ct", "dicom/cip-chest-64x64x79"),
                                         std::pair<QString, QString>("lidc", "dicom/lidc-idri-0314-chest-5mm"),
                                         std::pair<QString, QString>("cine", "dicom/cardiac-cine-SCD0000301")}) {
            const QString folder = testData() + "/" + part;
            if (!testData().isEmpty() && QDir(folder).exists()) {
                result.emplace_back(name, readImage({folder.toStdString()}).slice(0, 0));
            }
        }
        return result;
    }

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.slices = 3;
        settings.size = 48;
        settings.frames = 2;
        m_source = writePhantom(settings, path("phantom-files")).front() + "/dicom";
    }

    void registrationComesBack() {
        for (const auto& [name, image] : sources()) {
            const Written written = writeAll(image, "back-" + name, derivation);
            const DisplacementField field = wave(image.geometry());
            const DisplacementField back = readRegistration(written.files[2].toStdString());
            QCOMPARE(back.dims(), field.dims());
            QVERIFY(cornerDistance_mm(back.geometry(), image.geometry()) < 1e-3);
            QVERIFY(largestDifference(back.values_vox(), field.values_vox()) < 1e-4F);
            // A parametric map is an image with float pixels.
            const Image map = readImage({written.files[3].toStdString()});
            QVERIFY(cornerDistance_mm(map.geometry(), image.geometry()) < 1e-3);
            QCOMPARE(map.voxels()[0], 0.75F);
            QCOMPARE(map.voxels()[3], 1.5F);
            QCOMPARE(map.source.frameOfReferenceUid,
                     readImage({path("back-" + name + "/dicom")}).source.frameOfReferenceUid);
            for (const QString& file : written.files) {
                QCOMPARE(readDicomProvenance(file.toStdString()), derivation.provenanceJson);
            }
        }
    }

    void dciodvfyFindsNoError() {
        if (!runTool("dciodvfy", {"-version"}).found) {
            QSKIP("dciodvfy is not installed (Debian's dicom3tools)");
        }
        for (const auto& [name, image] : sources()) {
            const Written written = writeAll(image, name, derivation);
            // What the source itself has wrong stays its own.
            const QStringList inherited = image.source.format == "dicom"
                                              ? dciodvfyErrors(QString::fromStdString(image.source.files.front()))
                                              : QStringList();
            for (const QString& file : written.files) {
                for (const QString& error : dciodvfyErrors(file)) {
                    QVERIFY2(inherited.contains(error), qPrintable(file + ": " + error));
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestDerivedObjects)
#include "TestDerivedObjects.moc"
