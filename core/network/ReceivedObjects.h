#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>

class DcmDataset;

namespace drdm {

/// Where objects from a server land: files SOPINSTANCEUID.dcm in one folder, of one study, complete or not there at
/// all. Safe from any thread. The first failure is kept: the transfer has failed with it.
class ReceivedObjects {
public:
    ReceivedObjects(std::filesystem::path folder, std::string studyUid, std::string seriesUid);

    /// Writes one object in the encoding that it came in. \return the status for the sender (PS3.7, C-STORE)
    unsigned short keep(DcmDataset& dataset) noexcept;

    [[nodiscard]] std::size_t count() const;
    /// \throws Error: the first object that could not be kept, and why
    void requireNoFailure() const;

private:
    void write(DcmDataset& dataset);

    std::filesystem::path m_folder;
    std::string m_study, m_series;  ///< m_series may be empty: all of the study
    mutable std::mutex m_mutex;
    std::set<std::string> m_instances;
    std::string m_failure;
};

}  // namespace drdm
