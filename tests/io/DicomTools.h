#pragma once

#include <QProcess>
#include <QStandardPaths>
#include <QStringList>

/// What other programs say of a file that we wrote.
struct ToolResult {
    bool found = false;
    int code = -1;
    QString text;  ///< both channels
};

inline ToolResult runTool(const QString& program, const QStringList& arguments) {
    ToolResult result;
    const QString path = QStandardPaths::findExecutable(program);
    result.found = !path.isEmpty();
    if (result.found) {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(path, arguments);
        process.waitForFinished(300000);
        result.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        result.text = QString::fromUtf8(process.readAll());
    }
    return result;
}

/// The errors of dciodvfy (Debian's dicom3tools). It does not know Synthetic Data (0008,001C), which it takes for a
/// retired or unknown attribute.
inline QStringList dciodvfyErrors(const QString& file) {
    QStringList errors;
    for (const QString& line : runTool("dciodvfy", {"-new", file}).text.split('\n')) {
        if (line.startsWith("Error") && !line.contains("(0008,001c)", Qt::CaseInsensitive)) {
            errors << line.trimmed();
        }
    }
    return errors;
}
