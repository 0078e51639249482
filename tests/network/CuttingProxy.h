#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <climits>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

/// Stands between two programs on the loopback and passes on what they say, until `limit` bytes went through in both
/// directions together; then it cuts (or keeps still, with the connection open). The first bytes are counted from the
/// beginning of each connection.
class CuttingProxy {
public:
    enum class Then { Cut, KeepStill };

    CuttingProxy(int target, long limit, Then then) : m_target(target), m_limit(limit), m_then(then) {
        m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr address = loopback(0);
        socklen_t size = sizeof(address);
        ::bind(m_socket, &address, size);
        ::listen(m_socket, 8);
        ::getsockname(m_socket, &address, &size);
        sockaddr_in exact{};
        std::memcpy(&exact, &address, sizeof(exact));
        m_port = ntohs(exact.sin_port);
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    ~CuttingProxy() {
        m_thread.request_stop();
        m_thread.join();
        ::close(m_socket);
    }
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    void setLimit(long bytes) { m_limit = bytes; }            ///< for the connections from now on
    [[nodiscard]] bool reached() const { return m_reached; }  ///< the limit

private:
    static sockaddr loopback(int port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        std::memcpy(&generic, &address, sizeof(generic));
        return generic;
    }

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            pollfd watched{m_socket, POLLIN, 0};
            if (::poll(&watched, 1, 20) <= 0) {
                continue;
            }
            const int near = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
            const int far = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            const sockaddr address = loopback(m_target);
            if (::connect(far, &address, sizeof(address)) == 0) {
                pass(stop, near, far);
            }
            ::close(near);
            ::close(far);
        }
    }

    void pass(const std::stop_token& stop, int near, int far) {
        long passed = 0;
        std::array<char, 16384> buffer{};
        std::array<pollfd, 2> watched{pollfd{near, POLLIN, 0}, pollfd{far, POLLIN, 0}};
        while (!stop.stop_requested()) {
            const bool still = passed >= m_limit;
            if (still) {
                m_reached = true;
                if (m_then == Then::Cut) {
                    return;
                }
            }
            // While it keeps still, only the end of a side is looked at.
            for (pollfd& each : watched) {
                each.events = still ? 0 : POLLIN;
#ifdef POLLRDHUP
                each.events = static_cast<short>(each.events | POLLRDHUP);
#endif
            }
            if (::poll(watched.data(), watched.size(), 20) <= 0) {
                continue;
            }
            for (std::size_t side = 0; side < 2; ++side) {
                if (watched[side].revents == 0) {
                    continue;
                }
                if (still) {
                    return;
                }
                const ssize_t got = ::recv(watched[side].fd, buffer.data(), buffer.size(), 0);
                if (got <= 0 ||
                    ::send(watched[1 - side].fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) {
                    return;
                }
                passed += got;
            }
        }
    }

    int m_target, m_socket = -1, m_port = 0;
    std::atomic<long> m_limit;
    Then m_then;
    std::atomic<bool> m_reached = false;
    std::jthread m_thread;
};
