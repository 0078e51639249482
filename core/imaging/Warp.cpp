#include "imaging/Warp.h"

#include "errors/Error.h"
#include "imaging/Interpolation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <sstream>
#include <utility>

namespace drdm {

namespace {

using interpolation::catmullRom;
using interpolation::inside;
using interpolation::locate;
using interpolation::mix;
using interpolation::Place;

std::string describe(const Geometry& g) {
    std::ostringstream text;
    text << g.size[0] << " x " << g.size[1] << " x " << g.size[2] << " voxels of " << g.spacing_mm[0] << " x "
         << g.spacing_mm[1] << " x " << g.spacing_mm[2] << " mm at (" << g.origin_mm[0] << ", " << g.origin_mm[1]
         << ", " << g.origin_mm[2] << ") mm";
    return text.str();
}

void requireSameGrid(const Geometry& field, const Geometry& other, const char* what) {
    if (!field.sameGrid(other)) {
        throw Error(std::string("the displacement field and the ") + what +
                    " lie on different grids: " + describe(field) + " and " + describe(other) +
                    "; give a field that was made for this grid, or have the result on the "
                    "field's grid (--grid field)");
    }
}

/// Calls visit(index, {z, y, x}) for every voxel, where each entry is the Place that the voxel's displacement points
/// at; for a 2-D field z stays in slice 0.
template <typename Visit>
void forEachDisplaced(const DisplacementField& field, Visit&& visit) {
    const auto& size = field.geometry().size;
    const bool volume = field.dims() == 3;
    const float* uz = volume ? field.component_vox(componentOfAxis(2, 3)).data() : nullptr;
    const float* uy = field.component_vox(componentOfAxis(1, field.dims())).data();
    const float* ux = field.component_vox(componentOfAxis(0, field.dims())).data();
    std::size_t index = 0;
    for (std::int64_t z = 0; z < size[2]; ++z) {
        for (std::int64_t y = 0; y < size[1]; ++y) {
            for (std::int64_t x = 0; x < size[0]; ++x, ++index) {
                const std::array<Place, 3> places{volume ? locate(z, uz[index]) : Place{z, 0.0F}, locate(y, uy[index]),
                                                  locate(x, ux[index])};
                visit(index, places);
            }
        }
    }
}

/// The same in the voxels of `source`, a grid that need not be the field's: through patient coordinates.
template <typename Visit>
void forEachPulled(const DisplacementField& field, const Geometry& source, Visit&& visit) {
    const Geometry& grid = field.geometry();
    std::size_t index = 0;
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        for (std::int64_t y = 0; y < grid.size[1]; ++y) {
            for (std::int64_t x = 0; x < grid.size[0]; ++x, ++index) {
                Vec3 point = grid.toPatient({static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)});
                const Vec3 shift = field.vector_mm(static_cast<std::int64_t>(index));
                for (std::size_t k = 0; k < 3; ++k) {
                    point[k] += shift[k];
                }
                const Vec3 at = source.toVoxel(point);
                // What lies in the plane of a slice, but for rounding, is read from it alone.
                const auto place = [](double position) {
                    const double near = std::round(position);
                    return locate(0, static_cast<float>(std::abs(position - near) < 1e-4 ? near : position));
                };
                visit(index, std::array<Place, 3>{place(at[2]), place(at[1]), place(at[0])});
            }
        }
    }
}

/// Corner offsets and fractions for linear reading with the border repeated.
struct LinearCell {
    std::array<std::int64_t, 4> rows;  ///< first voxel of the rows (z0 y0), (z0 y1), (z1 y0), (z1 y1)
    std::int64_t left, right;
    float fz, fy, fx;

    LinearCell(const std::array<Place, 3>& p, const Size3& size)
        : fz(p[0].fraction), fy(p[1].fraction), fx(p[2].fraction) {
        const std::int64_t y0 = inside(p[1].below, size[1]);
        const std::int64_t y1 = inside(p[1].below + 1, size[1]);
        const std::int64_t z0 = inside(p[0].below, size[2]) * size[1];
        const std::int64_t z1 = inside(p[0].below + 1, size[2]) * size[1];
        rows = {(z0 + y0) * size[0], (z0 + y1) * size[0], (z1 + y0) * size[0], (z1 + y1) * size[0]};
        left = inside(p[2].below, size[0]);
        right = inside(p[2].below + 1, size[0]);
    }

