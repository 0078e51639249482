#include "io/dicom/DicomHeader.h"
#include "io/dicom/DicomSeries.h"
#include "io/dicom/DicomStack.h"
#include "jobs/ParallelFor.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>

namespace drdm::dicom {

namespace {

SeriesInfo commonInfo(const Header& header) {
    SeriesInfo info;
    info.format = "dicom";
    info.uid = header.seriesUid.empty() ? std::filesystem::path(header.path).parent_path().string() : header.seriesUid;
    info.modality = header.modality;
    info.description = header.description;
    info.patientName = header.patientName;
    info.patientId = header.patientId;
    info.studyUid = header.studyUid;
    info.studyDescription = header.studyDescription;
    info.studyDate = header.studyDate;
    info.transferSyntax = header.transferSyntax;
    return info;
}

void describePart(const std::vector<Frame>& frames, SeriesInfo& info) {
    const Stack stack = makeStack(frames);
    const Geometry& g = stack.geometry;
    info.size = {g.size[0], g.size[1], g.size[2], stack.phases};
    info.unreadable = stack.refusal;
    info.spacing_mm = g.spacing_mm;
    info.origin_mm = g.origin_mm;
    info.direction = g.direction;
    for (const Frame& frame : stack.frames) {
        info.files.push_back(frame.path);
    }
    info.warnings.insert(info.warnings.end(), stack.warnings.begin(), stack.warnings.end());
}

/// All files of one series → one entry per kind of pixels, size and orientation.
void addSeries(const std::vector<const Header*>& headers, ScanResult& result) {
    std::map<std::string, std::vector<Frame>> kinds;
    std::map<std::string, SeriesInfo> unreadable;  // by reason
    const Header* firstReadable = nullptr;
    std::vector<std::string> lost;  // of images that cannot be read, in a series where others can
    for (const Header* header : headers) {
        if (!header->unreadable.empty()) {
            const auto [entry, isNew] = unreadable.try_emplace(header->unreadable, commonInfo(*header));
            entry->second.unreadable = header->unreadable;
            entry->second.files.push_back(header->path);
            lost.push_back(std::filesystem::path(header->path).filename().string());
            continue;
        }
        firstReadable = firstReadable == nullptr ? header : firstReadable;
        auto& frames = kinds[header->pixelKind];
        frames.insert(frames.end(), header->frames.begin(), header->frames.end());
    }
    std::vector<std::vector<Frame>> parts;
    for (const auto& [kind, frames] : kinds) {
        for (auto& part : partition(frames)) {
            parts.push_back(std::move(part));
        }
    }
    std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    std::size_t number = 0;
    const auto numbered = [&](SeriesInfo info) {
        if (++number > 1) {
            info.uid += "#" + std::to_string(number);
        }
        return info;
    };
    for (const auto& part : parts) {
        SeriesInfo info = numbered(commonInfo(*firstReadable));
        if (parts.size() > 1) {
            info.warnings.push_back("the series holds images of " + std::to_string(parts.size()) +
                                    " different orientations, sizes, spacings or kinds; this is part " +
                                    std::to_string(number) + " with " + std::to_string(part.size()) +
                                    (part.size() == 1 ? " image" : " images"));
        }
        if (!lost.empty() && number == 1) {
            info.warnings.push_back(std::to_string(lost.size()) + " of the series' " + std::to_string(headers.size()) +
                                    " files cannot be read and " + (lost.size() == 1 ? "is" : "are") + " left out (" +
                                    lost.front() + (lost.size() == 1 ? ")" : " and others)"));
        }
        describePart(part, info);
        result.series.push_back(std::move(info));
    }
    for (const auto& [reason, info] : unreadable) {
        result.series.push_back(numbered(info));
    }
}

}  // namespace

void scanFiles(const std::vector<std::string>& files, ScanResult& result, const JobContext& context) {
    std::vector<std::optional<Header>> found(files.size());
    std::vector<std::string> reasons(files.size());
    std::atomic<std::size_t> done = 0;
    parallelFor(files.size(), [&, caller = std::this_thread::get_id()](std::size_t i) {
        context.throwIfCancelled();
        const std::size_t number = done++;
        if (std::this_thread::get_id() == caller) {  // reports come from the worker's own thread only
            context.progress(static_cast<double>(number) / static_cast<double>(files.size()),
                             "Reading headers, " + std::to_string(number + 1) + " of " + std::to_string(files.size()));
        }
        try {
            found[i] = readHeader(files[i]);
        } catch (const Error& error) {
            reasons[i] = error.what();
        }
    });
    std::vector<Header> headers;
    headers.reserve(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (found[i]) {
            headers.push_back(*std::move(found[i]));
        } else {
            result.skipped.push_back({files[i], reasons[i]});
        }
    }
    std::vector<std::string> order;
    std::map<std::string, std::vector<const Header*>> bySeries;
    for (const Header& header : headers) {
        const std::string key = commonInfo(header).uid;
        auto& members = bySeries[key];
        if (members.empty()) {
            order.push_back(key);
        }
        members.push_back(&header);
    }
    for (const std::string& key : order) {
        addSeries(bySeries[key], result);
    }
}

}  // namespace drdm::dicom
