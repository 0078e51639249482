#include "IoChecks.h"
#include "io/NiftiFile.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <zlib.h>

using namespace drdm;

namespace {

/// Oblique, anisotropic, away from the origin.
Geometry obliqueGrid(Size3 size) {
    Geometry g;
    g.size = size;
    g.spacing_mm = {0.7, 1.3, 5.5};
    g.origin_mm = {-112.25, 34.5, -480.125};
    const double a = 0.4;
    const double b = -0.7;
    const Vec3 row{std::cos(a), std::sin(a), 0};
    const Vec3 column{-std::sin(a) * std::cos(b), std::cos(a) * std::cos(b), std::sin(b)};
    const Vec3 normal{row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
                      row[0] * column[1] - row[1] * column[0]};
    for (std::size_t k = 0; k < 3; ++k) {
        g.direction[k] = {row[k], column[k], normal[k]};
    }
    return g;
}

std::vector<float> randomValues(std::size_t count, float low, float high, bool whole) {
    std::mt19937 random(7);
    std::vector<float> values(count);
    for (float& v : values) {
        v = low + (high - low) * static_cast<float>(random() % 100001) / 100000.0F;
        v = whole ? std::floor(v) : v;
    }
    return values;
}

/// A hand-made header: what other programs write, valid or not.
QByteArray header(std::initializer_list<int> dims, int datatype, int bits) {
    QByteArray bytes(352, '\0');
    const auto put16 = [&](int at, int value) {
        const auto v = static_cast<qint16>(value);
        std::memcpy(bytes.data() + at, &v, 2);
    };
    const auto put32 = [&](int at, int value) { std::memcpy(bytes.data() + at, &value, 4); };
    const auto putFloat = [&](int at, float value) { std::memcpy(bytes.data() + at, &value, 4); };
    put32(0, 348);
    put16(40, static_cast<int>(dims.size()));
    int at = 42;
    for (const int dim : dims) {
        put16(at, dim);
        at += 2;
    }
    put16(70, datatype);
    put16(72, bits);
    for (int i = 0; i < 8; ++i) {
        putFloat(76 + 4 * i, 1);
    }
    putFloat(108, 352);
    std::memcpy(bytes.data() + 344, "n+1", 4);
    return bytes;
}

void setFloat(QByteArray& bytes, int at, float value) {
    std::memcpy(bytes.data() + at, &value, 4);
}

}  // namespace

