#include "tasks/RegistrationPairs.h"

#include "analysis/FieldStatistics.h"
#include "errors/Error.h"
#include "imaging/Warp.h"
#include "tasks/Evaluate.h"
#include "tasks/SegmentationSlices.h"

#include <algorithm>
#include <cmath>

namespace drdm {
namespace {

/// The part of a volume's field that moves within slice z.
DisplacementField sliceOf(const DisplacementField& field, std::int64_t z) {
    if (field.dims() == 2) {
        return field;
    }
    const Geometry slice = field.geometry().slice(z);
    const auto pixels = static_cast<std::size_t>(slice.voxelCount());
    const std::size_t from = static_cast<std::size_t>(z) * pixels;
    constexpr float still = 1e-3F;
    const auto through = field.component_vox(componentOfAxis(2, 3)).subspan(from, pixels);
    if (std::any_of(through.begin(), through.end(), [](float u) { return std::abs(u) > still; })) {
        throw Error(
            "the pairs move through slices, and the registration network is one of slices; take a model of "
            "slices (drdm model list says which there are)");
    }
    std::vector<float> values;
    for (const int axis : {1, 0}) {
        const auto part = field.component_vox(componentOfAxis(axis, 3)).subspan(from, pixels);
        values.insert(values.end(), part.begin(), part.end());
    }
    return {slice, 2, std::move(values)};
}

}  // namespace

std::vector<std::pair<std::int64_t, std::int64_t>> commonSlices(const Geometry& moving, const Geometry& fixed) {
    std::vector<std::pair<std::int64_t, std::int64_t>> common;
    constexpr double near_vox = 0.1;
    const auto close = [](double a, double b) { return std::abs(a - b) < near_vox; };
    const bool samePlane = moving.size[0] == fixed.size[0] && moving.size[1] == fixed.size[1];
    for (std::int64_t z = 0; samePlane && z < fixed.size[2]; ++z) {
        const auto at = static_cast<double>(z);
        const auto x = static_cast<double>(fixed.size[0] - 1);
        const auto y = static_cast<double>(fixed.size[1] - 1);
        const Vec3 first = moving.toVoxel(fixed.toPatient({0, 0, at}));
        const Vec3 last = moving.toVoxel(fixed.toPatient({x, y, at}));
        const auto other = static_cast<std::int64_t>(std::lround(first[2]));
        if (other >= 0 && other < moving.size[2] && close(first[0], 0) && close(first[1], 0) && close(last[0], x) &&
            close(last[1], y) && close(first[2], std::round(first[2])) && close(last[2], first[2])) {
            common.emplace_back(other, z);
        }
    }
    if (common.empty()) {
        const auto words = [](const Geometry& grid) {
            return std::to_string(grid.size[0]) + " x " + std::to_string(grid.size[1]) + " x " +
                   std::to_string(grid.size[2]);
        };
        throw Error("the two images of a pair lie on different grids (" + words(moving) + " and " + words(fixed) +
                    " voxels, no slice in the same place); resample one to the other's grid first");
    }
    return common;
}

std::vector<SlicePair> slicePairs(const Image& moving, const Image& fixed, const DisplacementField& field,
                                  std::int64_t side) {
    std::vector<SlicePair> slices;
    for (const auto& [other, z] : commonSlices(moving.geometry(), fixed.geometry())) {
        const ModelGrid grid(fixed.geometry().slice(z), 2, side, Fit::KeepAspect);
        SlicePair pair;
        pair.moving = grid.prepare(moving.slice(other, 0), 0, sliceNormalisation(moving));
        pair.fixed = grid.prepare(fixed.slice(z, 0), 0, sliceNormalisation(fixed));
        if (!field.empty()) {
            const DisplacementField onModel = grid.toModel(sliceOf(field, z));
            const auto values = onModel.values_vox();
            pair.field.assign(values.begin(), values.end());
        }
        slices.push_back(std::move(pair));
    }
    return slices;
}

Json registeredJson(const ImagePair& pair, std::int64_t side, const SliceRegistration& registration,
                    const JobContext& context) {
    const LabelledImage moving = readItem(*pair.moving, context);
    const LabelledImage fixed = readItem(*pair.fixed, context);
    return withContext("while registering " + pair.name(), [&] {
        const auto common = commonSlices(moving.image.geometry(), fixed.image.geometry());
        // Of the slices in common, which are as far from each other everywhere.
        Geometry volume = fixed.image.geometry().slice(common.front().second);
        volume.size[2] = static_cast<std::int64_t>(common.size());
        if (common.size() > 1) {
            volume.spacing_mm[2] *= static_cast<double>(common[1].second - common[0].second);
        }
        std::vector<std::uint16_t> found;
        std::vector<std::uint16_t> truth;
        std::int64_t folded = 0;
        for (const auto& [from, to] : common) {
            context.throwIfCancelled();
            const ModelGrid grid(fixed.image.geometry().slice(to), 2, side, Fit::KeepAspect);
            const std::vector<float> values =
                registration(grid.prepare(moving.image.slice(from, 0), 0, sliceNormalisation(moving.image)),
                             grid.prepare(fixed.image.slice(to, 0), 0, sliceNormalisation(fixed.image)), grid);
            const DisplacementField field = grid.toImage(DisplacementField(grid.model, 2, values));
            folded += statistics(field).folded_voxels_strict;
            // On the field's own grid: the two images' may differ by a rounding.
            const LabelMap slice = moving.labels.slice(from);
            const LabelMap before(field.geometry(), {slice.labels().begin(), slice.labels().end()});
            const LabelMap after = warp(before, field);
            found.insert(found.end(), after.labels().begin(), after.labels().end());
            const LabelMap drawn = fixed.labels.slice(to);
            truth.insert(truth.end(), drawn.labels().begin(), drawn.labels().end());
        }
        Json json = overlapJson(LabelMap(volume, std::move(truth)), LabelMap(volume, std::move(found)));
        Json ofField = Json::object();
        ofField.set("folded_percent", 100.0 * static_cast<double>(folded) / static_cast<double>(volume.voxelCount()));
        json.set("field", std::move(ofField));
        return json;
    });
}

double endpointError_mm(const HeldOutPair& pair, const RegistrationNetwork& network, const JobContext& context) {
    double sum = 0;
    std::size_t count = 0;
    for (const SlicePair& slice : pair.slices) {
        context.throwIfCancelled();
        const std::vector<float> found = network.field(slice.moving, slice.fixed);
        const std::size_t pixels = slice.fixed.size();
        for (std::size_t i = 0; i < pixels; ++i) {
            sum += std::hypot((found[i] - slice.field[i]) * pair.spacing_mm[1],
                              (found[pixels + i] - slice.field[pixels + i]) * pair.spacing_mm[0]);
        }
        count += pixels;
    }
    return sum / static_cast<double>(std::max<std::size_t>(1, count));
}

}  // namespace drdm
