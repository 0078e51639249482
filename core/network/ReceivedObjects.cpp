#include "network/ReceivedObjects.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/Memory.h"
#include "io/dicom/DicomFile.h"
#include "network/Conversation.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcwcache.h>

#include <algorithm>
#include <utility>

namespace drdm {

ReceivedObjects::ReceivedObjects(std::filesystem::path folder, std::string studyUid, std::string seriesUid)
    : m_folder(std::move(folder)), m_study(std::move(studyUid)), m_series(std::move(seriesUid)) {}

unsigned short ReceivedObjects::keep(DcmDataset& dataset) noexcept {
    const std::lock_guard lock(m_mutex);
    try {
        write(dataset);
        return STATUS_Success;
    } catch (const std::exception& error) {
        m_failure = m_failure.empty() ? error.what() : m_failure;
        return STATUS_STORE_Refused_OutOfResources;
    }
}

void ReceivedObjects::write(DcmDataset& dataset) {
    const std::string instance = dicom::text(dataset, DCM_SOPInstanceUID);
    const bool isUid = !instance.empty() && instance.size() <= 64 &&
                       instance.find_first_not_of("0123456789.") == std::string::npos && instance.front() != '.';
    if (!isUid) {
        throw Error("the server sent an object without a valid SOP Instance UID; it cannot be kept");
    }
    const std::string series = dicom::text(dataset, DCM_SeriesInstanceUID);
    if (dicom::text(dataset, DCM_StudyInstanceUID) != m_study || (!m_series.empty() && series != m_series)) {
        throw Error(
            "the server sent an object of another study or series than was asked for; nothing is kept, ask its "
            "administrator");
    }
    const E_TransferSyntax syntax = dataset.getOriginalXfer();
    // DCMTK's own file stream does not report a full disk when it flushes; so the bytes are made in memory and written
    // by AtomicFile, which does. The file takes the data set on loan.
    DcmFileFormat file(&dataset, OFFalse);
    struct Loan {
        DcmFileFormat& file;
        ~Loan() { file.getAndRemoveDataset(); }
    } const loan{file};
    const Uint32 length = dataset.calcElementLength(syntax, EET_ExplicitLength);
    requireMemory(length, "an image of the server");
    std::vector<char> buffer((static_cast<std::size_t>(length) + 65536) / 2 * 2);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    DcmWriteCache cache;
    file.transferInit();
    const OFCondition written = file.write(stream, syntax, EET_ExplicitLength, &cache, EGL_withoutGL);
    file.transferEnd();
    if (written.bad()) {
        throw Error("an image of the server cannot be encoded again: " + std::string(written.text()));
    }
    void* bytes = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(bytes, count);
    AtomicFile output(m_folder / (instance + ".dcm"));
    output.write(bytes, static_cast<std::size_t>(count));
    output.commit();
    m_instances.insert(instance);
}

std::size_t ReceivedObjects::count() const {
    const std::lock_guard lock(m_mutex);
    return m_instances.size();
}

void ReceivedObjects::requireNoFailure() const {
    const std::lock_guard lock(m_mutex);
    if (!m_failure.empty()) {
        throw Error(m_failure);
    }
}

OFCondition receiveObject(T_ASC_Association* association, T_ASC_PresentationContextID id, T_DIMSE_C_StoreRQ& request,
                          int timeout_s, ReceivedObjects& received) {
    const auto ended = [](void* data, T_DIMSE_StoreProgress* progress, T_DIMSE_C_StoreRQ* /*request*/, char* /*file*/,
                          DcmDataset** dataset, T_DIMSE_C_StoreRSP* response, DcmDataset** detail) {
        if (progress->state == DIMSE_StoreEnd) {
            *detail = nullptr;
            if (dataset != nullptr && *dataset != nullptr) {
                response->DimseStatus = static_cast<ReceivedObjects*>(data)->keep(**dataset);
            }
        }
    };
    DcmDataset holder;
    DcmDataset* dataset = &holder;
    return DIMSE_storeProvider(association, id, &request, nullptr, 1, &dataset, ended, &received, DIMSE_NONBLOCKING,
                               timeout_s);
}

}  // namespace drdm
