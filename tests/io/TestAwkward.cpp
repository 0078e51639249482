#include "AwkwardTable.h"
#include "IoChecks.h"
#include "TestData.h"
#include "io/Series.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace drdm;

namespace {

/// What became of one file or folder.
struct Verdict {
    Outcome outcome = Outcome::refused;
    QString message;     ///< warnings, or the reason against it; paths shortened to names
    QString size, hash;  ///< of the voxels (float32), first 12 digits
    Image image;
};

Verdict judge(const QString& path) {
    Verdict verdict;
    try {
        verdict.image = readImage({path.toStdString()});
    } catch (const Error& error) {
        verdict.message = QString::fromUtf8(error.what());
        verdict.message.replace(path, QFileInfo(path).fileName());
        return verdict;
    }
    const Image& image = verdict.image;
    verdict.outcome = image.warnings.empty() ? Outcome::read : Outcome::warned;
    QStringList warnings;
    for (const std::string& warning : image.warnings) {
        warnings << QString::fromStdString(warning);
    }
    verdict.message = warnings.join("; ");
    const Size3& size = image.geometry().size;
    verdict.size = QString("%1 × %2 × %3 × %4").arg(size[0]).arg(size[1]).arg(size[2]).arg(image.phases());
    const auto bytes = std::as_bytes(image.voxels());
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
    verdict.hash = QString::fromLatin1(hash.result().toHex().left(12));
    return verdict;
}

const char* word(Outcome outcome) {
    return outcome == Outcome::read ? "read" : outcome == Outcome::warned ? "read with warning" : "refused";
}

/// The first column of the manifest: no name has a comma.
QStringList manifest(const QString& folder) {
    QStringList names;
    for (const QByteArray& line : bytesOf(folder + "/MANIFEST.csv").split('\n').mid(1)) {
        if (const QString name = QString::fromUtf8(line.left(line.indexOf(','))); !name.isEmpty()) {
            names << name;
        }
    }
    return names;
}

}  // namespace

/// Every file of the collection of awkward DICOM: what happens is what AwkwardTable.h says, and AWKWARD.md tells it to
/// people. With DRDM_WRITE_TABLE=FILE the table is written there.
class TestAwkward : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (testData().isEmpty() || !QFileInfo::exists(testData() + "/dicom/awkward/MANIFEST.csv")) {
            QSKIP("the awkward DICOM files are absent (set DRDM_TEST_DATA or DRDM_SHARED)");
        }
        m_folder = testData() + "/dicom/awkward";
    }

    void everyFileIsExpected() {
        QStringList names = manifest(m_folder);
        QVERIFY(names.size() >= 70);
        for (const Expected& expected : expectations) {
            names.removeOne(expected.name);
        }
        QVERIFY2(names.isEmpty(), qPrintable("nothing is expected of " + names.join(", ")));
    }

    void becomesWhatIsExpected_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < std::size(expectations); ++i) {
            QTest::newRow(expectations[i].name) << static_cast<int>(i);
        }
    }
    void becomesWhatIsExpected() {
        QFETCH(int, index);
        const Expected& expected = expectations[index];
        const QString path = m_folder + "/" + expected.name;
        QElapsedTimer clock;
        clock.start();
        const Verdict verdict = judge(path);
        QVERIFY2(clock.elapsed() < 20000, "this took more than 20 s");
        QString equal;
        if (!verdict.image.empty() && expected.pixelsOf != nullptr) {
            const Verdict truth = judge(m_folder + "/" + expected.pixelsOf);
            equal = verdict.hash == truth.hash ? QString("equal to `%1`").arg(QFileInfo(expected.pixelsOf).fileName())
                                               : QString("differ");
            QCOMPARE(verdict.hash, truth.hash);
            QVERIFY(verdict.image.geometry().sameGrid(truth.image.geometry(), 1e-6));
        }
        m_rows.push_back(QString("| %1 | %2 | %3 | %4 | %5 |")
                             .arg("`" + QString(expected.name) + "`", word(verdict.outcome), verdict.size,
                                  equal.isEmpty() ? verdict.hash : verdict.hash + ", " + equal,
                                  QString(verdict.message).replace("\n", " ")));
        QVERIFY2(std::ranges::all_of(verdict.image.empty() ? std::span<const float>() : verdict.image.voxels(),
                                     [](float v) { return std::isfinite(v); }),
                 "voxels that are no numbers");
        if (verdict.outcome != expected.outcome || !verdict.message.contains(expected.message)) {
            QFAIL(qPrintable(QString("%1: %2").arg(word(verdict.outcome), verdict.message)));
        }
        if (verdict.outcome == Outcome::refused) {  // what, where, and what to do
            QVERIFY2(verdict.message.contains(QFileInfo(path).fileName()), qPrintable(verdict.message));
        }
    }

    void lossyFilesStayNear() {
        const QString folder = m_folder + "/transfer-syntaxes/CTImage.dcm";
        const Verdict truth = judge(folder);
        const std::map<const char*, double> most{{"_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm", 20},
                                                 {"_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm", 20}};
        for (const auto& [name, limit] : most) {
            const Verdict lossy = judge(folder + name);
            double worst = 0;
            for (std::size_t i = 0; i < truth.image.voxels().size(); ++i) {
                worst = std::max(worst, std::abs(static_cast<double>(truth.image.voxels()[i]) -
                                                 static_cast<double>(lossy.image.voxels()[i])));
            }
            QVERIFY2(worst > 0 && worst <= limit, qPrintable(QString("%1: %2").arg(name).arg(worst)));
        }
    }

    void cleanupTestCase() {
        const QString target = qEnvironmentVariable("DRDM_WRITE_TABLE");
        if (target.isEmpty() || m_rows.isEmpty()) {
            return;
        }
        QMap<QString, int> counts;
        for (const Outcome outcome : {Outcome::read, Outcome::warned, Outcome::refused}) {
            counts[word(outcome)] = static_cast<int>(std::ranges::count_if(
                m_rows, [&](const QString& row) { return row.contains("` | " + QString(word(outcome)) + " |"); }));
        }
        QString text =
            "# Awkward DICOM files\n\nWhat `readImage` makes of every file (and two folders) of the collection "
            "`../shared/data/dicom/awkward`. Written by the test `TestAwkward` with `DRDM_WRITE_TABLE=FILE`, which "
            "also "
            "fails when anything of it changes. Hash: the first 12 digits of SHA-256 over the voxels as float32.\n\n";
        text += QString(
                    "%1 read, %2 read with warning, %3 refused.\n\n| file | outcome | size | voxels | message "
                    "|\n|---|---|---|---|---|\n")
                    .arg(counts["read"])
                    .arg(counts["read with warning"])
                    .arg(counts["refused"]);
        writeBytes(target, (text + m_rows.join("\n") + "\n").toUtf8());
    }

private:
    QString m_folder;
    QStringList m_rows;
};

QTEST_GUILESS_MAIN(TestAwkward)
#include "TestAwkward.moc"
