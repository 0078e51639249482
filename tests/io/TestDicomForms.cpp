#include "DicomFixture.h"
#include "IoChecks.h"
#include "Jpeg2000Fixture.h"
#include "imaging/Warp.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpls/djencode.h>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

bool anyContains(const std::vector<std::string>& warnings, const std::string& words) {
    const bool found = std::ranges::any_of(warnings, [&](const auto& w) { return w.find(words) != std::string::npos; });
    for (const auto& warning : warnings) {
        if (!found) {
            qWarning("warning: %s", warning.c_str());
        }
    }
    return found;
}

constexpr int columns = 37, rows = 23;

int wave(int x, int y) {
    return (x * 131 + y * 977 + x * y * 7) % 4000 - 1500;
}

SliceSpec signedSlice() {
    SliceSpec spec;
    spec.columns = columns;
    spec.rows = rows;
    spec.isSigned = true;
    spec.value = wave;
    return spec;
}

/// Changes a file in place; `syntax` as it should be written.
void change(const QString& path, const std::function<void(DcmDataset&)>& edit,
            E_TransferSyntax syntax = EXS_LittleEndianExplicit) {
    DcmFileFormat file;
    const QByteArray name = path.toLocal8Bit();
    if (file.loadFile(name.constData()).bad() || file.loadAllDataIntoMemory().bad()) {
        qFatal("cannot load %s", name.constData());
    }
    edit(*file.getDataset());
    if (file.getDataset()->chooseRepresentation(syntax, nullptr).bad() ||
        file.saveFile(name.constData(), syntax).bad()) {
        qFatal("cannot write %s", name.constData());
    }
}

/// Puts ready compressed fragments in the place of the pixels.
void writeFragments(const QString& path, const QList<QByteArray>& fragments, E_TransferSyntax syntax,
                    const std::function<void(DcmDataset&)>& edit = {}) {
    DcmFileFormat file;
    const QByteArray name = path.toLocal8Bit();
    file.loadFile(name.constData());
    DcmDataset& dataset = *file.getDataset();
    delete dataset.remove(DCM_PixelData);
    if (edit) {
        edit(dataset);
    }
    auto* sequence = new DcmPixelSequence(DcmTag(DCM_PixelData, EVR_OB));
    sequence->insert(new DcmPixelItem(DcmTag(DCM_PixelItemTag, EVR_OB)));  // the offset table, empty
    for (QByteArray fragment : fragments) {
        fragment.append(fragment.size() % 2, '\0');
        auto* item = new DcmPixelItem(DcmTag(DCM_PixelItemTag, EVR_OB));
        item->putUint8Array(reinterpret_cast<const Uint8*>(fragment.constData()),
                            static_cast<unsigned long>(fragment.size()));
        sequence->insert(item);
    }
    auto* pixels = new DcmPixelData(DCM_PixelData);
    pixels->putOriginalRepresentation(syntax, nullptr, sequence);
    dataset.insert(pixels);
    dataset.updateOriginalXfer();
    if (file.saveFile(name.constData(), syntax).bad()) {
        qFatal("cannot write %s", name.constData());
    }
}

Image imageOf(const QString& path) {
    return readImage({path.toStdString()});
}

QString errorIn(const QString& path) {
    return errorOf([&] { imageOf(path); });
}

/// A file of `frames` frames, value = frame · 100 + 10 · y + x.
void writeFrames(const QString& path, int frames, const std::function<void(DcmDataset&)>& edit) {
    writeSlice(path, {});
    change(path, [&](DcmDataset& d) {
        std::vector<Uint16> pixels;
        for (int f = 0; f < frames; ++f) {
            for (int i = 0; i < 24; ++i) {
                pixels.push_back(static_cast<Uint16>(100 * f + 10 * (i / 6) + i % 6));
            }
        }
        d.putAndInsertString(DCM_NumberOfFrames, std::to_string(frames).c_str());
        d.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
        edit(d);
    });
}

DcmItem& item(DcmItem& parent, const DcmTagKey& sequence, long index = 0) {
    DcmItem* found = nullptr;
    if (parent.findOrCreateSequenceItem(sequence, found, index).bad()) {
        qFatal("cannot make a sequence item");
    }
    return *found;
}

}  // namespace

