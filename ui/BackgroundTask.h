#pragma once

#include "jobs/Job.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace drdm {

/// One piece of work beside the window: a Job whose news arrive in the GUI thread. It deletes itself when it has ended.
/// Deleting it earlier cancels and joins; `abandon` does so without waiting.
class BackgroundTask : public QObject {
    Q_OBJECT

public:
    /// Runs `work(context)` on its own thread and then `done(result)` in the GUI thread, unless it failed, was
    /// cancelled or abandoned. `owner` (a QObject) must outlive nothing: when it dies the task dies with it.
    template <typename Work, typename Done>
    static BackgroundTask* start(QObject* owner, const QString& title, Work work, Done done) {
        using Result = decltype(work(std::declval<const JobContext&>()));
        auto result = std::make_shared<std::optional<Result>>();
        return new BackgroundTask(
            owner, title,
            [work = std::move(work), result](const JobContext& context) { result->emplace(work(context)); },
            [done = std::move(done), result] { done(std::move(**result)); });
    }
    ~BackgroundTask() override;

    void cancel();
    void finish();  ///< "stop and keep"
    void pause();   ///< the work waits at its next step
    void resume();
    void abandon();  ///< cancels; nothing more is heard of it

Q_SIGNALS:
    void progressed(double fraction, const QString& text, double elapsed_s);
    void failed(const QString& message);
    void cancelled();
    void ended();  ///< after success, failure or cancellation; not after abandon()

private:
    BackgroundTask(QObject* owner, const QString& title, Job::Work work, std::function<void()> done);
    void hear(const JobStatus& status);

    std::function<void()> m_done;
    bool m_abandoned = false;
    std::unique_ptr<Job> m_job;  ///< last: joined before the rest goes
};

}  // namespace drdm
