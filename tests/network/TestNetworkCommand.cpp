#include "Orthanc.h"
#include "cli/Drdm.h"

#include <QtTest>

/// `drdm network` as a user runs it.
class TestNetworkCommand : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(name); }

private Q_SLOTS:
    void initTestCase() { qputenv("DRDM_DICOM_SERVERS", path("servers.json").toLocal8Bit()); }

    void serversAreKept() {
        QCOMPARE(
            runDrdm({"network", "add", "a", "PACS@localhost:104", "--title", "ME", "--listen", "127.0.0.1:5"}).code, 0);
        QCOMPARE(runDrdm({"network", "add", "b", "PACS@localhost:105"}).code, 0);
        QCOMPARE(runDrdm({"network", "add", "a", "PACS@localhost:106", "--title", "ME"}).code, 0);
        const Drdm list = runDrdm({"network", "servers", "--json"});
        QCOMPARE(list.json()["servers"].toArray().size(), 2);
        QCOMPARE(list.json()["servers"].toArray()[1].toObject()["port"].toInt(), 106);
        QCOMPARE(runDrdm({"network", "remove", "a"}).code, 0);
        QCOMPARE(runDrdm({"network", "remove", "a"}).code, 1);
        QCOMPARE(runDrdm({"network", "servers", "--json"}).json()["servers"].toArray().size(), 1);
    }

    void wrongUsageIsSaid() {
        QCOMPARE(runDrdm({"network"}).code, 2);
        const Drdm near = runDrdm({"network", "ecco", "a"});
        QCOMPARE(near.code, 2);
        QVERIFY(near.says("did you mean echo?"));
        QCOMPARE(runDrdm({"network", "echo", "a", "--out", "x"}).code, 2);
        QCOMPARE(runDrdm({"network", "get", "a", "--study", "1.2"}).code, 2);
        QCOMPARE(runDrdm({"network", "add", "a", "PACS@localhost:104", "--timeout", "long"}).code, 2);
        const Drdm unknown = runDrdm({"network", "echo", "nobody"});
        QCOMPARE(unknown.code, 1);
        QVERIFY(unknown.says("no DICOM server is called \"nobody\""));
        const QString closed = QString("PACS@127.0.0.1:%1").arg(Orthanc::freePort());
        const Drdm refused = runDrdm({"network", "echo", closed});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.says("nothing takes connections there"), refused.err);
        QVERIFY(refused.out.isEmpty());
    }

    void everyRequestWorks() {
        if (Orthanc::program().isEmpty()) {
            QSKIP("the DICOM server Orthanc is not installed (Debian: orthanc)");
        }
        Orthanc orthanc;
        const QString why = orthanc.start();
        QVERIFY2(why.isEmpty(), qPrintable(why));
        const drdm::DicomServer server = orthanc.server();
        QCOMPARE(runDrdm({"network", "add", "here", QString("ORTHANC@127.0.0.1:%1").arg(server.port), "--listen",
                          QString("127.0.0.1:%1").arg(server.listenPort)})
                     .code,
                 0);
        QCOMPARE(runDrdm({"phantom", "--out", path("phantom"), "--slices", "2", "--frames", "2", "--size", "64"}).code,
                 0);
        const Drdm echo = runDrdm({"network", "echo", "here", "--json"});
        QVERIFY2(echo.code == 0 && echo.json()["time_s"].toDouble() > 0, echo.err);
        const Drdm store = runDrdm({"network", "store", "here", path("phantom"), "--json"});
        QVERIFY2(store.code == 0, store.err);
        QCOMPARE(store.json()["objects"].toInt(), 4);
        const Drdm studies = runDrdm({"network", "find", "here", "--patient-name", "PHANTOM*", "--json"});
        QVERIFY2(studies.code == 0, studies.err);
        QCOMPARE(studies.json()["studies"].toArray().size(), 1);
        const QString study = studies.json()["studies"].toArray()[0].toObject()["study_uid"].toString();
        const Drdm series = runDrdm({"network", "find", "here", "--study", study, "--json"});
        QCOMPARE(series.json()["series"].toArray().size(), 1);
        for (const QString way : {"get", "move"}) {
            const Drdm got = runDrdm({"network", way, "here", "--study", study, "--out", path("") + way, "--json"});
            QVERIFY2(got.code == 0, got.err);
            QCOMPARE(got.json()["objects"].toInt(), 4);
            QCOMPARE(runDrdm({"info", path("") + way}).code, 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestNetworkCommand)
#include "TestNetworkCommand.moc"
