#include "io/dicom/DicomFile.h"
#include "network/Association.h"
#include "network/Network.h"
#include "network/StorageClasses.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace drdm {

namespace fs = std::filesystem;

namespace {

struct Outgoing {
    std::string path, sopClass, syntax;
};

std::vector<std::string> filesIn(const std::vector<std::string>& paths, const JobContext& context) {
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        std::error_code error;
        if (fs::is_directory(path, error)) {
            for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
                context.throwIfCancelled();
                if (entry.is_regular_file(error) && dicom::looksLikeDicom(entry.path().string())) {
                    files.push_back(entry.path().string());
                }
            }
        } else if (fs::is_regular_file(path, error)) {
            files.push_back(path);
        } else {
            throw Error(path + " does not exist; give DICOM files or folders that hold some");
        }
    }
    std::ranges::sort(files);
    return files;
}

/// Header only. \throws Error: not a DICOM object that can be sent
Outgoing look(const std::string& path) {
    const auto file = dicom::openHeader(path);
    DcmDataset& dataset = *file->getDataset();
    Outgoing out{path, dicom::text(dataset, DCM_SOPClassUID), {}};
    if (out.sopClass.empty() || dicom::text(dataset, DCM_SOPInstanceUID).empty()) {
        throw Error(path + " has no SOP Class or Instance UID and cannot be sent; leave it out");
    }
    out.syntax = DcmXfer(dataset.getOriginalXfer()).getXferID();
    return out;
}

/// One offer per class for what is not compressed, and one per class and compression.
std::vector<Offer> offersFor(const std::vector<Outgoing>& all) {
    std::vector<Offer> offers;
    std::set<std::pair<std::string, std::string>> seen;
    for (const Outgoing& one : all) {
        const bool packed = DcmXfer(one.syntax.c_str()).isEncapsulated();
        if (seen.insert({one.sopClass, packed ? one.syntax : ""}).second) {
            offers.push_back({one.sopClass, packed ? std::vector<std::string>{one.syntax} : uncompressed()});
        }
    }
    if (offers.size() > 128) {
        throw Error("the files are of too many kinds to be sent at once; send them in several parts");
    }
    return offers;
}

}  // namespace

Sent storeFiles(const DicomServer& server, const std::vector<std::string>& paths, const JobContext& context) {
    std::vector<Outgoing> all;
    dicom::initialise();
    for (const std::string& path : filesIn(paths, context)) {
        context.throwIfCancelled();
        all.push_back(look(path));
    }
    if (all.empty()) {
        throw Error("there is no DICOM object in " + (paths.empty() ? "nothing" : paths.front()) +
                    "; export as DICOM first");
    }
    context.progress(0, "Sending to " + server.name);
    Sent sent;
    try {
        Association association(server, offersFor(all), context);
        for (const Outgoing& one : all) {
            context.throwIfCancelled();
            const std::string warning = association.store(one.path);
            if (!warning.empty()) {
                sent.warnings.push_back(warning);
            }
            ++sent.objects;
            context.progress(static_cast<double>(sent.objects) / static_cast<double>(all.size()),
                             "Sending to " + server.name + ": " + std::to_string(sent.objects) + " of " +
                                 std::to_string(all.size()) + " objects");
        }
        association.release();
    } catch (const Error& error) {
        throw Error(std::string(error.what()) + " (" + std::to_string(sent.objects) + " of " +
                    std::to_string(all.size()) + " objects had arrived complete; sending again replaces them)");
    }
    return sent;
}

}  // namespace drdm
