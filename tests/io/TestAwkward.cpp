#include "TestData.h"
#include "errors/Error.h"
#include "io/Series.h"
#include "parameters/Sha256.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include <map>

using namespace drdm;

namespace {

QString awkwardFolder() {
    const QString data = testData();
    const QString folder = data + "/dicom/awkward";
    return data.isEmpty() || !QDir(folder).exists() ? QString() : folder;
}

/// The first column of the manifest: files, as they lie under its folder.
QStringList manifestFiles(const QString& folder) {
    QFile manifest(folder + "/MANIFEST.csv");
    QStringList files;
    if (manifest.open(QIODevice::ReadOnly)) {
        const QList<QByteArray> lines = manifest.readAll().split('\n');
        for (qsizetype i = 1; i < lines.size(); ++i) {
            if (!lines[i].trimmed().isEmpty()) {
                files << QString::fromUtf8(lines[i].split(',').front());
            }
        }
    }
    return files;
}

struct Reading {
    QString outcome;  ///< read, read with warning, refused
    QString size, message;
    std::string hash;  ///< of the voxels, modality units
};

/// Reads what lies at a path; `shown` takes its place in messages.
Reading readingOf(const QString& path) {
    Reading reading;
    try {
        const Image image = readImage({path.toStdString()});
        const auto& size = image.geometry().size;
        reading.size = QString("%1 × %2 × %3 × %4").arg(size[0]).arg(size[1]).arg(size[2]).arg(image.phases());
        Sha256 sum;
        sum.add(image.voxels().data(), image.voxels().size_bytes());
        reading.hash = sum.digest();
        QStringList warnings;
        for (const std::string& warning : image.warnings) {
            warnings << QString::fromStdString(warning);
        }
        reading.outcome = warnings.isEmpty() ? "read" : "read with warning";
        reading.message = warnings.join("; ");
    } catch (const Error& error) {
        reading.outcome = "refused";
        reading.message = error.what();
    }
    reading.message.replace(path, "FILE");
    reading.message.replace('|', '/');
    reading.message = reading.message.simplified();
    return reading;
}

QString row(const QString& name, const Reading& reading) {
    return QString("| %1 | %2 | %3 | %4 | %5 |")
        .arg(name, reading.outcome, reading.size, QString::fromStdString(reading.hash).left(12), reading.message);
}

}  // namespace

/// Odd DICOM files of the world: each is read rightly, read with a warning, or refused with a reason; AWKWARD.md says
/// which. DRDM_AWKWARD_TABLE=FILE writes that table anew.
class AwkwardTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (awkwardFolder().isEmpty()) {
            QSKIP("no real images: ../shared/data/dicom/awkward is not there (DRDM_TEST_DATA)");
        }
    }

    void everyFileDoesWhatTheTableSays() {
        const QString folder = awkwardFolder();
        QStringList names = manifestFiles(folder);
        QVERIFY(names.size() >= 60);
        names << "gantry-tilt-nonuniform-GE-head"
              << "oblique-anisotropic-MR";
        QStringList table{"| file | outcome | x × y × slices × phases | voxels, SHA-256 | message |",
                          "|---|---|---|---|---|"};
        for (const QString& name : names) {
            table << row(name, readingOf(folder + "/" + name));
        }
        if (const QString to = qEnvironmentVariable("DRDM_AWKWARD_TABLE"); !to.isEmpty()) {
            QFile file(to);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(
                "# What becomes of odd DICOM files\n\nMade and checked by TestAwkward.cpp; FILE stands for the file's "
                "own path.\n\n");
            file.write((table.join('\n') + '\n').toUtf8());
        }
        QFile kept(QFINDTESTDATA("AWKWARD.md"));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QStringList expected;
        for (const QByteArray& line : kept.readAll().split('\n')) {
            if (line.startsWith('|')) {
                expected << QString::fromUtf8(line);
            }
        }
        for (qsizetype i = 0; i < std::min(table.size(), expected.size()); ++i) {
            QCOMPARE(table[i], expected[i]);
        }
        QCOMPARE(table.size(), expected.size());
    }

    /// One image in several transfer syntaxes: what a lossless one gives back is the image.
    void losslessIsLossless_data() {
        QTest::addColumn<QString>("uncompressed");
        QTest::addColumn<QStringList>("beginnings");
        QTest::newRow("CT slice") << "transfer-syntaxes/CTImage.dcm"
                                  << QStringList{"transfer-syntaxes/CTImage.dcm_BigEndian",
                                                 "transfer-syntaxes/CTImage.dcm_Deflated",
                                                 "transfer-syntaxes/CTImage.dcm_JPEG2000LosslessOnly",
                                                 "transfer-syntaxes/CTImage.dcm_JPEGLSLossless",
                                                 "transfer-syntaxes/CTImage.dcm_JPEGProcess14SV1",
                                                 "transfer-syntaxes/CTImage.dcm_JPEGProcess14Transfer",
                                                 "transfer-syntaxes/CTImage.dcm_LittleEndian",
                                                 "transfer-syntaxes/CTImage.dcm_RLELossless"};
        QTest::newRow("small MR") << "small-synthetic-and-broken/MR_small.dcm"
                                  << QStringList{"small-synthetic-and-broken/MR_small_"};
        QTest::newRow("enhanced MR") << "multiframe-enhanced/emri_small.dcm"
                                     << QStringList{"multiframe-enhanced/emri_small_"};
    }

    void losslessIsLossless() {
        QFETCH(QString, uncompressed);
        QFETCH(QStringList, beginnings);
        const QString folder = awkwardFolder();
        const std::string wanted = readingOf(folder + "/" + uncompressed).hash;
        QVERIFY(!wanted.empty());
        const QStringList files = manifestFiles(folder);
        for (const QString& beginning : beginnings) {
            const QStringList family = files.filter(QRegularExpression("^" + QRegularExpression::escape(beginning)));
            QVERIFY2(!family.isEmpty(), qPrintable(beginning));
            for (const QString& name : family) {
                QVERIFY2(readingOf(folder + "/" + name).hash == wanted, qPrintable(name));
            }
        }
    }
};

QTEST_GUILESS_MAIN(AwkwardTest)

#include "TestAwkward.moc"
