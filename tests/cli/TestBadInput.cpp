#include "cli/Drdm.h"
#include "io/NiftiFile.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace drdm;

namespace {

QStringList filesBelow(const QString& folder) {
    QStringList found;
    QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        found << files.next();
    }
    found.sort();
    return found;
}

/// 352 bytes that say they are a float32 NIfTI-1 of this size.
QByteArray niftiHeader(qint16 side) {
    QByteArray bytes(352, '\0');
    const auto put = [&bytes](int at, auto value) { memcpy(bytes.data() + at, &value, sizeof value); };
    put(0, qint32{348});
    put(40, qint16{3});
    for (int axis = 1; axis <= 7; ++axis) {
        put(40 + 2 * axis, axis <= 3 ? side : qint16{1});
        put(76 + 4 * axis, 1.0F);
    }
    put(70, qint16{16});
    put(72, qint16{32});
    put(108, 352.0F);
    memcpy(bytes.data() + 344, "n+1", 4);
    return bytes;
}

}  // namespace

/// Every bad input is answered by what, where and what to do, exit code 1, and nothing under a final name.
class TestBadInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        const Drdm phantom = runDrdm({"phantom", "--out", path("study"), "--subjects", "2", "--slices", "3", "--size",
                                      "64", "--frames", "1", "--json"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
        const QDir study(path("study"));
        const QStringList subjects = study.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        QCOMPARE(subjects.size(), 2);
        m_dicom = study.filePath(subjects[0] + "/dicom");
        m_other = study.filePath(subjects[1] + "/dicom");
        const Drdm training = trainTinyModel(m_dicom, path("model"), {"--json"});
        QVERIFY2(training.code == 0, training.err.constData());
        m_model = training.json()["model"].toString();
    }

    void emptyFolder() {
        QVERIFY(QDir().mkpath(path("empty")));
        refuses({"info", path("empty")}, {"empty", "DICOM or NIfTI"});
        refusesToSample(path("empty"), {"empty"});
        refuses({"train", "--data", path("empty"), "--out", path("out")}, {"empty", "no image"});
        refuses({"train", "--data", m_dicom, "--out", path("out"), "--modality", "CT"}, {"it is MR", "is for CT"});
    }

    void noSuchPath() {
        refuses({"info", path("nowhere")}, {"nowhere"});
        refusesToSample(path("nowhere"), {"nowhere"});
    }

    void textNamedDicom() {
        QVERIFY(QDir().mkpath(path("text")) &&
                writeBytes(path("text/letter.dcm"), "Dear colleague,\nplease find enclosed\n"));
        refuses({"info", path("text")}, {"letter.dcm"});
        refusesToSample(path("text/letter.dcm"), {"letter.dcm"});
    }

    void truncatedDicom() {
        const QString first = filesBelow(m_dicom).first();
        const QByteArray bytes = fileBytes(first);
        QVERIFY(QDir().mkpath(path("cut")));
        QVERIFY(writeBytes(path("cut/half.dcm"), bytes.left(bytes.size() / 2)));
        refusesToSample(path("cut"), {"half.dcm"});
        QVERIFY(QDir().mkpath(path("stub")) && writeBytes(path("stub/stub.dcm"), bytes.left(200)));
        refusesToSample(path("stub"), {"stub.dcm"});
    }

    void mixedSeries() {
        refusesToSample(path("study"), {"2 series", "by its UID"});
        const QJsonObject found = runDrdm({"info", path("study"), "--json"}).json();
        QCOMPARE(found["series"].toArray().size(), 2);
        const Drdm chosen =
            sampled(path("study"), {"--series", found["series"][1]["uid"].toString(), "--format", "nifti"});
        QVERIFY2(chosen.code == 0, chosen.err.constData());
        QVERIFY(QDir(path("out")).removeRecursively());
        refuses(sampling(path("study")) + QStringList{"--series", "1.2.3"}, {"1.2.3"});
        // Of series of different sizes the largest is meant, and that is said.
        QVERIFY(QDir().mkpath(path("uneven")) &&
                QFile::copy(filesBelow(m_other).first(), path("uneven/one-slice-of-another.dcm")));
        for (const QString& file : filesBelow(m_dicom)) {
            QVERIFY(QFile::copy(file, path("uneven/") + QFileInfo(file).fileName()));
        }
        const Drdm largest = sampled(path("uneven"), {"--format", "nifti"});
        QVERIFY2(largest.code == 0 && largest.err.contains("2 series are there; the largest is used"),
                 largest.err.constData());
        QVERIFY(QDir(path("out")).removeRecursively());
    }

    void oneSlice() {
        QVERIFY(QDir().mkpath(path("one")) && QFile::copy(filesBelow(m_dicom).first(), path("one/slice.dcm")));
        const Drdm run = sampled(path("one"), {"--format", "nifti"});
        QVERIFY2(run.code == 0, run.err.constData());
        QVERIFY(QDir(path("out")).removeRecursively());
        // A model for volumes has nothing to hold on to in one slice.
        QVERIFY(QDir().mkpath(path("thick")));
        const Drdm thick =
            runDrdm({"phantom", "--out", path("thick"), "--slices", "8", "--size", "32", "--frames", "1"});
        QVERIFY2(thick.code == 0, thick.err.constData());
        const Drdm training = runDrdm({"train", "--data", path("thick"), "--out", path("model3d"), "--dims", "3",
                                       "--grid", "16", "--batch", "1", "--steps", "1"});
        QVERIFY2(training.code == 0, training.err.constData());
        refuses(
            {"sample", path("one"), "--out", path("out"), "--model", path("model3d/model.safetensors"), "--level", "4"},
            {"slice"});
    }

    void sliceAndPhaseOutOfRange() {
        refuses(sampling(m_dicom) + QStringList{"--slice", "3"}, {"no slice 3", "0 to 2"});
        refuses(sampling(m_dicom) + QStringList{"--phase", "1"}, {"no phase 1", "0 to 0"});
    }

    void brokenModels() {
        QVERIFY(writeBytes(path("empty.safetensors"), ""));
        QVERIFY(writeBytes(path("huge.safetensors"), QByteArray::fromHex("ffffffffffffff7f") + "{}"));
        QVERIFY(writeBytes(path("text.pth"), "not a model"));
        const QByteArray whole = fileBytes(m_model);
        QVERIFY(writeBytes(path("half.safetensors"), whole.left(whole.size() / 2)));
        for (const char* name :
             {"empty.safetensors", "huge.safetensors", "half.safetensors", "text.pth", "absent.safetensors"}) {
            refuses({"sample", m_dicom, "--out", path("out"), "--model", path(name)}, {name});
            refuses({"model", "info", path(name)}, {name});
            refuses({"model", "convert", path(name), path("converted.safetensors")}, {name});
            QVERIFY(!QFile::exists(path("converted.safetensors")));
        }
        refuses({"sample", m_dicom, "--out", path("out"), "--model", "no-such-model"}, {"no-such-model"});
    }

    void wholePickledModule() {
        // A stored zip with one member, the pickle of an object of a user's class: reading it would run code.
        const QByteArray pickle = QByteArray(
            "\x80\x02"
            "c__main__\nNetwork\n)\x81.",
            24);
        refuses({"model", "info", zipFile("module.pth", "archive/data.pkl", pickle)}, {"module.pth"});
    }

    void brokenNifti() {
        QVERIFY(writeBytes(path("stub.nii"), niftiHeader(64).left(100)));
        QVERIFY(writeBytes(path("cut.nii"), niftiHeader(64) + QByteArray(1000, '\0')));
        QVERIFY(writeBytes(path("huge.nii"), niftiHeader(32767) + QByteArray(1000, '\0')));
        QVERIFY(writeBytes(path("negative.nii"), niftiHeader(-5) + QByteArray(1000, '\0')));
        for (const char* name : {"stub.nii", "cut.nii", "huge.nii", "negative.nii"}) {
            refusesToSample(path(name), {name});
            refuses({"evaluate", path(name)}, {name});
        }
    }

    void brokenSchedules() {
        QVERIFY(
            writeBytes(path("falling.json"),
                       R"({"format": "drdm-schedule-1", "name": "Falling", "deformation": {"points": [[0, 9], [80, 1]]},
                               "label": {"factor": 1, "power": 0.6}, "scales": [{"nodes": 4, "sigma": 3e-4}]})"));
        QVERIFY(writeBytes(path("text.json"), "sigma = 3"));
        const QStringList sample{"sample", m_dicom, "--out", path("out"), "--model", m_model, "--schedule"};
        refuses(sample + QStringList{path("falling.json")}, {"falling.json", "deformation.points[1], time"});
        refuses(sample + QStringList{path("text.json")}, {"text.json"});
        refuses(sample + QStringList{path("nothing.json")}, {"nothing.json"});
        refuses({"train", "--data", m_dicom, "--out", path("trained"), "--schedule", path("falling.json")},
                {"falling.json", "deformation.points[1], time"});
    }

    void unwritableFolder() {
        QVERIFY(writeBytes(path("file"), "a file, not a folder"));
        refuses({"sample", m_dicom, "--out", path("file/out"), "--model", m_model, "--level", "4"},
                {"file/out", "folder"});
        refuses({"sample", m_dicom, "--out", path("file"), "--model", m_model, "--level", "4"}, {"file", "folder"});
        refuses({"phantom", "--out", path("file/out"), "--slices", "1", "--size", "32", "--frames", "1"}, {"file/out"});
        refuses({"train", "--data", m_dicom, "--out", path("file/out"), "--grid", "32", "--steps", "1"}, {"file/out"});
        refuses({"apply", "--field", stillField(m_dicom), m_dicom, "--out", path("file/out.nii.gz")},
                {"file/out.nii.gz"});
        QCOMPARE(fileBytes(path("file")), QByteArray("a file, not a folder"));
    }

    void fullDisk() {
        // A limit on the size of files answers as a full disk does: a write fails in the middle.
        const QStringList words{"sample", m_dicom, "--out", path("limited"), "--model", m_model, "--level", "4"};
        QProcess shell;
        shell.start("/bin/bash", QStringList{"-c", "ulimit -f 8; exec \"$@\"", "bash", drdmProgram()} + words);
        QVERIFY(shell.waitForFinished(300'000));
        const QByteArray answer = shell.readAllStandardError();
        QVERIFY2(shell.exitStatus() == QProcess::NormalExit && shell.exitCode() == 1, answer.constData());
        QVERIFY2(answer.contains("limited") && answer.contains("free space"), answer.constData());
        QVERIFY(!QDir(path("limited")).exists());
        QVERIFY(!QDir(path("limited.partial")).exists());  // nothing was written that would be worth keeping
    }

    void fieldOfAnotherGrid() {
        const QString field = stillField(m_dicom);
        const Drdm small =
            runDrdm({"phantom", "--out", path("small"), "--slices", "3", "--size", "48", "--frames", "1", "--json"});
        QVERIFY2(small.code == 0, small.err.constData());
        const QString image = small.json()["folders"][0].toString() + "/dicom";
        refuses({"apply", "--field", field, image, "--out", path("wrong.nii.gz")}, {"64", "48", "--grid field"});
        QVERIFY(!QFile::exists(path("wrong.nii.gz")));
        // The same place in the patient, as programs for registration have it, when it is asked for.
        const Drdm other =
            runDrdm({"apply", "--field", field, image, "--grid", "field", "--out", path("other.nii.gz")});
        QVERIFY2(other.code == 0, other.err.constData());
        QCOMPARE(readNifti(path("other.nii.gz").toStdString()).geometry().size[0], std::int64_t{64});
        refuses({"apply", "--field", field, m_other, "--out", path("wrong.nii.gz")}, {"mm"});
        refuses({"sample", image, "--out", path("out"), "--model", m_model, "--initial-field", field}, {"grid"});
    }

    void notAField() {
        const Geometry grid{{8, 8, 1}, {1, 1, 1}};
        writeNiftiScalar(grid, std::vector<float>(64, 0), path("scalar.nii.gz").toStdString());
        refuses({"evaluate", path("scalar.nii.gz")}, {"scalar.nii.gz"});
    }

    void errorsLeaveStandardOutputAlone() {
        const Drdm run = runDrdm({"sample", path("nowhere"), "--out", path("out"), "--json"});
        QCOMPARE(run.code, 1);
        QVERIFY(run.out.isEmpty());
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] QStringList sampling(const QString& input) const {
        return {"sample", input, "--out", path("out"), "--model", m_model, "--level", "4"};
    }

    [[nodiscard]] Drdm sampled(const QString& input, const QStringList& more) const {
        return runDrdm(sampling(input) + more);
    }

    void refuses(const QStringList& words, const QList<const char*>& texts) const {
        const Drdm run = runDrdm(words);
        QVERIFY2(run.code == 1,
                 qPrintable(words.join(' ') + ": exit code " + QString::number(run.code) + "\n" + run.err));
        for (const char* text : texts) {
            QVERIFY2(run.says(text), qPrintable(words.join(' ') + " does not say \"" + text + "\":\n" + run.err));
        }
        QVERIFY2(!QFile::exists(path("out")), qPrintable(words.join(' ')));
    }

    void refusesToSample(const QString& input, const QList<const char*>& texts) const {
        refuses(sampling(input), texts);
    }

    /// A field that moves nothing, on the middle slice of a series.
    [[nodiscard]] QString stillField(const QString& series) const {
        const QString image = path("still.nii.gz");
        (void)runDrdm(
            {"sample", series, "--out", path("still"), "--model", m_model, "--level", "1", "--format", "nifti"});
        const DisplacementField made = readNiftiField(path("still/seed-0001/field.nii.gz").toStdString());
        writeNiftiField(DisplacementField::zero(made.geometry(), made.dims()), image.toStdString());
        return image;
    }

    /// A zip archive with one stored member.
    [[nodiscard]] QString zipFile(const QString& name, const QByteArray& member, const QByteArray& content) const {
        quint32 crc = 0xFFFFFFFFU;
        for (const char byte : content) {
            crc ^= static_cast<unsigned char>(byte);
            for (int bit = 0; bit < 8; ++bit) {
                crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
            }
        }
        crc = ~crc;
        QByteArray sizes;
        const auto put = [](QByteArray& bytes, quint32 value, int count) {
            for (int i = 0; i < count; ++i) {
                bytes.append(static_cast<char>(value >> (8 * i)));
            }
        };
        put(sizes, 20, 2);
        put(sizes, 0, 8);
        put(sizes, crc, 4);
        put(sizes, static_cast<quint32>(content.size()), 4);
        put(sizes, static_cast<quint32>(content.size()), 4);
        put(sizes, static_cast<quint32>(member.size()), 2);
        put(sizes, 0, 2);
        const QByteArray local = QByteArray("PK\x03\x04", 4) + sizes + member + content;
        QByteArray central =
            QByteArray("PK\x01\x02", 4) + QByteArray("\x14\x00", 2) + sizes + QByteArray(14, '\0') + member;
        QByteArray end("PK\x05\x06", 4);
        put(end, 0, 4);
        put(end, 1, 2);
        put(end, 1, 2);
        put(end, static_cast<quint32>(central.size()), 4);
        put(end, static_cast<quint32>(local.size()), 4);
        put(end, 0, 2);
        (void)writeBytes(path(name), local + central + end);
        return path(name);
    }

    QTemporaryDir m_folder;
    QString m_dicom, m_other, m_model;
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "TestBadInput.moc"
