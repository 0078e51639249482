#include "network/Transport.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace drdm {
namespace {

using Clock = std::chrono::steady_clock;

class WatchedConnection : public DcmTCPConnection {
public:
    WatchedConnection(DcmNativeSocketType socket, std::shared_ptr<TransportState> state)
        : DcmTCPConnection(socket), m_state(std::move(state)) {}

    ssize_t read(void* buffer, size_t count) override {
        return wait(POLLIN, m_state->silenceTimeout_s) ? ::recv(getSocket(), buffer, count, 0) : gaveUp();
    }

    ssize_t write(void* buffer, size_t count) override {
        // DCMTK takes less than all for a broken connection.
        const char* next = static_cast<const char*>(buffer);
        for (size_t left = count; left > 0;) {
            if (!wait(POLLOUT, m_state->silenceTimeout_s)) {
                return gaveUp();
            }
            const ssize_t sent = ::send(getSocket(), next, left, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno != EAGAIN && errno != EINTR) {
                return -1;
            }
            next += std::max<ssize_t>(sent, 0);
            left -= static_cast<size_t>(std::max<ssize_t>(sent, 0));
        }
        return static_cast<ssize_t>(count);
    }

    OFBool networkDataAvailable(int timeout_s) override {
        return wait(POLLIN, timeout_s < 0 ? m_state->silenceTimeout_s : timeout_s);
    }

private:
    static ssize_t gaveUp() {
        errno = ETIMEDOUT;
        return -1;
    }

    /// Whether the socket is ready; not when the work is over or after `timeout_s`.
    bool wait(short events, int timeout_s) {
        constexpr int lookEvery_ms = 50;
        const auto until = Clock::now() + std::chrono::seconds(timeout_s);
        pollfd watched{getSocket(), events, 0};
        // What is there already is taken and what goes out at once is sent (a last "abort", say), even when all is
        // over.
        for (int patience_ms = 0;; patience_ms = lookEvery_ms) {
            const int ready = ::poll(&watched, 1, patience_ms);
            if (ready > 0 || (ready < 0 && errno != EINTR)) {
                return !(m_state->over() && events == POLLIN);
            }
            if (m_state->over()) {
                return false;
            }
            if (Clock::now() >= until) {
                m_state->silent = m_state->silent || timeout_s >= m_state->silenceTimeout_s;
                return false;
            }
        }
    }

    std::shared_ptr<TransportState> m_state;
};

class WatchedLayer : public DcmTransportLayer {
public:
    explicit WatchedLayer(std::shared_ptr<TransportState> state) : m_state(std::move(state)) {}

    DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool /*secure*/) override {
        return new WatchedConnection(socket, m_state);  // DCMTK's association owns it
    }

private:
    std::shared_ptr<TransportState> m_state;
};

}  // namespace

std::shared_ptr<DcmTransportLayer> watchedTransport(std::shared_ptr<TransportState> state) {
    return std::make_shared<WatchedLayer>(std::move(state));
}

}  // namespace drdm
