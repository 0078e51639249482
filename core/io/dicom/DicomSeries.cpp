#include "io/dicom/DicomSeries.h"

#include "io/Memory.h"
#include "io/dicom/DicomHeader.h"
#include "io/dicom/DicomPixels.h"
#include "io/dicom/DicomStack.h"
#include "jobs/ParallelFor.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <thread>

namespace drdm::dicom {

namespace {

/// The frames of the series' files that lie on its grid (a file may hold several orientations).
Stack stackOf(const SeriesInfo& series, std::vector<Header>& headers, const JobContext& context) {
    std::vector<std::string> paths;
    std::set<std::string> seen;
    std::copy_if(series.files.begin(), series.files.end(), std::back_inserter(paths),
                 [&](const std::string& path) { return seen.insert(path).second; });
    headers.resize(paths.size());
    parallelFor(paths.size(), [&](std::size_t i) {
        context.throwIfCancelled();
        headers[i] = readHeader(paths[i]);
        if (!headers[i].unreadable.empty()) {
            throw Error(paths[i] + ": " + headers[i].unreadable);
        }
    });
    std::vector<Frame> frames;
    for (const Header& header : headers) {
        frames.insert(frames.end(), header.frames.begin(), header.frames.end());
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

/// What the pixels of all files tell, gathered by several threads.
struct Findings {
    std::mutex mutex;
    bool unlimited = false;  ///< some pixels are floats: no smallest and largest
    double least = HUGE_VAL, most = -HUGE_VAL;
    bool notFinite = false;
    std::map<std::string, std::size_t> warnings;  ///< and the first file that gives it
    std::vector<std::uint8_t> colours;            ///< three a voxel where the first file has some
    std::atomic<std::size_t> done = 0;
};

/// The places of one file's frames in the stack.
struct FilePlaces {
    std::string path;
    std::vector<std::size_t> indices;
};

std::vector<FilePlaces> byFile(const Stack& stack) {
    std::vector<FilePlaces> files;
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < stack.frames.size(); ++i) {
        const auto [place, isNew] = known.try_emplace(stack.frames[i].path, files.size());
        if (isNew) {
            files.push_back({stack.frames[i].path, {}});
        }
        files[place->second].indices.push_back(i);
    }
    return files;
}

/// Reads the frames of file `f` to their places. `described` takes window and padding of the first file.
void readFile(const FilePlaces& file, std::size_t f, const Stack& stack, std::vector<float>& voxels, Image& described,
              Findings& findings) {
    const Frame& expected = stack.frames.front();
    const auto perFrame = static_cast<std::size_t>(expected.columns * expected.rows);
    const auto opened = openFile(file.path);
    PixelReader reader(*opened, file.path);
    if (reader.columns() != expected.columns || reader.rows() != expected.rows) {
        throw Error(file.path + " has " + std::to_string(reader.columns()) + " × " + std::to_string(reader.rows()) +
                    " pixels where its series has " + std::to_string(expected.columns) + " × " +
                    std::to_string(expected.rows) + "; scan the folder again");
    }
    if (voxels.empty()) {
        voxels.resize(perFrame * stack.frames.size());
        if (reader.encoding(0).colour) {
            requireMemory(voxels.size() * (sizeof(float) + 3), "the colours of " + file.path);
            findings.colours.resize(3 * voxels.size());
        }
    }
    bool notFinite = false;
    bool unlimited = false;
    double least = HUGE_VAL;
    double most = -HUGE_VAL;
    for (const std::size_t index : file.indices) {
        const std::int64_t number = stack.frames[index].number;
        const std::span<float> out = std::span(voxels).subspan(index * perFrame, perFrame);
        reader.read(number, out);
        for (float& value : out) {
            if (!std::isfinite(value)) {
                value = 0;
                notFinite = true;
            }
        }
        if (const std::vector<std::uint8_t> rgb = reader.colours(); !findings.colours.empty()) {
            // A grey frame among coloured ones is grey in colour.
            for (std::size_t i = 0; i < 3 * perFrame; ++i) {
                findings.colours[3 * index * perFrame + i] =
                    rgb.empty() ? static_cast<std::uint8_t>(std::clamp(out[i / 3], 0.0F, 255.0F)) : rgb[i];
            }
        }
        const auto range = reader.range(number);
        unlimited = unlimited || !range;
        least = range ? std::min(least, range->first) : least;
        most = range ? std::max(most, range->second) : most;
    }
    const std::scoped_lock lock(findings.mutex);
    findings.unlimited = findings.unlimited || unlimited;
    findings.notFinite = findings.notFinite || notFinite;
    findings.least = std::min(findings.least, least);
    findings.most = std::max(findings.most, most);
    for (const std::string& warning : reader.warnings()) {
        const auto [known, isNew] = findings.warnings.try_emplace(warning, f);
        known->second = std::min(known->second, f);
    }
    if (f == 0) {
        setWindow(*opened->getDataset(), reader.encoding(0), described);
        described.paddingValue = reader.padding();
    }
}

/// All phases brought from the slices as stored to the straight grid.
std::vector<float> straightened(const std::vector<float>& stored, const Stack& stack, std::optional<float> padding,
                                const JobContext& context) {
    const Size3& size = stack.geometry.size;
    const Size3& before = stack.resampling->stored;
    const auto volume = static_cast<std::size_t>(before[0] * before[1] * before[2]);
    const auto area = static_cast<std::size_t>(size[0] * size[1]);
    const float outside = padding.value_or(*std::min_element(stored.begin(), stored.end()));
    std::vector<float> voxels(area * static_cast<std::size_t>(size[2] * stack.phases));
    parallelFor(static_cast<std::size_t>(size[2] * stack.phases), [&](std::size_t i) {
        context.throwIfCancelled();
        const std::size_t phase = i / static_cast<std::size_t>(size[2]);
        resampleSlice(std::span(stored).subspan(phase * volume, volume), *stack.resampling, size,
                      static_cast<std::int64_t>(i) % size[2], outside, std::span(voxels).subspan(i * area, area));
    });
    return voxels;
}

}  // namespace

Image readSeries(const SeriesInfo& series, const JobContext& context) {
    std::vector<Header> headers;
    Stack stack = stackOf(series, headers, context);
    if (!stack.refusal.empty()) {
        throw Error("the series " + series.uid + " cannot be read: " + stack.refusal);
    }
    // What the scan said comes first: of files left out (duplicates, lost phases) only the scan knew.
    std::vector<std::string> warnings = series.warnings;
    for (const std::string& warning : stack.warnings) {
        if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
            warnings.push_back(warning);
        }
    }
    stack.warnings = std::move(warnings);
    const auto perFrame = static_cast<std::uint64_t>(stack.frames.front().columns * stack.frames.front().rows);
    const std::uint64_t resampled =
        stack.resampling ? static_cast<std::uint64_t>(stack.geometry.voxelCount() * stack.phases) : 0;
    requireMemory((perFrame * stack.frames.size() + resampled) * sizeof(float), "the series " + series.uid);
    stack.geometry.validate();

