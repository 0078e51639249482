#include "ui/jobs/JobQueue.h"

#include "ui/jobs/JobFile.h"

#include <QMetaObject>

#include <algorithm>

namespace drdm {

namespace {

using State = QueuedJob::State;

}  // namespace

JobQueue::JobQueue(QObject* parent) : QAbstractTableModel(parent) {}

JobQueue::~JobQueue() {
    for (const auto& [number, task] : m_tasks) {
        if (task) {
            task->disconnect(this);
        }
    }
    if (m_savePending) {
        save();
    }
}

void JobQueue::setKind(const QString& kind, Kind how) {
    m_kinds[kind] = std::move(how);
}

void JobQueue::keepIn(const QString& file) {
    m_file = file;
    std::vector<QueuedJob> kept = readJobFile(file);
    if (!kept.empty()) {
        beginInsertRows({}, 0, static_cast<int>(kept.size()) - 1);
        for (QueuedJob& job : kept) {
            job.number = ++m_lastNumber;
            const Kind* kind = kindOf(job.kind);
            if (kind && kind->keepsCheckpoint && (job.state == State::Waiting || job.state == State::Paused)) {
                job.state = State::Paused;
                job.text = tr("Resume goes on from its last checkpoint.");
            }
        }
        m_jobs.insert(m_jobs.begin(), kept.begin(), kept.end());
        endInsertRows();
    }
    save();  // from now on, an end without closeOrderly() is a crash
    startNext();
}

void JobQueue::closeOrderly() {
    m_closing = true;
    save();
    m_savePending = false;
}

int JobQueue::add(const QString& kind, const QString& title, const QJsonObject& what) {
    QueuedJob job;
    job.number = ++m_lastNumber;
    job.kind = kind;
    job.title = title;
    job.what = what;
    const auto row = static_cast<int>(m_jobs.size());
    beginInsertRows({}, row, row);
    m_jobs.push_back(job);
    endInsertRows();
    tell(job.number);
    startNext();
    return job.number;
}

int JobQueue::adopt(const QString& kind, const QString& title, const QJsonObject& what, BackgroundTask* task) {
    QueuedJob job;
    job.number = ++m_lastNumber;
    job.kind = kind;
    job.title = title;
    job.what = what;
    job.state = State::Running;
    const auto row = static_cast<int>(m_jobs.size());
    beginInsertRows({}, row, row);
    m_jobs.push_back(job);
    endInsertRows();
    watch(m_jobs.back(), task);
    tell(job.number);
    Q_EMIT begun(job.number);
    return job.number;
}

void JobQueue::readopt(int number, const QJsonObject& what, BackgroundTask* task) {
    QueuedJob* job = find(number);
    if (!job || this->task(number)) {
        return;
    }
    job->what = what;
    job->state = State::Running;
    job->text.clear();
    watch(*job, task);
    tell(number);
    Q_EMIT begun(number);
}

void JobQueue::poke() {
    startNext();
}

void JobQueue::watch(QueuedJob& job, BackgroundTask* task) {
    const int number = job.number;
    m_tasks[number] = task;
    connect(task, &BackgroundTask::progressed, this,
            [this, number](double fraction, const QString& text, double elapsed) {
                QueuedJob* running = find(number);
                if (!running || running->over()) {
                    return;
                }
                running->fraction = fraction;
                running->elapsed_s = elapsed;
                running->remaining_s = fraction > 0.01 && elapsed > 1 ? elapsed * (1 - fraction) / fraction : -1;
                if (running->state == State::Running) {
                    running->text = text;
                }
                const int row = rowOf(number);
                Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
                Q_EMIT changed(number);
            });
    connect(task, &BackgroundTask::failed, this,
            [this, number](const QString& message) { setState(number, State::Failed, message); });
    connect(task, &BackgroundTask::cancelled, this, [this, number] {
        const QueuedJob* stopped = find(number);
        const Kind* kind = stopped ? kindOf(stopped->kind) : nullptr;
        if (kind && kind->keepsCheckpoint && m_cancelled.erase(number) == 0) {
            setState(number, State::Paused, tr("Paused; Resume goes on from its last checkpoint."));
        } else {
            setState(number, State::Cancelled, tr("Cancelled."));
        }
    });
    connect(task, &BackgroundTask::ended, this, [this, number] {
        m_tasks.erase(number);
        if (QueuedJob* done = find(number); done && !done->over() && done->state != State::Paused) {
            done->fraction = 1;
            setState(number, State::Succeeded, {});
        }
        Q_EMIT ended(number);
        startNext();
    });
    connect(task, &QObject::destroyed, this, [this, number] {
        // Abandoned: nothing more is heard of it. One that has ended is not in the list any more, and its number may
        // have another task by now.
        const auto known = m_tasks.find(number);
        const QueuedJob* left = find(number);
        if (left && !left->over() && known != m_tasks.end() && !known->second) {
            m_tasks.erase(known);
            setState(number, State::Cancelled, tr("Given up."));
            Q_EMIT ended(number);
            startNext();
        }
    });
}

void JobQueue::startNext() {
    if (m_starting || m_closing) {
        return;
    }
    m_starting = true;
    // Runners may add jobs or look at them, so everything goes by number.
    std::vector<int> waiting;
    for (const QueuedJob& job : m_jobs) {
        if (job.state == State::Waiting) {
            waiting.push_back(job.number);
        }
    }
    for (const int number : waiting) {
        QueuedJob* job = find(number);
        const Kind* kind = job ? kindOf(job->kind) : nullptr;
        if (!job || job->state != State::Waiting || !kind || !kind->run || running(job->kind) != 0) {
            continue;
        }
        const QueuedJob copy = *job;
        try {
            BackgroundTask* task = kind->run(copy);
            job = find(number);
            if (!task || !job) {
                continue;
            }
            job->state = State::Running;
            job->text.clear();
            watch(*job, task);
            tell(number);
            Q_EMIT begun(number);
        } catch (const std::exception& error) {
            setState(number, State::Failed, QString::fromUtf8(error.what()));
            Q_EMIT ended(number);
        }
    }
    m_starting = false;
}

void JobQueue::pause(int number) {
    QueuedJob* job = find(number);
    if (!job || job->over() || !canPause(*job)) {
        return;
    }
    if (BackgroundTask* running = task(number)) {
        if (kindOf(job->kind)->keepsCheckpoint) {
            job->text = tr("Pausing …");
            running->cancel();
            tell(number);
            return;
        }
        running->pause();
    }
    setState(number, State::Paused, tr("Paused."));
    startNext();
}

void JobQueue::resume(int number) {
    QueuedJob* job = find(number);
    if (!job || job->state != State::Paused) {
        return;
    }
    if (BackgroundTask* running = task(number)) {
        running->resume();
        setState(number, State::Running, {});
    } else {
        setState(number, State::Waiting, {});
        startNext();
    }
}

void JobQueue::cancel(int number) {
    QueuedJob* job = find(number);
    if (!job || job->over()) {
        return;
    }
    if (BackgroundTask* running = task(number)) {
        if (job->state == State::Paused) {
            job->state = State::Running;
        }
        if (kindOf(job->kind) && kindOf(job->kind)->keepsCheckpoint) {
            m_cancelled.insert(number);
        }
        job->text = tr("Cancelling …");
        running->cancel();
        tell(number);
    } else {
        setState(number, State::Cancelled,
                 job->state == State::Paused ? tr("Cancelled.") : tr("Cancelled before it began."));
        Q_EMIT ended(number);
    }
}

void JobQueue::finish(int number) {
    QueuedJob* job = find(number);
    BackgroundTask* running = task(number);
    if (!job || !running || !canKeep(*job)) {
        return;
    }
    job->state = State::Running;
    job->text = tr("Stopping, keeping what is there …");
    running->finish();
    tell(number);
}

void JobQueue::retry(int number) {
    QueuedJob* job = find(number);
    if (!job || !canRetry(*job)) {
        return;
    }
    if (const Kind* kind = kindOf(job->kind); kind->again) {
        job->what = kind->again(job->what);
    }
    job->fraction = 0;
    job->elapsed_s = 0;
    job->remaining_s = -1;
    setState(number, State::Waiting, {});
    startNext();
}

void JobQueue::move(int number, int by) {
    const int row = rowOf(number);
    const QueuedJob* job = this->job(number);
    if (!job || job->state != State::Waiting) {
        return;
    }
    const int step = by < 0 ? -1 : 1;
    for (int other = row + step; other >= 0 && other < static_cast<int>(m_jobs.size()); other += step) {
        if (m_jobs[static_cast<std::size_t>(other)].state != State::Waiting) {
            continue;
        }
        beginMoveRows({}, row, row, {}, step < 0 ? other : other + 1);
        const auto begin = m_jobs.begin();
        if (step < 0) {
            std::rotate(begin + other, begin + row, begin + row + 1);
        } else {
            std::rotate(begin + row, begin + row + 1, begin + other + 1);
        }
        endMoveRows();
        tell(number);
        return;
    }
}

void JobQueue::remove(int number) {
    const int row = rowOf(number);
    if (row < 0 || task(number)) {
        return;
    }
    beginRemoveRows({}, row, row);
    m_jobs.erase(m_jobs.begin() + row);
    endRemoveRows();
    tell(number);
}

void JobQueue::clearFinished() {
    std::vector<int> over;
    for (const QueuedJob& job : m_jobs) {
        if (job.over()) {
            over.push_back(job.number);
        }
    }
    for (const int number : over) {
        remove(number);
    }
}

void JobQueue::hold(int number, const QString& why) {
    if (QueuedJob* job = find(number); job && job->text != why) {
        job->text = why;
        tell(number);
    }
}

void JobQueue::setState(int number, State state, const QString& text) {
    QueuedJob* job = find(number);
    if (!job) {
        return;
    }
    job->state = state;
    job->text = text;
    if (job->over() || state == State::Paused) {
        job->remaining_s = -1;
    }
    tell(number);
}

void JobQueue::tell(int number) {
    const int row = rowOf(number);
    if (row >= 0) {
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
    Q_EMIT changed(number);
    if (!m_file.isEmpty() && !m_savePending && !m_closing) {
        m_savePending = true;
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (m_savePending && !m_closing) {
                    m_savePending = false;
                    save();
                }
            },
            Qt::QueuedConnection);
    }
}

