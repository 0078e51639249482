#pragma once

#include "errors/Error.h"

#include <functional>
#include <stop_token>
#include <string>

namespace drdm {

/// What running work sees of the world: whether to stop, and where to report. The only callbacks that go upwards.
/// `cancel`: stop and throw Cancelled. `finish`: "stop and keep": end early, what is there so far is the result.
struct JobContext {
    std::stop_token cancel;
    std::stop_token finish;
    std::function<void(double fraction, const std::string& text)>
        report;  ///< called on the worker's thread; may be empty

    void throwIfCancelled() const {
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
