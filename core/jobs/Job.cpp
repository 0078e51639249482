#include "jobs/Job.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace drdm {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto shortestPause = std::chrono::milliseconds(100);

double seconds(Clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

struct Job::Private {
    std::string title;
    Work work;
    Listener listener;
    std::stop_source cancel;
    std::stop_source finish;
    std::shared_ptr<PauseGate> gate = std::make_shared<PauseGate>();

    mutable std::mutex mutex;  ///< guards `state`, `begun` and `ended`
    JobStatus state;
    Clock::time_point begun;
    Clock::time_point ended;

    // Touched by the worker alone.
    Clock::time_point lastTold;
    bool untold = false;

    std::mutex joining;   ///< guards `worker` while it is started or joined
    std::jthread worker;  ///< last, so that it is joined before the rest goes

    [[nodiscard]] JobStatus snapshot() const {
        const std::lock_guard lock(mutex);
        JobStatus result = state;
        if (state.state == JobState::Running) {
            result.elapsed_s = seconds(Clock::now() - begun);
        } else if (ended > begun) {
            result.elapsed_s = seconds(ended - begun);
        }
        return result;
    }

    void tell() {
        untold = false;
        lastTold = Clock::now();
        if (listener) {
            listener(snapshot());
        }
    }

    void report(double fraction, const std::string& text) {
        {
            const std::lock_guard lock(mutex);
            state.fraction = std::clamp(fraction, 0.0, 1.0);
            state.text = text;
        }
        untold = true;
        if (Clock::now() - lastTold >= shortestPause) {
            tell();
        }
    }

    void end(JobState how, const std::string& error) {
        {
            const std::lock_guard lock(mutex);
            state.state = how;
            ended = Clock::now();
            if (how == JobState::Succeeded) {
                state.fraction = 1.0;
            }
            if (how == JobState::Failed) {
                state.text = error;
            }
        }
        try {
            tell();
        } catch (...) {  // NOLINT(bugprone-empty-catch): a listener that throws has nobody left to tell
        }
    }

    void run() {
        {
            const std::lock_guard lock(mutex);
            state.state = JobState::Running;
            begun = Clock::now();
        }
        JobState how = JobState::Succeeded;
        std::string error;
        try {
            tell();
            JobContext context;
            context.cancel = cancel.get_token();
            context.finish = finish.get_token();
            context.gate = gate;
            context.report = [this](double fraction, const std::string& text) { report(fraction, text); };
            context.throwIfCancelled();
            work(context);
            if (untold) {
                tell();  // the last thing that the work said, before the state changes
            }
        } catch (const Cancelled&) {
            how = JobState::Cancelled;
        } catch (const std::bad_alloc&) {
            how = JobState::Failed;
            error = "there is not enough memory for this; close other programs or images, or ask for less at once";
        } catch (const std::exception& failure) {
            how = JobState::Failed;
            error = failure.what();
        } catch (...) {
            how = JobState::Failed;
            error = "the work stopped for a reason that it did not state";
        }
        end(how, error);
    }
};

Job::Job(std::string title, Work work, Listener listener) : d(std::make_unique<Private>()) {
    d->title = std::move(title);
    d->work = std::move(work);
    d->listener = std::move(listener);
}

Job::~Job() {
    cancel();
    wait();
}

void Job::start() {
    const std::lock_guard lock(d->joining);
    if (d->worker.joinable() || d->snapshot().state != JobState::Waiting) {
        return;  // a job runs once
    }
    d->worker = std::jthread([p = d.get()] { p->run(); });
}

void Job::cancel() {
    d->cancel.request_stop();
    d->gate->open();
}

void Job::finish() {
    d->finish.request_stop();
    d->gate->open();
}

void Job::pause() {
    if (!d->cancel.stop_requested() && !d->finish.stop_requested()) {
        d->gate->close();
    }
}

void Job::resume() {
    d->gate->open();
}

bool Job::paused() const {
    return d->gate->closed();
}

void Job::wait() {
    const std::lock_guard lock(d->joining);
    if (d->worker.joinable()) {
        d->worker.join();
    }
}

JobStatus Job::status() const {
    return d->snapshot();
}

const std::string& Job::title() const {
    return d->title;
}

}  // namespace drdm
