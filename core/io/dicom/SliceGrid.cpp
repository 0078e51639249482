#include "io/dicom/SliceGrid.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace drdm::dicom {

namespace {

double dot(const Vec3& a, const Vec3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vec3 difference(const Vec3& a, const Vec3& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

std::string decimals(const char* format, double value) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string mm(double value) {
    return decimals("%.4g mm", value);
}

std::string slicesText(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " slice" : " slices");
}

/// The origins of the slices beside and along the normal through the first one, in mm.
struct Offsets {
    std::vector<double> x, y, along;
    std::vector<double> gaps;  ///< between neighbours, along the normal
    double median = 0;
};

Offsets offsetsOf(const std::vector<const Frame*>& slices, const Vec3& normal) {
    Offsets offsets;
    const Frame& first = *slices.front();
    const Vec3 origin = first.position_mm.value_or(Vec3{0, 0, 0});
    for (const Frame* slice : slices) {
        const Vec3 offset = difference(slice->position_mm.value_or(Vec3{0, 0, 0}), origin);
        offsets.x.push_back(dot(offset, first.row));
        offsets.y.push_back(dot(offset, first.column));
        offsets.along.push_back(dot(offset, normal));
    }
    for (std::size_t i = 1; i < slices.size(); ++i) {
        offsets.gaps.push_back(offsets.along[i] - offsets.along[i - 1]);
    }
    std::vector<double> sorted = offsets.gaps;
    std::sort(sorted.begin(), sorted.end());
    offsets.median = sorted[sorted.size() / 2];
    return offsets;
}

/// Where the slices lie along the normal, in steps of an even grid.
struct Spread {
    double step = 1;
    std::int64_t count = 1;
    std::vector<double> at;
    bool copies = true;  ///< every slice of the grid is a stored one
};

Spread spreadAlong(const Offsets& offsets, SliceGrid& grid) {
    const auto stored = static_cast<std::int64_t>(offsets.along.size());
    const double length = offsets.along.back();
    const auto [least, most] = std::minmax_element(offsets.gaps.begin(), offsets.gaps.end());
    Spread spread;
    std::vector<std::int64_t> steps{0};
    for (const double gap : offsets.gaps) {
        steps.push_back(steps.back() + std::max<std::int64_t>(1, std::llround(gap / offsets.median)));
    }
    spread.step = length / static_cast<double>(steps.back());
    double worst = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        worst = std::max(worst, std::abs(offsets.along[i] - static_cast<double>(steps[i]) * spread.step));
    }
    const std::int64_t missing = steps.back() + 1 - stored;
    if (worst <= std::max(0.01, 0.01 * spread.step)) {
        spread.at.assign(steps.begin(), steps.end());
        if (missing == 0) {
            spread.count = stored;
            return spread;
        }
        if (2 * missing > stored) {
            grid.refusal = slicesText(missing) + " of " + std::to_string(steps.back() + 1) +
                           " would be missing: the usual distance is " + mm(spread.step) + ", the largest " +
                           mm(*most) + "; give a folder with the complete series, or with one stack of slices alone";
            return spread;
        }
        grid.warnings.push_back(slicesText(missing) + (missing == 1 ? " is" : " are") +
                                " missing: the usual distance is " + mm(spread.step) + ", the largest " + mm(*most) +
                                "; " + (missing == 1 ? "it is" : "they are") +
                                " filled in linearly between the neighbours");
        spread.count = steps.back() + 1;
        spread.copies = false;
        return spread;
    }
    // As fine as the closest pair, so that no slice is passed over, but never more than four times the slices.
    const double finest = std::max(*least, length / (4.0 * static_cast<double>(stored - 1)));
    const auto intervals = std::max<std::int64_t>(stored - 1, std::llround(length / finest));
    if (*most > 0.5 * length && stored > 3) {
        grid.refusal = "the slices leave a hole of " + mm(*most) + " in a stack of " + mm(length) +
                       " (distances from " + mm(*least) +
                       "); give a folder with the complete series, or with one stack of slices alone";
        return spread;
    }
    spread.step = length / static_cast<double>(intervals);
    spread.count = intervals + 1;
    spread.copies = false;
    for (const double along : offsets.along) {
        spread.at.push_back(along / spread.step);
    }
    grid.warnings.push_back("the slice distance varies from " + mm(*least) + " to " + mm(*most) + ": the " +
                            slicesText(stored) + " are resampled linearly to " + std::to_string(spread.count) + ", " +
                            mm(spread.step) + " apart");
    return spread;
}

void describeThickness(double median, const Frame& first, SliceGrid& grid) {
    const double thickness = std::abs(first.thickness_mm.value_or(0));
    const double stated = std::abs(first.spacingBetween_mm.value_or(0));
    if (thickness > 0 && median > 1.02 * thickness + 0.01) {
        grid.warnings.push_back("gap between slices: they are " + mm(thickness) + " thick and " + mm(median) +
                                " apart, so " + mm(median - thickness) + " between them was not imaged");
    } else if (thickness > 0 && thickness > 1.02 * median + 0.01) {
        grid.warnings.push_back("slices overlap: they are " + mm(thickness) + " thick and " + mm(median) + " apart");
    }
    if (stated > 0 && std::abs(stated - median) > 0.02 * median) {
        grid.warnings.push_back("SpacingBetweenSlices says " + mm(stated) + ", the positions say " + mm(median) +
                                "; the positions are used");
    }
}

/// Extends the grid in the plane so that it holds slices that are shifted sideways. True if it had to.
bool straighten(const Offsets& offsets, const Frame& first, SliceGrid& grid, std::vector<Vec3>& places) {
    double sideways = 0;
    double residual = 0;  // from the straight line through the first and the last origin
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double part = offsets.along[i] / offsets.along.back();
        sideways = std::max(sideways, std::hypot(offsets.x[i], offsets.y[i]));
        residual = std::max(residual,
                            std::hypot(offsets.x[i] - part * offsets.x.back(), offsets.y[i] - part * offsets.y.back()));
    }
    const double pixel = std::min(first.spacingX_mm, first.spacingY_mm);
    const double tilt_deg =
        std::atan2(std::hypot(offsets.x.back(), offsets.y.back()), offsets.along.back()) * 180 / std::numbers::pi;
    const bool shifted = residual > 0.25 * pixel + 0.05;
    if (!shifted && (tilt_deg <= 0.1 || sideways <= 0.1 * pixel)) {
        return false;
    }
    const std::string what = shifted ? "the slices are shifted sideways against each other by up to " + mm(sideways)
                                     : "tilted stack: slices are sheared by " + decimals("%.1f°", tilt_deg) +
                                           " against their normal (gantry tilt), " + mm(sideways) +
                                           " from the first to the last";
    Geometry& g = grid.geometry;
    const std::array<std::pair<const std::vector<double>*, std::size_t>, 2> axes{
        {{&offsets.x, std::size_t{0}}, {&offsets.y, std::size_t{1}}}};
    for (const auto& [shifts, k] : axes) {
        const auto [low, high] = std::minmax_element(shifts->begin(), shifts->end());
        // A hundredth of a pixel beyond the edge does not make a column.
        const auto before = static_cast<std::int64_t>(std::floor(*low / g.spacing_mm[k] + 0.01));
        const auto after = static_cast<std::int64_t>(std::ceil(*high / g.spacing_mm[k] - 0.01));
        if (after - before > g.size[k]) {
            grid.refusal = what + ", more than the width of a slice; give a folder with one stack of slices alone";
            return true;
        }
        for (std::size_t i = 0; i < places.size(); ++i) {
            places[i][k] = (*shifts)[i] / g.spacing_mm[k] - static_cast<double>(before);
        }
        const Vec3& axis = k == 0 ? first.row : first.column;
        for (std::size_t m = 0; m < 3; ++m) {
            g.origin_mm[m] += static_cast<double>(before) * g.spacing_mm[k] * axis[m];
        }
        g.size[k] += after - before;
    }
    grid.warnings.push_back(what + "; the shear is corrected by resampling each slice linearly in its plane, to " +
                            std::to_string(g.size[0]) + " × " + std::to_string(g.size[1]) + " pixels");
    return true;
}

}  // namespace

