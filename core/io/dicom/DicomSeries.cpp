#include "io/dicom/DicomSeries.h"

#include "io/Memory.h"
#include "io/dicom/DicomHeader.h"
#include "io/dicom/DicomPixels.h"
#include "io/dicom/DicomStack.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace drdm::dicom {

namespace {

/// The frames of the series' files that lie on its grid (a file may hold several orientations).
Stack stackOf(const SeriesInfo& series, std::vector<Header>& headers, const JobContext& context) {
    std::set<std::string> seen;
    std::vector<Frame> frames;
    for (const std::string& path : series.files) {
        if (!seen.insert(path).second) {
            continue;
        }
        context.throwIfCancelled();
        Header header = readHeader(path);
        if (!header.unreadable.empty()) {
            throw Error(path + ": " + header.unreadable);
        }
        frames.insert(frames.end(), header.frames.begin(), header.frames.end());
        headers.push_back(std::move(header));
    }
    if (frames.empty()) {
        throw Error("the series " + series.uid + " names no files; scan its folder again");
    }
    const Geometry wanted{
        {series.size[0], series.size[1], series.size[2]}, series.spacing_mm, series.origin_mm, series.direction};
    std::vector<std::vector<Frame>> parts = partition(frames);
    if (parts.size() == 1) {
        return makeStack(std::move(parts.front()));
    }
    for (auto& part : parts) {
        Stack stack = makeStack(std::move(part));
        if (stack.geometry.sameGrid(wanted)) {
            return stack;
        }
    }
    throw Error("the files of series " + series.uid + " have changed since they were scanned; scan the folder again");
}

void setWindow(DcmDataset& dataset, const Encoding& encoding, Image& image) {
    DcmItem* item = &dataset;
    for (DcmItem* groups : {sequenceItem(&dataset, DCM_PerFrameFunctionalGroupsSequence),
                            sequenceItem(&dataset, DCM_SharedFunctionalGroupsSequence)}) {
        if (DcmItem* voi = sequenceItem(groups, DCM_FrameVOILUTSequence)) {
            item = voi;
            break;
        }
    }
    const auto centre = number(*item, DCM_WindowCenter);
    const auto width = number(*item, DCM_WindowWidth);
    if (!centre || !width || *width <= 0 || encoding.colour) {
        return;
    }
    image.windowWidth = *width;
    image.windowCentre = *centre;
    if (encoding.inverted) {
        image.windowCentre =
            encoding.slope * (encoding.lowestStored() + encoding.highestStored()) + 2 * encoding.intercept - *centre;
    }
}

void addRange(const Encoding& encoding, bool& unlimited, double& least, double& most) {
    unlimited = unlimited || encoding.floating;
    for (const double stored : {encoding.lowestStored(), encoding.highestStored()}) {
        const double value = encoding.slope * stored + encoding.intercept;
        least = std::min(least, value);
        most = std::max(most, value);
    }
}

}  // namespace

