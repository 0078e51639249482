#include "ui/Log.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>

#include <array>
#include <cstdio>
#include <mutex>

namespace drdm {

namespace {

constexpr qint64 largest = 1 << 20;
constexpr int oldKept = 4;
const QString fileName = QStringLiteral("drdm-studio.log");

struct State {
    std::mutex mutex;
    QString folder;
    QFile file;
    QtMessageHandler before = nullptr;
    bool installed = false;
};

State& state() {
    static auto* theOnly = new State;  // outlives everything that may still write at the end
    return *theOnly;
}

QString oldFile(const QString& folder, int number) {
    return folder + "/drdm-studio." + QString::number(number) + ".log";
}

/// Expects the lock to be held.
void open(State& s) {
    s.file.close();
    s.file.setFileName(s.folder + '/' + fileName);
    QDir().mkpath(s.folder);
    static_cast<void>(s.file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Text));
}

void rotate(State& s) {
    s.file.close();
    QFile::remove(oldFile(s.folder, oldKept));
    for (int i = oldKept - 1; i >= 1; --i) {
        QFile::rename(oldFile(s.folder, i), oldFile(s.folder, i + 1));
    }
    QFile::rename(s.folder + '/' + fileName, oldFile(s.folder, 1));
    open(s);
}

void takeQtMessage(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    const Log::Level level = type == QtDebugMsg     ? Log::Level::Debug
                             : type == QtInfoMsg    ? Log::Level::Info
                             : type == QtWarningMsg ? Log::Level::Warning
                                                    : Log::Level::Error;
    Log::write(level, text);
    if (state().before != nullptr) {
        state().before(type, context, text);
    }
}

}  // namespace

Log& Log::instance() {
    static auto* theOnly = new Log;
    return *theOnly;
}

void Log::start(const QString& folder) {
    State& s = state();
    {
        const std::lock_guard lock(s.mutex);
        s.folder =
            folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/log" : folder;
        open(s);
    }
    if (!s.installed) {
        s.installed = true;
        s.before = qInstallMessageHandler(takeQtMessage);
    }
}

void Log::write(Level level, const QString& text) {
    static constexpr std::array<const char*, 4> names{"debug  ", "info   ", "warning", "error  "};
    const QString line = QDateTime::currentDateTime().toString("yyyy-MM-dd HH:mm:ss.zzz") + "  " +
                         names[static_cast<std::size_t>(level)] + "  " + withoutPaths(text).replace('\n', " | ");
    {
        State& s = state();
        const std::lock_guard lock(s.mutex);
        if (!s.file.isOpen()) {
            return;
        }
        if (s.file.size() > largest) {
            rotate(s);
        }
        s.file.write(line.toUtf8() + '\n');
        s.file.flush();
    }
    Q_EMIT instance().written(line);
}

QString Log::folder() {
    const std::lock_guard lock(state().mutex);
    return state().folder;
}

QString Log::file() {
    return folder() + '/' + fileName;
}

QStringList Log::files() {
    const QString where = folder();
    QStringList found{where + '/' + fileName};
    for (int i = 1; i <= oldKept; ++i) {
        found << oldFile(where, i);
    }
    found.removeIf([](const QString& each) { return !QFile::exists(each); });
    return found;
}

QString Log::withoutPaths(const QString& text) {
    // In quotes: up to the closing quote. Without: names with blanks have no end, so the rest of the line goes, too.
    static const QRegularExpression quoted(R"((["'“‘])(?:[^"'”’\n]*[/\\][^"'”’\n]*)(["'”’]))");
    static const QRegularExpression bare(R"((?<![\w/])(?:file:/|~?/|\.{1,2}/|[A-Za-z]:\\|\\\\)[^\n]*)");
    QString result = text;
    return result.replace(quoted, QStringLiteral("\\1‹path›\\2")).replace(bare, QStringLiteral("‹path›"));
}

}  // namespace drdm