    [[nodiscard]] float row(const float* values, std::size_t k) const {
        return mix(values[rows[k] + left], values[rows[k] + right], fx);
    }
    [[nodiscard]] float read(const float* values) const {
        const float near = mix(row(values, 0), row(values, 1), fy);
        return fz == 0.0F ? near : mix(near, mix(row(values, 2), row(values, 3), fy), fz);
    }
};

float readCubic(const float* values, const std::array<Place, 3>& p, const Size3& size) {
    const auto wx = catmullRom(p[2].fraction);
    const auto wy = catmullRom(p[1].fraction);
    const bool flat = p[0].fraction == 0.0F;
    const auto wz = flat ? std::array<float, 4>{0, 1, 0, 0} : catmullRom(p[0].fraction);
    float sum = 0;
    for (std::size_t k = flat ? 1 : 0; k < (flat ? 2U : 4U); ++k) {
        const std::int64_t z = inside(p[0].below - 1 + static_cast<std::int64_t>(k), size[2]) * size[1];
        for (std::size_t j = 0; j < 4; ++j) {
            const std::int64_t y = (z + inside(p[1].below - 1 + static_cast<std::int64_t>(j), size[1])) * size[0];
            float row = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                row += wx[i] * values[y + inside(p[2].below - 1 + static_cast<std::int64_t>(i), size[0])];
            }
            sum += wz[k] * wy[j] * row;
        }
    }
    return sum;
}

std::int64_t nearest(const Place& place) {
    return place.below + (place.fraction >= 0.5F ? 1 : 0);
}

/// A point belongs to the source as far as the outer faces of its voxels, half a voxel beyond their centres.
bool outside(const std::array<Place, 3>& p, const Size3& size) {
    for (std::size_t k = 0; k < 3; ++k) {
        const std::int64_t n = nearest(p[k]);
        if (n < 0 || n >= size[2 - k]) {
            return true;
        }
    }
    return false;
}

std::pair<float, float> allowedRange(const Image& image) {
    if (image.storedMinimum != 0.0F || image.storedMaximum != 0.0F) {
        return {image.storedMinimum, image.storedMaximum};
    }
    float lowest = std::numeric_limits<float>::infinity();
    float highest = -lowest;
    for (const float value : image.voxels()) {
        lowest = std::min(lowest, value);
        highest = std::max(highest, value);
    }
    return {std::min(lowest, highest), std::max(lowest, highest)};
}

/// The label with the largest weight among the corners of the cell; ties go to the smaller label.
std::uint16_t strongestLabel(const std::uint16_t* labels, const std::array<Place, 3>& p, const Size3& size) {
    std::array<std::uint16_t, 8> found{};
    std::array<float, 8> weight{};
    std::size_t count = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        float w = 1;
        std::array<std::int64_t, 3> at{};
        bool within = true;
        for (std::size_t k = 0; k < 3; ++k) {
            const bool upper = (corner >> k & 1U) != 0;
            w *= upper ? p[k].fraction : 1.0F - p[k].fraction;
            at[k] = p[k].below + (upper ? 1 : 0);
            within = within && at[k] >= 0 && at[k] < size[2 - k];
        }
        if (w == 0.0F) {
            continue;
        }
        const std::uint16_t label = within ? labels[(at[0] * size[1] + at[1]) * size[0] + at[2]] : std::uint16_t{0};
        std::size_t k = 0;
        while (k < count && found[k] != label) {
            ++k;
        }
        found[k] = label;
        weight[k] += w;
        count = std::max(count, k + 1);
    }
    std::size_t best = 0;
    for (std::size_t k = 1; k < count; ++k) {
        if (weight[k] > weight[best] || (weight[k] == weight[best] && found[k] < found[best])) {
            best = k;
        }
    }
    return found[best];
}

}  // namespace

Interpolation interpolationFromName(const std::string& name) {
    for (const Interpolation kind : {Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic}) {
        if (drdm::name(kind) == name) {
            return kind;
        }
    }
    throw Error("the interpolation \"" + name + "\" is not known; use nearest, linear or cubic");
}

std::string name(Interpolation interpolation) {
    switch (interpolation) {
        case Interpolation::Nearest:
            return "nearest";
        case Interpolation::Linear:
            return "linear";
        case Interpolation::Cubic:
            return "cubic";
    }
    return {};
}