Image readSeries(const SeriesInfo& series, const JobContext& context) {
    std::vector<Header> headers;
    Stack stack = stackOf(series, headers, context);
    // What the scan said comes first: of files left out (duplicates, lost phases) only the scan knew.
    std::vector<std::string> warnings = series.warnings;
    for (const std::string& warning : stack.warnings) {
        if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
            warnings.push_back(warning);
        }
    }
    stack.warnings = std::move(warnings);
    const auto perFrame = static_cast<std::uint64_t>(stack.geometry.size[0] * stack.geometry.size[1]);
    requireMemory(perFrame * stack.frames.size() * sizeof(float), "the series " + series.uid);
    stack.geometry.validate();

    std::map<std::string, std::vector<std::size_t>> places;  // file → indices of its frames in the stack
    std::vector<std::string> order;
    for (std::size_t i = 0; i < stack.frames.size(); ++i) {
        auto& indices = places[stack.frames[i].path];
        if (indices.empty()) {
            order.push_back(stack.frames[i].path);
        }
        indices.push_back(i);
    }
    std::vector<float> voxels;
    Image described;  // collects what is not known before the first file is open
    std::set<std::string> warned;
    bool unlimited = false;
    double least = HUGE_VAL;
    double most = -HUGE_VAL;
    for (std::size_t f = 0; f < order.size(); ++f) {
        context.throwIfCancelled();
        context.progress(static_cast<double>(f) / static_cast<double>(order.size()),
                         "Reading image " + std::to_string(f + 1) + " of " + std::to_string(order.size()));
        const auto file = openFile(order[f]);
        const Pixels pixels = readPixels(*file, order[f]);
        if (static_cast<std::uint64_t>(pixels.columns * pixels.rows) != perFrame) {
            throw Error(order[f] + " has " + std::to_string(pixels.columns) + " × " + std::to_string(pixels.rows) +
                        " pixels where its series has " + std::to_string(stack.geometry.size[0]) + " × " +
                        std::to_string(stack.geometry.size[1]) + "; scan the folder again");
        }
        // Only now: the first file has shown that its pixels are as many as its header promises.
        voxels.resize(perFrame * stack.frames.size());
        for (const std::size_t index : places[order[f]]) {
            const auto frame = static_cast<std::uint64_t>(stack.frames[index].number);
            if (frame >= static_cast<std::uint64_t>(pixels.frames)) {
                throw Error(order[f] + " has " + std::to_string(pixels.frames) + " frames, frame " +
                            std::to_string(frame + 1) + " was expected; scan the folder again");
            }
            std::copy_n(pixels.values.begin() + static_cast<std::ptrdiff_t>(frame * perFrame), perFrame,
                        voxels.begin() + static_cast<std::ptrdiff_t>(index * perFrame));
            addRange(pixels.encodings[frame], unlimited, least, most);
        }
        if (f == 0) {
            setWindow(*file->getDataset(), pixels.encodings.front(), described);
            described.paddingValue = pixels.padding;
        }
        for (const std::string& warning : pixels.warnings) {
            if (warned.insert(warning).second) {
                stack.warnings.push_back(warning);
            }
        }
    }
    if (std::any_of(voxels.begin(), voxels.end(), [](float v) { return !std::isfinite(v); })) {
        std::replace_if(
            voxels.begin(), voxels.end(), [](float v) { return !std::isfinite(v); }, 0.0F);
        stack.warnings.emplace_back("some pixels are not finite numbers; they are read as 0");
    }

    Image image(stack.geometry, std::move(voxels), stack.phases);
    const Header& first = headers.front();
    image.modality = first.modality.empty() ? "OT" : first.modality;
    image.description = first.description;
    image.windowCentre = described.windowCentre;
    image.windowWidth = described.windowWidth;
    image.paddingValue = described.paddingValue;
    image.storedMinimum = unlimited ? 0 : static_cast<float>(least);
    image.storedMaximum = unlimited ? 0 : static_cast<float>(most);
    image.phaseTimes_ms = stack.phaseTimes_ms;
    image.warnings = stack.warnings;
    image.source.format = "dicom";
    image.source.studyInstanceUid = first.studyUid;
    image.source.seriesInstanceUid = first.seriesUid;
    image.source.frameOfReferenceUid = first.frameOfReferenceUid;
    image.source.patientName = first.patientName;
    image.source.studyDescription = first.studyDescription;
    for (const Frame& frame : stack.frames) {
        image.source.files.push_back(frame.path);
        image.source.sopInstanceUids.push_back(frame.sopInstanceUid);
    }
    if (order.size() == 1) {
        image.source.sha256 = sha256OfFile(order.front());
    }
    context.progress(1, "Read " + std::to_string(order.size()) + (order.size() == 1 ? " file" : " files"));
    return image;
}

}  // namespace drdm::dicom
