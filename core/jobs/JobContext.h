#pragma once

#include "errors/Error.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace drdm {

/// Where paused work waits. Safe from any thread.
class PauseGate {
public:
    void close() {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
    }
    void open() {
        {
            const std::lock_guard lock(m_mutex);
            m_closed = false;
        }
        m_opened.notify_all();
    }
    [[nodiscard]] bool closed() const {
        const std::lock_guard lock(m_mutex);
        return m_closed;
    }
    void pass() const {
        std::unique_lock lock(m_mutex);
        m_opened.wait(lock, [this] { return !m_closed; });
    }

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_opened;
    bool m_closed = false;
};

/// What running work sees of the world: whether to stop, and where to report. The only callbacks that go upwards.
/// `cancel`: stop and throw Cancelled. `finish`: "stop and keep": end early, what is there so far is the result.
/// `gate`: paused work waits there, at every look whether it is cancelled.
struct JobContext {
    std::stop_token cancel;
    std::stop_token finish;
    std::function<void(double fraction, const std::string& text)>
        report;  ///< called on the worker's thread; may be empty
    std::shared_ptr<const PauseGate> gate = nullptr;

    void throwIfCancelled() const {
        if (gate) {
            gate->pass();
        }
        if (cancel.stop_requested()) {
            throw Cancelled();
        }
    }
    [[nodiscard]] bool finishEarly() const { return finish.stop_requested(); }
    void progress(double fraction, const std::string& text) const {
        if (report) {
            report(fraction, text);
        }
    }
};

}  // namespace drdm
