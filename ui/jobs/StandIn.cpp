#include "ui/jobs/StandIn.h"

#include "ui/BackgroundTask.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace drdm {

/// What the GUI thread says and the waiting thread hears.
struct StandIn::State {
    std::mutex mutex;
    std::condition_variable_any said;
    bool fresh = false, over = false;
    double fraction = 0;
    std::string text;
    std::string error;

    template <typename Say>
    void say(const Say& what) {
        {
            const std::lock_guard lock(mutex);
            what(*this);
            fresh = true;
        }
        said.notify_all();
    }

    void waitForEnd(const JobContext& context) {
        std::unique_lock lock(mutex);
        for (;;) {
            // The job passes on ten reports a second and drops the others: the newest is said until another comes.
            said.wait_for(lock, context.cancel, std::chrono::milliseconds(200), [this] { return fresh; });
            if (over) {
                break;
            }
            if (context.cancel.stop_requested()) {
                throw Cancelled();
            }
            fresh = false;
            context.progress(fraction, text);
        }
        if (!error.empty()) {
            throw Error(error);
        }
    }
};

StandIn::StandIn(const QString& title, QObject* owner) : QObject(owner), m_state(std::make_shared<State>()) {
    m_task = BackgroundTask::start(
        this, title,
        [state = m_state](const JobContext& context) {
            state->waitForEnd(context);
            return true;
        },
        [](bool) {});
    connect(m_task, &BackgroundTask::cancelled, this, &StandIn::cancelWanted);
    connect(m_task, &BackgroundTask::ended, this, &QObject::deleteLater);
}

StandIn::~StandIn() {
    delete m_task;  // cancels and joins
}

BackgroundTask* StandIn::task() const {
    return m_task;
}

void StandIn::progress(double fraction, const QString& text) {
    m_state->say([&](State& state) {
        state.fraction = fraction;
        state.text = text.toStdString();
    });
}

void StandIn::succeed() {
    m_state->say([](State& state) { state.over = true; });
}

void StandIn::fail(const QString& message) {
    m_state->say([&](State& state) {
        state.over = true;
        state.error = message.isEmpty() ? "?" : message.toStdString();
    });
}

}  // namespace drdm
