#include "ui/project/ProjectKeeper.h"

#include "tasks/ProjectSession.h"
#include "ui/BackgroundTask.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QStandardPaths>
#include <QTimer>

namespace drdm {

namespace {

constexpr int quiet_ms = 2000;    ///< after the last change
constexpr int latest_ms = 30000;  ///< after the first one that is not written yet

std::unique_ptr<QLockFile> lockOf(const QString& folder) {
    auto lock = std::make_unique<QLockFile>(folder + "/lock");
    lock->setStaleLockTime(0);  // not by age: by whether its process lives
    return lock;
}

}  // namespace

QString ProjectKeeper::sessionsFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + "/sessions";
}

ProjectKeeper::ProjectKeeper(Snapshot snapshot, QObject* parent)
    : QObject(parent), m_snapshot(std::move(snapshot)), m_quiet(new QTimer(this)), m_latest(new QTimer(this)) {
    static int number = 0;
    m_folder = QString("%1/%2-%3-%4")
                   .arg(sessionsFolder())
                   .arg(QDateTime::currentMSecsSinceEpoch())
                   .arg(QCoreApplication::applicationPid())
                   .arg(++number);
    m_session = std::make_shared<ProjectSession>(m_folder.toStdString());
    for (QTimer* timer : {m_quiet, m_latest}) {
        timer->setSingleShot(true);
        connect(timer, &QTimer::timeout, this, &ProjectKeeper::autosave);
    }
    m_quiet->setInterval(quiet_ms);
    m_latest->setInterval(latest_ms);
}

ProjectKeeper::~ProjectKeeper() = default;

void ProjectKeeper::markChanged() {
    ++m_edition;
    if (!m_dirty) {
        m_dirty = true;
        Q_EMIT changed();
    }
    schedule();
}

void ProjectKeeper::markViewChanged() {
    schedule();
}

void ProjectKeeper::schedule() {
    m_stale = true;
    m_quiet->start();
    if (!m_latest->isActive()) {
        m_latest->start();
    }
}

void ProjectKeeper::setClean(const QString& path) {
    m_path = path;
    m_dirty = false;
    schedule();
    Q_EMIT changed();
}

void ProjectKeeper::autosave() {
    if (m_writing) {
        m_quiet->start();
        return;
    }
    m_quiet->stop();
    m_latest->stop();
    if (!m_stale) {
        return;
    }
    m_stale = false;
    if (!m_lock) {
        QDir().mkpath(m_folder);
        m_lock = lockOf(m_folder);
        m_lock->tryLock(0);
    }
    m_writing = BackgroundTask::start(
        this, tr("Autosave"),
        [session = m_session, project = m_snapshot()](const JobContext&) {
            session->write(project);
            return true;
        },
        [this](bool) { m_toldFailure = false; });
    connect(m_writing, &BackgroundTask::failed, this, [this](const QString& message) {
        m_stale = true;
        m_latest->start();  // tried again then
        if (!m_toldFailure) {
            m_toldFailure = true;
            Q_EMIT failed(tr("What you do cannot be kept for recovery"),
                          tr("%1\nYour work goes on; save the project to another place.").arg(message));
        }
    });
}

bool ProjectKeeper::flush() {
    m_quiet->stop();
    m_latest->stop();
    if (m_writing) {
        delete m_writing;  // joins
    }
    try {
        QDir().mkpath(m_folder);
        if (!m_lock) {
            m_lock = lockOf(m_folder);
            m_lock->tryLock(0);
        }
        m_session->write(m_snapshot());
        m_stale = false;
        return true;
    } catch (const std::exception& error) {
        Q_EMIT failed(tr("What you do cannot be kept for recovery"), QString::fromUtf8(error.what()));
        return false;
    }
}

BackgroundTask* ProjectKeeper::save(const QString& path) {
    const std::uint64_t edition = m_edition;
    BackgroundTask* task = BackgroundTask::start(
        this, tr("Save"),
        [path, project = m_snapshot()](const JobContext& context) {
            writeProject(project, path.toStdString(), context);
            return true;
        },
        [this, path, edition](bool) {
            m_path = path;
            m_dirty = m_edition != edition;  // changed while it was written
            Q_EMIT changed();
            Q_EMIT saved(path);
        });
    connect(task, &BackgroundTask::failed, this, [this](const QString& message) {
        Q_EMIT failed(tr("The project could not be saved"),
                      tr("%1\nNothing is lost: what is open stays open, and an older file of that name is as it was.")
                          .arg(message));
    });
    return task;
}

std::vector<ProjectKeeper::Session> ProjectKeeper::recoverable() {
    std::vector<Session> sessions;
    m_held.clear();
    const QDir all(sessionsFolder());
    for (const QFileInfo& each : all.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time)) {
        const QString folder = each.absoluteFilePath();
        if (folder == m_folder) {
            continue;
        }
        auto lock = lockOf(folder);
        if (!lock->tryLock(0)) {
            continue;  // another program works there
        }
        QFile file(folder + "/session.json");
        const bool readable = file.open(QIODevice::ReadOnly);
        const QJsonObject document = readable ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
        const auto count = static_cast<int>(document["variations"].toArray().size());
        if (count == 0) {
            lock->unlock();
            QDir(folder).removeRecursively();  // nothing to recover
            continue;
        }
        sessions.push_back({folder, QFileInfo(file).lastModified(), count});
        m_held.push_back(std::move(lock));
    }
    return sessions;
}

void ProjectKeeper::discard(const Session& session) {
    QDir(session.folder).removeRecursively();
}

void ProjectKeeper::adopt(const Session& session) {
    m_adopted << session.folder;
}

void ProjectKeeper::closeOrderly() {
    m_quiet->stop();
    m_latest->stop();
    if (m_writing) {
        delete m_writing;
    }
    m_held.clear();
    m_lock.reset();
    QDir(m_folder).removeRecursively();
    for (const QString& folder : m_adopted) {
        QDir(folder).removeRecursively();
    }
}

}  // namespace drdm