    const std::vector<FilePlaces> files = byFile(stack);
    Image described;  // collects what is not known before the first file is open
    Findings findings;
    std::vector<float> voxels;
    const auto read = [&, caller = std::this_thread::get_id()](std::size_t f) {
        context.throwIfCancelled();
        {
            const std::scoped_lock lock(findings.mutex);
            context.progress(
                static_cast<double>(findings.done) / static_cast<double>(files.size()),
                "Reading image " + std::to_string(findings.done + 1) + " of " + std::to_string(files.size()));
            ++findings.done;
        }
        readFile(files[f], f, stack, voxels, described, findings);
    };
    read(0);  // memory is taken only when the first file has shown that it holds what its header promises
    parallelFor(files.size() - 1, [&](std::size_t i) { read(i + 1); });
    std::vector<std::pair<std::size_t, std::string>> told;
    for (const auto& [warning, file] : findings.warnings) {
        told.emplace_back(file, warning);
    }
    std::sort(told.begin(), told.end());
    for (auto& [file, warning] : told) {
        stack.warnings.push_back(std::move(warning));
    }
    if (findings.notFinite) {
        stack.warnings.emplace_back("some pixels are not finite numbers; they are read as 0");
    }

    if (stack.resampling) {
        voxels = straightened(voxels, stack, described.paddingValue, context);
    }
    Image image(stack.geometry, std::move(voxels), stack.phases);
    const Header& first = headers.front();
    image.modality = first.modality.empty() ? "OT" : first.modality;
    image.description = first.description;
    image.windowCentre = described.windowCentre;
    image.windowWidth = described.windowWidth;
    image.paddingValue = described.paddingValue;
    image.storedMinimum = findings.unlimited ? 0 : static_cast<float>(findings.least);
    image.storedMaximum = findings.unlimited ? 0 : static_cast<float>(findings.most);
    image.phaseTimes_ms = stack.phaseTimes_ms;
    image.warnings = stack.warnings;
    if (!findings.colours.empty() && !stack.resampling) {
        image.colours = std::make_shared<const std::vector<std::uint8_t>>(std::move(findings.colours));
        image.windowWidth = image.storedMaximum;  // the colours as they are
        image.windowCentre = image.storedMaximum / 2;
    }
    image.source.format = "dicom";
    image.source.studyInstanceUid = first.studyUid;
    image.source.seriesInstanceUid = first.seriesUid;
    image.source.frameOfReferenceUid = first.frameOfReferenceUid;
    image.source.patientName = first.patientName;
    image.source.studyDescription = first.studyDescription;
    for (std::int64_t p = 0; p < stack.phases; ++p) {
        for (std::int64_t z = 0; z < stack.geometry.size[2]; ++z) {
            const std::int64_t slice = stack.resampling ? stack.resampling->nearest(z) : z;
            const Frame& frame = stack.frames[static_cast<std::size_t>(p * stack.storedSlices + slice)];
            image.source.files.push_back(frame.path);
            image.source.sopInstanceUids.push_back(frame.sopInstanceUid);
        }
    }
    if (files.size() == 1) {
        image.source.sha256 = sha256OfFile(files.front().path);
    }
    context.progress(1, "Read " + std::to_string(files.size()) + (files.size() == 1 ? " file" : " files"));
    return image;
}

}  // namespace drdm::dicom
