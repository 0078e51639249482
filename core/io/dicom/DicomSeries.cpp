#include "io/dicom/DicomSeries.h"

#include "io/Memory.h"
#include "io/dicom/DicomHeader.h"
#include "io/dicom/DicomPixels.h"
#include "io/dicom/DicomStack.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>

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

/// The voxels of a stack as its files are read, and what only the files themselves know. take() may be called from
/// several threads, but for the first file, which comes before all others.
class Volume {
public:
    Volume(const Stack& stack, std::uint64_t perFrame) : m_stack(stack), m_perFrame(perFrame) {}

    std::vector<float> voxels;
    Image described;                                           ///< window and padding
    std::map<std::size_t, std::vector<std::string>> warnings;  ///< by the number of the file
    bool unlimited = false;
    double least = HUGE_VAL, most = -HUGE_VAL;

    /// \throws Error naming the file.
    void take(const std::string& path, const std::vector<std::size_t>& places, std::size_t number) {
        const auto file = openFile(path);
        const Pixels pixels = readPixels(*file, path);
        if (static_cast<std::uint64_t>(pixels.columns * pixels.rows) != m_perFrame) {
            throw Error(path + " has " + std::to_string(pixels.columns) + " × " + std::to_string(pixels.rows) +
                        " pixels where its series has " + std::to_string(m_stack.geometry.size[0]) + " × " +
                        std::to_string(m_stack.geometry.size[1]) + "; scan the folder again");
        }
        if (number == 0) {
            voxels.resize(m_perFrame * m_stack.frames.size());
            setWindow(*file->getDataset(), pixels.encodings.front(), described);
            described.paddingValue = pixels.padding;
        }
        for (const std::size_t index : places) {
            const auto frame = static_cast<std::uint64_t>(m_stack.frames[index].number);
            if (frame >= static_cast<std::uint64_t>(pixels.frames)) {
                throw Error(path + " has " + std::to_string(pixels.frames) + " frames, frame " +
                            std::to_string(frame + 1) + " was expected; scan the folder again");
            }
            std::copy_n(pixels.values.begin() + static_cast<std::ptrdiff_t>(frame * m_perFrame), m_perFrame,
                        voxels.begin() + static_cast<std::ptrdiff_t>(index * m_perFrame));
        }
        const std::lock_guard lock(m_mutex);
        for (const std::size_t index : places) {
            addRange(pixels.encodings[static_cast<std::size_t>(m_stack.frames[index].number)]);
        }
        if (!pixels.warnings.empty()) {
            warnings.emplace(number, pixels.warnings);
        }
    }

private:
    void addRange(const Encoding& encoding) {
        unlimited = unlimited || encoding.floating;
        for (const double stored : {encoding.lowestStored(), encoding.highestStored()}) {
            const double value = encoding.slope * stored + encoding.intercept;
            least = std::min(least, value);
            most = std::max(most, value);
        }
    }

    const Stack& m_stack;
    std::uint64_t m_perFrame;
    std::mutex m_mutex;
};

/// `work(i)` for i = 0…count−1 on the processor's cores, in any order; `tell(how many are done)` on the calling thread.
/// The first error, or the cancelling, ends it and is thrown.
template <typename Work, typename Tell>
void inParallel(std::size_t count, const JobContext& context, const Work& work, const Tell& tell) {
    std::atomic<std::size_t> next = 0, done = 0;
    std::exception_ptr failure;
    std::mutex mutex;
    const auto run = [&](bool calling) {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                context.throwIfCancelled();
                if (calling) {
                    tell(done.load());
                }
                work(i);
                ++done;
            } catch (...) {
                const std::lock_guard lock(mutex);
                failure = failure ? failure : std::current_exception();
                next = count;
            }
        }
    };
    {
        const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < std::min(cores, count); ++i) {
            others.emplace_back(run, false);
        }
        run(true);
    }
    if (failure) {
        std::rethrow_exception(failure);
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
    Volume volume(stack, perFrame);
    // The first file alone: it shows that its pixels are as many as its header promises, before memory is taken for
    // all.
    context.throwIfCancelled();
    volume.take(order.front(), places[order.front()], 0);
    inParallel(
        order.size() - 1, context, [&](std::size_t i) { volume.take(order[i + 1], places.at(order[i + 1]), i + 1); },
        [&](std::size_t done) {
            context.progress(static_cast<double>(done + 1) / static_cast<double>(order.size()),
                             "Reading image " + std::to_string(done + 2) + " of " + std::to_string(order.size()));
        });
    std::vector<float> voxels = std::move(volume.voxels);
    for (const auto& [file, all] : volume.warnings) {
        for (const std::string& warning : all) {
            if (std::find(stack.warnings.begin(), stack.warnings.end(), warning) == stack.warnings.end()) {
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
    image.windowCentre = volume.described.windowCentre;
    image.windowWidth = volume.described.windowWidth;
    image.paddingValue = volume.described.paddingValue;
    image.storedMinimum = volume.unlimited ? 0 : static_cast<float>(volume.least);
    image.storedMaximum = volume.unlimited ? 0 : static_cast<float>(volume.most);
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
