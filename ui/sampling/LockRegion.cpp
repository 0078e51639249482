#include "ui/sampling/LockRegion.h"

#include "errors/Error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

const QStringList& kindNames() {
    static const QStringList names{"ellipse", "rectangle", "brush"};
    return names;
}

/// Square of the distance from (x, y) to the piece from a to b.
double distanceSquared(double x, double y, const std::pair<double, double>& a, const std::pair<double, double>& b) {
    const double dx = b.first - a.first, dy = b.second - a.second;
    const double length = dx * dx + dy * dy;
    const double at = length > 0 ? std::clamp(((x - a.first) * dx + (y - a.second) * dy) / length, 0.0, 1.0) : 0.0;
    const double ex = x - a.first - at * dx, ey = y - a.second - at * dy;
    return ex * ex + ey * ey;
}

bool inside(const LockShape& shape, double x, double y) {
    if (shape.kind == LockShape::Kind::Brush) {
        for (std::size_t i = 0; i < shape.points_mm.size(); ++i) {
            const auto& from = shape.points_mm[i == 0 ? 0 : i - 1];
            if (distanceSquared(x, y, from, shape.points_mm[i]) <= shape.radius_mm * shape.radius_mm) {
                return true;
            }
        }
        return false;
    }
    const auto [x0, y0] = shape.points_mm.front();
    const auto [x1, y1] = shape.points_mm.back();
    if (shape.kind == LockShape::Kind::Rectangle) {
        return x >= std::min(x0, x1) && x <= std::max(x0, x1) && y >= std::min(y0, y1) && y <= std::max(y0, y1);
    }
    const double halfX = std::abs(x1 - x0) / 2, halfY = std::abs(y1 - y0) / 2;
    const double a = halfX > 0 ? (x - (x0 + x1) / 2) / halfX : 2;
    const double b = halfY > 0 ? (y - (y0 + y1) / 2) / halfY : 2;
    return a * a + b * b <= 1;
}

void fill(const LockShape& shape, const Geometry& grid, std::uint16_t* slice) {
    if (shape.points_mm.empty()) {
        return;
    }
    // Only the box around it.
    double low[2] = {1e300, 1e300}, high[2] = {-1e300, -1e300};
    for (const auto& [x, y] : shape.points_mm) {
        low[0] = std::min(low[0], x - shape.radius_mm);
        high[0] = std::max(high[0], x + shape.radius_mm);
        low[1] = std::min(low[1], y - shape.radius_mm);
        high[1] = std::max(high[1], y + shape.radius_mm);
    }
    const auto first = [&](std::size_t axis) {
        return static_cast<std::int64_t>(std::max(0.0, std::ceil(low[axis] / grid.spacing_mm[axis])));
    };
    const auto last = [&](std::size_t axis) {
        return std::min(grid.size[axis] - 1, static_cast<std::int64_t>(std::floor(high[axis] / grid.spacing_mm[axis])));
    };
    for (std::int64_t y = first(1); y <= last(1); ++y) {
        for (std::int64_t x = first(0); x <= last(0); ++x) {
            std::uint16_t& voxel = slice[y * grid.size[0] + x];
            if (voxel == 0 && inside(shape, static_cast<double>(x) * grid.spacing_mm[0],
                                     static_cast<double>(y) * grid.spacing_mm[1])) {
                voxel = 1;
            }
        }
    }
}

}  // namespace

std::vector<std::uint16_t> LockRegion::onSlice(const Geometry& grid, std::int64_t slice) const {
    std::vector<std::uint16_t> mask(static_cast<std::size_t>(grid.size[0] * grid.size[1]), 0);
    for (const LockShape& shape : shapes) {
        if (shape.slice == slice) {
            fill(shape, grid, mask.data());
        }
    }
    return mask;
}

LabelMap LockRegion::labels(const Geometry& grid) const {
    std::vector<std::uint16_t> mask(static_cast<std::size_t>(grid.voxelCount()), 0);
    for (const LockShape& shape : shapes) {
        if (shape.slice >= 0 && shape.slice < grid.size[2]) {
            fill(shape, grid, mask.data() + shape.slice * grid.size[0] * grid.size[1]);
        }
    }
    return {grid, std::move(mask)};
}

QString LockRegion::text() const {
    if (empty()) {
        return {};
    }
    QJsonArray list;
    for (const LockShape& shape : shapes) {
        QJsonArray points;
        for (const auto& [x, y] : shape.points_mm) {
            points.append(x);
            points.append(y);
        }
        list.append(QJsonObject{{"kind", kindNames()[static_cast<int>(shape.kind)]},
                                {"slice", static_cast<qint64>(shape.slice)},
                                {"points_mm", points},
                                {"radius_mm", shape.radius_mm}});
    }
    return QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

LockRegion LockRegion::fromText(const QString& text) {
    LockRegion region;
    if (text.isEmpty()) {
        return region;
    }
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    const auto refuse = [] {
        throw Error("the region that is to stay unchanged is not readable; clear it and draw it again");
    };
    if (!document.isArray()) {
        refuse();
    }
    for (const QJsonValue& value : document.array()) {
        const QJsonObject entry = value.toObject();
        LockShape shape;
        const auto kind = kindNames().indexOf(entry["kind"].toString());
        const QJsonArray points = entry["points_mm"].toArray();
        shape.slice = entry["slice"].toInteger();
        shape.radius_mm = entry["radius_mm"].toDouble();
        for (qsizetype i = 0; i + 1 < points.size(); i += 2) {
            shape.points_mm.emplace_back(points[i].toDouble(), points[i + 1].toDouble());
        }
        if (kind < 0 || shape.points_mm.empty() || !(shape.radius_mm >= 0 && shape.radius_mm < 1e4)) {
            refuse();
        }
        shape.kind = static_cast<LockShape::Kind>(kind);
        region.shapes.push_back(std::move(shape));
    }
    return region;
}

LabelMap together(const LabelMap& a, const LabelMap& b) {
    if (a.empty() || b.empty()) {
        return a.empty() ? b : a;
    }
    const auto first = a.labels(), second = b.labels();
    std::vector<std::uint16_t> both(first.size());
    std::transform(first.begin(), first.end(), second.begin(), both.begin(),
                   [](std::uint16_t x, std::uint16_t y) { return static_cast<std::uint16_t>(x != 0 || y != 0); });
    return {a.geometry(), std::move(both)};
}

}  // namespace drdm
