#pragma once

#include "tasks/Project.h"

#include <QDateTime>
#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

class QLockFile;
class QTimer;

namespace drdm {

class BackgroundTask;
class ProjectSession;

/// Saves what is open: as a project file when the user says so, and beside that all the time into a session folder,
/// from which the next start recovers after a crash. A clean end removes the folder. GUI thread only.
class ProjectKeeper : public QObject {
    Q_OBJECT

public:
    /// What there is to save; cheap, for trajectories share their steps. Called in the GUI thread.
    using Snapshot = std::function<Project()>;

    explicit ProjectKeeper(Snapshot snapshot, QObject* parent = nullptr);
    ~ProjectKeeper() override;

    [[nodiscard]] const QString& path() const { return m_path; }  ///< of the project file; empty: none yet
    [[nodiscard]] bool dirty() const { return m_dirty; }
    void markChanged();                  ///< something worth asking about is different
    void markViewChanged();              ///< only how it is looked at
    void setClean(const QString& path);  ///< just opened or begun anew

    /// \return the task; `saved` or `failed` follow.
    BackgroundTask* save(const QString& path);

    /// What a crash left.
    struct Session {
        QString folder;
        QDateTime when;
        int variations = 0;
    };
    [[nodiscard]] std::vector<Session> recoverable();
    void discard(const Session& session);
    /// The work goes on in this program: the folder is no longer offered, and removed with the next clean end.
    void adopt(const Session& session);

    /// Ends in good order: the session's folder is not needed any more.
    void closeOrderly();
    /// Writes the session now and waits for it; for tests and before the end. False if it failed.
    bool flush();
    [[nodiscard]] static QString sessionsFolder();

Q_SIGNALS:
    void changed();  ///< path or dirty
    void saved(const QString& path);
    void failed(const QString& title, const QString& text);

private:
    void autosave();
    void schedule();

    Snapshot m_snapshot;
    QString m_path, m_folder;
    bool m_dirty = false, m_stale = false, m_toldFailure = false;
    std::uint64_t m_edition = 0;
    std::unique_ptr<QLockFile> m_lock;
    std::vector<std::unique_ptr<QLockFile>> m_held;  ///< of sessions that are offered
    QStringList m_adopted;
    std::shared_ptr<ProjectSession> m_session;
    QTimer *m_quiet, *m_latest;
    QPointer<BackgroundTask> m_writing;
};

}  // namespace drdm
