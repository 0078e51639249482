#include "Console.h"

#include <cstdio>
#include <unistd.h>

namespace drdm {

Console::Console(bool json, std::stop_token cancel)
    : m_json(json), m_cancel(std::move(cancel)), m_terminal(isatty(STDERR_FILENO) != 0) {}

void Console::say(const std::string& text) {
    const std::lock_guard lock(m_mutex);
    clearProgress();
    std::fprintf(stderr, "%s\n", text.c_str());
}

void Console::result(const Json& json) {
    if (m_json) {
        std::printf("%s\n", json.dump(2).c_str());
        if (std::fflush(stdout) != 0) {
            throw Error("cannot write the JSON to standard output; is the disk full or the reader gone?");
        }
    }
}

JobContext Console::context() {
    JobContext context;
    context.cancel = m_cancel;
    context.report = [this](double fraction, const std::string& text) { progress(fraction, text); };
    return context;
}

void Console::progress(double fraction, const std::string& text) {
    using namespace std::chrono_literals;
    const std::lock_guard lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    // A log file wants a sign of life now and then, a terminal a line that moves.
    if (now - m_lastProgress < (m_terminal ? std::chrono::milliseconds(100ms) : std::chrono::milliseconds(10s))) {
        return;
    }
    m_lastProgress = now;
    if (m_terminal) {
        std::fprintf(stderr, "\r\033[K%3.0f %%  %s", 100 * fraction, text.c_str());
        m_progressShown = true;
    } else {
        std::fprintf(stderr, "%3.0f %%  %s\n", 100 * fraction, text.c_str());
    }
    std::fflush(stderr);
}

void Console::clearProgress() {
    if (m_progressShown) {
        std::fputs("\r\033[K", stderr);
        m_progressShown = false;
    }
}

std::string shortNumber(double value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

}  // namespace drdm
