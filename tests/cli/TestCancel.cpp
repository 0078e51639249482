#include "cli/Drdm.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>

namespace {

/// Starts the program, waits until it has said `sign`, interrupts it as Ctrl-C does.
Drdm interrupted(const QStringList& arguments, const QByteArray& sign) {
    QProcess process;
    process.setReadChannel(QProcess::StandardError);
    process.start(drdmProgram(), arguments);
    Drdm run;
    while (!run.err.contains(sign) && process.waitForReadyRead(300'000)) {
        run.err += process.readAllStandardError();
    }
    if (!run.err.contains(sign)) {
        return run;
    }
    kill(static_cast<pid_t>(process.processId()), SIGINT);
    if (process.waitForFinished(300'000) && process.exitStatus() == QProcess::NormalExit) {
        run.code = process.exitCode();
    }
    run.err += process.readAllStandardError();
    run.out = process.readAllStandardOutput();
    return run;
}

}  // namespace

class TestCancel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        const Drdm phantom =
            runDrdm({"phantom", "--out", path("study"), "--slices", "3", "--size", "64", "--frames", "2"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
        const Drdm training = trainTinyModel(path("study"), path("model"));
        QVERIFY2(training.code == 0, training.err.constData());
    }

    void sampling() {
        const Drdm run = interrupted({"sample", path("study"), "--out", path("out"), "--model",
                                      path("model/model.safetensors"), "--level", "80", "--count", "1000", "--json"},
                                     "%");
        QVERIFY2(run.code == 130, run.err.constData());
        QVERIFY(run.says("cancelled"));
        QVERIFY(run.out.isEmpty());
        QVERIFY(!QDir(path("out")).exists());
        for (const QString& left : QDir(m_folder.path()).entryList({"out*"}, QDir::AllEntries)) {
            QVERIFY2(left.endsWith(".partial"), qPrintable(left));
        }
    }

    void trainingGoesOn() {
        const QStringList train{"train",   "--data", path("study"), "--out", path("training"), "--grid", "32",
                                "--batch", "1",      "--log-every", "1"};
        const Drdm run = interrupted(train + QStringList{"--steps", "1000000"}, "step 3 ");
        QVERIFY2(run.code == 130, run.err.constData());
        QVERIFY(run.out.isEmpty());
        // What was trained so far is kept: a few more steps need no new beginning.
        const Drdm again = interrupted(train + QStringList{"--steps", "1000000", "--resume"}, "step ");
        QVERIFY2(again.code == 130, again.err.constData());
        QVERIFY2(!again.says("step 1 "), again.err.constData());
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCancel)
#include "TestCancel.moc"
