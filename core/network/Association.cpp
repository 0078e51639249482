#include "network/Association.h"

#include "io/dicom/DicomFile.h"
#include "network/Conversation.h"
#include "network/Reach.h"
#include "network/ReceivedObjects.h"
#include "network/Status.h"
#include "network/Transport.h"

#include <dcmtk/dcmnet/dimse.h>
#include <dcmtk/dcmnet/diutil.h>

#include <algorithm>

namespace drdm {
namespace {

constexpr long largestPdu = 131072;

DcmTagKey keyOf(std::uint32_t tag) {
    return {static_cast<Uint16>(tag >> 16U), static_cast<Uint16>(tag & 0xFFFFU)};
}

DcmDataset datasetOf(const QueryKeys& keys) {
    DcmDataset dataset;
    const bool ascii = std::ranges::all_of(keys, [](const auto& entry) {
        return std::ranges::all_of(entry.second, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    });
    if (!ascii) {
        dataset.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
    }
    for (const auto& [tag, value] : keys) {
        if (dataset.putAndInsertString(DcmTag(keyOf(tag)), value.c_str()).bad()) {
            throw Error("\"" + value + "\" cannot be searched for; use fewer or other characters");
        }
    }
    return dataset;
}

template <std::size_t N>
void copyText(const std::string& text, char (&to)[N]) {
    OFStandard::strlcpy(to, text.c_str(), N);
}

SubOperations counted(const auto& response) {
    return {response.NumberOfRemainingSubOperations, response.NumberOfCompletedSubOperations,
            response.NumberOfFailedSubOperations, response.NumberOfWarningSubOperations};
}

}  // namespace

struct Association::Private {
    DicomServer server;
    JobContext context;
    std::shared_ptr<TransportState> state = std::make_shared<TransportState>();
    std::shared_ptr<DcmTransportLayer> layer = watchedTransport(state);
    Conversation talk;

    /// What a condition of DCMTK means for the user. \throws Error, Cancelled
    void require(const OFCondition& condition, const std::string& action) const {
        context.throwIfCancelled();
        if (condition.bad()) {
            throw Error("cannot " + action + " " + describe(server) + ": " + reasonOf(condition));
        }
    }

    [[nodiscard]] std::string reasonOf(const OFCondition& condition) const {
        if (state->silent) {
            return "it said nothing for " + std::to_string(server.silenceTimeout_s) +
                   " s; try again, or allow longer pauses";
        }
        if (condition == DUL_ASSOCIATIONREJECTED) {
            return rejection();
        }
        if (condition == DUL_PEERREQUESTEDRELEASE || condition == DUL_PEERABORTEDASSOCIATION ||
            condition == DUL_NETWORKCLOSED || condition == DUL_READTIMEOUT || condition == DIMSE_READPDVFAILED ||
            condition == DIMSE_SENDFAILED) {
            return "the connection was broken off on the way; nothing was kept of what was not complete; try again";
        }
        if (condition == DIMSE_NODATAAVAILABLE) {
            return "it did not answer in time; try again, or allow longer pauses";
        }
        return std::string(condition.text()) + "; check that it is a DICOM server";
    }

    [[nodiscard]] std::string rejection() const {
        T_ASC_RejectParameters reject{};
        ASC_getRejectParameters(talk.parameters(), &reject);
        switch (reject.reason) {
            case ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED:
                return "it does not know our AE title " + server.ourTitle +
                       "; have it entered at the server, or correct it in the list of servers";
            case ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED:
                return "it is not called " + server.theirTitle + "; correct its AE title in the list of servers";
            case ASC_REASON_SP_PRES_TEMPORARYCONGESTION:
            case ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED:
                return "it is too busy now; try again later";
            default:
                return "it refused the association; ask its administrator whether " + server.ourTitle +
                       " may connect from this computer";
        }
    }

    [[nodiscard]] T_ASC_PresentationContextID contextFor(const std::string& sopClass,
                                                         const std::string& service) const {
        const T_ASC_PresentationContextID id =
            ASC_findAcceptedPresentationContextID(talk.association(), sopClass.c_str());
        if (id == 0) {
            throw Error("the DICOM server " + describe(server) + " does not offer " + service +
                        "; use another way or another server");
        }
        return id;
    }

