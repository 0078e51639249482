#include "ui/training/TrainingRun.h"

#include "ui/BackgroundTask.h"

#include <QTimer>

namespace drdm {

bool TrainingNews::empty() const {
    return steps.empty() && validations.empty() && pictures.empty() && notes.isEmpty();
}

TrainingRun* TrainingRun::start(QObject* owner, const TrainingPlan& plan) {
    return new TrainingRun(owner, plan);
}

TrainingRun::TrainingRun(QObject* owner, const TrainingPlan& plan)
    : QObject(owner), m_plan(plan), m_poll(new QTimer(this)) {
    const auto work = [plan, mailbox = m_mailbox](const JobContext& context) {
        requireTrainingFolder(plan.folder, plan.resume);
        TrainingEvents events;
        events.note = [&mailbox](const std::string& text) {
            const std::lock_guard lock(mailbox->mutex);
            mailbox->news.notes << QString::fromStdString(text);
        };
        events.step = [&mailbox](const TrainingStep& step) {
            const std::lock_guard lock(mailbox->mutex);
            mailbox->news.steps.push_back(step);
        };
        events.validation = [&mailbox](const TrainingValidation& found, const std::string& picture) {
            const std::lock_guard lock(mailbox->mutex);
            mailbox->news.validations.push_back(validationPoint(found));
            mailbox->news.pictures.push_back({found.step, picture});
        };
        return train(plan, context, events);
    };
    m_task = BackgroundTask::start(this, tr("Train %1").arg(QString::fromStdString(plan.values.text("name"))), work,
                                   [this](const std::string& model) {
                                       deliver();
                                       Q_EMIT succeeded(QString::fromStdString(model));
                                   });
    connect(m_task, &BackgroundTask::failed, this, [this](const QString& message) {
        deliver();
        Q_EMIT failed(message);
    });
    connect(m_task, &BackgroundTask::cancelled, this, [this] {
        deliver();
        Q_EMIT paused();
    });
    connect(m_task, &BackgroundTask::ended, this, [this] {
        m_poll->stop();
        Q_EMIT ended();
        deleteLater();
    });
    connect(m_poll, &QTimer::timeout, this, &TrainingRun::deliver);
    m_poll->start(100);
}

TrainingRun::~TrainingRun() {
    delete m_task;  // joins while the rest of this object is still there
}

BackgroundTask* TrainingRun::task() const {
    return m_task;
}

void TrainingRun::pause() {
    if (m_task) {
        m_task->cancel();
    }
}

void TrainingRun::stopAndKeep() {
    if (m_task) {
        m_task->finish();
    }
}

void TrainingRun::deliver() {
    TrainingNews fresh;
    {
        const std::lock_guard lock(m_mailbox->mutex);
        std::swap(fresh, m_mailbox->news);
    }
    if (!fresh.empty()) {
        Q_EMIT news(fresh);
    }
}

}  // namespace drdm
