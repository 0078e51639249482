#include "network/Reach.h"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace drdm {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int lookEvery_ms = 50;

[[noreturn]] void refuse(const DicomServer& server, const std::string& why, const std::string& remedy) {
    throw Error("cannot connect to the DICOM server " + describe(server) + ": " + why + "; " + remedy);
}

struct Looked {
    int error = 0;
    in_addr address{};
};

Looked lookUp(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_INET;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    Looked looked;
    looked.error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    if (looked.error == 0) {
        sockaddr_in address{};
        std::memcpy(&address, found->ai_addr, sizeof(address));
        looked.address = address.sin_addr;
        ::freeaddrinfo(found);
    }
    return looked;
}

in_addr addressOf(const DicomServer& server, const JobContext& context, Clock::time_point until) {
    // The system's look-up cannot be interrupted; a thread of its own is left behind where nobody waits any more.
    std::promise<Looked> promise;
    std::future<Looked> answer = promise.get_future();
    std::thread([host = server.host, said = std::move(promise)]() mutable { said.set_value(lookUp(host)); }).detach();
    while (answer.wait_for(std::chrono::milliseconds(lookEvery_ms)) != std::future_status::ready) {
        context.throwIfCancelled();
        if (Clock::now() > until) {
            refuse(server, "the name of its host could not be looked up in time", "check the network and the name");
        }
    }
    const Looked looked = answer.get();
    if (looked.error != 0) {
        refuse(server, std::string("its host is not known (") + ::gai_strerror(looked.error) + ")",
               "check the name of the host");
    }
    return looked.address;
}

struct Socket {
    int handle = -1;
    ~Socket() {
        if (handle >= 0) {
            ::close(handle);
        }
    }
};

}  // namespace

std::string reach(const DicomServer& server, const JobContext& context) {
    check(server);
    context.throwIfCancelled();
    const auto until = Clock::now() + std::chrono::seconds(server.connectTimeout_s);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server.port));
    address.sin_addr = addressOf(server, context, until);
    const Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof(generic));
    int error = socket.handle < 0 || ::connect(socket.handle, &generic, sizeof(generic)) != 0 ? errno : 0;
    while (error == EINPROGRESS) {
        context.throwIfCancelled();
        pollfd watched{socket.handle, POLLOUT, 0};
        if (::poll(&watched, 1, lookEvery_ms) > 0) {
            socklen_t size = sizeof(error);
            ::getsockopt(socket.handle, SOL_SOCKET, SO_ERROR, &error, &size);
        } else if (Clock::now() > until) {
            error = ETIMEDOUT;
        }
    }
    if (error == ECONNREFUSED) {
        refuse(server, "nothing takes connections there", "check host and port, and whether the server runs");
    }
    if (error == ETIMEDOUT) {
        refuse(server, "no answer within " + std::to_string(server.connectTimeout_s) + " s",
               "check host, port and firewalls, or allow more time");
    }
    if (error != 0) {
        refuse(server, std::strerror(error), "check host, port and network");
    }
    char dotted[INET_ADDRSTRLEN] = {};
    ::inet_ntop(AF_INET, &address.sin_addr, dotted, sizeof(dotted));
    return dotted;
}

}  // namespace drdm