class TestNifti : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private Q_SLOTS:
    void imageRoundTrip_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("phases");
        QTest::addColumn<bool>("whole");
        QTest::newRow("3-D floats") << "a.nii" << 1 << false;
        QTest::newRow("3-D compressed") << "b.nii.gz" << 1 << false;
        QTest::newRow("4-D whole numbers") << "c.nii.gz" << 5 << true;
    }
    void imageRoundTrip() {
        QFETCH(QString, name);
        QFETCH(int, phases);
        QFETCH(bool, whole);
        const Geometry g = obliqueGrid({13, 9, 4});
        const auto values = randomValues(static_cast<std::size_t>(13 * 9 * 4 * phases), -900, 1500, whole);
        Image image(g, values, phases);
        for (int p = 0; phases > 1 && p < phases; ++p) {
            image.phaseTimes_ms.push_back(40.0 * p);
        }
        const std::string file = m_folder.filePath(name).toStdString();
        writeNifti(image, file, R"({"seed":3,"text":"Größe"})");
        const Image back = readNifti(file);
        QCOMPARE(back.phases(), std::int64_t(phases));
        QVERIFY(cornerDistance_mm(back.geometry(), g) < 1e-4);
        QVERIFY(std::equal(values.begin(), values.end(), back.voxels().begin(), back.voxels().end()));
        QCOMPARE(back.phaseTimes_ms, image.phaseTimes_ms);
        QCOMPARE(readNiftiProvenance(file), std::string(R"({"seed":3,"text":"Größe"})"));
        QCOMPARE(back.source.sha256.size(), std::size_t(64));
    }

    void oneSliceStaysOneSlice() {
        const Geometry g = obliqueGrid({8, 6, 1});
        writeNifti(Image(g, std::vector<float>(48, 2.5F)), path("slice.nii"));
        QVERIFY(cornerDistance_mm(readNifti(path("slice.nii")).geometry(), g) < 1e-4);
        QCOMPARE(readNiftiProvenance(path("slice.nii")), std::string());
    }

    void fieldRoundTrip_data() {
        QTest::addColumn<int>("dims");
        QTest::newRow("2-D") << 2;
        QTest::newRow("3-D") << 3;
    }
    void fieldRoundTrip() {
        QFETCH(int, dims);
        const Geometry g = obliqueGrid({17, 11, dims == 2 ? 1 : 5});
        const auto values = randomValues(static_cast<std::size_t>(g.voxelCount() * dims), -60, 60, false);
        writeNiftiField(DisplacementField(g, dims, values), path("field.nii.gz"), "{}");
        const DisplacementField back = readNiftiField(path("field.nii.gz"));
        QCOMPARE(back.dims(), dims);
        QVERIFY(back.geometry().sameGrid(g, 1e-3));
        float worst = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            worst = std::max(worst, std::abs(values[i] - back.values_vox()[i]));
        }
        QVERIFY2(worst < 1e-4F, qPrintable(QString::number(static_cast<double>(worst))));
    }

    void fieldIsInMillimetresRas() {
        // One voxel along x on a grid whose x axis points to the patient's left, 2 mm apart: +2 mm L is -2 mm in RAS.
        Geometry g;
        g.size = {4, 3, 1};
        g.spacing_mm = {2, 3, 1};
        std::vector<float> values(24, 0.0F);
        std::fill(values.begin() + 12, values.end(), 1.0F);  // component 1 of 2-D is x
        writeNiftiField(DisplacementField(g, 2, values), path("ras.nii"));
        const QByteArray bytes = bytesOf(m_folder.filePath("ras.nii"));
        qint16 dim[8];
        std::memcpy(dim, bytes.data() + 40, 16);
        const qint16 expected[8] = {5, 4, 3, 1, 1, 3, 1, 1};
        QVERIFY(std::equal(dim, dim + 8, expected));
        qint16 intent = 0;
        std::memcpy(&intent, bytes.data() + 68, 2);
        QCOMPARE(intent, qint16(1006));
        float vector[3];
        for (int c = 0; c < 3; ++c) {
            std::memcpy(vector + c, bytes.data() + 352 + c * 12 * 4, 4);
        }
        QCOMPARE(vector[0], -2.0F);
        QCOMPARE(vector[1], 0.0F);
        QCOMPARE(vector[2], 0.0F);
    }

    void labelsRoundTrip() {
        const Geometry g = obliqueGrid({5, 4, 3});
        std::vector<std::uint16_t> labels(60, 0);
        labels[7] = 3;
        labels[8] = 4711;
        writeNiftiLabels(LabelMap(g, labels), path("labels.nii.gz"));
        const LabelMap back = readNiftiLabels(path("labels.nii.gz"));
        QVERIFY(std::equal(labels.begin(), labels.end(), back.labels().begin(), back.labels().end()));
        writeNifti(Image(g, std::vector<float>(60, 0.5F)), path("half.nii"));
        QVERIFY(isUseful(errorOf([&] { readNiftiLabels(path("half.nii")); }), "half.nii", "whole numbers"));
    }

    void scaleUnitsAndByteOrder() {
        QByteArray bytes = header({2, 2, 1, 3}, 4, 16);
        setFloat(bytes, 112, 0);  // scl_slope 0: no scaling, whatever the intercept says
        setFloat(bytes, 116, 99);
        bytes[123] = 1 | 8;  // metres and seconds
        const qint16 data[12] = {1, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        bytes.append(reinterpret_cast<const char*>(data), sizeof data);
        writeBytes(m_folder.filePath("unscaled.nii"), bytes);
        const Image plain = readNifti(path("unscaled.nii"));
        QCOMPARE(plain.voxels()[1], -2.0F);
        QCOMPARE(plain.geometry().spacing_mm[0], 1000.0);
        QCOMPARE(plain.phaseTimes_ms, (std::vector<double>{0, 1000, 2000}));
        QVERIFY(plain.warnings.size() == 1);  // neither qform nor sform

        setFloat(bytes, 112, 0.5F);
        setFloat(bytes, 116, 10);
        // The same file as a big-endian machine writes it.
        const auto swap = [&](int at, int width) { std::reverse(bytes.begin() + at, bytes.begin() + at + width); };
        swap(0, 4);
        for (int at = 40; at < 56; at += 2) {
            swap(at, 2);
        }
        for (const int at : {68, 70, 72, 74, 252, 254}) {
            swap(at, 2);
        }
        for (int at = 76; at < 120; at += 4) {
            swap(at, 4);
        }
        for (int i = 0; i < 12; ++i) {
            swap(352 + 2 * i, 2);
        }
        writeBytes(m_folder.filePath("big.nii"), bytes);
        const Image big = readNifti(path("big.nii"));
        QCOMPARE(big.voxels()[1], 9.0F);
        QCOMPARE(big.voxels()[11], 16.0F);
        QCOMPARE(big.storedMaximum, 0.5F * 32767 + 10);
    }

    void sformGoesBeforeQform() {
        QByteArray bytes = header({2, 2, 2}, 2, 8);
        bytes.append(QByteArray(8, '\1'));
        const qint16 one = 1;
        std::memcpy(bytes.data() + 252, &one, 2);
        setFloat(bytes, 268, 50);  // qoffset_x
        writeBytes(m_folder.filePath("q.nii"), bytes);
        QCOMPARE(readNifti(path("q.nii")).geometry().origin_mm[0], -50.0);
        std::memcpy(bytes.data() + 254, &one, 2);
        const float rows[12] = {3, 0, 0, 7, 0, 4, 0, 8, 0, 0, 5, 9};
        std::memcpy(bytes.data() + 280, rows, sizeof rows);
        writeBytes(m_folder.filePath("s.nii"), bytes);
        const Image image = readNifti(path("s.nii"));
        QCOMPARE(image.geometry().spacing_mm, (Vec3{3, 4, 5}));
        QCOMPARE(image.geometry().origin_mm, (Vec3{-7, -8, 9}));
        QVERIFY(image.warnings.size() == 1 && image.warnings[0].find("disagree") != std::string::npos);
    }

    void everyNumberType_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("width");
        const int types[][2] = {{2, 1},   {256, 1},  {4, 2},    {512, 2}, {8, 4},
                                {768, 4}, {1024, 8}, {1280, 8}, {16, 4},  {64, 8}};
        for (const auto& type : types) {
            QTest::addRow("%d", type[0]) << type[0] << type[1];
        }
    }
    void everyNumberType() {
        QFETCH(int, type);
        QFETCH(int, width);
        QByteArray bytes = header({1, 1, 2}, type, 8 * width);
        for (const int value : {5, 100}) {
            char raw[8] = {static_cast<char>(value)};
            const auto real = static_cast<float>(value);
            const auto wide = static_cast<double>(value);
            if (type == 16) {
                std::memcpy(raw, &real, 4);
            } else if (type == 64) {
                std::memcpy(raw, &wide, 8);
            }
            bytes.append(raw, width);
        }
        writeBytes(m_folder.filePath("type.nii"), bytes);
        const Image image = readNifti(path("type.nii"));
        QCOMPARE(image.voxels()[0], 5.0F);
        QCOMPARE(image.voxels()[1], 100.0F);
    }

    void damagedFilesAreRefused() {
        const auto refused = [&](const char* name, const QByteArray& bytes, const char* remedy) {
            writeBytes(m_folder.filePath(name), bytes);
            return isUseful(errorOf([&] { readNifti(path(name)); }), name, remedy);
        };
        QVERIFY(refused("short.nii", QByteArray(100, 'x'), "copy it again"));
        QVERIFY(refused("text.nii", QByteArray(1000, 'x'), "not a NIfTI-1 file"));
        QVERIFY(refused("huge.nii", header({32767, 32767, 32767, 32767, 3}, 64, 64), "copy it again"));
        QVERIFY(refused("negative.nii", header({-5, 4, 4}, 4, 16), "damaged"));
        QVERIFY(refused("nine.nii", header({1, 1, 1, 1, 1, 1, 1}, 4, 16).replace(40, 1, "\x09"), "damaged"));
        QVERIFY(refused("colour.nii", header({1, 1, 1}, 128, 24) + "abc", "not supported"));
        QByteArray offset = header({2, 2, 2}, 2, 8) + QByteArray(8, 'a');
        setFloat(offset, 108, std::nanf(""));
        QVERIFY(refused("offset.nii", offset, "damaged"));
        QVERIFY(refused("cut.nii", header({20, 20, 20}, 4, 16) + QByteArray(500, 'a'), "copy it again"));
    }

    void truncatedCompressedFile() {
        const Geometry g = obliqueGrid({64, 64, 8});
        writeNifti(Image(g, randomValues(64 * 64 * 8, 0, 1, false)), path("whole.nii.gz"));
        const QByteArray bytes = bytesOf(m_folder.filePath("whole.nii.gz"));
        writeBytes(m_folder.filePath("cut.nii.gz"), bytes.left(bytes.size() / 2));
        QVERIFY(isUseful(errorOf([&] { readNifti(path("cut.nii.gz")); }), "cut.nii.gz", "copy it again"));
        // A small compressed file that promises what deflate cannot hold is refused before memory is taken.
        const QByteArray lie = header({30000, 30000, 1000}, 16, 32);
        const std::string name = path("lie.nii.gz");
        gzFile file = gzopen(name.c_str(), "wb");
        gzwrite(file, lie.constData(), static_cast<unsigned>(lie.size()));
        gzclose(file);
        QVERIFY(isUseful(errorOf([&] { readNifti(name); }), "lie.nii.gz", "copy it again"));
        const ScanResult scanned = scan({name});
        QCOMPARE(scanned.skipped.size(), std::size_t(1));
    }

    void fieldsAndImagesAreNotMixedUp() {
        const Geometry g = obliqueGrid({6, 5, 4});
        writeNiftiField(DisplacementField::zero(g, 3), path("f.nii"));
        writeNifti(Image(g, std::vector<float>(120, 1.0F)), path("i.nii"));
        QVERIFY(isUseful(errorOf([&] { readNifti(path("f.nii")); }), "f.nii", "as a field"));
        QVERIFY(isUseful(errorOf([&] { readNiftiField(path("i.nii")); }), "i.nii", "X, Y, Z, 1, 3"));
    }

    void fullDiskLeavesNothing() {
        const Geometry g = obliqueGrid({64, 64, 8});
        const Image image(g, randomValues(64 * 64 * 8, 0, 1, false));
        QDir(m_folder.path()).mkdir("full");
        for (const char* name : {"full/x.nii", "full/x.nii.gz"}) {
            QString message;
            {
                const NearlyFullDisk full(4096);
                message = errorOf([&] { writeNifti(image, path(name)); });
            }
            QVERIFY(isUseful(message, name, "free space"));
        }
        QVERIFY(QDir(m_folder.filePath("full")).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
        QVERIFY(
            isUseful(errorOf([&] { writeNifti(image, path("nowhere/x.nii")); }), "nowhere/x.nii", "make the folder"));
        QVERIFY(isUseful(errorOf([&] { writeNifti(image, path("x.png")); }), "x.png", ".nii.gz"));
    }
};

QTEST_GUILESS_MAIN(TestNifti)
#include "TestNifti.moc"
