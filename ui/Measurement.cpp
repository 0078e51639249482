#include "ui/Measurement.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace drdm {

namespace {

/// Calls `take(index)` for every voxel inside; the kinds of region differ in nothing else.
template <typename Take>
void insideOf(const Measurement& m, const PlaneGrid& grid, const Take& take) {
    const double centreX = (m.x0_mm + m.x1_mm) / 2, centreY = (m.y0_mm + m.y1_mm) / 2;
    const double halfX = std::abs(m.x1_mm - m.x0_mm) / 2, halfY = std::abs(m.y1_mm - m.y0_mm) / 2;
    const auto first = [](double mm, double spacing) { return std::max(0, static_cast<int>(std::ceil(mm / spacing))); };
    const auto last = [](double mm, double spacing, int count) {
        return std::min(count - 1, static_cast<int>(std::floor(mm / spacing)));
    };
    for (int y = first(centreY - halfY, grid.spacingY_mm); y <= last(centreY + halfY, grid.spacingY_mm, grid.height);
         ++y) {
        for (int x = first(centreX - halfX, grid.spacingX_mm); x <= last(centreX + halfX, grid.spacingX_mm, grid.width);
             ++x) {
            if (m.kind == Measurement::Kind::Ellipse) {
                const double a = halfX > 0 ? (x * grid.spacingX_mm - centreX) / halfX : 0;
                const double b = halfY > 0 ? (y * grid.spacingY_mm - centreY) / halfY : 0;
                if (a * a + b * b > 1) {
                    continue;
                }
            }
            take(static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(x));
        }
    }
}

RegionValues valuesOf(const Measurement& m, const ScalarPlane& plane) {
    RegionValues result;
    double sum = 0, squares = 0, reference = 0;
    insideOf(m, plane.grid, [&](std::size_t i) {
        const auto value = static_cast<double>((*plane.values)[i]);
        if (result.voxels++ == 0) {
            result.minimum = result.maximum = reference = value;  // far from 0, squares lose their digits
        }
        result.minimum = std::min(result.minimum, value);
        result.maximum = std::max(result.maximum, value);
        sum += value - reference;
        squares += (value - reference) * (value - reference);
    });
    if (result.voxels > 0) {
        const auto n = static_cast<double>(result.voxels);
        result.mean = reference + sum / n;
        result.deviation = std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
        result.area_mm2 = n * plane.grid.spacingX_mm * plane.grid.spacingY_mm;
    }
    return result;
}

/// u in patient millimetres, linear between the voxels.
std::array<double, 3> shiftAt(const StepFrame& frame, double x_mm, double y_mm) {
    const PlaneGrid& grid = frame.image.grid;
    const double x = std::clamp(x_mm / grid.spacingX_mm, 0.0, grid.width - 1.0);
    const double y = std::clamp(y_mm / grid.spacingY_mm, 0.0, grid.height - 1.0);
    const int x0 = std::min(static_cast<int>(x), std::max(0, grid.width - 2));
    const int y0 = std::min(static_cast<int>(y), std::max(0, grid.height - 2));
    std::array<double, 3> result{};
    for (int j = 0; j < 2; ++j) {
        for (int i = 0; i < 2; ++i) {
            const double weight = (i == 0 ? x0 + 1 - x : x - x0) * (j == 0 ? y0 + 1 - y : y - y0);
            const auto& v = (*frame.vector_mm)[static_cast<std::size_t>(std::min(y0 + j, grid.height - 1)) *
                                                   static_cast<std::size_t>(grid.width) +
                                               static_cast<std::size_t>(std::min(x0 + i, grid.width - 1))];
            for (std::size_t c = 0; c < 3; ++c) {
                result[c] += weight * static_cast<double>(v[c]);
            }
        }
    }
    return result;
}

}  // namespace

