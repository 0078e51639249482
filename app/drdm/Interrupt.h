#pragma once

#include <stop_token>
#include <thread>

namespace drdm {

/// Turns Ctrl-C (SIGINT) and SIGTERM into a stop request, from a thread that is allowed to do so: a signal handler is
/// not. A second signal ends the program at once, exit code 130.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    int m_readEnd = -1;
    std::jthread m_watcher;
};

}  // namespace drdm
