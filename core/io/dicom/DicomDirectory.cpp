#include "io/dicom/DicomDirectory.h"

#include "io/dicom/DicomFile.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

namespace drdm::dicom {

namespace {

namespace fs = std::filesystem;

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return text;
}

/// Entries of folders by their names in lower case; each folder is listed once.
class Folders {
public:
    fs::path find(const fs::path& folder, const std::string& name) {
        const auto [listing, isNew] = m_listings.try_emplace(folder.string());
        if (isNew) {
            std::error_code error;
            for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
                listing->second.emplace(lowered(entry->path().filename().string()), entry->path());
            }
        }
        const auto found = listing->second.find(lowered(name));
        return found == listing->second.end() ? fs::path() : found->second;
    }

private:
    std::map<std::string, std::map<std::string, fs::path>> m_listings;
};

/// ReferencedFileID: one value for each folder, the last one for the file.
std::vector<std::string> components(const std::string& fileId) {
    std::vector<std::string> parts;
    std::istringstream stream(fileId);
    for (std::string part; std::getline(stream, part, '\\');) {
        part.erase(part.find_last_not_of(' ') + 1);
        parts.push_back(part);
    }
    return parts;
}

}  // namespace

DirectoryFiles readDirectory(const std::string& path) {
    const auto file = openFile(path);
    DirectoryFiles result;
    Folders folders;
    std::set<std::string> seen;
    DcmSequenceOfItems* records = nullptr;
    if (file->getDataset()->findAndGetSequence(DCM_DirectoryRecordSequence, records).bad() || records == nullptr) {
        return result;
    }
    // In the order of the items: links between records are often wrong, the list is complete all the same.
    for (DcmObject* object = records->nextInContainer(nullptr); object != nullptr;
         object = records->nextInContainer(object)) {
        auto* record = dynamic_cast<DcmItem*>(object);
        const std::string fileId = record == nullptr ? std::string() : text(*record, DCM_ReferencedFileID);
        if (fileId.empty() || !seen.insert(fileId).second) {
            continue;
        }
        fs::path place = fs::path(path).parent_path();
        for (const std::string& part : components(fileId)) {
            const bool leadsOut = part.empty() || part == "." || part == ".." || part.find('/') != std::string::npos;
            place = leadsOut || place.empty() ? fs::path() : folders.find(place, part);
        }
        std::error_code error;
        if (!place.empty() && fs::is_regular_file(place, error)) {
            result.files.push_back(place.string());
        } else {
            result.missing.push_back(fileId);
        }
    }
    return result;
}

}  // namespace drdm::dicom
