#include "io/dicom/DicomStack.h"

#include "errors/Error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

namespace drdm::dicom {

namespace {

double dot(const Vec3& a, const Vec3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vec3 cross(const Vec3& a, const Vec3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

std::string mm(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g mm", value);
    return text;
}

bool sameGrid(const Frame& a, const Frame& b) {
    if (a.rows != b.rows || a.columns != b.columns || a.oriented != b.oriented || a.content != b.content ||
        a.position_mm.has_value() != b.position_mm.has_value()) {
        return false;
    }
    const auto close = [](double x, double y) { return std::abs(x - y) <= 1e-3 * std::abs(x); };
    if (!close(a.spacingX_mm, b.spacingX_mm) || !close(a.spacingY_mm, b.spacingY_mm)) {
        return false;
    }
    // Scanners write 3 to 6 digits of the cosines; 0.002 is a tenth of a degree.
    for (std::size_t k = 0; k < 3; ++k) {
        if (std::abs(a.row[k] - b.row[k]) > 2e-3 || std::abs(a.column[k] - b.column[k]) > 2e-3) {
            return false;
        }
    }
    return true;
}

/// Every frame has a position by the time it is asked for: placeByInstance gives one where the file has none.
Vec3 origin(const Frame& frame) {
    return frame.position_mm.value_or(Vec3{0, 0, 0});
}

using Position = std::vector<Frame>;  // the frames at one place

/// Slices without any position: instance numbers are all there is.
void placeByInstance(std::vector<Frame>& frames, Stack& stack) {
    std::stable_sort(frames.begin(), frames.end(),
                     [](const Frame& a, const Frame& b) { return a.instance.value_or(0) < b.instance.value_or(0); });
    const Frame& first = frames.front();
    const double step = first.spacingBetween_mm.value_or(first.thickness_mm.value_or(1));
    const Vec3 normal = cross(first.row, first.column);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const double offset = frames[i].framesAreTime ? 0 : static_cast<double>(i) * std::abs(step);
        frames[i].position_mm = Vec3{offset * normal[0], offset * normal[1], offset * normal[2]};
    }
    if (frames.size() > 1 && !first.framesAreTime) {
        stack.warnings.push_back("ImagePositionPatient is missing in " + std::to_string(frames.size()) +
                                 " images: they are stacked by InstanceNumber or frame number, " + mm(std::abs(step)) +
                                 " apart; positions in the patient are unknown");
    } else {
        stack.warnings.emplace_back("ImagePositionPatient is missing: the position in the patient is unknown");
    }
    if (frames.size() > 1 && first.framesAreTime && !first.triggerTime_ms) {
        stack.warnings.push_back("the " + std::to_string(frames.size()) +
                                 " frames have no positions and no times: they are taken as phases in time");
    }
}

std::vector<Position> groupByPosition(std::vector<Frame> frames) {
    const Vec3 normal = cross(frames.front().row, frames.front().column);
    const auto place = [&](const Frame& frame) { return dot(origin(frame), normal); };
    std::stable_sort(frames.begin(), frames.end(), [&](const Frame& a, const Frame& b) { return place(a) < place(b); });
    const double thickness = frames.front().thickness_mm.value_or(1);
    const double tolerance = std::clamp(0.01 * std::abs(thickness), 1e-4, 0.02);
    std::vector<Position> positions;
    for (Frame& frame : frames) {
        if (positions.empty() || place(frame) - place(positions.back().front()) > tolerance) {
            positions.emplace_back();
        }
        positions.back().push_back(std::move(frame));
    }
    return positions;
}

/// Sorts the frames of every position in time by the first attribute that tells them all apart.
void orderPhases(std::vector<Position>& positions, Stack& stack) {
    using Key = std::pair<const char*, std::optional<double> Frame::*>;
    const Key keys[] = {{"TriggerTime", &Frame::triggerTime_ms},
                        {"TemporalPositionIdentifier", &Frame::temporalPosition},
                        {"acquisition time", &Frame::clock_s},
                        {"AcquisitionNumber", &Frame::acquisition},
                        {"InstanceNumber", &Frame::instance}};
    for (const auto& [name, member] : keys) {
        bool tellsApart = true;
        for (const Position& position : positions) {
            std::set<double> values;
            for (const Frame& frame : position) {
                tellsApart = tellsApart && (frame.*member).has_value() && values.insert(*(frame.*member)).second;
            }
        }
        if (tellsApart) {
            for (Position& position : positions) {
                std::stable_sort(position.begin(), position.end(),
                                 [m = member](const Frame& a, const Frame& b) { return *(a.*m) < *(b.*m); });
            }
            return;
        }
    }
    for (Position& position : positions) {
        std::stable_sort(position.begin(), position.end(), [](const Frame& a, const Frame& b) {
            return std::pair(a.instance.value_or(0), a.number) < std::pair(b.instance.value_or(0), b.number);
        });
    }
    stack.warnings.emplace_back(
        "several images lie at one position and nothing in the files tells their order in time; they stand in the "
        "order "
        "of InstanceNumber and file name");
}

/// Cuts to as many phases at every position.
void evenOut(std::vector<Position>& positions, Stack& stack) {
    std::map<std::size_t, std::size_t> occurrences;
    std::size_t frames = 0;
    for (const Position& position : positions) {
        ++occurrences[position.size()];
        frames += position.size();
    }
    if (occurrences.size() == 1) {
        return;
    }
    const auto common = std::max_element(occurrences.begin(), occurrences.end(), [](const auto& a, const auto& b) {
                            return a.second < b.second;
                        })->first;
    const std::size_t before = positions.size();
    // A position with less than half of the usual images (a scout, a lost slice) would cost all others their phases.
    std::erase_if(positions, [&](const Position& position) { return 2 * position.size() < common; });
    const std::size_t dropped = before - positions.size();
    std::size_t phases = common;
    for (const Position& position : positions) {
        phases = std::min(phases, position.size());
    }
    for (Position& position : positions) {
        position.erase(position.begin() + static_cast<std::ptrdiff_t>(phases), position.end());
    }
    std::string counts;
    for (const auto& [count, times] : occurrences) {
        counts += (counts.empty() ? "" : ", ") + std::to_string(times) + " of " + std::to_string(before) +
                  " positions hold " + std::to_string(count) + (count == 1 ? " image" : " images");
    }
    stack.warnings.push_back("the grid of slices and phases is incomplete: " + counts + "; the first " +
                             std::to_string(phases) + (phases == 1 ? " image" : " images") + " at each position " +
                             (dropped > 0 ? "and " + std::to_string(positions.size()) + " positions " : "") +
                             "are used, " + std::to_string(frames - phases * positions.size()) +
                             " images are left out");
}

/// Mean of one attribute over the slices of each phase; empty if it is missing somewhere or does not rise.
std::vector<double> risingMeans(const std::vector<Position>& positions, std::optional<double> Frame::*member) {
    std::vector<double> means;
    for (std::size_t p = 0; p < positions.front().size(); ++p) {
        double sum = 0;
        for (const Position& position : positions) {
            if (!(position[p].*member)) {
                return {};
            }
            sum += *(position[p].*member);
        }
        means.push_back(sum / static_cast<double>(positions.size()));
    }
    return std::is_sorted(means.begin(), means.end(), std::less_equal<>()) ? means : std::vector<double>();
}

std::size_t differentValues(const std::vector<Position>& positions, std::optional<double> Frame::*member) {
    std::set<double> values;
    for (const Position& position : positions) {
        for (const Frame& frame : position) {
            values.insert((frame.*member).value_or(0));
        }
    }
    return values.size();
}

void setTimes(const std::vector<Position>& positions, Stack& stack) {
    if (stack.phases < 2) {
        return;
    }
    const std::size_t echoes = differentValues(positions, &Frame::echoTime_ms);
    const std::size_t weightings = differentValues(positions, &Frame::diffusionWeighting);
    if (echoes > 1) {
        stack.warnings.push_back("the images at each position have " + std::to_string(echoes) +
                                 " echo times: the phases are echoes, not time");
    }
    if (weightings > 1) {
        stack.warnings.push_back("the images at each position have " + std::to_string(weightings) +
                                 " diffusion weightings: the phases are these, not time");
    }
    if (echoes > 1 || weightings > 1) {
        return;
    }
    stack.phaseTimes_ms = risingMeans(positions, &Frame::triggerTime_ms);
    if (stack.phaseTimes_ms.empty()) {
        stack.phaseTimes_ms = risingMeans(positions, &Frame::clock_s);
        const double start = stack.phaseTimes_ms.empty() ? 0 : stack.phaseTimes_ms.front();
        for (double& time : stack.phaseTimes_ms) {
            time = 1000 * (time - start);
        }
    }
}

/// Copies of one image go; images that share a UID by mistake and lie elsewhere stay.
void removeDuplicates(std::vector<Frame>& frames, Stack& stack) {
    std::map<std::pair<std::string, std::int64_t>, std::vector<std::optional<Vec3>>> seen;
    const std::size_t all = frames.size();
    std::size_t shared = 0;
    std::erase_if(frames, [&](const Frame& frame) {
        if (frame.sopInstanceUid.empty()) {
            return false;
        }
        auto& places = seen[{frame.sopInstanceUid, frame.number}];
        if (std::find(places.begin(), places.end(), frame.position_mm) != places.end()) {
            return true;
        }
        shared += places.empty() ? 0 : 1;
        places.push_back(frame.position_mm);
        return false;
    });
    if (frames.size() < all) {
        stack.warnings.push_back(std::to_string(all - frames.size()) + " of " + std::to_string(all) +
                                 " images are duplicates (same SOP Instance UID and position) and are left out");
    }
    if (shared > 0) {
        stack.warnings.push_back(std::to_string(shared) + " of " + std::to_string(all) +
                                 " images have the SOP Instance UID of another one at another position; all are used");
    }
}

}  // namespace

std::vector<std::vector<Frame>> partition(const std::vector<Frame>& frames) {
    std::vector<std::vector<Frame>> parts;
    for (const Frame& frame : frames) {
        const auto home =
            std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return sameGrid(part.front(), frame); });
        if (home == parts.end()) {
            parts.push_back({frame});
        } else {
            home->push_back(frame);
        }
    }
    std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return parts;
}

