#include "imaging/ModelGrid.h"

#include "errors/Error.h"
#include "imaging/AxisResampling.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace drdm {

namespace {

/// The q-quantile of sorted-on-demand values, linear between the two neighbours.
float quantile(std::vector<float>& values, double q) {
    const double position = q * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::ptrdiff_t>(position);
    std::nth_element(values.begin(), values.begin() + below, values.end());
    const float low = values[static_cast<std::size_t>(below)];
    const auto rest = values.begin() + below + 1;
    const float high = rest == values.end() ? low : *std::min_element(rest, values.end());
    return low + static_cast<float>(position - static_cast<double>(below)) * (high - low);
}

std::pair<float, float> intensityRange(std::span<const float> voxels, Normalisation normalisation) {
    if (normalisation == Normalisation::CtWindow) {
        return {-1000.0F, 400.0F};
    }
    std::vector<float> finite;
    finite.reserve(voxels.size());
    std::copy_if(voxels.begin(), voxels.end(), std::back_inserter(finite), [](float v) { return std::isfinite(v); });
    if (finite.empty()) {
        return {0.0F, 0.0F};
    }
    if (normalisation == Normalisation::MinMax) {
        const auto [low, high] = std::minmax_element(finite.begin(), finite.end());
        return {*low, *high};
    }
    const float low = quantile(finite, 0.005);
    return {low, quantile(finite, 0.995)};
}

std::vector<float> normalised(std::span<const float> voxels, Normalisation normalisation) {
    const auto [low, high] = intensityRange(voxels, normalisation);
    std::vector<float> result(voxels.size(), 0.0F);
    if (!(high > low)) {
        return result;  // a constant image holds nothing to see; 0 as the background
    }
    const float scale = 1.0F / (high - low);
    const bool clamped = normalisation != Normalisation::MinMax;
    for (std::size_t n = 0; n < result.size(); ++n) {
        const float value = (voxels[n] - low) * scale;
        if (std::isfinite(value)) {
            result[n] = clamped ? std::clamp(value, 0.0F, 1.0F) : value;
        }
    }
    return result;
}

/// The grids' voxels coincide along an axis.
bool coincide(const ModelGrid& grid, std::size_t axis) {
    return grid.scale[axis] == 1.0 && grid.offset[axis] == 0.0 && grid.image.size[axis] == grid.model.size[axis];
}

/// How far (in model voxels) a model voxel's centre lies outside the faces of the image; ≤ 0 inside.
double distanceOutside(const ModelGrid& grid, std::size_t axis, std::int64_t voxel) {
    const double low = grid.scale[axis] * -0.5 + grid.offset[axis];
    const double high = grid.scale[axis] * (static_cast<double>(grid.image.size[axis]) - 0.5) + grid.offset[axis];
    return std::max(low - static_cast<double>(voxel), static_cast<double>(voxel) - high);
}

/// Image voxels to model voxels along one axis; `feather(distance outside)` weakens what lies outside the image.
template <typename Feather>
AxisTaps towardsModel(const ModelGrid& grid, std::size_t axis, Feather&& feather) {
    if (coincide(grid, axis)) {
        return copyTaps(grid.model.size[axis]);
    }
    const double step = 1.0 / grid.scale[axis];
    AxisTaps taps = averagingTaps(grid.image.size[axis], grid.model.size[axis], step, -grid.offset[axis] * step);
    for (std::int64_t voxel = 0; voxel < taps.outputs; ++voxel) {
        const double distance = distanceOutside(grid, axis, voxel);
        if (distance > 0) {
            taps.weaken(voxel, feather(distance));
        }
    }
    return taps;
}

template <typename TapsOfAxis>
std::vector<float> resampled(std::vector<float> values, Size3 size, int dims, TapsOfAxis&& tapsOfAxis) {
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
        values = resampleAxis(std::move(values), size, axis, tapsOfAxis(axis));
    }
    return values;
}

/// Brings every component of a field to another grid and multiplies it by the `factor` of its axis.
template <typename TapsOfAxis, typename FactorOfAxis>
DisplacementField resampledField(const DisplacementField& field, const Geometry& to, TapsOfAxis&& tapsOfAxis,
                                 FactorOfAxis&& factorOfAxis) {
    const int dims = field.dims();
    const auto count = static_cast<std::size_t>(to.voxelCount());
    std::vector<float> result(count * static_cast<std::size_t>(dims));
    for (int axis = 0; axis < dims; ++axis) {
        const int c = componentOfAxis(axis, dims);
        const auto source = field.component_vox(c);
        const auto values = resampled({source.begin(), source.end()}, field.geometry().size, dims, tapsOfAxis);
        const double factor = factorOfAxis(static_cast<std::size_t>(axis));
        std::transform(values.begin(), values.end(), result.begin() + static_cast<std::ptrdiff_t>(c * count),
                       [factor](float v) { return static_cast<float>(v * factor); });
    }
    return {to, dims, std::move(result)};
}

}  // namespace

