#pragma once

#include "network/Network.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTemporaryDir>

/// Orthanc on free ports of the loopback with an empty store of its own, for the life of the value.
class Orthanc {
public:
    static QString program() {
        return QStandardPaths::findExecutable("Orthanc", {"/usr/sbin", "/usr/bin", "/usr/local/sbin"});
    }

    static int freePort() {
        QTcpServer probe;
        return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : 0;
    }

    /// Empty when it runs, else why not.
    QString start() {
        m_port = freePort();
        m_listenPort = freePort();
        QJsonObject config{{"Name", "test"},
                           {"StorageDirectory", m_folder.filePath("store")},
                           {"IndexDirectory", m_folder.filePath("store")},
                           {"HttpServerEnabled", false},
                           {"DicomServerEnabled", true},
                           {"DicomAet", "ORTHANC"},
                           {"DicomCheckCalledAet", true},
                           {"DicomPort", m_port},
                           {"DicomAlwaysAllowEcho", false},
                           {"DicomAlwaysAllowStore", false},
                           {"DicomAlwaysAllowFind", false},
                           {"DicomAlwaysAllowGet", false},
                           {"DicomCheckModalityHost", true},
                           {"SynchronousCMove", true},
                           {"DefaultEncoding", "Utf8"},
                           {"OverwriteInstances", true},
                           {"Plugins", QJsonArray()},
                           {"DicomModalities", QJsonObject{{"drdm", QJsonArray{"DRDM", "127.0.0.1", m_listenPort}}}}};
        QFile file(m_folder.filePath("orthanc.json"));
        if (!m_folder.isValid() || !file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(config).toJson()) < 0) {
            return "no temporary folder";
        }
        file.close();
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setStandardOutputFile(m_folder.filePath("log"));
        m_process.start(program(), {m_folder.filePath("orthanc.json")});
        if (!m_process.waitForStarted()) {
            return m_process.errorString();
        }
        QString why;
        for (int tries = 0; tries < 300 && m_process.state() == QProcess::Running; ++tries) {
            try {
                drdm::echoServer(server());
                return {};
            } catch (const drdm::Error& error) {
                why = error.what();
            }
            m_process.waitForFinished(100);  // returns at once if it ends
        }
        return "Orthanc does not answer: " + why + "\n" + log();
    }

    ~Orthanc() {
        m_process.terminate();
        if (!m_process.waitForFinished(20'000)) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }

    [[nodiscard]] drdm::DicomServer server() const {
        drdm::DicomServer server;
        server.name = "test server";
        server.host = "127.0.0.1";
        server.port = m_port;
        server.theirTitle = "ORTHANC";
        server.listenPort = m_listenPort;
        server.connectTimeout_s = 5;
        server.silenceTimeout_s = 20;
        return server;
    }
    [[nodiscard]] QByteArray log() const {
        QFile file(m_folder.filePath("log"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    int m_port = 0, m_listenPort = 0;
};