/// Every form that pixels and frames take, on files made here.
class TestDicomForms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        DJEncoderRegistration::registerCodecs();
        DJLSEncoderRegistration::registerCodecs();
        DcmRLEEncoderRegistration::registerCodecs();
    }
    void cleanupTestCase() {
        DJEncoderRegistration::cleanup();
        DJLSEncoderRegistration::cleanup();
        DcmRLEEncoderRegistration::cleanup();
    }

    void losslessSyntaxes_data() {
        QTest::addColumn<int>("syntax");
        for (const E_TransferSyntax syntax : {EXS_LittleEndianImplicit, EXS_LittleEndianExplicit, EXS_BigEndianExplicit,
                                              EXS_DeflatedLittleEndianExplicit, EXS_RLELossless, EXS_JPEGProcess14,
                                              EXS_JPEGProcess14SV1, EXS_JPEGLSLossless}) {
            QTest::newRow(DcmXfer(syntax).getXferName()) << static_cast<int>(syntax);
        }
    }
    void losslessSyntaxes() {
        QFETCH(int, syntax);
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        writeSlice(path, signedSlice());
        change(
            path, [](DcmDataset&) {}, static_cast<E_TransferSyntax>(syntax));
        const Image image = imageOf(path);
        for (int y = 0; y < rows; ++y) {
            for (int x = 0; x < columns; ++x) {
                QCOMPARE(image.voxels()[static_cast<std::size_t>(y * columns + x)], static_cast<float>(wave(x, y)));
            }
        }
        QVERIFY(image.warnings.empty());
    }

    void jpeg2000_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("isSigned");      // as the header says
        QTest::addColumn<bool>("signedStream");  // as the stream says: some writers disagree with themselves
        QTest::newRow("16 signed") << 16 << true << true;
        QTest::newRow("12 unsigned") << 12 << false << false;
        QTest::newRow("16 signed, coded as unsigned") << 16 << true << false;
        QTest::newRow("8 unsigned") << 8 << false << false;
    }
    void jpeg2000() {
        QFETCH(int, bits);
        QFETCH(bool, isSigned);
        QFETCH(bool, signedStream);
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        SliceSpec spec = signedSlice();
        spec.isSigned = isSigned;
        spec.bitsStored = bits;
        writeSlice(path, spec);
        const auto wanted = [&](int x, int y) { return isSigned ? wave(x, y) : (wave(x, y) + 1500) % (1 << bits); };
        const QByteArray stream = ::jpeg2000(columns, rows, bits, signedStream, [&](int x, int y) {
            return isSigned && !signedStream ? wanted(x, y) & 0xFFFF : wanted(x, y);
        });
        const auto half = stream.size() / 4 * 2;
        writeFragments(path, {stream.left(half), stream.mid(half)}, EXS_JPEG2000LosslessOnly,
                       [&](DcmDataset& d) { d.putAndInsertUint16(DCM_BitsAllocated, bits == 8 ? 8 : 16); });
        const Image image = imageOf(path);
        for (int y = 0; y < rows; ++y) {
            for (int x = 0; x < columns; ++x) {
                QCOMPARE(image.voxels()[static_cast<std::size_t>(y * columns + x)], static_cast<float>(wanted(x, y)));
            }
        }
        // Damaged, cut short, of another size.
        writeFragments(path, {stream.left(half)}, EXS_JPEG2000LosslessOnly);
        QVERIFY(isUseful(errorIn(path), "a.dcm", "copy it again"));
        writeFragments(path, {QByteArray(200, 'x')}, EXS_JPEG2000LosslessOnly);
        QVERIFY(isUseful(errorIn(path), "a.dcm", "copy it again"));
        writeFragments(path, {stream}, EXS_JPEG2000LosslessOnly,
                       [](DcmDataset& d) { d.putAndInsertUint16(DCM_Rows, 60000); });
        QVERIFY(isUseful(errorIn(path), "a.dcm", "37 × 23"));
    }

    void jpeg2000Frames() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        writeSlice(path, signedSlice());
        QList<QByteArray> fragments;
        for (int f = 0; f < 3; ++f) {
            const QByteArray stream =
                ::jpeg2000(columns, rows, 16, true, [f](int x, int y) { return wave(x, y) + 1000 * f; });
            fragments << stream.left(100) << stream.mid(100);
        }
        writeFragments(path, fragments, EXS_JPEG2000, [](DcmDataset& d) {
            d.putAndInsertString(DCM_NumberOfFrames, "3");
            d.putAndInsertString(DCM_FrameTime, "40");
        });
        const Image image = imageOf(path);
        QCOMPARE(image.phases(), std::int64_t(3));
        QCOMPARE(image.phaseTimes_ms, (std::vector<double>{0, 40, 80}));
        for (int f = 0; f < 3; ++f) {
            QCOMPARE(image.phaseVoxels(f)[40], static_cast<float>(wave(3, 1) + 1000 * f));
        }
        change(
            path, [](DcmDataset&) {}, EXS_LittleEndianExplicit);  // the codec serves all of DCMTK
        QCOMPARE(imageOf(path).phaseVoxels(2)[40], static_cast<float>(wave(3, 1) + 2000));
    }

    void headersThatPromiseTooMuch() {
        QTemporaryDir folder;
        const QString path = folder.filePath("lie.dcm");
        for (const E_TransferSyntax syntax : {EXS_RLELossless, EXS_JPEGProcess14SV1, EXS_JPEGLSLossless}) {
            writeSlice(path, signedSlice());
            change(
                path, [](DcmDataset&) {}, syntax);
            QByteArray bytes = bytesOf(path);
            // Rows (0028,0010) US 2: 23 becomes 60000.
            const QByteArray tag = QByteArray::fromHex("2800100055530200");
            const auto at = bytes.indexOf(tag);
            QVERIFY(at > 0);
            bytes[at + 8] = static_cast<char>(60000 & 255);
            bytes[at + 9] = static_cast<char>(60000 >> 8);
            writeBytes(path, bytes);
            QVERIFY(isUseful(errorIn(path), "lie.dcm", "copy it again"));
        }
        writeSlice(path, signedSlice());
        change(
            path, [](DcmDataset& d) { d.putAndInsertString(DCM_NumberOfFrames, "90000"); }, EXS_LittleEndianExplicit);
        QVERIFY(isUseful(errorIn(path), "lie.dcm", "cut short"));
    }

    void wideAndRealPixels() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        for (const E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_BigEndianExplicit}) {
            writeSlice(path, {});
            change(
                path,
                [&](DcmDataset& d) {
                    d.putAndInsertUint16(DCM_BitsAllocated, 32);
                    d.putAndInsertUint16(DCM_BitsStored, 32);
                    d.putAndInsertUint16(DCM_HighBit, 31);
                    d.putAndInsertUint16(DCM_PixelRepresentation, 1);
                    std::vector<Uint16> words;
                    for (int i = 0; i < 24; ++i) {
                        const auto value = static_cast<Uint32>(i % 2 == 0 ? 70000 * i : -70000 * i);
                        const auto low = static_cast<Uint16>(value & 0xFFFF);
                        const auto high = static_cast<Uint16>(value >> 16U);
                        words.push_back(syntax == EXS_BigEndianExplicit ? high : low);
                        words.push_back(syntax == EXS_BigEndianExplicit ? low : high);
                    }
                    d.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
                },
                syntax);
            const Image image = imageOf(path);
            QCOMPARE(image.voxels()[2], 140000.0F);
            QCOMPARE(image.voxels()[23], -1610000.0F);
            QVERIFY(anyContains(image.warnings, "32 bits"));
        }
        std::vector<Float32> reals(24, 0.25F);
        reals[7] = -3.5F;
        reals[8] = NAN;
        writeSlice(path, {});
        change(path, [&](DcmDataset& d) {
            delete d.remove(DCM_PixelData);
            d.putAndInsertUint16(DCM_BitsAllocated, 32);
            d.putAndInsertFloat32Array(DCM_FloatPixelData, reals.data(), 24);
        });
        const Image real = imageOf(path);
        QCOMPARE(real.voxels()[7], -3.5F);
        QCOMPARE(real.voxels()[8], 0.0F);
        QVERIFY(anyContains(real.warnings, "not finite"));
        const std::vector<Float64> doubles(reals.begin(), reals.end());
        change(path, [&](DcmDataset& d) {
            delete d.remove(DCM_FloatPixelData);
            d.putAndInsertUint16(DCM_BitsAllocated, 64);
            d.putAndInsertFloat64Array(DCM_DoubleFloatPixelData, doubles.data(), 24);
        });
        QCOMPARE(imageOf(path).voxels()[7], -3.5F);
    }

    void tablesAndColours() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        writeSlice(path, {});
        change(path, [](DcmDataset& d) {
            DcmItem& table = item(d, DCM_ModalityLUTSequence);
            const Uint16 descriptor[] = {30, 10, 16};  // stored 10…39
            std::vector<Uint16> values;
            for (int i = 0; i < 30; ++i) {
                values.push_back(static_cast<Uint16>(1000 + i * i));
            }
            table.putAndInsertUint16Array(DcmTag(DCM_LUTDescriptor, EVR_US), descriptor, 3);
            table.putAndInsertUint16Array(DcmTag(DCM_LUTData, EVR_US), values.data(), 30);
        });
        const Image looked = imageOf(path);
        QCOMPARE(looked.voxels()[0], 1000.0F);   // stored 0: below the table
        QCOMPARE(looked.voxels()[15], 1169.0F);  // stored 23
        QCOMPARE(looked.storedMinimum, 1000.0F);
        QCOMPARE(looked.storedMaximum, 1841.0F);

        std::vector<Uint8> colours(24UL * 3);
        for (std::size_t i = 0; i < 24; ++i) {
            colours[3 * i] = 100;
            colours[3 * i + 1] = static_cast<Uint8>(i);
            colours[3 * i + 2] = 200;
        }
        writeSlice(path, {});
        change(path, [&](DcmDataset& d) {
            d.putAndInsertString(DCM_PhotometricInterpretation, "RGB");
            d.putAndInsertUint16(DCM_SamplesPerPixel, 3);
            d.putAndInsertUint16(DCM_PlanarConfiguration, 0);
            d.putAndInsertUint16(DCM_BitsAllocated, 8);
            d.putAndInsertUint16(DCM_BitsStored, 8);
            d.putAndInsertUint16(DCM_HighBit, 7);
            d.putAndInsertUint8Array(DCM_PixelData, colours.data(), static_cast<unsigned long>(colours.size()));
        });
        const Image luminous = imageOf(path);
        QVERIFY(std::abs(luminous.voxels()[9] - (29.9F + 0.587F * 9 + 22.8F)) < 1e-4F);
        QVERIFY(anyContains(luminous.warnings, "luminance"));
        QVERIFY(luminous.colours && *luminous.colours == colours);
        QCOMPARE(luminous.windowWidth, 255.0);

        // The same picture as colour differences, a plane for each, and through a palette.
        std::vector<Uint8> planes(colours.size());
        for (std::size_t i = 0; i < 24; ++i) {
            const double r = colours[3 * i], g = colours[3 * i + 1], b = colours[3 * i + 2];
            const std::array<double, 3> ybr{0.299 * r + 0.587 * g + 0.114 * b,
                                            128 - 0.168736 * r - 0.331264 * g + 0.5 * b,
                                            128 + 0.5 * r - 0.418688 * g - 0.081312 * b};
            for (std::size_t c = 0; c < 3; ++c) {
                planes[24 * c + i] = static_cast<Uint8>(std::lround(ybr[c]));
            }
        }
        change(path, [&](DcmDataset& d) {
            d.putAndInsertString(DCM_PhotometricInterpretation, "YBR_FULL");
            d.putAndInsertUint16(DCM_PlanarConfiguration, 1);
            d.putAndInsertUint8Array(DCM_PixelData, planes.data(), static_cast<unsigned long>(planes.size()));
        });
        const Image differences = imageOf(path);
        std::vector<Uint16> red(24, 100 * 257), green(24), blue(24, 200 * 257);
        std::vector<Uint8> index(24);
        for (std::size_t i = 0; i < 24; ++i) {
            green[i] = static_cast<Uint16>(i * 257);
            index[i] = static_cast<Uint8>(i);
        }
        change(path, [&](DcmDataset& d) {
            d.putAndInsertString(DCM_PhotometricInterpretation, "PALETTE COLOR");
            d.putAndInsertUint16(DCM_SamplesPerPixel, 1);
            delete d.remove(DCM_PlanarConfiguration);
            const Uint16 descriptor[]{24, 0, 16};
            for (const auto& [about, data, values] :
                 {std::tuple{DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData, &red},
                  {DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData, &green},
                  {DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData, &blue}}) {
                d.putAndInsertUint16Array(about, descriptor, 3);
                d.putAndInsertUint16Array(data, values->data(), static_cast<unsigned long>(values->size()));
            }
            d.putAndInsertUint8Array(DCM_PixelData, index.data(), static_cast<unsigned long>(index.size()));
        });
        const Image painted = imageOf(path);
        QVERIFY(painted.colours && *painted.colours == colours);
        QVERIFY(differences.colours != nullptr);
        for (std::size_t i = 0; i < colours.size(); ++i) {
            QVERIFY(std::abs((*differences.colours)[i] - colours[i]) <= 2);
        }
        // A slice keeps its colours, other voxels have none, and a field moves both alike.
        QVERIFY(*painted.slice(0, 0).colours == colours);
        QVERIFY(!painted.withVoxels(std::vector<float>(24, 1)).colours);
        const Geometry& grid = painted.geometry();
        std::vector<float> shift(48, 0);
        std::fill(shift.begin() + 24, shift.end(), 1.0F);  // one column to the right
        const auto moved = warpColours(painted, DisplacementField(grid, 2, shift));
        QCOMPARE((*moved)[1], Uint8{1});
        QCOMPARE((*moved)[4], Uint8{2});
    }

    void enhancedFrames() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        writeFrames(path, 4, [](DcmDataset& d) {
            d.putAndInsertString(DCM_SOPClassUID, UID_EnhancedCTImageStorage);
            for (const DcmTagKey& tag : {DCM_ImagePositionPatient, DCM_ImageOrientationPatient, DCM_PixelSpacing}) {
                delete d.remove(tag);
            }
            DcmItem& shared = item(d, DCM_SharedFunctionalGroupsSequence);
            item(shared, DCM_PlaneOrientationSequence)
                .putAndInsertString(DCM_ImageOrientationPatient, "0\\1\\0\\0\\0\\-1");
            item(shared, DCM_PixelMeasuresSequence).putAndInsertString(DCM_PixelSpacing, "0.7\\0.6");
            for (int f = 0; f < 4; ++f) {  // frames in another order than the positions
                DcmItem& own = item(d, DCM_PerFrameFunctionalGroupsSequence, f);
                const int place = (f * 3) % 4;
                item(own, DCM_PlanePositionSequence)
                    .putAndInsertString(DCM_ImagePositionPatient,
                                        (std::to_string(-5 - 2 * place) + "\\10\\20").c_str());
                DcmItem& values = item(own, DCM_PixelValueTransformationSequence);
                values.putAndInsertString(DCM_RescaleSlope, std::to_string(f + 1).c_str());
                values.putAndInsertString(DCM_RescaleIntercept, "-1000");
            }
        });
        const Image image = imageOf(path);
        QCOMPARE(image.geometry().size, (Size3{6, 4, 4}));
        QVERIFY(std::abs(image.geometry().spacing_mm[0] - 0.6) < 1e-9);
        QVERIFY(std::abs(image.geometry().spacing_mm[2] - 2) < 1e-9);
        for (int f = 0; f < 4; ++f) {
            const int place = (f * 3) % 4;
            const Vec3 at = image.geometry().toVoxel({-5.0 - 2 * place, 10, 20});
            const auto z = static_cast<std::size_t>(std::lround(at[2]));
            QCOMPARE(image.voxels()[z * 24 + 8], static_cast<float>((f + 1) * (100 * f + 12) - 1000));
        }
    }

    void framesWithoutPositions() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.dcm");
        const auto bare = [](DcmDataset& d) { delete d.remove(DCM_ImagePositionPatient); };
        writeFrames(path, 3, bare);
        const Image unknown = imageOf(path);
        QCOMPARE(unknown.phases(), std::int64_t(3));
        QVERIFY(anyContains(unknown.warnings, "the 3 frames have no positions and no times"));
        writeFrames(path, 3, [&](DcmDataset& d) {
            bare(d);
            d.putAndInsertString(DCM_MRAcquisitionType, "3D");
        });
        const Image volume = imageOf(path);
        QCOMPARE(volume.geometry().size[2], std::int64_t(3));
        QCOMPARE(volume.geometry().spacing_mm[2], 2.5);
        QCOMPARE(volume.voxels()[2 * 24 + 7], 211.0F);
    }

    void perfusionIsTime() {
        QTemporaryDir folder;
        for (int t = 0; t < 3; ++t) {
            for (int z = 0; z < 2; ++z) {
                SliceSpec spec;
                spec.position = {{0, 0, 2.5 * z}};
                spec.instance = 1 + z * 3 + (2 - t);  // the numbers run against time
                spec.value = [=](int, int) { return 10 * t + z; };
                const QString path = folder.filePath(QString("%1_%2").arg(t).arg(z));
                writeSlice(path, spec);
                change(path, [&](DcmDataset& d) {
                    d.putAndInsertString(DCM_AcquisitionTime, ("1200" + std::to_string(10 + 5 * t) + ".5").c_str());
                });
            }
        }
        const Image image = imageOf(folder.path());
        QCOMPARE(image.phases(), std::int64_t(3));
        QCOMPARE(image.phaseTimes_ms, (std::vector<double>{0, 5000, 10000}));
        QCOMPARE(image.phaseVoxels(2)[24], 21.0F);
    }

    void localisersStandAlone() {
        QTemporaryDir folder;
        for (int i = 0; i < 5; ++i) {
            SliceSpec spec;
            spec.position = {{0, 0, i < 4 ? 2.5 * i : 40}};
            spec.instance = i + 1;
            const QString path = folder.filePath(QString::number(i));
            writeSlice(path, spec);
            change(path, [&](DcmDataset& d) {
                d.putAndInsertString(DCM_ImageType,
                                     i < 4 ? "ORIGINAL\\PRIMARY\\AXIAL" : "ORIGINAL\\PRIMARY\\LOCALIZER");
            });
        }
        const ScanResult result = scan({folder.path().toStdString()});
        QCOMPARE(result.series.size(), std::size_t(2));
        QCOMPARE(result.series[0].size[2], std::int64_t(4));
        QCOMPARE(result.series[0].spacing_mm[2], 2.5);
        QVERIFY(anyContains(result.series[0].warnings, "kinds; this is part 1 with 4 images"));
    }

    void directoryNamesItsFiles() {
        QTemporaryDir folder;
        QDir(folder.path()).mkdir("images");
        QStringList ids;
        for (int i = 0; i < 4; ++i) {
            SliceSpec spec;
            spec.position = {{0, 0, 2.5 * i}};
            spec.instance = i + 1;
            if (i != 1) {  // one was not copied, and one that is there is not named
                writeSlice(folder.filePath(QString("images/im%1").arg(i)), spec);
            }
            if (i < 3) {
                ids << QString("IMAGES\\IM%1").arg(i);  // as on the disc, mounted in lower case
            }
        }
        DcmFileFormat directory;
        directory.getDataset()->putAndInsertString(DCM_SOPClassUID, UID_MediaStorageDirectoryStorage);
        directory.getDataset()->putAndInsertString(DCM_SOPInstanceUID, "1.2.3.4.5");
        for (int i = 0; i < ids.size(); ++i) {
            item(*directory.getDataset(), DCM_DirectoryRecordSequence, i)
                .putAndInsertString(DCM_ReferencedFileID, ids[i].toLatin1().constData());
        }
        item(*directory.getDataset(), DCM_DirectoryRecordSequence, ids.size())
            .putAndInsertString(DCM_ReferencedFileID, "..\\..\\etc\\passwd");
        const QString path = folder.filePath("DICOMDIR");
        QVERIFY(directory.saveFile(path.toLocal8Bit().constData(), EXS_LittleEndianExplicit).good());
        const ScanResult result = scan({path.toStdString()});
        QCOMPARE(result.series.size(), std::size_t(1));
        QCOMPARE(result.series[0].files.size(), std::size_t(2));
        QCOMPARE(result.skipped.size(), std::size_t(1));
        QVERIFY(isUseful(QString::fromStdString(result.skipped[0].reason), "2 of 4 files", "copy the whole disc"));
    }
};

QTEST_GUILESS_MAIN(TestDicomForms)
#include "TestDicomForms.moc"
