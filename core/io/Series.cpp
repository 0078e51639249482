#include "io/Series.h"

#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "io/dicom/DicomDirectory.h"
#include "io/dicom/DicomSeries.h"
#include "io/nifti/NiftiHeader.h"
#include "io/nifti/NiftiSeries.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace drdm {

namespace fs = std::filesystem;

namespace {

bool isDicomDirectory(const fs::path& path) {
    return path.filename() == "DICOMDIR";
}

/// All files below a folder in a fixed order; hidden files (".DS_Store", half-written outputs) are passed over.
void collect(const fs::path& folder, std::set<std::string>& files, ScanResult& result, const JobContext& context) {
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
    if (error) {
        result.skipped.push_back({folder.string(), "cannot be listed: " + error.message()});
        return;
    }
    const fs::recursive_directory_iterator end;
    while (entry != end) {
        context.throwIfCancelled();
        const bool hidden = entry->path().filename().string().starts_with(".");
        if (hidden && entry->is_directory(error)) {
            entry.disable_recursion_pending();
        } else if (!hidden && entry->is_regular_file(error) && !isDicomDirectory(entry->path())) {
            files.insert(entry->path().string());
        }
        entry.increment(error);
        if (error) {
            result.skipped.push_back({folder.string(), "listing stopped: " + error.message()});
            return;
        }
    }
}

/// The files that a DICOMDIR names; all beside it where it is damaged or names none.
void collectReferenced(const fs::path& directory, std::set<std::string>& files, ScanResult& result,
                       const JobContext& context) {
    dicom::DirectoryFiles named;
    try {
        named = dicom::readDirectory(directory.string());
    } catch (const Error& error) {
        result.skipped.push_back({directory.string(), std::string(error.what()) + "; its folder is searched instead"});
    }
    if (named.files.empty()) {
        collect(directory.parent_path(), files, result, context);
        return;
    }
    files.insert(named.files.begin(), named.files.end());
    if (!named.missing.empty()) {
        result.skipped.push_back({directory.string(), "it names " + std::to_string(named.missing.size()) + " of " +
                                                          std::to_string(named.missing.size() + named.files.size()) +
                                                          " files that are not there (" + named.missing.front() +
                                                          "); copy the whole disc or folder"});
    }
}

std::string line(const SeriesInfo& series) {
    return "\n  " + series.uid + "  " + series.modality + " " + std::to_string(series.size[0]) + " × " +
           std::to_string(series.size[1]) + " × " + std::to_string(series.size[2]) + " × " +
           std::to_string(series.size[3]) + "  " + series.description;
}

std::string list(const std::vector<const SeriesInfo*>& series) {
    std::string text;
    for (const SeriesInfo* info : series) {
        text += line(*info);
    }
    return text;
}

/// Nothing to read: says what was there instead.
[[noreturn]] void reportNothing(const std::vector<std::string>& paths, const ScanResult& result) {
    std::string where;
    for (const std::string& path : paths) {
        where += (where.empty() ? "" : ", ") + path;
    }
    if (result.series.empty() && result.skipped.empty()) {
        throw Error("there are no files in " + where + "; give a folder with DICOM images, or a DICOM or NIfTI file");
    }
    std::string reasons;
    std::size_t shown = 0;
    for (const SeriesInfo& series : result.series) {
        if (++shown <= 5) {
            reasons += "\n  " + series.files.front() + ": " + series.unreadable;
        }
    }
    for (const SkippedFile& file : result.skipped) {
        if (++shown <= 5) {
            reasons += "\n  " + (file.reason.find(file.path) == std::string::npos ? file.path + ": " : std::string()) +
                       file.reason;
        }
    }
    if (shown > 5) {
        reasons += "\n  and " + std::to_string(shown - 5) + " more";
    }
    throw Error("no readable image in " + where +
                "; give a folder with DICOM images, or a DICOM or NIfTI file. Found:" + reasons);
}

}  // namespace

