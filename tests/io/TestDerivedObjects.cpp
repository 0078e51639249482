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
    labels[0] = 2;  // small images have it, too
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

    void pydicomReadsThem() {
        const QString python = "/usr/bin/python3";
        if (runTool(python, {"-c", "import pydicom, numpy"}).code != 0) {
            QSKIP("pydicom is not installed (Debian's python3-pydicom)");
        }
        for (const auto& [name, image] : sources()) {
            const Written written = writeAll(image, "pydicom-" + name, derivation);
            const LabelMap labels = boxes(image.geometry());
            const auto count = [&labels](std::uint16_t label) {
                return QString::number(std::count(labels.labels().begin(), labels.labels().end(), label));
            };
            // Segmentation: voxels of each segment; registration: its numbers; map: its values.
            const ToolResult read = runTool(
                python,
                {"-c",
                 "import sys, numpy, pydicom\n"
                 "image, seg, reg, field = [pydicom.dcmread(f) for f in sys.argv[1:]]\n"
                 "print(image.pixel_array.shape == (image.Rows, image.Columns))\n"
                 "frames = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)\n"
                 "sums = {}\n"
                 "for item, frame in zip(seg.PerFrameFunctionalGroupsSequence, frames):\n"
                 "    n = item.SegmentIdentificationSequence[0].ReferencedSegmentNumber\n"
                 "    sums[n] = sums.get(n, 0) + int(frame.sum())\n"
                 "print(*[sums[k] for k in sorted(sums)])\n"
                 "grid = reg.DeformableRegistrationSequence[0].DeformableRegistrationGridSequence[0]\n"
                 "print(len(grid.VectorGridData) == 12 * numpy.prod(grid.GridDimensions))\n"
                 "values = numpy.frombuffer(field.FloatPixelData, '<f4')\n"
                 "print(values.size == field.NumberOfFrames * field.Rows * field.Columns, values[0], values[3])\n",
                 written.files[0], written.files[1], written.files[2], written.files[3]});
            QCOMPARE(read.text.trimmed(), QString("True\n%1 %2\nTrue\nTrue 0.75 1.5").arg(count(2), count(500)));
        }
    }

    void gdcmReadsThem() {
        if (!runTool("gdcminfo", {"--version"}).found) {
            QSKIP("GDCM's tools are not installed (Debian's libgdcm-tools)");
        }
        for (const auto& [name, image] : sources()) {
            const Written written = writeAll(image, "gdcm-" + name, derivation);
            for (const QString& file : written.files) {
                const ToolResult dumped = runTool("gdcmdump", {file});
                QVERIFY2(dumped.code == 0 && dumped.text.contains("(0020,000e)"), qPrintable(dumped.text.right(500)));
                if (!file.endsWith("reg.dcm") && !file.endsWith("map.dcm")) {  // GDCM knows images of integers alone
                    const ToolResult read = runTool("gdcminfo", {file});
                    QVERIFY2(read.code == 0 && read.text.contains("Dimensions"), qPrintable(file + read.text));
                }
            }
        }
    }

    void dcm2niixReadsThem() {
        if (!runTool("dcm2niix", {"--version"}).found) {
            QSKIP("dcm2niix is not installed (Debian's dcm2niix)");
        }
        for (const auto& [name, image] : sources()) {
            if (image.phases() > 1) {
                continue;  // it numbers phases in its own way
            }
            writeAll(image, "dcm2niix-" + name, derivation);
            const QString folder = m_folder.filePath("dcm2niix-" + name);
            const ToolResult made =
                runTool("dcm2niix", {"-b", "n", "-z", "n", "-f", "image", "-o", folder, folder + "/dicom"});
            QVERIFY2(QFile::exists(folder + "/image.nii"), qPrintable(made.text));
            const Image theirs = readNifti((folder + "/image.nii").toStdString());
            QCOMPARE(theirs.voxels().size(), image.voxels().size());
            const auto [a, b] = std::minmax_element(theirs.voxels().begin(), theirs.voxels().end());
            const auto [c, d] = std::minmax_element(image.voxels().begin(), image.voxels().end());
            QVERIFY(std::abs(*a - *c) < 1e-3F * (*d - *c) && std::abs(*b - *d) < 1e-3F * (*d - *c));
        }
    }

    /// What is derived of each readable series among the odd files has no error that its source has not.
    void oddSources() {
        if (testData().isEmpty()) {
            QSKIP("the real images are not there (DRDM_TEST_DATA)");
        }
        if (!runTool("dciodvfy", {"-version"}).found) {
            QSKIP("dciodvfy is not installed (Debian's dicom3tools)");
        }
        int count = 0;
        for (const SeriesInfo& series : scan({(testData() + "/dicom/awkward").toStdString()}).series) {
            if (!series.unreadable.empty()) {
                continue;
            }
            Image image;
            try {
                image = readSeries(series).slice(0, 0);
            } catch (const Error&) {
                continue;  // TestDicomSeries is about these
            }
            const QString folder = QString("odd-%1").arg(++count);
            const QStringList inherited = dciodvfyErrors(QString::fromStdString(image.source.files.front()));
            const Written written = writeAll(image, folder, derivation);
            for (const QString& file : written.files) {
                for (const QString& error : dciodvfyErrors(file)) {
                    // A value that is wrong in the source is wrong wherever it is referred to.
                    const bool own = std::none_of(inherited.begin(), inherited.end(), [&](const QString& known) {
                        return known.section("> - ", 1) == error.section("> - ", 1);
                    });
                    QVERIFY2(!own, qPrintable(QString::fromStdString(image.source.files.front()) + " -> " +
                                              file.section('/', -1) + ": " + error));
                }
            }
        }
        qInfo("%d series", count);
        QVERIFY(count > 15);
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
