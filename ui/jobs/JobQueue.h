#pragma once

#include "ui/BackgroundTask.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QJsonObject>
#include <QPointer>

#include <functional>
#include <map>
#include <set>
#include <vector>

namespace drdm {

/// One piece of work in the queue, as it is shown and kept over a restart.
struct QueuedJob {
    enum class State { Waiting, Running, Paused, Succeeded, Failed, Cancelled };

    int number = 0;  ///< the queue's own; never used twice
    QString kind;    ///< "sample", "train", "export", "open"
    QString title;
    QJsonObject what;  ///< enough to begin it again
    State state = State::Waiting;
    double fraction = 0;
    QString text;             ///< what is being done, why it waits, or the error
    double elapsed_s = 0;     ///< while running, without pauses
    double remaining_s = -1;  ///< an estimate from the pace so far; −1: none yet

    [[nodiscard]] bool over() const { return state >= State::Succeeded; }
};

/// All work of the window in order. Jobs of one kind run one after the other, different kinds beside each other. The
/// list outlives the program (`keepIn`): what was not done is there the next time, and after a crash it is paused.
/// GUI thread only.
class JobQueue : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { TitleColumn, StateColumn, ProgressColumn, TimeColumn, ColumnCount };

    /// What the queue must know of a kind of work.
    struct Kind {
        /// Begins the work; null: it cannot begin yet (`hold` says why), ask again at `poke`. May throw Error.
        std::function<BackgroundTask*(const QueuedJob&)> run;
        bool canKeep = false;   ///< "stop and keep" makes sense
        bool survives = false;  ///< kept over a restart
        bool canPause = true;
        /// Retry and resume after the task is gone begin the work anew; what the job is told then. May be empty.
        std::function<QJsonObject(const QJsonObject&)> again;
        /// A pause ends the task, and so does the program's end; begun anew, the work goes on where it was. After a
        /// restart it waits for the user.
        bool keepsCheckpoint = false;
    };

    explicit JobQueue(QObject* parent = nullptr);
    ~JobQueue() override;

    void setKind(const QString& kind, Kind how);
    /// Reads what an earlier run left in `file` and writes every change there.
    void keepIn(const QString& file);
    /// Ends the session in good order: unfinished work waits for the next time instead of being paused.
    void closeOrderly();

    int add(const QString& kind, const QString& title, const QJsonObject& what);
    /// Takes in work that has been started already. A kind without a runner cannot be begun again from here.
    int adopt(const QString& kind, const QString& title, const QJsonObject& what, BackgroundTask* task);
    /// Work that was paused goes on, begun by somebody else than the queue.
    void readopt(int number, const QJsonObject& what, BackgroundTask* task);
    void poke();  ///< something changed: jobs that could not begin may be able to now

    void pause(int number);
    void resume(int number);
    void cancel(int number);
    void finish(int number);  ///< "stop and keep"
    void retry(int number);
    void move(int number, int by);  ///< among those that wait; −1 is earlier
    void remove(int number);        ///< a job that is over, waits or is paused
    void clearFinished();
    /// For a runner that returns null.
    void hold(int number, const QString& why);

    [[nodiscard]] const QueuedJob* job(int number) const;
    [[nodiscard]] const std::vector<QueuedJob>& jobs() const { return m_jobs; }
    [[nodiscard]] int running(const QString& kind) const;  ///< number of the job of that kind that runs, 0 if none
    [[nodiscard]] int unfinished() const;                  ///< how many wait, run or are paused
    [[nodiscard]] int unfinished(const QString& kind) const;
    [[nodiscard]] BackgroundTask* task(int number) const;
    [[nodiscard]] bool canPause(const QueuedJob& job) const;
    [[nodiscard]] bool canKeep(const QueuedJob& job) const;
    [[nodiscard]] bool canRetry(const QueuedJob& job) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static constexpr int numberRole = Qt::UserRole;
    static constexpr int fractionRole = Qt::UserRole + 1;

    static QString stateText(QueuedJob::State state);
    static QString duration(double seconds);

Q_SIGNALS:
    void changed(int number);
    void begun(int number);
    void ended(int number);

private:
    QueuedJob* find(int number);
    [[nodiscard]] int rowOf(int number) const;
    [[nodiscard]] const Kind* kindOf(const QString& kind) const;
    void watch(QueuedJob& job, BackgroundTask* task);
    void startNext();
    void setState(int number, QueuedJob::State state, const QString& text);
    void tell(int number);
    void save();

    std::vector<QueuedJob> m_jobs;
    std::map<QString, Kind> m_kinds;
    std::map<int, QPointer<BackgroundTask>> m_tasks;
    std::set<int> m_cancelled;  ///< by the user, of those that keep checkpoints
    QString m_file;
    int m_lastNumber = 0;
    bool m_starting = false, m_closing = false, m_savePending = false;
};

}  // namespace drdm
