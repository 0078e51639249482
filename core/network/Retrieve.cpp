#include "io/AtomicFile.h"
#include "network/Association.h"
#include "network/Listener.h"
#include "network/Network.h"
#include "network/ReceivedObjects.h"
#include "network/StorageClasses.h"

#include <algorithm>

namespace drdm {
namespace {

const std::string getModel = "1.2.840.10008.5.1.4.1.2.2.3";   // Study Root Query/Retrieve, GET
const std::string moveModel = "1.2.840.10008.5.1.4.1.2.2.2";  // Study Root Query/Retrieve, MOVE

/// An association has room for 128 offers (PS3.8): every class without compression, the classes of images also
/// compressed.
std::vector<Offer> offersForGet(const DicomServer& server) {
    constexpr std::size_t most = 128;
    std::vector<Offer> offers{{getModel, uncompressed()}};
    for (const std::string& sopClass : storageClasses()) {
        offers.push_back({sopClass, uncompressed(), true});
    }
    if (server.keepCompression) {
        for (const std::string& sopClass : storageClasses()) {
            for (const std::string& syntax : compressed()) {
                if (offers.size() < most) {
                    offers.push_back({sopClass, {syntax}, true});
                }
            }
        }
    }
    return offers;
}

bool isUid(const std::string& text) {
    return !text.empty() && text.size() <= 64 && text.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

Retrieved retrieve(const DicomServer& server, const RetrieveRequest& request, const JobContext& context) {
    if (!isUid(request.studyUid) || (!request.seriesUid.empty() && !isUid(request.seriesUid))) {
        throw Error("\"" + (isUid(request.studyUid) ? request.seriesUid : request.studyUid) +
                    "\" is no UID of a study or series; take it from the list that a search shows");
    }
    const bool all = request.seriesUid.empty();
    QueryKeys keys{{0x00080052, all ? "STUDY" : "SERIES"}, {0x0020000D, request.studyUid}};
    if (!all) {
        keys[0x0020000E] = request.seriesUid;
    }
    AtomicFolder folder(request.folder);
    ReceivedObjects received(folder.temporary(), request.studyUid, request.seriesUid);
    context.progress(0, "Fetching from " + server.name);
    const auto progress = [&](const SubOperations& counts) {
        const int done = counts.completed + counts.failed + counts.warnings;
        const int sum = done + counts.remaining;
        context.progress(
            sum > 0 ? static_cast<double>(done) / sum : 0,
            "Fetching from " + server.name + ": " + std::to_string(done) + " of " + std::to_string(sum) + " objects");
    };
    SubOperations counts;
    std::string refusals;
    try {
        if (request.way == RetrieveWay::Get) {
            Association association(server, offersForGet(server), context);
            counts = association.get(getModel, keys, received, progress);
            association.release();
        } else {
            const Listener listener(server, received, context.cancel);
            try {
                Association association(server, {{moveModel, uncompressed()}}, context);
                counts = association.move(moveModel, keys, progress);
                association.release();
            } catch (const Error&) {
                refusals = listener.refused() > 0 ? "; a caller with other AE titles was refused at our port" : "";
                throw;
            }
        }
    } catch (const Error& error) {
        received.requireNoFailure();  // ours is the cause of the server's
        throw Error(error.what() + refusals);
    }
    received.requireNoFailure();
    context.throwIfCancelled();
    const auto expected = static_cast<std::size_t>(std::max(0, counts.completed + counts.warnings));
    if (received.count() == 0) {
        throw Error("the DICOM server " + describe(server) + " has no objects of " + (all ? "study " : "series ") +
                    (all ? request.studyUid : request.seriesUid) + "; search again");
    }
    if (received.count() < expected) {
        throw Error("only " + std::to_string(received.count()) + " of " + std::to_string(expected) +
                    " objects came from the DICOM server " + describe(server) + "; nothing was kept, try again");
    }
    folder.commit();
    return {request.folder, received.count()};
}

}  // namespace drdm
