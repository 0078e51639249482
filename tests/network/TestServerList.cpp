#include "io/IoChecks.h"
#include "network/ServerList.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace drdm;

class TestServerList : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] std::string file() const { return m_folder.filePath("deep/servers.json").toStdString(); }

    static DicomServer example() {
        DicomServer server;
        server.name = "Klinik Süd";
        server.host = "pacs.example";
        server.port = 11112;
        server.theirTitle = "PACS";
        server.ourTitle = "DRDM2";
        server.connectTimeout_s = 3;
        server.silenceTimeout_s = 4;
        server.keepCompression = true;
        server.listenAddress = "192.168.1.20";
        server.listenPort = 11113;
        return server;
    }

private Q_SLOTS:
    void aListComesBackAsItWas() {
        QVERIFY(readServers(file()).empty());
        DicomServer other = example();
        other.name = "other";
        other.listenPort = 0;
        writeServers(file(), {example(), other});
        const auto back = readServers(file());
        QCOMPARE(back.size(), std::size_t{2});
        QVERIFY(back[0] == example());
        QVERIFY(back[1] == other);
    }

    void badServersAreRefusedAndTheListStays() {
        writeServers(file(), {example()});
        const auto refuses = [&](auto change, const char* what) {
            DicomServer server = example();
            server.name = "new";
            change(server);
            const QString message = errorOf([&] { writeServers(file(), {example(), server}); });
            return message.contains(what) && readServers(file()).size() == 1;
        };
        QVERIFY(refuses([](DicomServer& s) { s.host.clear(); }, "host"));
        QVERIFY(refuses([](DicomServer& s) { s.host = "a:104"; }, "without port"));
        QVERIFY(refuses([](DicomServer& s) { s.theirTitle = "SEVENTEEN-LETTERS"; }, "1 to 16"));
        QVERIFY(refuses([](DicomServer& s) { s.ourTitle = "   "; }, "1 to 16"));
        QVERIFY(refuses([](DicomServer& s) { s.theirTitle = "A\\B"; }, "backslash"));
        QVERIFY(refuses([](DicomServer& s) { s.port = 0; }, "1 to 65535"));
        QVERIFY(refuses([](DicomServer& s) { s.silenceTimeout_s = 0; }, "1 to 3600"));
        QVERIFY(refuses([](DicomServer& s) { s.name = example().name; }, "rename"));
        QVERIFY(refuses([](DicomServer& s) { s.name.clear(); }, "name"));
    }

    void damagedListsAreNamed() {
        QFile list(QString::fromStdString(file()));
        for (const char* text : {"{", "{}", R"({"servers":[{"name":"a","host":"b"}]})",
                                 R"({"servers":[{"name":"a","host":"b","their_title":"X","port":"x"}]})",
                                 R"({"servers":[{"name":"a","host":"b","their_title":"X","port":99999999999}]})"}) {
            QVERIFY(list.open(QIODevice::WriteOnly | QIODevice::Truncate) && list.write(text) > 0);
            list.close();
            const QString message = errorOf([&] { readServers(file()); });
            QVERIFY2(message.contains("servers.json"), qPrintable(message));
        }
    }

    void serversAreGivenByText() {
        const DicomServer server = serverFromText("PACS@pacs.example:11112");
        QCOMPARE(server.theirTitle, std::string("PACS"));
        QCOMPARE(server.host, std::string("pacs.example"));
        QCOMPARE(server.port, 11112);
        for (const char* text : {"", "PACS", "PACS@host", "PACS@host:", "PACS@host:12x", "@host:1", "PACS@:1"}) {
            QVERIFY2(!errorOf([&] { serverFromText(text); }).isEmpty(), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestServerList)
#include "TestServerList.moc"