std::int64_t SliceResampling::nearest(std::int64_t z) const {
    const auto distance = [z](const Vec3& place) { return std::abs(place[2] - static_cast<double>(z)); };
    const auto found = std::min_element(places.begin(), places.end(),
                                        [&](const Vec3& a, const Vec3& b) { return distance(a) < distance(b); });
    return found - places.begin();
}

SliceGrid gridOf(const std::vector<const Frame*>& slices) {
    SliceGrid grid;
    const Frame& first = *slices.front();
    const Vec3 normal{first.row[1] * first.column[2] - first.row[2] * first.column[1],
                      first.row[2] * first.column[0] - first.row[0] * first.column[2],
                      first.row[0] * first.column[1] - first.row[1] * first.column[0]};
    Geometry& g = grid.geometry;
    g.size = {first.columns, first.rows, static_cast<std::int64_t>(slices.size())};
    g.origin_mm = first.position_mm.value_or(Vec3{0, 0, 0});
    for (std::size_t k = 0; k < 3; ++k) {
        g.direction[k] = {first.row[k], first.column[k], normal[k]};
    }
    const double stated = std::abs(first.spacingBetween_mm.value_or(0));
    double spacing = stated > 0 ? stated : std::abs(first.thickness_mm.value_or(0));
    if (slices.size() < 2) {
        if (spacing <= 0) {
            spacing = 1;
            grid.warnings.emplace_back("one slice without a thickness: 1 mm is assumed");
        }
        g.spacing_mm = {first.spacingX_mm, first.spacingY_mm, spacing};
        return grid;
    }
    const Offsets offsets = offsetsOf(slices, normal);
    if (offsets.along.back() > 1e5) {
        grid.refusal = "the slices spread over " + mm(offsets.along.back()) + "; their positions cannot be right";
        g.spacing_mm = {first.spacingX_mm, first.spacingY_mm, 1};
        return grid;
    }
    const Spread spread = spreadAlong(offsets, grid);
    g.spacing_mm = {first.spacingX_mm, first.spacingY_mm, spread.step};
    if (!grid.refusal.empty()) {
        return grid;
    }
    describeThickness(offsets.median, first, grid);
    SliceResampling resampling{g.size, {}};
    for (const double at : spread.at) {
        resampling.places.push_back({0, 0, at});
    }
    g.size[2] = spread.count;
    if (straighten(offsets, first, grid, resampling.places) || !spread.copies) {
        grid.resampling = std::move(resampling);
    }
    return grid;
}

