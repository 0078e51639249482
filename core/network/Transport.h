#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>

class DcmTransportLayer;

namespace drdm {

/// What a connection looks at while it waits, and what it has seen. Shared by the two sides.
struct TransportState {
    std::stop_token cancel;
    int silenceTimeout_s = 60;
    std::atomic<bool> closing = false;  ///< wait for nothing any more
    std::atomic<bool> silent = false;   ///< the other side kept silent for too long

    [[nodiscard]] bool over() const { return closing || cancel.stop_requested(); }
};

/// DCMTK's way to the socket, with our waiting in it: each look at `state` comes within 50 ms, so that a transfer ends
/// at once when it is cancelled, and a server that stops in the midst of a message does not hold it for ever.
std::shared_ptr<DcmTransportLayer> watchedTransport(std::shared_ptr<TransportState> state);

}  // namespace drdm
