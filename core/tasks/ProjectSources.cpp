#include "tasks/ProjectSources.h"

#include "errors/Error.h"

namespace drdm {

namespace {

using State = FoundSource::State;

/// `anyFile`: a NIfTI file has no UID but its path, which may be another now.
FoundSource readAt(const ProjectSource& source, const std::string& place, bool anyFile, const JobContext& context) {
    FoundSource found;
    found.place = place;
    try {
        for (const SeriesInfo& series : scan({place}, context).series) {
            const bool meant =
                series.uid == source.uid || (anyFile && series.isPlainFile() && source.format == series.format);
            if (!meant) {
                continue;
            }
            if (!series.unreadable.empty()) {
                found.why = place + ": " + series.unreadable;
                continue;
            }
            FoundSource read = found;
            read.series = series;
            read.series.uid = source.uid;
            read.image = readSeries(series, context);
            read.sha256 = imageHash(read.image);
            read.state = read.sha256 == source.sha256 ? State::There : State::Changed;
            if (found.state == State::Missing || read.state == State::There) {
                found = std::move(read);
            }
            if (found.state == State::There) {
                break;
            }
        }
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        found.why = error.what();
    }
    if (found.state == State::Missing && found.why.empty()) {
        found.why = "the series is not in " + place;
    }
    return found;
}

}  // namespace

FoundSource readSource(const ProjectSource& source, const std::string& projectPath,
                       const std::vector<std::string>& elsewhere, const JobContext& context) {
    FoundSource best;
    best.why = "there is nothing at " + source.path;
    const auto better = [&best](FoundSource&& found) {
        if (static_cast<int>(found.state) < static_cast<int>(best.state) || best.state == State::Missing) {
            best = std::move(found);
        }
        return best.state == State::There;
    };
    if (const std::string place = findSource(source, projectPath); !place.empty()) {
        if (better(readAt(source, place, true, context))) {
            return best;
        }
    }
    for (const std::string& place : elsewhere) {
        FoundSource found = readAt(source, place, true, context);
        // Elsewhere, any NIfTI file would do as "the image, changed": only the image itself, or its UID, is meant.
        if (found.state == State::Changed && source.format != "dicom") {
            continue;
        }
        if (better(std::move(found))) {
            break;
        }
    }
    return best;
}

}  // namespace drdm
