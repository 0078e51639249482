#include "Interrupt.h"

#include "errors/Error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace drdm {
namespace {

// A handler may touch only such globals. The pipe is what wakes the watching thread.
volatile std::sig_atomic_t signalsSeen = 0;
int writeEnd = -1;

extern "C" void onSignal(int) {
    if (signalsSeen != 0) {
        _exit(130);
    }
    signalsSeen = 1;
    const int saved = errno;
    const char byte = 's';
    [[maybe_unused]] const auto written = write(writeEnd, &byte, 1);
    errno = saved;
}

}  // namespace

Interrupt::Interrupt() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw Error("cannot make a pipe for signals; too many files are open");
    }
    m_readEnd = ends[0];
    writeEnd = ends[1];
    m_watcher = std::jthread([this] {
        char byte = 0;
        while (read(m_readEnd, &byte, 1) < 0 && errno == EINTR) {
        }
        if (byte == 's') {
            m_source.request_stop();
        }
    });
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
    const char byte = 'e';
    [[maybe_unused]] const auto written = write(writeEnd, &byte, 1);
    m_watcher.join();
    close(m_readEnd);
}

}  // namespace drdm