std::optional<float> outsideValue(const Image& image) {
    if (image.paddingValue) {
        return image.paddingValue;
    }
    if (image.modality == "CT") {
        return -1000.0F;
    }
    return std::nullopt;
}

namespace {

/// All phases at the places that `forEach` visits, `count` of them.
template <typename ForEach>
std::vector<float> readAt(const Image& image, std::size_t count, std::optional<float> padding,
                          Interpolation interpolation, const ForEach& forEach) {
    const Size3 size = image.geometry().size;
    const auto [lowest, highest] = interpolation == Interpolation::Cubic ? allowedRange(image) : std::pair{0.0F, 0.0F};
    std::vector<float> result(count * static_cast<std::size_t>(image.phases()));
    for (std::int64_t phase = 0; phase < image.phases(); ++phase) {
        const float* source = image.phaseVoxels(phase).data();
        float* target = result.data() + static_cast<std::size_t>(phase) * count;
        forEach([&, low = lowest, high = highest](std::size_t index, const std::array<Place, 3>& p) {
            if (padding && outside(p, size)) {
                target[index] = *padding;
            } else if (interpolation == Interpolation::Linear) {
                target[index] = LinearCell(p, size).read(source);
            } else if (interpolation == Interpolation::Cubic) {
                target[index] = std::clamp(readCubic(source, p, size), low, high);
            } else {
                const std::int64_t z = inside(nearest(p[0]), size[2]);
                const std::int64_t y = inside(nearest(p[1]), size[1]);
                target[index] = source[(z * size[1] + y) * size[0] + inside(nearest(p[2]), size[0])];
            }
        });
    }
    return result;
}

template <typename ForEach>
std::vector<std::uint16_t> labelsAt(const LabelMap& labels, std::size_t count, Interpolation interpolation,
                                    const ForEach& forEach) {
    const Size3 size = labels.geometry().size;
    const std::uint16_t* source = labels.labels().data();
    std::vector<std::uint16_t> result(count);
    forEach([&](std::size_t index, const std::array<Place, 3>& p) {
        if (interpolation != Interpolation::Nearest) {
            result[index] = strongestLabel(source, p, size);
        } else if (!outside(p, size)) {
            result[index] = source[(nearest(p[0]) * size[1] + nearest(p[1])) * size[0] + nearest(p[2])];
        }
    });
    return result;
}

/// A field that points nowhere near the image belongs to another one, or to another patient.
void requireOverlap(const DisplacementField& field, const Geometry& image) {
    constexpr double least = 0.01;
    std::int64_t within = 0;
    forEachPulled(field, image,
                  [&](std::size_t, const std::array<Place, 3>& p) { within += outside(p, image.size) ? 0 : 1; });
    const auto count = field.geometry().voxelCount();
    if (static_cast<double>(within) < least * static_cast<double>(count)) {
        throw Error("the displacement field lies elsewhere in space than the image: " +
                    std::to_string(100.0 * static_cast<double>(within) / static_cast<double>(count)).substr(0, 4) +
                    " % of its voxels point into it; their grids are " + describe(field.geometry()) + " and " +
                    describe(image) + "; give the image that the field was made for");
    }
}

}  // namespace

Image warp(const Image& image, const DisplacementField& field, Interpolation interpolation) {
    requireSameGrid(field.geometry(), image.geometry(), "image");
    return image.withVoxels(readAt(image, static_cast<std::size_t>(image.geometry().voxelCount()), outsideValue(image),
                                   interpolation, [&](auto&& visit) { forEachDisplaced(field, visit); }));
}

std::shared_ptr<const std::vector<std::uint8_t>> warpColours(const Image& image, const DisplacementField& field) {
    requireSameGrid(field.geometry(), image.geometry(), "image");
    if (!image.colours) {
        return nullptr;
    }
    const auto count = static_cast<std::size_t>(image.geometry().voxelCount());
    auto moved = std::make_shared<std::vector<std::uint8_t>>(image.colours->size());
    std::vector<float> level(count);
    for (std::size_t part = 0; part < image.colours->size() / count; ++part) {  // a colour of a phase
        const std::size_t first = part / 3 * 3 * count + part % 3;
        for (std::size_t n = 0; n < count; ++n) {
            level[n] = static_cast<float>((*image.colours)[first + 3 * n]);
        }
        forEachDisplaced(field, [&](std::size_t index, const std::array<Place, 3>& p) {
            (*moved)[first + 3 * index] =
                static_cast<std::uint8_t>(LinearCell(p, image.geometry().size).read(level.data()) + 0.5F);
        });
    }
    return moved;
}