ModelGrid::ModelGrid(const Geometry& imageGrid, int dimensions, std::int64_t side, Fit fit)
    : image(imageGrid), model(imageGrid), dims(dimensions) {
    image.validate();
    if (dims != 2 && dims != 3) {
        throw Error("a model works in 2 or 3 dimensions, not " + std::to_string(dims));
    }
    if (dims == 2 && image.size[2] != 1) {
        throw Error("a 2-D model takes one slice, but the image has " + std::to_string(image.size[2]) +
                    "; choose a slice");
    }
    if (dims == 3 && image.size[2] < 2) {
        throw Error("a 3-D model takes a volume, but the image has one slice; choose a 2-D model or a volume");
    }
    if (side < 1 || side > 4096) {
        throw Error("the model's grid cannot have a side of " + std::to_string(side) + " voxels (1 to 4096)");
    }
    double longest_mm = 0;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
        longest_mm = std::max(longest_mm, static_cast<double>(image.size[axis]) * image.spacing_mm[axis]);
    }
    const double spacing_mm = longest_mm / static_cast<double>(side);
    Vec3 first{0, 0, 0};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
        const auto n = static_cast<double>(image.size[axis]);
        scale[axis] = fit == Fit::Squash ? static_cast<double>(side) / n : image.spacing_mm[axis] / spacing_mm;
        if (std::abs(scale[axis] - 1.0) < 1e-9) {
            scale[axis] = 1.0;  // rounding in the division must not turn a copy into an interpolation
        }
        // Both grids have the same centre; for Squash this is (image + 0.5) * side / n - 0.5.
        offset[axis] = 0.5 * (static_cast<double>(side - 1) - scale[axis] * (n - 1.0));
        model.size[axis] = side;
        model.spacing_mm[axis] = image.spacing_mm[axis] / scale[axis];
        first[axis] = -offset[axis] / scale[axis];
    }
    model.origin_mm = image.toPatient(first);
}

std::vector<float> ModelGrid::prepare(const Image& source, std::int64_t phase, Normalisation normalisation) const {
    if (!source.geometry().sameGrid(image)) {
        throw Error(
            "the image does not lie on the grid that the model's grid was laid over; make a grid for this image");
    }
    const double width = std::max(1.0, static_cast<double>(model.size[0]) / 8.0);
    const auto feather = [width](double distance) {
        return distance >= width ? 0.0 : 0.5 + 0.5 * std::cos(std::numbers::pi * distance / width);
    };
    return resampled(normalised(source.phaseVoxels(phase), normalisation), image.size, dims,
                     [&](std::size_t axis) { return towardsModel(*this, axis, feather); });
}

std::vector<float> ModelGrid::prepareMask(const LabelMap& mask) const {
    if (!mask.geometry().sameGrid(image)) {
        throw Error("the mask does not lie on the image's grid; resample it to the image first");
    }
    std::vector<float> values(mask.labels().size());
    std::transform(mask.labels().begin(), mask.labels().end(), values.begin(),
                   [](std::uint16_t label) { return label != 0 ? 1.0F : 0.0F; });
    return resampled(std::move(values), image.size, dims,
                     [&](std::size_t axis) { return towardsModel(*this, axis, [](double) { return 1.0; }); });
}

DisplacementField ModelGrid::toImage(const DisplacementField& onModel) const {
    if (onModel.dims() != dims || onModel.geometry().size != model.size) {
        throw Error("the displacement field does not lie on the model's grid of " + std::to_string(model.size[0]) +
                    " voxels a side");
    }
    const auto taps = [this](std::size_t axis) {
        if (coincide(*this, axis)) {
            return copyTaps(image.size[axis]);
        }
        const auto make = scale[axis] < 1.0 ? splineTaps : linearTaps;
        return make(model.size[axis], image.size[axis], scale[axis], offset[axis]);
    };
    return resampledField(onModel, image, taps, [this](std::size_t axis) { return 1.0 / scale[axis]; });
}

DisplacementField ModelGrid::toModel(const DisplacementField& onImage) const {
    if (onImage.dims() != dims || !onImage.geometry().sameGrid(image)) {
        throw Error(
            "the displacement field does not lie on the image's grid, so it cannot start a deformation of this "
            "image; give a field that was made for it");
    }
    const auto taps = [this](std::size_t axis) {
        return coincide(*this, axis)
                   ? copyTaps(model.size[axis])
                   : linearTaps(image.size[axis], model.size[axis], 1.0 / scale[axis], -offset[axis] / scale[axis]);
    };
    return resampledField(onImage, model, taps, [this](std::size_t axis) { return scale[axis]; });
}

}  // namespace drdm