void JobQueue::save() {
    if (m_file.isEmpty()) {
        return;
    }
    std::vector<QueuedJob> kept;
    for (const QueuedJob& job : m_jobs) {
        const Kind* kind = kindOf(job.kind);
        // A kind without a runner came from another version or is set later: it is kept as it is.
        if (!kind || kind->survives) {
            kept.push_back(job);
        }
    }
    writeJobFile(m_file, kept, m_closing);
}

QueuedJob* JobQueue::find(int number) {
    const auto found = std::ranges::find(m_jobs, number, &QueuedJob::number);
    return found == m_jobs.end() ? nullptr : &*found;
}

const QueuedJob* JobQueue::job(int number) const {
    const auto found = std::ranges::find(m_jobs, number, &QueuedJob::number);
    return found == m_jobs.end() ? nullptr : &*found;
}

int JobQueue::rowOf(int number) const {
    const auto found = std::ranges::find(m_jobs, number, &QueuedJob::number);
    return found == m_jobs.end() ? -1 : static_cast<int>(found - m_jobs.begin());
}

const JobQueue::Kind* JobQueue::kindOf(const QString& kind) const {
    const auto found = m_kinds.find(kind);
    return found == m_kinds.end() ? nullptr : &found->second;
}

int JobQueue::running(const QString& kind) const {
    // A job paused in the middle holds memory but not the way.
    const auto found = std::ranges::find_if(
        m_jobs, [&](const QueuedJob& job) { return job.kind == kind && job.state == State::Running; });
    return found == m_jobs.end() ? 0 : found->number;
}

int JobQueue::unfinished() const {
    return static_cast<int>(std::ranges::count_if(m_jobs, [](const QueuedJob& job) { return !job.over(); }));
}

int JobQueue::unfinished(const QString& kind) const {
    return static_cast<int>(
        std::ranges::count_if(m_jobs, [&](const QueuedJob& job) { return !job.over() && job.kind == kind; }));
}

BackgroundTask* JobQueue::task(int number) const {
    const auto found = m_tasks.find(number);
    return found == m_tasks.end() ? nullptr : found->second.data();
}

bool JobQueue::canPause(const QueuedJob& job) const {
    const Kind* kind = kindOf(job.kind);
    return !job.over() && job.state != State::Paused && kind && kind->canPause;
}

bool JobQueue::canKeep(const QueuedJob& job) const {
    const Kind* kind = kindOf(job.kind);
    return !job.over() && kind && kind->canKeep && task(job.number);
}

bool JobQueue::canRetry(const QueuedJob& job) const {
    const Kind* kind = kindOf(job.kind);
    return (job.state == State::Failed || job.state == State::Cancelled) && kind && kind->run;
}

}  // namespace drdm
