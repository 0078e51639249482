#include "network/Listener.h"

#include "errors/Error.h"
#include "network/Conversation.h"
#include "network/Transport.h"

#include <dcmtk/dcmnet/diutil.h>

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace drdm {
namespace {

constexpr long largestPdu = 131072;
constexpr int lookEvery_ms = 50;

std::string trimmedTitle(const char* title) {
    std::string text(title);
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace

struct Listener::Private {
    DicomServer server;
    ReceivedObjects& received;
    std::stop_token cancel;
    std::shared_ptr<TransportState> state = std::make_shared<TransportState>();
    std::shared_ptr<DcmTransportLayer> layer = watchedTransport(state);
    int socket = -1;
    std::atomic<int> refused = 0;
    std::jthread thread;

    Private(DicomServer from, ReceivedObjects& into, std::stop_token stop)
        : server(std::move(from)), received(into), cancel(std::move(stop)) {
        state->cancel = cancel;
        state->silenceTimeout_s = server.silenceTimeout_s;
    }
    ~Private() {
        state->closing = true;
        thread.request_stop();
        if (thread.joinable()) {
            thread.join();
        }
        if (socket >= 0) {
            ::close(socket);
        }
    }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    void open() {
        const std::string place = server.listenAddress + ":" + std::to_string(server.listenPort);
        if (server.listenPort == 0) {
            throw Error(
                "C-MOVE needs an address and a port where the images arrive, and none is set for the server \"" +
                server.name + "\"; set them as they are entered at the server, or use C-GET");
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(server.listenPort));
        if (::inet_pton(AF_INET, server.listenAddress.c_str(), &address.sin_addr) != 1) {
            throw Error("the address for C-MOVE " + server.listenAddress +
                        " is no IPv4 address; give one of this computer, like 192.168.1.20");
        }
        socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        sockaddr generic{};
        std::memcpy(&generic, &address, sizeof(generic));
        if (socket < 0 || ::bind(socket, &generic, sizeof(generic)) != 0 || ::listen(socket, 4) != 0) {
            const int error = errno;
            throw Error("cannot listen at " + place + " for the images of C-MOVE: " + std::strerror(error) +
                        (error == EACCES ? "; choose a port from 1024"
                                         : "; choose an address of this computer and a port that is free"));
        }
    }

    void listen() {
        while (!state->over()) {
            pollfd watched{socket, POLLIN, 0};
            if (::poll(&watched, 1, lookEvery_ms) > 0) {
                const int caller = ::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC);
                if (caller >= 0) {
                    serve(caller);
                }
            }
        }
    }

    void serve(int caller) {
        Conversation talk;
        OFCondition begun;
        {
            // DCMTK takes an accepted socket by a global variable only.
            static std::mutex handing;
            const std::lock_guard lock(handing);
            dcmExternalSocketHandle.set(caller);
            begun = talk.receive(server.silenceTimeout_s, largestPdu, *layer);
            dcmExternalSocketHandle.set(DCMNET_INVALID_SOCKET);
        }
        if (begun.bad() || !admit(talk)) {
            return;
        }
        while (!state->over()) {
            T_ASC_PresentationContextID id = 0;
            T_DIMSE_Message message{};
            DcmDataset* detail = nullptr;
            const OFCondition heard = DIMSE_receiveCommand(talk.association(), DIMSE_NONBLOCKING,
                                                           server.silenceTimeout_s, &id, &message, &detail);
            delete detail;
            if (heard == DUL_PEERREQUESTEDRELEASE) {
                ASC_acknowledgeRelease(talk.association());
                talk.ended();
                return;
            }
            if (heard.bad()) {
                return;
            }
            OFCondition answered = DIMSE_BADCOMMANDTYPE;
            if (message.CommandField == DIMSE_C_STORE_RQ) {
                answered =
                    receiveObject(talk.association(), id, message.msg.CStoreRQ, server.silenceTimeout_s, received);
            } else if (message.CommandField == DIMSE_C_ECHO_RQ) {
                answered =
                    DIMSE_sendEchoResponse(talk.association(), id, &message.msg.CEchoRQ, STATUS_Success, nullptr);
            }
            if (answered.bad()) {
                return;
            }
        }
    }

    /// Whether this caller may send; the others are told why not.
    bool admit(Conversation& talk) {
        char calling[128] = {}, called[128] = {}, responding[128] = {};
        ASC_getAPTitles(talk.parameters(), calling, sizeof(calling), called, sizeof(called), responding,
                        sizeof(responding));
        if (trimmedTitle(calling).empty() && trimmedTitle(called).empty()) {
            return false;  // hung up before saying anything: somebody looked whether the port is open
        }
        const bool knownCaller = trimmedTitle(calling) == server.theirTitle;
        if (!knownCaller || trimmedTitle(called) != server.ourTitle) {
            ++refused;
            const T_ASC_RejectParameters why{
                ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER,
                knownCaller ? ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED : ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED};
            ASC_rejectAssociation(talk.association(), &why);
            talk.ended();
            return false;
        }
        const char* plain[] = {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax};
        const char* verification[] = {UID_VerificationSOPClass};
        ASC_acceptContextsWithPreferredTransferSyntaxes(talk.parameters(), verification, 1, plain, 2);
        // A server sends what it has; where its form is to be kept, that form is preferred.
        const char* kept[] = {UID_JPEGProcess14SV1TransferSyntax,
                              UID_JPEGLSLosslessTransferSyntax,
                              UID_JPEG2000LosslessOnlyTransferSyntax,
                              UID_JPEG2000TransferSyntax,
                              UID_JPEGLSLossyTransferSyntax,
                              UID_JPEGProcess1TransferSyntax,
                              UID_JPEGProcess2_4TransferSyntax,
                              UID_JPEGProcess14TransferSyntax,
                              UID_RLELosslessTransferSyntax,
                              UID_DeflatedExplicitVRLittleEndianTransferSyntax,
                              plain[0],
                              plain[1]};
        const OFCondition accepted = ASC_acceptContextsWithPreferredTransferSyntaxes(
            talk.parameters(), dcmAllStorageSOPClassUIDs, numberOfDcmAllStorageSOPClassUIDs,
            server.keepCompression ? kept : plain, server.keepCompression ? 12 : 2);
        return accepted.good() && ASC_acknowledgeAssociation(talk.association()).good();
    }
};

Listener::Listener(const DicomServer& server, ReceivedObjects& received, std::stop_token cancel)
    : d(std::make_unique<Private>(server, received, std::move(cancel))) {
    d->open();
    d->thread = std::jthread([this] { d->listen(); });
}

Listener::~Listener() = default;

int Listener::refused() const {
    return d->refused;
}

}  // namespace drdm
