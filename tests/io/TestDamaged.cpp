#include "DicomFixture.h"
#include "IoChecks.h"
#include "TestData.h"
#include "io/Series.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <dcmtk/dcmdata/dcrleerg.h>

#include <algorithm>
#include <random>
#include <zlib.h>

using namespace drdm;

namespace {

constexpr qint64 largestFile = 150000;  // bytes: many damages of small files tell more than few of large ones
constexpr qint64 longest_ms = 20000;    // of one reading; a sound file of this size takes some milliseconds
constexpr double mostMegabytes = 1500;  // of the whole test: no damaged header may make it take more

constexpr int cuts = 9;

double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

bool sameVoxels(const Image& a, const Image& b) {
    return std::equal(a.voxels().begin(), a.voxels().end(), b.voxels().begin(), b.voxels().end());
}

/// A file cut short at nine places, then with single bytes and lengths changed. The same ones in each run.
QList<QByteArray> damages(const QByteArray& sound, unsigned seed) {
    QList<QByteArray> all;
    for (int i = 1; i <= cuts; ++i) {
        all << sound.left(sound.size() * i / (cuts + 1));
    }
    std::mt19937 random(seed);
    const auto below = [&](qsizetype limit) { return static_cast<qsizetype>(random() % static_cast<unsigned>(limit)); };
    const qsizetype head = std::min<qsizetype>(sound.size() - 4, 4000);
    for (int i = 0; i < 30; ++i) {
        QByteArray changed = sound;
        for (int k = 0; k <= i % 4; ++k) {
            changed[132 + below(head - 132)] = static_cast<char>(random());
        }
        all << changed;
    }
    for (int i = 0; i < 10; ++i) {  // the compressed pixels, or their lengths
        QByteArray changed = sound;
        changed[below(sound.size())] = static_cast<char>(random());
        changed[below(sound.size())] = '\xFF';
        all << changed;
    }
    return all;
}

}  // namespace

/// What a broken disk or transfer leaves of a DICOM file: read or refused with an Error that names the file, never a
/// crash, a hang, or memory for what a header only promises.
class DamagedTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_read = 0, m_refused = 0;

    void survive(const QByteArray& sound, unsigned seed, const QString& name) {
        const QString path = m_folder.filePath("damaged.dcm");
        writeBytes(path, sound);
        Image whole;
        errorOf([&] { whole = readImage({path.toStdString()}); });
        int number = 0;
        for (const QByteArray& bytes : damages(sound, seed)) {
            writeBytes(path, bytes);
            QElapsedTimer timer;
            timer.start();
            Image image;
            const QString message = errorOf([&] { image = readImage({path.toStdString()}); });
            QVERIFY2(timer.elapsed() < longest_ms, qPrintable(name + ", damage " + QString::number(number)));
            QVERIFY2(message.isEmpty() || message.contains("damaged.dcm"), qPrintable(name + ": " + message));
            QVERIFY2(peakMegabytes() < mostMegabytes, qPrintable(name + ", damage " + QString::number(number)));
            // What is cut short is never an image with less in it than there was.
            QVERIFY2(number >= cuts || image.empty() || sameVoxels(image, whole),
                     qPrintable(name + QString(", cut to %1 tenths").arg(number + 1)));
            ++(message.isEmpty() ? m_read : m_refused);
            ++number;
        }
    }