    [[nodiscard]] DIC_US nextMessage() const { return talk.association()->nextMsgID++; }
};

Association::Association(const DicomServer& server, const std::vector<Offer>& offers, const JobContext& context)
    : d(std::make_unique<Private>()) {
    d->server = server;
    d->context = context;
    d->state->cancel = context.cancel;
    d->state->silenceTimeout_s = server.silenceTimeout_s;
    dicom::initialise();
    const std::string address = reach(server, context);
    dcmConnectionTimeout.set(server.connectTimeout_s);
    const std::string action = "begin to talk to the DICOM server";
    d->require(d->talk.prepare(server.silenceTimeout_s, largestPdu, *d->layer), action);
    T_ASC_Parameters* parameters = d->talk.parameters();
    ASC_setAPTitles(parameters, server.ourTitle.c_str(), server.theirTitle.c_str(), nullptr);
    ASC_setPresentationAddresses(parameters, "drdm", (address + ":" + std::to_string(server.port)).c_str());
    T_ASC_PresentationContextID id = 1;
    for (const Offer& offer : offers) {
        std::vector<const char*> syntaxes;
        for (const std::string& syntax : offer.syntaxes) {
            syntaxes.push_back(syntax.c_str());
        }
        d->require(ASC_addPresentationContext(parameters, id, offer.sopClass.c_str(), syntaxes.data(),
                                              static_cast<int>(syntaxes.size()),
                                              offer.weReceive ? ASC_SC_ROLE_SCP : ASC_SC_ROLE_DEFAULT),
                   action);
        id = static_cast<T_ASC_PresentationContextID>(id + 2);  // odd numbers, PS3.8
    }
    d->require(d->talk.request(server.silenceTimeout_s), action);
    if (ASC_countAcceptedPresentationContexts(parameters) == 0) {
        throw Error("the DICOM server " + describe(server) +
                    " takes none of what was offered; it may not serve this kind of object or request");
    }
}

Association::~Association() {
    d->state->closing = true;
}

void Association::release() {
    d->require(d->talk.release(), "end the talk with the DICOM server");
}

void Association::echo() {
    static_cast<void>(d->contextFor(UID_VerificationSOPClass, "the test of connections (C-ECHO)"));
    DIC_US status = 0;
    DcmDataset* detail = nullptr;
    const OFCondition done = DIMSE_echoUser(d->talk.association(), d->nextMessage(), DIMSE_NONBLOCKING,
                                            d->server.silenceTimeout_s, &status, &detail);
    delete detail;
    d->require(done, "test the connection to");
    requireSuccess(status, d->server, "the test of the connection (C-ECHO)");
}

void Association::find(const std::string& model, const QueryKeys& keys,
                       const std::function<bool(const QueryKeys&)>& each) {
    struct Search {
        Private* d;
        T_ASC_PresentationContextID id;
        const QueryKeys* keys;
        const std::function<bool(const QueryKeys&)>* each;
        bool stopped = false;
    } search{d.get(), d->contextFor(model, "searching (C-FIND)"), &keys, &each};
    T_DIMSE_C_FindRQ request{};
    request.MessageID = d->nextMessage();
    copyText(model, request.AffectedSOPClassUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    DcmDataset wanted = datasetOf(keys);
    T_DIMSE_C_FindRSP response{};
    DcmDataset* detail = nullptr;
    int count = 0;
    const auto heard = [](void* data, T_DIMSE_C_FindRQ* asked, int /*count*/, T_DIMSE_C_FindRSP* /*response*/,
                          DcmDataset* found) {
        auto& now = *static_cast<Search*>(data);
        if (found == nullptr || now.stopped) {
            return;
        }
        QueryKeys values;
        for (const auto& [tag, value] : *now.keys) {
            values[tag] = dicom::utf8Text(*found, keyOf(tag));
        }
        if (!(*now.each)(values)) {
            now.stopped = true;
            DIMSE_sendCancelRequest(now.d->talk.association(), now.id, asked->MessageID);
        }
    };
    const OFCondition done = DIMSE_findUser(d->talk.association(), search.id, &request, &wanted, count, heard, &search,
                                            DIMSE_NONBLOCKING, d->server.silenceTimeout_s, &response, &detail);
    delete detail;
    d->require(done, "search on");
    if (!search.stopped) {
        requireSuccess(response.DimseStatus, d->server, "the search (C-FIND)");
    }
}

SubOperations Association::get(const std::string& model, const QueryKeys& keys, ReceivedObjects& received,
                               const std::function<void(const SubOperations&)>& progress) {
    const std::string action = "fetch images from";
    const T_ASC_PresentationContextID id = d->contextFor(model, "fetching over the same connection (C-GET)");
    T_DIMSE_Message message{};
    message.CommandField = DIMSE_C_GET_RQ;
    T_DIMSE_C_GetRQ& request = message.msg.CGetRQ;
    request.MessageID = d->nextMessage();
    copyText(model, request.AffectedSOPClassUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    DcmDataset wanted = datasetOf(keys);
    d->require(
        DIMSE_sendMessageUsingMemoryData(d->talk.association(), id, &message, nullptr, &wanted, nullptr, nullptr),
        action);
    for (;;) {
        T_ASC_PresentationContextID from = 0;
        T_DIMSE_Message answer{};
        DcmDataset* detail = nullptr;
        const OFCondition heard = DIMSE_receiveCommand(d->talk.association(), DIMSE_NONBLOCKING,
                                                       d->server.silenceTimeout_s, &from, &answer, &detail);
        delete detail;
        d->require(heard, action);
        if (answer.CommandField == DIMSE_C_STORE_RQ) {
            d->require(
                receiveObject(d->talk.association(), from, answer.msg.CStoreRQ, d->server.silenceTimeout_s, received),
                action);
            received.requireNoFailure();
            continue;
        }
        if (answer.CommandField != DIMSE_C_GET_RSP) {
            throw Error("the DICOM server " + describe(d->server) +
                        " answered with something else than images; ask its administrator whether it offers C-GET");
        }
        T_DIMSE_C_GetRSP& response = answer.msg.CGetRSP;
        if (response.DataSetType != DIMSE_DATASET_NULL) {
            DcmDataset* failed = nullptr;  // a list of what failed; how many stands in the response
            const OFCondition read = DIMSE_receiveDataSetInMemory(
                d->talk.association(), DIMSE_NONBLOCKING, d->server.silenceTimeout_s, &from, &failed, nullptr, nullptr);
            delete failed;
            d->require(read, action);
        }
        const SubOperations counts = counted(response);
        if (!DICOM_PENDING_STATUS(response.DimseStatus)) {
            requireRetrieved(response.DimseStatus, counts.failed, d->server, "fetching (C-GET)");
            return counts;
        }
        progress(counts);
    }
}

SubOperations Association::move(const std::string& model, const QueryKeys& keys,
                                const std::function<void(const SubOperations&)>& progress) {
    const T_ASC_PresentationContextID id = d->contextFor(model, "sending to another address (C-MOVE)");
    T_DIMSE_C_MoveRQ request{};
    request.MessageID = d->nextMessage();
    copyText(model, request.AffectedSOPClassUID);
    copyText(d->server.ourTitle, request.MoveDestination);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    DcmDataset wanted = datasetOf(keys);
    T_DIMSE_C_MoveRSP response{};
    DcmDataset *detail = nullptr, *failed = nullptr;
    const auto heard = [](void* data, T_DIMSE_C_MoveRQ* /*asked*/, int /*count*/, T_DIMSE_C_MoveRSP* now) {
        (*static_cast<const std::function<void(const SubOperations&)>*>(data))(counted(*now));
    };
    auto say = progress;
    const OFCondition done =
        DIMSE_moveUser(d->talk.association(), id, &request, &wanted, heard, &say, DIMSE_NONBLOCKING,
                       d->server.silenceTimeout_s, nullptr, nullptr, nullptr, &response, &detail, &failed);
    delete detail;
    delete failed;
    d->require(done, "have images sent by");
    const SubOperations counts = counted(response);
    requireRetrieved(response.DimseStatus, counts.failed, d->server, "sending to us (C-MOVE)");
    return counts;
}

std::string Association::store(const std::string& path) {
    const auto file = dicom::openFile(path);
    DcmDataset* dataset = file->getDataset();
    const std::string sopClass = dicom::text(*dataset, DCM_SOPClassUID);
    const std::string instance = dicom::text(*dataset, DCM_SOPInstanceUID);
    const DcmXfer original(dataset->getOriginalXfer());
    T_ASC_PresentationContextID id =
        ASC_findAcceptedPresentationContextID(d->talk.association(), sopClass.c_str(), original.getXferID());
    if (id == 0 && !original.isEncapsulated()) {
        id = ASC_findAcceptedPresentationContextID(d->talk.association(), sopClass.c_str());
    }
    if (id == 0) {
        throw Error("the DICOM server " + describe(d->server) + " does not take " + path + " (" +
                    dicom::uidName(sopClass) + ", " + original.getXferName() +
                    "); ask its administrator, or leave this file out");
    }
    T_DIMSE_C_StoreRQ request{};
    request.MessageID = d->nextMessage();
    copyText(sopClass, request.AffectedSOPClassUID);
    copyText(instance, request.AffectedSOPInstanceUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    T_DIMSE_C_StoreRSP response{};
    DcmDataset* detail = nullptr;
    const OFCondition done = DIMSE_storeUser(d->talk.association(), id, &request, nullptr, dataset, nullptr, nullptr,
                                             DIMSE_NONBLOCKING, d->server.silenceTimeout_s, &response, &detail);
    delete detail;
    d->require(done, "send " + path + " to");
    if (DICOM_WARNING_STATUS(response.DimseStatus)) {
        return path + ": " + statusInWords(response.DimseStatus);
    }
    requireSuccess(response.DimseStatus, d->server, "taking " + path + " (C-STORE)");
    return {};
}

}  // namespace drdm