Image warpOnto(const Image& image, const DisplacementField& field, Interpolation interpolation) {
    const Geometry& grid = field.geometry();
    requireOverlap(field, image.geometry());
    return image.onGrid(grid, readAt(image, static_cast<std::size_t>(grid.voxelCount()),
                                     outsideValue(image).value_or(std::ranges::min(image.voxels())), interpolation,
                                     [&](auto&& visit) { forEachPulled(field, image.geometry(), visit); }));
}

LabelMap warp(const LabelMap& labels, const DisplacementField& field, Interpolation interpolation) {
    requireSameGrid(field.geometry(), labels.geometry(), "label map");
    LabelMap moved(labels.geometry(), labelsAt(labels, labels.labels().size(), interpolation,
                                               [&](auto&& visit) { forEachDisplaced(field, visit); }));
    moved.names = labels.names;
    return moved;
}

LabelMap warpOnto(const LabelMap& labels, const DisplacementField& field, Interpolation interpolation) {
    const Geometry& grid = field.geometry();
    requireOverlap(field, labels.geometry());
    LabelMap moved(grid, labelsAt(labels, static_cast<std::size_t>(grid.voxelCount()), interpolation,
                                  [&](auto&& visit) { forEachPulled(field, labels.geometry(), visit); }));
    moved.names = labels.names;
    return moved;
}

DisplacementField compose(const DisplacementField& d, const DisplacementField& old) {
    requireSameGrid(d.geometry(), old.geometry(), "field to compose it with");
    if (d.dims() != old.dims()) {
        throw Error("a field of " + std::to_string(d.dims()) + " components cannot be composed with one of " +
                    std::to_string(old.dims()) + "; use two fields of the same kind");
    }
    const Size3 size = d.geometry().size;
    const auto count = static_cast<std::size_t>(d.geometry().voxelCount());
    const auto components = static_cast<std::size_t>(d.dims());
    const float* step = d.values_vox().data();
    const float* before = old.values_vox().data();
    std::vector<float> result(d.values_vox().size());
    forEachDisplaced(d, [&](std::size_t index, const std::array<Place, 3>& p) {
        const LinearCell cell(p, size);
        for (std::size_t c = 0; c < components; ++c) {
            result[c * count + index] = step[c * count + index] + cell.read(before + c * count);
        }
    });
    return {d.geometry(), d.dims(), std::move(result)};
}

LabelMap resample(const LabelMap& labels, const Geometry& grid) {
    grid.validate();
    const Geometry& from = labels.geometry();
    const std::uint16_t* source = labels.labels().data();
    std::vector<std::uint16_t> result(static_cast<std::size_t>(grid.voxelCount()), 0);
    // The map between the grids is affine: three steps and a start say all of it.
    const Vec3 start = from.toVoxel(grid.toPatient({0, 0, 0}));
    Mat3 step{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        Vec3 unit{0, 0, 0};
        unit[axis] = 1;
        const Vec3 moved = from.toVoxel(grid.toPatient(unit));
        step[axis] = {moved[0] - start[0], moved[1] - start[1], moved[2] - start[2]};
    }
    std::size_t index = 0;
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        for (std::int64_t y = 0; y < grid.size[1]; ++y) {
            for (std::int64_t x = 0; x < grid.size[0]; ++x, ++index) {
                std::array<std::int64_t, 3> at{};
                bool within = true;
                for (std::size_t k = 0; k < 3; ++k) {
                    const double position = start[k] + static_cast<double>(x) * step[0][k] +
                                            static_cast<double>(y) * step[1][k] + static_cast<double>(z) * step[2][k];
                    // The small term settles points half way between two voxels the same way despite rounding.
                    const double rounded = std::floor(position + 0.5 + 1e-6);
                    within = within && rounded >= 0 && rounded < static_cast<double>(from.size[k]);
                    at[k] = within ? static_cast<std::int64_t>(rounded) : 0;
                }
                if (within) {
                    result[index] = source[(at[2] * from.size[1] + at[1]) * from.size[0] + at[0]];
                }
            }
        }
    }
    LabelMap brought(grid, std::move(result));
    brought.names = labels.names;
    return brought;
}

}  // namespace drdm