ScanResult scan(const std::vector<std::string>& paths, const JobContext& context) {
    ScanResult result;
    std::set<std::string> files;  // sorted, each once
    for (const std::string& given : paths) {
        std::error_code error;
        const fs::path path = fs::absolute(given, error).lexically_normal();
        if (!fs::exists(path, error)) {
            throw Error("there is no file or folder " + given + "; check the path");
        }
        if (fs::is_directory(path, error)) {
            collect(path, files, result, context);
        } else if (isDicomDirectory(path)) {
            collectReferenced(path, files, result, context);
        } else {
            files.insert(path.string());
        }
    }
    std::vector<std::string> dicomFiles;
    for (const std::string& file : files) {
        context.throwIfCancelled();
        if (!nifti::hasNiftiName(file) && !hasMetaName(file)) {
            dicomFiles.push_back(file);
            continue;
        }
        try {
            result.series.push_back(hasMetaName(file) ? describeMetaImage(file) : nifti::describe(file));
        } catch (const Error& error) {
            result.skipped.push_back({file, error.what()});
        }
    }
    dicom::scanFiles(dicomFiles, result, context);
    return result;
}

Image readSeries(const SeriesInfo& series, const JobContext& context) {
    if (!series.unreadable.empty()) {
        throw Error("cannot read series " + series.uid + ": " + series.unreadable);
    }
    if (series.files.empty()) {
        throw Error("the series " + series.uid + " names no files; scan its folder again");
    }
    context.throwIfCancelled();
    if (series.format == "metaimage") {
        return readMetaImage(series.files.front());
    }
    return series.format == "nifti" ? readNifti(series.files.front()) : dicom::readSeries(series, context);
}

Image readImage(const std::vector<std::string>& paths, const std::string& seriesUid, const JobContext& context) {
    const ScanResult result = scan(paths, context);
    std::vector<const SeriesInfo*> readable;
    for (const SeriesInfo& series : result.series) {
        if (series.unreadable.empty()) {
            readable.push_back(&series);
        }
        if (!seriesUid.empty() && series.uid == seriesUid) {
            return readSeries(series, context);
        }
    }
    if (readable.empty()) {
        // One file that was meant to be an image: its own error says it best.
        if (result.series.empty() && result.skipped.size() == 1 && paths.size() == 1 &&
            !fs::is_directory(paths.front())) {
            throw Error(result.skipped.front().reason);
        }
        if (result.series.size() == 1 && result.skipped.empty() && result.series.front().files.size() == 1) {
            throw Error(result.series.front().files.front() + ": " + result.series.front().unreadable);
        }
        reportNothing(paths, result);
    }
    if (!seriesUid.empty()) {
        throw Error("there is no series " + seriesUid + "; there are:" + list(readable));
    }
    // A label map beside its image is not what was meant, unless it is all there is.
    const auto isLabels = [](const SeriesInfo* s) { return s->modality == "SEG"; };
    if (!std::all_of(readable.begin(), readable.end(), isLabels)) {
        std::erase_if(readable, isLabels);
    }
    const auto voxels = [](const SeriesInfo* s) { return s->size[0] * s->size[1] * s->size[2] * s->size[3]; };
    std::stable_sort(readable.begin(), readable.end(), [&](auto* a, auto* b) { return voxels(a) > voxels(b); });
    if (readable.size() > 1 && voxels(readable[0]) == voxels(readable[1])) {
        std::erase_if(readable, [&, most = voxels(readable[0])](auto* s) { return voxels(s) < most; });
        throw Error(std::to_string(readable.size()) +
                    " series of the same size are there; choose one by its UID:" + list(readable));
    }
    Image image = readSeries(*readable.front(), context);
    if (readable.size() > 1) {
        image.warnings.insert(
            image.warnings.begin(),
            std::to_string(readable.size()) +
                " series are there; the largest is used, choose another by its UID:" + list(readable));
    }
    return image;
}

}  // namespace drdm