private Q_SLOTS:
    void madeHere_data() {
        QTest::addColumn<int>("syntax");
        QTest::newRow("explicit little endian") << static_cast<int>(EXS_LittleEndianExplicit);
        QTest::newRow("implicit little endian") << static_cast<int>(EXS_LittleEndianImplicit);
        QTest::newRow("explicit big endian") << static_cast<int>(EXS_BigEndianExplicit);
        QTest::newRow("deflated") << static_cast<int>(EXS_DeflatedLittleEndianExplicit);
        QTest::newRow("RLE") << static_cast<int>(EXS_RLELossless);
    }
    void madeHere() {
        QFETCH(int, syntax);
        const auto wanted = static_cast<E_TransferSyntax>(syntax);
        SliceSpec spec;
        spec.columns = spec.rows = 48;
        spec.slope = 2;
        const QString path = m_folder.filePath("sound.dcm");
        writeSlice(path, spec);
        if (wanted == EXS_RLELossless) {
            DcmRLEEncoderRegistration::registerCodecs();
        }
        DcmFileFormat file;
        QVERIFY(file.loadFile(path.toLocal8Bit().constData()).good());
        QVERIFY(file.loadAllDataIntoMemory().good());
        QVERIFY(file.getDataset()->chooseRepresentation(wanted, nullptr).good());
        QVERIFY(file.saveFile(path.toLocal8Bit().constData(), wanted).good());
        QCOMPARE(readImage({path.toStdString()}).voxels()[49], 22.0F);
        survive(bytesOf(path), 7U + static_cast<unsigned>(syntax), QTest::currentDataTag());
    }

    void aDeflatedFileThatUnpacksToGigabytesIsRefused() {
        const QString path = m_folder.filePath("bomb.dcm");
        writeSlice(path, {});
        DcmFileFormat file;
        QVERIFY(file.loadFile(path.toLocal8Bit().constData()).good());
        QVERIFY(file.getDataset()->chooseRepresentation(EXS_DeflatedLittleEndianExplicit, nullptr).good());
        QVERIFY(file.saveFile(path.toLocal8Bit().constData(), EXS_DeflatedLittleEndianExplicit).good());
        QVERIFY(errorOf([&] { readImage({path.toStdString()}); }).isEmpty());
        // Its meta header, and then 4.5 GiB of zeros, 64 MiB at a time.
        const QByteArray sound = bytesOf(path);
        const auto metaLength = static_cast<unsigned char>(sound[140]) + 256 * static_cast<unsigned char>(sound[141]);
        const QByteArray zeros(64 << 20, '\0');
        QByteArray packed(static_cast<qsizetype>(compressBound(static_cast<uLong>(zeros.size()))), '\0');
        z_stream stream{};
        QCOMPARE(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
        stream.avail_in = static_cast<uInt>(zeros.size());
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = static_cast<uInt>(packed.size());
        QCOMPARE(deflate(&stream, Z_FULL_FLUSH), Z_OK);
        packed.resize(static_cast<qsizetype>(stream.total_out));
        deflateEnd(&stream);
        QFile bomb(path);
        QVERIFY(bomb.open(QIODevice::WriteOnly));
        bomb.write(sound.left(144 + metaLength));
        for (int i = 0; i < 72; ++i) {
            bomb.write(packed);
        }
        bomb.close();
        QVERIFY(bomb.size() < 8 << 20);
        const QString message = errorOf([&] { readImage({path.toStdString()}); });
        QVERIFY2(message.contains("bomb.dcm") && message.contains("4 GiB"), qPrintable(message));
        QVERIFY(peakMegabytes() < mostMegabytes);
    }

    void awkwardFiles() {
        const QString folder = testData() + "/dicom/awkward";
        if (testData().isEmpty() || !QDir(folder).exists()) {
            QSKIP("the real images are absent (set DRDM_TEST_DATA or DRDM_SHARED)");
        }
        QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
        QStringList paths;
        while (files.hasNext()) {
            const QString path = files.next();
            if (!path.endsWith(".csv") && !path.endsWith(".txt") && QFileInfo(path).size() <= largestFile) {
                paths << path;
            }
        }
        paths.sort();
        QVERIFY(paths.size() >= 15);
        unsigned seed = 1;
        for (const QString& path : paths) {
            survive(bytesOf(path), seed++, path.mid(folder.size() + 1));
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }

    void cleanupTestCase() { qInfo("%d damaged files read, %d refused, %.0f MB", m_read, m_refused, peakMegabytes()); }
};

QTEST_GUILESS_MAIN(DamagedTest)

#include "TestDamaged.moc"
