#include "DicomTools.h"
#include "IoChecks.h"
#include "TestData.h"
#include "imaging/Warp.h"
#include "io/DerivedObjects.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"
#include "tasks/Evaluate.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

/// Smooth, several voxels large, different along each axis: an exchanged axis or sign would show.
DisplacementField waves(const Geometry& g) {
    const int dims = g.size[2] == 1 ? 2 : 3;
    const auto count = static_cast<std::size_t>(g.voxelCount());
    std::vector<float> values(count * static_cast<std::size_t>(dims));
    std::size_t i = 0;
    for (std::int64_t z = 0; z < g.size[2]; ++z) {
        for (std::int64_t y = 0; y < g.size[1]; ++y) {
            for (std::int64_t x = 0; x < g.size[0]; ++x, ++i) {
                const auto fx = static_cast<float>(x), fy = static_cast<float>(y), fz = static_cast<float>(z);
                values[static_cast<std::size_t>(componentOfAxis(0, dims)) * count + i] = 2.5F * std::sin(fy / 7) + 0.7F;
                values[static_cast<std::size_t>(componentOfAxis(1, dims)) * count + i] = 1.6F * std::cos(fx / 9 + fz);
                if (dims == 3) {
                    values[static_cast<std::size_t>(componentOfAxis(2, dims)) * count + i] = 0.6F * std::sin(fx / 6);
                }
            }
        }
    }
    return {g, dims, values};
}

Image phantom(int slices, int index) {
    PhantomSettings settings;
    settings.slices = slices;
    settings.size = 64;
    settings.frames = 1;
    settings.seed = 5;
    const Image image = makePhantom(settings, index).image;
    std::vector<float> voxels(image.voxels().begin(), image.voxels().end());
    voxels[0] += 0.5F;  // makes files of it float: other programs keep the type, and would cut off the fractions
    return image.withVoxels(voxels);
}

float largestDifference(const DisplacementField& a, const DisplacementField& b) {
    float most = a.values_vox().size() == b.values_vox().size() ? 0.0F : 1e9F;
    for (std::size_t i = 0; most < 1e9F && i < a.values_vox().size(); ++i) {
        most = std::max(most, std::abs(a.values_vox()[i] - b.values_vox()[i]));
    }
    return most;
}

/// The largest difference of two images, `border` voxels away from the edges (in the plane; in a volume, one slice).
double differenceInside(const Image& a, const Image& b, std::int64_t border) {
    const Size3 n = a.geometry().size;
    double most = a.voxels().size() == b.voxels().size() ? 0 : 1e9;
    const std::int64_t inDepth = n[2] > 2 ? 1 : 0;
    for (std::int64_t z = inDepth; most < 1e9 && z < n[2] - inDepth; ++z) {
        for (std::int64_t y = border; y < n[1] - border; ++y) {
            for (std::int64_t x = border; x < n[0] - border; ++x) {
                const auto i = static_cast<std::size_t>((z * n[1] + y) * n[0] + x);
                most =
                    std::max(most, std::abs(static_cast<double>(a.voxels()[i]) - static_cast<double>(b.voxels()[i])));
            }
        }
    }
    return most;
}

}  // namespace

class TestFieldFiles : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

