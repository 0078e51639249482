#include "io/dicom/DicomStack.h"

#include "errors/Error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <numbers>
#include <set>

namespace drdm::dicom {

namespace {

double dot(const Vec3& a, const Vec3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vec3 cross(const Vec3& a, const Vec3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vec3 difference(const Vec3& a, const Vec3& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

std::string mm(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g mm", value);
    return text;
}

bool sameGrid(const Frame& a, const Frame& b) {
    if (a.rows != b.rows || a.columns != b.columns || a.oriented != b.oriented ||
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
                                 " images: they are stacked by InstanceNumber, " + mm(std::abs(step)) +
                                 " apart; positions in the patient are unknown");
    } else {
        stack.warnings.emplace_back("ImagePositionPatient is missing: the position in the patient is unknown");
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

void describeGaps(const std::vector<double>& gaps, double median, double thickness, Stack& stack) {
    const auto [least, most] = std::minmax_element(gaps.begin(), gaps.end());
    if (*most - *least > std::max(0.01, 0.01 * median)) {
        std::int64_t missing = 0;
        bool multiples = true;
        for (const double gap : gaps) {
            const double ratio = gap / median;
            multiples = multiples && std::abs(ratio - std::round(ratio)) < 0.05 && std::round(ratio) >= 1;
            missing += std::llround(ratio) - 1;
        }
        if (multiples && missing > 0) {
            stack.warnings.push_back(std::to_string(missing) + (missing == 1 ? " slice is" : " slices are") +
                                     " missing: the usual distance is " + mm(median) + ", the largest " + mm(*most) +
                                     "; the slices behind the gap are shown too near");
        } else {
            stack.warnings.push_back("the slice distance varies from " + mm(*least) + " to " + mm(*most) +
                                     "; the grid takes the median, " + mm(median) +
                                     ", so positions between the slices are approximate");
        }
    }
    if (thickness > 0 && median > 1.02 * thickness + 0.01) {
        stack.warnings.push_back("gap between slices: they are " + mm(thickness) + " thick and " + mm(median) +
                                 " apart, so " + mm(median - thickness) + " between them was not imaged");
    } else if (thickness > 0 && thickness > 1.02 * median + 0.01) {
        stack.warnings.push_back("slices overlap: they are " + mm(thickness) + " thick and " + mm(median) + " apart");
    }
}

void setGeometry(const std::vector<Position>& positions, Stack& stack) {
    const Frame& first = positions.front().front();
    const Vec3 normal = cross(first.row, first.column);
    Vec3 axis = normal;
    const double thickness = std::abs(first.thickness_mm.value_or(0));
    const double stated = std::abs(first.spacingBetween_mm.value_or(0));
    double spacing = stated > 0 ? stated : thickness;
    if (positions.size() > 1) {
        std::vector<double> gaps;
        for (std::size_t i = 1; i < positions.size(); ++i) {
            gaps.push_back(dot(difference(origin(positions[i].front()), origin(positions[i - 1].front())), normal));
        }
        std::vector<double> sorted = gaps;
        std::sort(sorted.begin(), sorted.end());
        const double median = sorted[sorted.size() / 2];
        describeGaps(gaps, median, thickness, stack);
        if (stated > 0 && std::abs(stated - median) > 0.02 * median) {
            stack.warnings.push_back("SpacingBetweenSlices says " + mm(stated) + ", the positions say " + mm(median) +
                                     "; the positions are used");
        }
        spacing = median;
        const Vec3 whole = difference(origin(positions.back().front()), origin(positions.front().front()));
        const double length = std::sqrt(dot(whole, whole));
        const Vec3 line{whole[0] / length, whole[1] / length, whole[2] / length};
        const double angle_deg = std::acos(std::clamp(dot(line, normal), -1.0, 1.0)) * 180 / std::numbers::pi;
        double sideways = 0;  // distance of the origins from the straight line through the first and last
        for (const Position& position : positions) {
            const Vec3 offset = difference(origin(position.front()), origin(positions.front().front()));
            const double along = dot(offset, normal) / dot(line, normal);
            const Vec3 beside{offset[0] - along * line[0], offset[1] - along * line[1], offset[2] - along * line[2]};
            sideways = std::max(sideways, std::sqrt(dot(beside, beside)));
        }
        if (sideways > 0.25 * std::min(first.spacingX_mm, first.spacingY_mm) + 0.05) {
            stack.warnings.push_back("the slices are shifted sideways against each other by up to " + mm(sideways) +
                                     "; the grid does not follow these shifts");
        } else if (angle_deg > 0.1) {
            char text[64];
            std::snprintf(text, sizeof text, "%.1f°", angle_deg);
            stack.warnings.push_back("tilted stack: slices are sheared by " + std::string(text) +
                                     " against their normal (gantry tilt); the slice axis follows the tilt");
            axis = line;
            spacing = median / dot(line, normal);
        }
    } else if (spacing <= 0) {
        spacing = 1;
        stack.warnings.emplace_back("one slice without a thickness: 1 mm is assumed");
    }
    Geometry& g = stack.geometry;
    g.size = {first.columns, first.rows, static_cast<std::int64_t>(positions.size())};
    g.spacing_mm = {first.spacingX_mm, first.spacingY_mm, spacing};
    g.origin_mm = origin(first);
    for (std::size_t k = 0; k < 3; ++k) {
        g.direction[k] = {first.row[k], first.column[k], axis[k]};
    }
}

void setTimes(const std::vector<Position>& positions, Stack& stack) {
    if (stack.phases < 2) {
        return;
    }
    std::set<double> echoes;
    for (std::int64_t p = 0; p < stack.phases; ++p) {
        double sum = 0;
        std::size_t count = 0;
        for (const Position& position : positions) {
            const Frame& frame = position[static_cast<std::size_t>(p)];
            if (frame.triggerTime_ms) {
                sum += *frame.triggerTime_ms;
                ++count;
            }
            if (frame.echoTime_ms) {
                echoes.insert(*frame.echoTime_ms);
            }
        }
        if (count == positions.size()) {
            stack.phaseTimes_ms.push_back(sum / static_cast<double>(count));
        }
    }
    const bool rising = std::is_sorted(stack.phaseTimes_ms.begin(), stack.phaseTimes_ms.end(), std::less_equal<>());
    if (static_cast<std::int64_t>(stack.phaseTimes_ms.size()) != stack.phases || !rising) {
        stack.phaseTimes_ms.clear();
    }
    if (echoes.size() > 1) {
        stack.warnings.push_back("the images at each position have " + std::to_string(echoes.size()) +
                                 " echo times: the phases are echoes, not time");
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
    std::set<std::pair<std::string, std::int64_t>> seen;
    const std::size_t all = frames.size();
    std::erase_if(frames, [&](const Frame& frame) {
        return !frame.sopInstanceUid.empty() && !seen.emplace(frame.sopInstanceUid, frame.number).second;
    });
    if (frames.size() < all) {
        stack.warnings.push_back(std::to_string(all - frames.size()) + " of " + std::to_string(all) +
                                 " images are duplicates (same SOP Instance UID) and are left out");
    }
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
    stack.slices = static_cast<std::int64_t>(positions.size());
    stack.phases = static_cast<std::int64_t>(positions.front().size());
    setGeometry(positions, stack);
    setTimes(positions, stack);
    for (std::int64_t p = 0; p < stack.phases; ++p) {
        for (const Position& position : positions) {
            stack.frames.push_back(position[static_cast<std::size_t>(p)]);
        }
    }
    return stack;
}

}  // namespace drdm::dicom