namespace {

/// One stored slice sampled on the plane of the new grid.
class ShiftedSlice {
public:
    ShiftedSlice(std::span<const float> pixels, const Size3& stored, const Vec3& place, float outside)
        : m_pixels(pixels), m_columns(stored[0]), m_rows(stored[1]), m_outside(outside) {
        split(place[0], m_x, m_partX);
        split(place[1], m_y, m_partY);
    }

    [[nodiscard]] float at(std::int64_t x, std::int64_t y) const {
        if (m_partX == 0 && m_partY == 0) {
            return pixel(x - m_x, y - m_y);
        }
        const std::int64_t left = x - m_x - (m_partX > 0 ? 1 : 0);
        const std::int64_t top = y - m_y - (m_partY > 0 ? 1 : 0);
        const double wx = m_partX > 0 ? 1 - m_partX : 0;
        const double wy = m_partY > 0 ? 1 - m_partY : 0;
        double sum = 0;
        const double weights[2][2] = {{(1 - wx) * (1 - wy), wx * (1 - wy)}, {(1 - wx) * wy, wx * wy}};
        for (int b = 0; b < 2; ++b) {
            for (int a = 0; a < 2; ++a) {
                sum += weights[b][a] > 0 ? weights[b][a] * static_cast<double>(pixel(left + a, top + b)) : 0;
            }
        }
        return static_cast<float>(sum);
    }

private:
    static void split(double place, std::int64_t& whole, double& part) {
        const double nearest = std::round(place);
        const bool exact = std::abs(place - nearest) < 1e-3;
        whole = static_cast<std::int64_t>(exact ? nearest : std::floor(place));
        part = exact ? 0 : place - std::floor(place);
    }

    [[nodiscard]] float pixel(std::int64_t x, std::int64_t y) const {
        const bool inside = x >= 0 && y >= 0 && x < m_columns && y < m_rows;
        return inside ? m_pixels[static_cast<std::size_t>(y * m_columns + x)] : m_outside;
    }

    std::span<const float> m_pixels;
    std::int64_t m_columns, m_rows;
    std::int64_t m_x = 0, m_y = 0;    ///< whole voxels of the shift
    double m_partX = 0, m_partY = 0;  ///< and what remains, 0 ≤ part < 1
    float m_outside;
};

}  // namespace

void resampleSlice(std::span<const float> stored, const SliceResampling& resampling, const Size3& size, std::int64_t z,
                   float outside, std::span<float> out) {
    const auto area = static_cast<std::size_t>(resampling.stored[0] * resampling.stored[1]);
    const auto slice = [&](std::size_t i) {
        return ShiftedSlice(stored.subspan(i * area, area), resampling.stored, resampling.places[i], outside);
    };
    const auto at = static_cast<double>(z);
    std::size_t below = 0;
    while (below + 2 < resampling.places.size() && resampling.places[below + 1][2] <= at) {
        ++below;
    }
    const std::size_t above = std::min(below + 1, resampling.places.size() - 1);
    const double distance = resampling.places[above][2] - resampling.places[below][2];
    double weight = distance > 0 ? std::clamp((at - resampling.places[below][2]) / distance, 0.0, 1.0) : 0;
    weight = weight < 1e-3 ? 0 : weight > 1 - 1e-3 ? 1 : weight;
    const ShiftedSlice a = slice(below);
    const ShiftedSlice b = slice(above);
    std::size_t next = 0;
    for (std::int64_t y = 0; y < size[1]; ++y) {
        for (std::int64_t x = 0; x < size[0]; ++x) {
            if (weight == 0 || weight == 1) {
                out[next++] = weight == 0 ? a.at(x, y) : b.at(x, y);
                continue;
            }
            out[next++] = static_cast<float>((1 - weight) * static_cast<double>(a.at(x, y)) +
                                             weight * static_cast<double>(b.at(x, y)));
        }
    }
}

}  // namespace drdm::dicom
