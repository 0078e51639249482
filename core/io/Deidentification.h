#pragma once

#include "imaging/Image.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace drdm {

/// What a de-identified export keeps although the basic profile of PS3.15 (annex E) takes it away.
struct DeidentificationOptions {
    bool retainDates = false;  ///< "Retain Longitudinal Temporal Information with Full Dates"
    bool retainDescriptors =
        false;  ///< "Clean Descriptors": study, series and protocol texts, without words of identity
};

/// One de-identified export: every object written with the same one gets the same new UIDs and the same patient, so
/// that images, labels and fields still belong together. The new names are random: they lead back to nobody. Safe from
/// several threads.
class Deidentification {
public:
    explicit Deidentification(DeidentificationOptions options) : m_options(options) {}

    [[nodiscard]] const DeidentificationOptions& options() const { return m_options; }

    /// What stands for this UID in the export: a new one, always the same. UIDs of the standard itself and those that
    /// were made for this export stay.
    std::string uid(const std::string& original);
    void keepUid(const std::string& own);

    /// What stands for a patient ("ANON-3F2A9C01"), the same for the same number and name.
    std::string patient(const std::string& id, const std::string& name);

    /// Something that a person must look at before the export is given away (each text once).
    void warn(const std::string& text);
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    const DeidentificationOptions m_options;
    mutable std::mutex m_mutex;
    std::map<std::string, std::string> m_uids, m_patients;
    std::set<std::string> m_own;
    std::vector<std::string> m_warnings;
};

/// Warns where the header of the source says, or its kind lets fear, that there is text in the pixels: no profile for
/// headers takes that away.
void warnOfBurnedInText(const ImageSource& source, Deidentification& run);

}  // namespace drdm