Stack makeStack(std::vector<Frame> frames) {
    Stack stack;
    removeDuplicates(frames, stack);
    if (!frames.front().spacingNote.empty()) {
        stack.warnings.push_back(frames.front().spacingNote);
    }
    if (!frames.front().position_mm) {
        placeByInstance(frames, stack);
    } else if (!frames.front().oriented) {
        stack.warnings.emplace_back(
            "ImageOrientationPatient is missing or not two perpendicular unit vectors: axial is assumed");
    }
    std::vector<Position> positions = groupByPosition(std::move(frames));
    if (std::any_of(positions.begin(), positions.end(), [](const Position& p) { return p.size() > 1; })) {
        orderPhases(positions, stack);
    }
    evenOut(positions, stack);
    stack.storedSlices = static_cast<std::int64_t>(positions.size());
    stack.phases = static_cast<std::int64_t>(positions.front().size());
    std::vector<const Frame*> slices;
    for (const Position& position : positions) {
        slices.push_back(&position.front());
    }
    SliceGrid grid = gridOf(slices);
    stack.geometry = grid.geometry;
    stack.resampling = std::move(grid.resampling);
    stack.refusal = std::move(grid.refusal);
    stack.warnings.insert(stack.warnings.end(), grid.warnings.begin(), grid.warnings.end());
    setTimes(positions, stack);
    for (std::int64_t p = 0; p < stack.phases; ++p) {
        for (const Position& position : positions) {
            stack.frames.push_back(position[static_cast<std::size_t>(p)]);
        }
    }
    return stack;
}

}  // namespace drdm::dicom