std::vector<float> outline(const Measurement& m) {
    const auto f = [](double v) { return static_cast<float>(v); };
    std::vector<float> ends;
    if (m.kind == Measurement::Kind::Distance) {
        ends = {f(m.x0_mm), f(m.y0_mm), f(m.x1_mm), f(m.y1_mm)};
        const double length = std::hypot(m.x1_mm - m.x0_mm, m.y1_mm - m.y0_mm);
        if (length > 0) {  // a bar across each end
            const double acrossX = -(m.y1_mm - m.y0_mm) / length * 2, acrossY = (m.x1_mm - m.x0_mm) / length * 2;
            for (const auto& [x, y] : {std::pair{m.x0_mm, m.y0_mm}, {m.x1_mm, m.y1_mm}}) {
                ends.insert(ends.end(), {f(x - acrossX), f(y - acrossY), f(x + acrossX), f(y + acrossY)});
            }
        }
    } else if (m.kind == Measurement::Kind::Rectangle) {
        ends = {f(m.x0_mm), f(m.y0_mm), f(m.x1_mm), f(m.y0_mm), f(m.x1_mm), f(m.y0_mm), f(m.x1_mm), f(m.y1_mm),
                f(m.x1_mm), f(m.y1_mm), f(m.x0_mm), f(m.y1_mm), f(m.x0_mm), f(m.y1_mm), f(m.x0_mm), f(m.y0_mm)};
    } else {
        constexpr int pieces = 64;
        const auto place = [&](int k) {
            const double angle = 2 * std::numbers::pi * k / pieces;
            return std::pair{f((m.x0_mm + m.x1_mm) / 2 + (m.x1_mm - m.x0_mm) / 2 * std::cos(angle)),
                             f((m.y0_mm + m.y1_mm) / 2 + (m.y1_mm - m.y0_mm) / 2 * std::sin(angle))};
        };
        for (int k = 0; k < pieces; ++k) {
            const auto a = place(k), b = place(k + 1);
            ends.insert(ends.end(), {a.first, a.second, b.first, b.second});
        }
    }
    return ends;
}

namespace {

const std::array<std::pair<const char*, Measurement::Kind>, 3> kindNames{{{"distance", Measurement::Kind::Distance},
                                                                          {"ellipse", Measurement::Kind::Ellipse},
                                                                          {"rectangle", Measurement::Kind::Rectangle}}};

}  // namespace

QJsonObject toJson(const Measurement& m) {
    const auto* const name = std::ranges::find(kindNames, m.kind, &std::pair<const char*, Measurement::Kind>::second);
    return {{"kind", name->first},
            {"number", m.number},
            {"slice", static_cast<qint64>(m.slice)},
            {"from-mm", QJsonArray{m.x0_mm, m.y0_mm}},
            {"to-mm", QJsonArray{m.x1_mm, m.y1_mm}}};
}

Measurement measurementFromJson(const QJsonObject& json) {
    const QString kind = json.value("kind").toString();
    const auto* const name =
        std::ranges::find_if(kindNames, [&](const auto& each) { return kind == QLatin1String(each.first); });
    const QJsonArray from = json.value("from-mm").toArray(), to = json.value("to-mm").toArray();
    return {name == kindNames.end() ? Measurement::Kind::Distance : name->second,
            json.value("number").toInt(),
            json.value("slice").toInteger(),
            from.at(0).toDouble(),
            from.at(1).toDouble(),
            to.at(0).toDouble(),
            to.at(1).toDouble()};
}

MeasuredValues measure(const Measurement& m, const ScalarPlane& original, const StepFrame* frame) {
    MeasuredValues result;
    const bool both = frame && frame->image.values && original.values && frame->vector_mm && frame->jacobianValues &&
                      frame->image.grid.width == original.grid.width &&
                      frame->image.grid.height == original.grid.height;
    if (m.kind == Measurement::Kind::Distance) {
        const double dx = m.x1_mm - m.x0_mm, dy = m.y1_mm - m.y0_mm;
        result.length_mm = std::hypot(dx, dy);
        if (both) {
            const auto u0 = shiftAt(*frame, m.x0_mm, m.y0_mm), u1 = shiftAt(*frame, m.x1_mm, m.y1_mm);
            double squares = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                const double along = dx * frame->columnDirection[c] + dy * frame->rowDirection[c] + u1[c] - u0[c];
                squares += along * along;
            }
            result.carriedLength_mm = std::sqrt(squares);
        }
        return result;
    }
    if (original.values) {
        result.original = valuesOf(m, original);
    }
    if (both) {
        result.variation = valuesOf(m, frame->image);
        double sum = 0;
        insideOf(m, original.grid,
                 [&](std::size_t i) { sum += std::max(0.0, static_cast<double>((*frame->jacobianValues)[i])); });
        result.carriedArea_mm2 = sum * original.grid.spacingX_mm * original.grid.spacingY_mm;
    }
    return result;
}

}  // namespace drdm
