#include "ui/BackgroundTask.h"

#include "jobs/ThreadPriority.h"

#include <QMetaObject>

namespace drdm {

BackgroundTask::BackgroundTask(QObject* owner, const QString& title, Job::Work work, std::function<void()> done)
    : QObject(owner), m_done(std::move(done)) {
    const auto behind = [work = std::move(work)](const JobContext& context) {
        stepBehind();  // the window comes first
        work(context);
    };
    m_job = std::make_unique<Job>(title.toStdString(), behind, [this](const JobStatus& status) {
        // On the worker's thread. A call still queued when this object dies is dropped by Qt.
        QMetaObject::invokeMethod(
            this, [this, status] { hear(status); }, Qt::QueuedConnection);
    });
    // Started from the event loop, so that the caller can connect first.
    QMetaObject::invokeMethod(
        this, [this] { m_job->start(); }, Qt::QueuedConnection);
}

BackgroundTask::~BackgroundTask() = default;

void BackgroundTask::cancel() {
    m_job->cancel();
}

void BackgroundTask::finish() {
    m_job->finish();
}

void BackgroundTask::pause() {
    m_job->pause();
}

void BackgroundTask::resume() {
    m_job->resume();
}

void BackgroundTask::abandon() {
    m_abandoned = true;
    m_job->cancel();
}

void BackgroundTask::hear(const JobStatus& status) {
    const bool over =
        status.state == JobState::Succeeded || status.state == JobState::Failed || status.state == JobState::Cancelled;
    if (!m_abandoned) {
        switch (status.state) {
            case JobState::Waiting:
            case JobState::Running:
                Q_EMIT progressed(status.fraction, QString::fromStdString(status.text), status.elapsed_s);
                break;
            case JobState::Succeeded:
                m_done();
                break;
            case JobState::Failed:
                Q_EMIT failed(QString::fromStdString(status.text));
                break;
            case JobState::Cancelled:
                Q_EMIT cancelled();
                break;
        }
        if (over) {
            Q_EMIT ended();
        }
    }
    if (over) {
        deleteLater();
    }
}

}  // namespace drdm
