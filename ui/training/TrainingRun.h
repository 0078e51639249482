#pragma once

#include "tasks/TrainingHistory.h"
#include "tasks/TrainingPlan.h"

#include <QObject>
#include <QPointer>
#include <QStringList>

#include <memory>
#include <mutex>

class QTimer;

namespace drdm {

class BackgroundTask;

/// What a training thread hands over, at most ten times a second.
struct TrainingNews {
    std::vector<TrainingStep> steps;
    std::vector<ValidationPoint> validations;
    std::vector<TrainingPicture> pictures;
    QStringList notes;
    [[nodiscard]] bool empty() const;
};

/// One training run beside the window. It deletes itself after its end; deleted earlier, it cancels, waits for the
/// checkpoint and joins.
class TrainingRun : public QObject {
    Q_OBJECT

public:
    /// The one way to begin (or, plan.resume, go on): the window's buttons and the job queue call it. Connect before
    /// the event loop runs again.
    static TrainingRun* start(QObject* owner, const TrainingPlan& plan);
    ~TrainingRun() override;

    [[nodiscard]] BackgroundTask* task() const;
    [[nodiscard]] const TrainingPlan& plan() const { return m_plan; }
    void pause();        ///< ends with a checkpoint, then paused()
    void stopAndKeep();  ///< ends with the model so far, then succeeded()

Q_SIGNALS:
    void news(const TrainingNews& news);
    void paused();
    void succeeded(const QString& modelFile);
    void failed(const QString& message);
    void ended();  ///< after one of the three

private:
    TrainingRun(QObject* owner, const TrainingPlan& plan);
    void deliver();

    /// Filled by the worker, emptied by the window.
    struct Mailbox {
        std::mutex mutex;
        TrainingNews news;
    };
    TrainingPlan m_plan;
    std::shared_ptr<Mailbox> m_mailbox = std::make_shared<Mailbox>();
    QTimer* m_poll;
    QPointer<BackgroundTask> m_task;
};

}  // namespace drdm
