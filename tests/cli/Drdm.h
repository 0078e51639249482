#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

/// One run of the program as a user would start it.
struct Drdm {
    int code = -1;   ///< exit code; -1 = it crashed or hung
    QByteArray out;  ///< standard output
    QByteArray err;  ///< standard error

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    [[nodiscard]] bool says(const char* text) const { return err.contains(text); }
};

inline QString drdmProgram() {
    return QString::fromLocal8Bit(qgetenv("DRDM_BIN")) + "/drdm";
}

inline Drdm runDrdm(const QStringList& arguments) {
    QProcess process;
    process.start(drdmProgram(), arguments);
    Drdm run;
    if (process.waitForFinished(600'000) && process.exitStatus() == QProcess::NormalExit) {
        run.code = process.exitCode();
    }
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

inline QByteArray fileBytes(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool writeBytes(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// A model that knows next to nothing, trained in a second: the tests here are about the way, not about its quality.
inline Drdm trainTinyModel(const QString& data, const QString& folder, const QStringList& more = {}) {
    return runDrdm(
        QStringList{"train", "--data", data, "--out", folder, "--grid", "32", "--batch", "2", "--steps", "4"} + more);
}
