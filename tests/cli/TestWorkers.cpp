#include "cli/Drdm.h"

#include <QFile>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <memory>

namespace {

/// A port that nobody listens on at the moment.
QString freePort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return QString::number(server.serverPort());
}

/// The second column of loss.csv.
QList<double> losses(const QString& path) {
    QFile file(path);
    QList<double> values;
    if (file.open(QIODevice::ReadOnly)) {
        const auto lines = file.readAll().split('\n');
        for (const auto& line : lines.mid(1)) {
            if (!line.isEmpty()) {
                values.push_back(line.split(',').at(1).toDouble());
            }
        }
    }
    return values;
}

}  // namespace

/// Two processes on loopback that train one model.
class TestWorkers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        const Drdm phantom =
            runDrdm({"phantom", "--out", path("study"), "--slices", "4", "--size", "64", "--frames", "2"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
    }

    /// The same samples in the same order: the loss curve is that of one process with the doubled batch.
    void twoAreOneWithTheDoubledBatch() {
        const Drdm one = runDrdm(training("one", 8, 4));
        QVERIFY2(one.code == 0, one.err.constData());
        const auto workers = start(training("two", 8, 2));
        for (const auto& worker : workers) {
            QVERIFY(worker->waitForFinished(300'000));
            QVERIFY2(worker->exitCode() == 0, worker->readAllStandardError().constData());
        }
        const auto alone = losses(path("one/loss.csv"));
        const auto together = losses(path("two/loss.csv"));
        QCOMPARE(alone.size(), 8);
        QCOMPARE(together.size(), 8);
        for (int i = 0; i < alone.size(); ++i) {
            QVERIFY2(std::abs(alone[i] - together[i]) < 1e-3 * std::abs(alone[i]),
                     qPrintable(QString("step %1: %2 and %3").arg(i + 1).arg(alone[i]).arg(together[i])));
        }
        QVERIFY2(std::abs(alone.first() - alone.last()) > 1e-4, "the loss did not change");
    }

    /// A killed worker ends the others with a message; the run goes on from its checkpoint.
    void aKilledWorkerEndsTheOthers() {
        const auto arguments = training("killed", 100000, 2) + QStringList{"--checkpoint-minutes", "0.01"};
        auto workers = start(arguments);
        workers[0]->setReadChannel(QProcess::StandardError);
        QByteArray said;
        const auto goesOn = [this, &said] {
            return said.contains("step 20 ") && QFile::exists(path("killed/state.safetensors"));
        };
        while (!goesOn() && workers[0]->waitForReadyRead(300'000)) {
            said += workers[0]->readAllStandardError();
        }
        QVERIFY2(goesOn(), said.constData());
        kill(static_cast<pid_t>(workers[1]->processId()), SIGKILL);
        QVERIFY(workers[1]->waitForFinished(60'000));
        QVERIFY2(workers[0]->waitForFinished(60'000), "the other worker did not end");
        said += workers[0]->readAllStandardError();
        QCOMPARE(workers[0]->exitStatus(), QProcess::NormalExit);
        QCOMPARE(workers[0]->exitCode(), 1);
        QVERIFY2(said.contains("lost or did not find the others") && said.contains("--resume"), said.constData());

        const auto before = losses(path("killed/loss.csv")).size();
        auto again = training("killed", 100000, 2) + QStringList{"--resume"};
        workers = start(again);
        workers[0]->setReadChannel(QProcess::StandardError);
        said.clear();
        while (!said.contains("  loss ") && workers[0]->waitForReadyRead(300'000)) {
            said += workers[0]->readAllStandardError();
        }
        QVERIFY2(!said.contains("step 1 ") && said.contains("  loss "), said.constData());
        // An interrupt of one is the end for both, with a checkpoint.
        kill(static_cast<pid_t>(workers[1]->processId()), SIGINT);
        for (const auto& worker : workers) {
            QVERIFY(worker->waitForFinished(60'000));
            QCOMPARE(worker->exitStatus(), QProcess::NormalExit);
        }
        QVERIFY(before > 0 && !losses(path("killed/loss.csv")).isEmpty());
        QVERIFY(QFile::exists(path("killed/model.safetensors")));
    }

    void whatIsMissingIsNamed() {
        const auto said = [this](const QStringList& variables) {
            QProcess process;
            auto environment = QProcessEnvironment::systemEnvironment();
            for (const QString& variable : variables) {
                environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
            }
            process.setProcessEnvironment(environment);
            process.start(drdmProgram(), training("never", 1, 1));
            process.waitForFinished(300'000);
            return process.exitCode() == 0 ? QByteArray("no error") : process.readAllStandardError();
        };
        QVERIFY(said({"WORLD_SIZE=2"}).contains("RANK"));
        QVERIFY(said({"WORLD_SIZE=2", "RANK=2"}).contains("RANK is '2'"));
        QVERIFY(said({"WORLD_SIZE=2", "RANK=0"}).contains("MASTER_ADDR"));
        QVERIFY(said({"WORLD_SIZE=two", "RANK=0"}).contains("WORLD_SIZE is 'two'"));
        QVERIFY(said({"WORLD_SIZE=2", "RANK=0", "MASTER_ADDR=localhost", "MASTER_PORT=99999"}).contains("MASTER_PORT"));
        QVERIFY(!QFile::exists(path("never/model.safetensors")));
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] QStringList training(const QString& out, int steps, int batch) const {
        return {"train",
                "--data",
                path("study"),
                "--out",
                path(out),
                "--grid",
                "32",
                "--steps",
                QString::number(steps),
                "--batch",
                QString::number(batch),
                "--log-every",
                "1",
                "--device",
                "cpu",
                "--learning-rate-final",
                "0.001",
                "--threads",
                "1"};
    }

    static std::vector<std::unique_ptr<QProcess>> start(const QStringList& arguments) {
        const QString port = freePort();
        std::vector<std::unique_ptr<QProcess>> workers;
        for (int rank = 0; rank < 2; ++rank) {
            auto& worker = workers.emplace_back(std::make_unique<QProcess>());
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert("RANK", QString::number(rank));
            environment.insert("WORLD_SIZE", "2");
            environment.insert("MASTER_ADDR", "127.0.0.1");
            environment.insert("MASTER_PORT", port);
            worker->setProcessEnvironment(environment);
            worker->start(drdmProgram(), arguments);
        }
        return workers;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestWorkers)
#include "TestWorkers.moc"
