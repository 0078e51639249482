#pragma once

#include "network/ReceivedObjects.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dimse.h>

/// DCMTK's handles of one association with their ends. Only sources of this room include this header.
namespace drdm {

class Conversation {
public:
    Conversation() = default;
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;
    ~Conversation() {
        if (m_association != nullptr) {
            if (m_talking) {
                ASC_abortAssociation(m_association);
            }
            ASC_dropAssociation(m_association);
            ASC_destroyAssociation(&m_association);
        } else if (m_parameters != nullptr) {
            ASC_destroyAssociationParameters(&m_parameters);
        }
        ASC_dropNetwork(&m_network);
    }

    /// A network that calls, and empty parameters.
    OFCondition prepare(int timeout_s, long largestPdu, DcmTransportLayer& layer) {
        OFCondition done = ASC_initializeNetwork(NET_REQUESTOR, 0, timeout_s, &m_network);
        if (done.good()) {
            done = ASC_setTransportLayer(m_network, &layer, 0);
        }
        if (done.good()) {
            done = ASC_createAssociationParameters(&m_parameters, largestPdu);
        }
        // "Secure" means here only that connections are made by `layer`.
        return done.good() ? ASC_setTransportLayerType(m_parameters, OFTrue) : done;
    }
    OFCondition request(int timeout_s) {
        const OFCondition done =
            ASC_requestAssociation(m_network, m_parameters, &m_association, nullptr, nullptr, DUL_NOBLOCK, timeout_s);
        m_talking = done.good();
        return done;
    }
    /// Takes the call that waits at an accepted socket.
    OFCondition receive(int timeout_s, long largestPdu, DcmTransportLayer& layer) {
        OFCondition done = ASC_initializeNetwork(NET_ACCEPTOR, 0, timeout_s, &m_network);
        if (done.good()) {
            done = ASC_setTransportLayer(m_network, &layer, 0);
        }
        if (done.good()) {
            done = ASC_receiveAssociation(m_network, &m_association, largestPdu, nullptr, nullptr, OFTrue, DUL_NOBLOCK,
                                          timeout_s);
        }
        if (m_association != nullptr) {
            m_parameters = m_association->params;
            m_talking = done.good();
        }
        return done;
    }
    OFCondition release() {
        const OFCondition done = ASC_releaseAssociation(m_association);
        m_talking = done.bad();
        return done;
    }
    void ended() { m_talking = false; }  ///< by the other side, or refused

    [[nodiscard]] T_ASC_Association* association() const { return m_association; }
    [[nodiscard]] T_ASC_Parameters* parameters() const { return m_parameters; }

private:
    T_ASC_Network* m_network = nullptr;
    T_ASC_Parameters* m_parameters = nullptr;  ///< the association's, once there is one
    T_ASC_Association* m_association = nullptr;
    bool m_talking = false;
};

/// Takes one object that the other side sends, answers, and keeps it in `received`. Bad only where the talk is over.
OFCondition receiveObject(T_ASC_Association* association, T_ASC_PresentationContextID id, T_DIMSE_C_StoreRQ& request,
                          int timeout_s, ReceivedObjects& received);

}  // namespace drdm
