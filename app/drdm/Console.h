#pragma once

#include "jobs/JobContext.h"
#include "parameters/Json.h"

#include <chrono>
#include <mutex>
#include <string>

namespace drdm {

/// Where a command talks: people read standard error, programs read one JSON object on standard output.
class Console {
public:
    Console(bool json, std::stop_token cancel);

    void say(const std::string& text);   ///< a line for people
    void result(const Json& json);       ///< printed only with --json
    [[nodiscard]] JobContext context();  ///< cancellation by signal, progress as one line that renews itself

private:
    void progress(double fraction, const std::string& text);
    void clearProgress();

    bool m_json;
    std::stop_token m_cancel;
    bool m_terminal;
    bool m_progressShown = false;
    std::chrono::steady_clock::time_point m_lastProgress{};
    std::mutex m_mutex;
};

/// 1.2345 → "1.23"; for people.
std::string shortNumber(double value, int decimals = 2);

}  // namespace drdm
