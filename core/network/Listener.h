#pragma once

#include "network/DicomServer.h"
#include "network/ReceivedObjects.h"

#include <memory>
#include <stop_token>

namespace drdm {

/// Takes objects at the server's listenAddress and listenPort, from the beginning to the end of its life, from callers
/// that give the server's AE title and call us by ours; all others are refused.
class Listener {
public:
    /// \throws Error: no port is set, the address is not ours, the port is taken
    Listener(const DicomServer& server, ReceivedObjects& received, std::stop_token cancel);
    ~Listener();  ///< ends what still talks, within a moment
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] int refused() const;  ///< how many callers were turned away

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