private Q_SLOTS:
    /// Every kind of file holds the same field.
    void allFormats() {
        for (int index = 0; index < 2; ++index) {
            for (const int slices : {1, 5}) {
                const Image image = phantom(slices, index);
                const DisplacementField field = waves(image.geometry());
                const std::string note =
                    std::string("{\"program\":\"DRDM Studio\",\"text\":\"") + std::string(2000, 'a') + "  \"}";
                writeNiftiField(field, path("standard.nii.gz"), note);
                writeNiftiField(field, path("itk.nii.gz"), note, FieldStyle::Itk);
                writeMetaField(field, path("field.mha"), note);
                writeRegistration(field, {image, {}}, path("field.dcm"), {"", "", note});
                for (const char* name : {"standard.nii.gz", "itk.nii.gz", "field.mha", "field.dcm"}) {
                    const DisplacementField back = readField(path(name));
                    QCOMPARE(back.dims(), field.dims());
                    QVERIFY2(cornerDistance_mm(back.geometry(), field.geometry()) < 1e-3, name);
                    QVERIFY2(largestDifference(back, field) < 2e-4F, name);
                }
                QCOMPARE(readMetaProvenance(path("field.mha")), note);
                QCOMPARE(readDicomProvenance(path("field.dcm")), note);
            }
        }
    }

    /// A left-handed grid, which a registration object cannot have, is turned over.
    void leftHanded() {
        const Image image = phantom(5, 0);
        Geometry g = image.geometry();
        for (std::size_t i = 0; i < 3; ++i) {
            g.direction[i][2] = -g.direction[i][2];
        }
        const DisplacementField field = waves(g);
        Image turned(g, {image.voxels().begin(), image.voxels().end()});
        writeRegistration(field, {turned, {}}, path("left.dcm"), {});
        const DisplacementField back = readRegistration(path("left.dcm"));
        const std::int64_t slab = g.size[0] * g.size[1];
        for (std::int64_t z = 0; z < g.size[2]; ++z) {
            const Vec3 there = back.vector_mm((g.size[2] - 1 - z) * slab + 77), here = field.vector_mm(z * slab + 77);
            const Vec3 a = back.geometry().toPatient({13, 1, static_cast<double>(g.size[2] - 1 - z)});
            const Vec3 b = g.toPatient({13, 1, static_cast<double>(z)});
            for (std::size_t k = 0; k < 3; ++k) {
                QVERIFY(std::abs(there[k] - here[k]) < 1e-3);
                QVERIFY(std::abs(a[k] - b[k]) < 1e-3);
            }
        }
        g.direction[0][2] += 0.3;  // sheared
        const DisplacementField sheared = waves(g);
        QVERIFY(isUseful(errorOf([&] {
                             writeRegistration(sheared, {turned, {}}, path("s.dcm"), {});
                         }),
                         "right angle", "MetaImage"));
    }

    /// What plastimatch makes of our field is what we make of it. A grey level apart at most, away from the border.
    void plastimatchWarpsAlike() {
        if (!runTool("plastimatch", {"--version"}).found) {
            QSKIP("plastimatch is not installed (Debian's plastimatch)");
        }
        for (const int slices : {1, 6}) {
            const Image image = phantom(slices, 1);
            const DisplacementField field = waves(image.geometry());
            writeNifti(image, path("p.nii.gz"));
            const Image expected = warp(readNifti(path("p.nii.gz")), field);
            writeMetaField(field, path("p.mha"), R"({"program":"DRDM Studio"})");
            writeNiftiField(field, path("p-itk.nii.gz"), R"({"program":"DRDM Studio"})", FieldStyle::Itk);
            writeMetaImage(image, path("p-image.mha"), R"({"program":"DRDM Studio"})");
            std::vector<std::pair<const char*, const char*>> files{{"p.nii.gz", "p.mha"}};
            if (slices > 1) {  // plastimatch takes other files of one slice for a plane without a place in space
                files.emplace_back("p-image.mha", "p-itk.nii.gz");
            }
            for (const auto& [input, given] : files) {
                QFile::remove(m_folder.filePath("p-out.nii.gz"));
                const ToolResult made = runTool(
                    "plastimatch", {"warp", "--input", m_folder.filePath(input), "--xf", m_folder.filePath(given),
                                    "--output-img", m_folder.filePath("p-out.nii.gz"), "--output-type", "float"});
                QVERIFY2(made.code == 0 && QFile::exists(m_folder.filePath("p-out.nii.gz")), qPrintable(made.text));
                const Image theirs = readNifti(path("p-out.nii.gz"));
                QVERIFY(cornerDistance_mm(theirs.geometry(), image.geometry()) < 1e-3);
                const double apart = differenceInside(theirs, expected, 6);
                qInfo("plastimatch, %d slices, %s: at most %.4f grey levels apart", slices, given, apart);
                QVERIFY(apart <= 1);
                QVERIFY(differenceInside(theirs, image, 6) > 20);  // it did move
            }
        }
    }

    void transformixWarpsAlike() {
        if (!runTool("transformix", {"--version"}).found) {
            QSKIP("transformix is not installed (Debian's elastix)");
        }
        const Image image = phantom(6, 0);
        const DisplacementField field = waves(image.geometry());
        writeNifti(image, path("t.nii.gz"));
        writeMetaField(field, path("t.mha"), R"({"program":"DRDM Studio"})");
        const Image expected = warp(readNifti(path("t.nii.gz")), field);
        const Geometry& g = image.geometry();
        const auto triple = [](auto a, auto b, auto c) {
            return QString("%1 %2 %3").arg(a, 0, 'g', 15).arg(b, 0, 'g', 15).arg(c, 0, 'g', 15);
        };
        QString direction;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            direction += " " + triple(g.direction[0][axis], g.direction[1][axis], g.direction[2][axis]);
        }
        const QString parameters =
            QString(
                "(Transform \"DeformationFieldTransform\")\n(DeformationFieldFileName \"%1\")\n"
                "(DeformationFieldInterpolationOrder 1)\n(NumberOfParameters 0)\n"
                "(InitialTransformParametersFileName \"NoInitialTransform\")\n(HowToCombineTransforms \"Compose\")\n"
                "(FixedImageDimension 3)\n(MovingImageDimension 3)\n(FixedInternalImagePixelType \"float\")\n"
                "(MovingInternalImagePixelType \"float\")\n(Size %2 %3 %4)\n(Index 0 0 0)\n(Spacing %5)\n(Origin %6)\n"
                "(Direction%7)\n(UseDirectionCosines \"true\")\n(ResampleInterpolator \"FinalBSplineInterpolator\")\n"
                "(FinalBSplineInterpolationOrder 1)\n"
                "(Resampler \"DefaultResampler\")\n(DefaultPixelValue 0)\n(ResultImageFormat \"nii.gz\")\n"
                "(ResultImagePixelType \"float\")\n(CompressResultImage \"false\")\n")
                .arg(m_folder.filePath("t.mha"))
                .arg(g.size[0])
                .arg(g.size[1])
                .arg(g.size[2])
                .arg(triple(g.spacing_mm[0], g.spacing_mm[1], g.spacing_mm[2]),
                     triple(g.origin_mm[0], g.origin_mm[1], g.origin_mm[2]), direction);
        writeBytes(m_folder.filePath("t.txt"), parameters.toUtf8());
        QDir(m_folder.path()).mkpath("t-out");
        const ToolResult made =
            runTool("transformix", {"-in", m_folder.filePath("t.nii.gz"), "-tp", m_folder.filePath("t.txt"), "-out",
                                    m_folder.filePath("t-out"), "-def", "all"});
        QVERIFY2(made.code == 0, qPrintable(made.text.right(2000)));
        const Image theirs = readNifti(path("t-out/result.nii.gz"));
        const double apart = differenceInside(theirs, expected, 6);
        qInfo("transformix: at most %.4f grey levels apart", apart);
        QVERIFY(apart <= 1);
        // And back: the field that elastix's program writes itself.
        const DisplacementField again = readField(path("t-out/deformationField.nii.gz"));
        QVERIFY(cornerDistance_mm(again.geometry(), g) < 1e-3);
        QVERIFY(largestDifference(again, field) < 1e-3F);
    }

    /// A field made by plastimatch, read and applied by us.
    void fieldsOfPlastimatch() {
        if (!runTool("plastimatch", {"--version"}).found) {
            QSKIP("plastimatch is not installed (Debian's plastimatch)");
        }
        const Image image = phantom(6, 1);
        writeNifti(image, path("o.nii.gz"));
        for (const char* name : {"o-field.mha", "o-field.nii.gz"}) {
            const ToolResult made =
                runTool("plastimatch", {"synth-vf", "--fixed", m_folder.filePath("o.nii.gz"), "--output",
                                        m_folder.filePath(name), "--xf-trans", "3 -2 1.5"});
            QVERIFY2(made.code == 0, qPrintable(made.text));
            const DisplacementField field = readField(path(name));
            const Vec3 vector = field.vector_mm(image.geometry().voxelCount() / 2);
            qInfo("%s: %.4f %.4f %.4f", name, vector[0], vector[1], vector[2]);
            QVERIFY(std::abs(std::abs(vector[0]) - 3) < 1e-3 && std::abs(std::abs(vector[1]) - 2) < 1e-3);
            const ToolResult warped = runTool(
                "plastimatch", {"warp", "--input", m_folder.filePath("o.nii.gz"), "--xf", m_folder.filePath(name),
                                "--output-img", m_folder.filePath("o-out.nii.gz"), "--output-type", "float"});
            QVERIFY2(warped.code == 0, qPrintable(warped.text));
            const double apart = differenceInside(readNifti(path("o-out.nii.gz")), warp(image, field), 6);
            qInfo("at most %.4f grey levels apart", apart);
            QVERIFY(apart <= 1);
        }
    }

    /// Images as MetaImage, as others and we write them.
    void imagesComeBack() {
        const Image image = phantom(4, 0);
        writeMetaImage(image, path("i.mha"), R"({"program":"x"})");
        const Image back = readImage({path("i.mha")});
        QVERIFY(std::ranges::equal(back.voxels(), image.voxels()));
        QVERIFY(cornerDistance_mm(back.geometry(), image.geometry()) < 1e-9);
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 32;
        settings.frames = 3;
        const Image moving = makePhantom(settings, 0).image;
        writeMetaImage(moving, path("t.mha"));
        const Image phases = readImage({path("t.mha")});
        QCOMPARE(phases.phases(), std::int64_t(3));
        QVERIFY(std::ranges::equal(phases.voxels(), moving.voxels()));
        writeMetaField(waves(image.geometry()), path("f.mha"));
        QVERIFY(
            isUseful(errorOf([&] { static_cast<void>(readImage({path("f.mha")})); }), "f.mha", "a field is applied"));
        const QString real = testData() + "/lung-ct";
        for (const QString& name : testData().isEmpty() ? QStringList() : QDir(real).entryList({"*.mha"})) {
            const Image lung = readImage({(real + "/" + name).toStdString()});
            QCOMPARE(lung.modality, std::string("CT"));
            qInfo("%s: %lld x %lld x %lld", qPrintable(name), static_cast<long long>(lung.geometry().size[0]),
                  static_cast<long long>(lung.geometry().size[1]), static_cast<long long>(lung.geometry().size[2]));
        }
    }

    void damagedFiles() {
        const Image image = phantom(3, 0);
        writeMetaField(waves(image.geometry()), path("m.mha"));
        const QByteArray good = bytesOf(m_folder.filePath("m.mha"));
        const auto refused = [&](const QByteArray& bytes) {
            writeBytes(m_folder.filePath("bad.mha"), bytes);
            return errorOf([&] { readField(path("bad.mha")); });
        };
        QVERIFY(isUseful(refused(good.left(good.size() - 8)), "bad.mha", "copy it again"));
        QVERIFY(isUseful(refused(good.left(40)), "bad.mha", "ElementDataFile"));
        QVERIFY(
            isUseful(refused(QByteArray(good).replace("DimSize = 64", "DimSize = 999999")), "bad.mha", "cut short"));
        QVERIFY(isUseful(refused(QByteArray(good).replace("DimSize = 64", "DimSize = -64")), "bad.mha", "size"));
        QVERIFY(isUseful(refused(QByteArray(good).replace("NDims = 3", "NDims = 7")), "bad.mha", "dimensions"));
        QVERIFY(isUseful(refused(QByteArray(good).replace("= LOCAL", "= ../x.raw")), "bad.mha", "both files"));
        QVERIFY(isUseful(refused(QByteArray(good).replace("OfChannels = 3", "OfChannels = 1")), "bad.mha",
                         "numbers per voxel"));
        QVERIFY(isUseful(refused(QByteArray(good).replace("MET_FLOAT", "MET_OTHER")), "bad.mha", "not supported"));
        QByteArray undefined = good;
        const float nan = std::nanf("");
        undefined.replace(undefined.size() - 4, 4, reinterpret_cast<const char*>(&nan), 4);
        QVERIFY(isUseful(refused(undefined), "bad.mha", "undefined"));
        // The data in a second file, and compressed by zlib with numbers of other kinds.
        const int end = static_cast<int>(good.indexOf("LOCAL\n")) + 6;
        QByteArray header = good.left(end);
        writeBytes(m_folder.filePath("two.raw"), good.mid(end));
        writeBytes(m_folder.filePath("two.mhd"), QByteArray(header).replace("LOCAL", "two.raw"));
        QVERIFY(largestDifference(readField(path("two.mhd")), waves(image.geometry())) < 2e-4F);
        const QByteArray packed = qCompress(good.mid(end)).mid(4);
        writeBytes(m_folder.filePath("packed.mha"),
                   header.replace("CompressedData = False", "CompressedData = True") + packed);
        QVERIFY(largestDifference(readField(path("packed.mha")), waves(image.geometry())) < 2e-4F);
        writeBytes(m_folder.filePath("bad.mha"), header + packed.left(packed.size() / 2));
        QVERIFY(isUseful(errorOf([&] { readField(path("bad.mha")); }), "bad.mha", "damaged"));
    }
};

QTEST_GUILESS_MAIN(TestFieldFiles)
#include "TestFieldFiles.moc"
