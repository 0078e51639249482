#include "cli/Drdm.h"

#include <QDirIterator>
#include <QMap>
#include <QTemporaryDir>
#include <QTest>

namespace {

/// Every file below a folder, hidden ones too, and its bytes.
QMap<QString, QByteArray> filesBelow(const QString& folder) {
    QMap<QString, QByteArray> files;
    QDirIterator entries(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (entries.hasNext()) {
        const QString path = entries.next();
        files[path.mid(folder.size() + 1)] = fileBytes(path);
    }
    return files;
}

int recordsIn(const QString& folder) {
    return static_cast<int>(QDir(folder + "/records").entryList({"*.json"}, QDir::Files).size());
}

/// Starts the program and kills it, as a power cut would, once `count` copies are finished. Whether it was still at it.
bool killedAfter(const QStringList& arguments, const QString& folder, int count) {
    QProcess process;
    process.start(drdmProgram(), arguments);
    while (recordsIn(folder) < count && !process.waitForFinished(5)) {
    }
    const bool running = process.state() == QProcess::Running;
    process.kill();
    process.waitForFinished();
    return running;
}

struct Python {
    int code = -1;
    QByteArray said;
};

Python python(const QString& script, const QStringList& arguments) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start("/usr/bin/python3", QStringList{DRDM_TESTS_DIR "/cli/" + script} + arguments);
    Python run;
    if (process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit) {
        run.code = process.exitCode();
    }
    run.said = process.readAll();
    return run;
}

}  // namespace

class TestAugmentCommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        const Drdm phantom = runDrdm({"phantom", "--out", path("study"), "--subjects", "2", "--slices", "3", "--size",
                                      "64", "--frames", "2", "--labels"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
        const Drdm whole = runDrdm(order("whole") + QStringList{"--json"});
        QVERIFY2(whole.code == 0, whole.err.constData());
        QCOMPARE(whole.json()["made"].toInt(), 20);
        QCOMPARE(whole.json()["all"].toInt(), 20);
        QCOMPARE(filesBelow(path("whole")).size(), 20 * 3 + 16 + 4);  // image, labels, record; fields; lists
    }

    void killedTwiceItEndsAsIfNothingHadBeen() {
        const QString folder = path("killed");
        QVERIFY(killedAfter(order("killed"), folder, 4));
        const int first = recordsIn(folder);
        QVERIFY(first >= 4 && first < 20);
        QVERIFY(!QFile::exists(folder + "/manifest.csv"));
        QVERIFY(killedAfter(order("killed"), folder, first + 4));
        const int second = recordsIn(folder);
        QVERIFY(second > first && second < 20);
        const Drdm rest = runDrdm(order("killed") + QStringList{"--json"});
        QVERIFY2(rest.code == 0, rest.err.constData());
        QCOMPARE(rest.json()["made"].toInt(), 20 - second);
        compare(folder);
    }

    /// Two parts, started as Slurm starts them, from the script that is shipped.
    void twoShardsAreOneRun() {
        for (const char* task : {"2", "1"}) {
            QProcess process;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("DRDM", drdmProgram());
            environment.insert("SLURM_ARRAY_TASK_MIN", "1");
            environment.insert("SLURM_ARRAY_TASK_MAX", "2");
            environment.insert("SLURM_ARRAY_TASK_COUNT", "2");
            environment.insert("SLURM_ARRAY_TASK_ID", task);
            process.setProcessEnvironment(environment);
            process.start("bash",
                          QStringList{DRDM_SOURCE_DIR "/installer/cluster/augment.sbatch"} + order("shards").mid(1));
            QVERIFY(process.waitForFinished(600'000));
            const QByteArray said = process.readAllStandardError();
            QVERIFY2(process.exitCode() == 0, said.constData());
            QVERIFY2(said.contains("10 copies made"), said.constData());
            QCOMPARE(QFile::exists(path("shards/manifest.csv")), *task == '1');
        }
        compare(path("shards"));
        // A stride in the array would leave parts out.
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("SLURM_ARRAY_TASK_MIN", "1");
        environment.insert("SLURM_ARRAY_TASK_MAX", "7");
        environment.insert("SLURM_ARRAY_TASK_COUNT", "4");
        environment.insert("SLURM_ARRAY_TASK_ID", "1");
        process.setProcessEnvironment(environment);
        process.start("bash", {DRDM_SOURCE_DIR "/installer/cluster/augment.sbatch"});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 2);
    }

    void anyNumberOfWorkersMakesTheSame() {
        const Drdm alone = runDrdm(order("alone") + QStringList{"--workers", "1"});
        QVERIFY2(alone.code == 0, alone.err.constData());
        auto files = filesBelow(path("alone"));
        auto whole = filesBelow(path("whole"));
        files.remove("augment.json");  // says how many workers there were
        whole.remove("augment.json");
        QVERIFY(files == whole);
    }

    void othersReadTheLists() {
        const Python found = python("read_datalist.py", {path("whole")});
        QVERIFY2(found.code == 0, found.said.constData());
        QVERIFY2(found.said.contains("20 images"), found.said.constData());
        // And we do: the copies are a data set again.
        const Drdm again = runDrdm(
            {"augment", "--data", path("whole/dataset.csv"), "--out", path("again"), "--method", "none", "--json"});
        QVERIFY2(again.code == 0, again.err.constData());
        QCOMPARE(again.json()["all"].toInt(), 20);
    }

    void nnunetFindsItsRawDataSet() {
        const Drdm made = runDrdm({"augment", "--data", path("study"), "--out", path("nnUNet_raw/Dataset123_Heart"),
                                   "--layout", "nnunet", "--originals", "--method", "mrbs", "--levels", "30",
                                   "--label-names", "1=wall,2=cavity,3=right"});
        QVERIFY2(made.code == 0, made.err.constData());
        const Python checked = python("check_nnunet.py", {path("nnUNet_raw/Dataset123_Heart")});
        QVERIFY2(checked.code == 0, checked.said.constData());
        QVERIFY2(checked.said.contains("8 cases"), checked.said.constData());
    }

    void bidsHasItsFolders() {
        const Drdm made = runDrdm({"augment", "--data", path("study"), "--out", path("bids"), "--layout", "bids",
                                   "--method", "elastic", "--levels", "30"});
        QVERIFY2(made.code == 0, made.err.constData());
        const auto files = filesBelow(path("bids"));
        QVERIFY(files.contains("sub-subject001/anat/sub-subject001_desc-subject001phase000c001_dseg.nii.gz"));
        QVERIFY(files.contains("sub-subject002/anat/sub-subject002_desc-subject002phase001c001_MR.nii.gz"));
        QVERIFY(files["participants.tsv"].contains("sub-subject002\tsubject-002\n"));
        QVERIFY(QJsonDocument::fromJson(files["dataset_description.json"]).object()["BIDSVersion"].isString());
    }

    void badInputIsNamed_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("method") << QStringList{"--method", "mixup"} << 2 << QStringList{"mixup", "bigaug"};
        QTest::newRow("levels") << QStringList{"--levels", "90"} << 2 << QStringList{"\"90\"", "1 to 80"};
        QTest::newRow("shard") << QStringList{"--shard", "3/2"} << 2 << QStringList{"3/2", "2/8"};
        QTest::newRow("model") << QStringList{"--model", "none-such"} << 1 << QStringList{"none-such"};
        QTest::newRow("copies") << QStringList{"--copies", "0"} << 2 << QStringList{"copies"};
        QTest::newRow("labels") << QStringList{"--labels", "/nowhere"} << 1
                                << QStringList{"/nowhere", "check the path"};
    }

    void badInputIsNamed() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QStringList, words);
        const Drdm run = runDrdm(QStringList{"augment", "--data", path("study"), "--out", path("never")} + arguments);
        QVERIFY2(run.code == code, run.err.constData());
        for (const QString& word : words) {
            QVERIFY2(run.err.contains(word.toUtf8()), run.err.constData());
        }
        QVERIFY(!QDir(path("never")).exists());
    }

    /// A full disk: nothing half-written under a final name, and the same command goes on when there is room.
    void aFullDiskLosesNothing() {
        const QString folder = path("full");
        QProcess limited;
        const QStringList words = order("full");
        limited.start("bash",
                      QStringList{"-c", "ulimit -f 24; trap '' XFSZ; exec \"$@\"", "bash", drdmProgram()} + words);
        QVERIFY(limited.waitForFinished(600'000));
        const QByteArray said = limited.readAllStandardError();
        QCOMPARE(limited.exitCode(), 1);
        QVERIFY2(said.contains("while making ") && said.contains("another output folder"), said.constData());
        const Drdm rest = runDrdm(words);
        QVERIFY2(rest.code == 0, rest.err.constData());
        compare(folder);
    }

    void anotherRunInTheSameFolderIsRefused() {
        QProcess first;
        first.start(drdmProgram(), order("busy"));
        while (recordsIn(path("busy")) < 1 && !first.waitForFinished(5)) {
        }
        QCOMPARE(first.state(), QProcess::Running);
        const Drdm second = runDrdm(order("busy"));
        QCOMPARE(second.code, 1);
        QVERIFY2(second.says("another run is at work"), second.err.constData());
        QVERIFY(first.waitForFinished(600'000));
        QCOMPARE(first.exitCode(), 0);
        compare(path("busy"));
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] QStringList order(const QString& folder) const {
        return {"augment", "--data",   path("study"), "--out",       path(folder), "--levels", "16,24", "--copies",
                "2",       "--stride", "2",           "--originals", "--fields",   "--device", "cpu"};
    }

    void compare(const QString& folder) const {
        const auto made = filesBelow(folder);
        const auto whole = filesBelow(path("whole"));
        QCOMPARE(made.keys(), whole.keys());
        for (auto file = whole.begin(); file != whole.end(); ++file) {
            QVERIFY2(made[file.key()] == file.value(), qPrintable(file.key()));
        }
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestAugmentCommand)
#include "TestAugmentCommand.moc"
