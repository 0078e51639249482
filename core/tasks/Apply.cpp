#include "tasks/Apply.h"

#include "errors/Error.h"

#include <algorithm>
#include <optional>

namespace drdm {
namespace {

std::optional<std::int64_t> sliceUnder(const Geometry& field, const Geometry& image) {
    if (field.size[2] != 1 || image.size[2] == 1) {
        return {};
    }
    for (std::int64_t z = 0; z < image.size[2]; ++z) {
        if (image.slice(z).sameGrid(field)) {
            return z;
        }
    }
    return {};
}

}  // namespace

Image sliceOfAllPhases(const Image& image, std::int64_t slice) {
    Image first = image.slice(slice, 0);
    if (image.phases() == 1) {
        return first;
    }
    std::vector<float> voxels;
    ImageSource source = image.source;
    const bool oneFileEach =
        static_cast<std::int64_t>(image.source.files.size()) == image.phases() * image.geometry().size[2];
    if (oneFileEach) {
        source.files.clear();
        source.sopInstanceUids.clear();
    }
    for (std::int64_t phase = 0; phase < image.phases(); ++phase) {
        const Image one = image.slice(slice, phase);
        voxels.insert(voxels.end(), one.voxels().begin(), one.voxels().end());
        if (oneFileEach) {
            source.files.insert(source.files.end(), one.source.files.begin(), one.source.files.end());
            source.sopInstanceUids.insert(source.sopInstanceUids.end(), one.source.sopInstanceUids.begin(),
                                          one.source.sopInstanceUids.end());
        }
    }
    Image result(first.geometry(), std::move(voxels), image.phases());
    result.modality = image.modality;
    result.description = image.description;
    result.source = std::move(source);
    result.storedMinimum = image.storedMinimum;
    result.storedMaximum = image.storedMaximum;
    result.paddingValue = image.paddingValue;
    result.windowCentre = image.windowCentre;
    result.windowWidth = image.windowWidth;
    result.phaseTimes_ms = image.phaseTimes_ms;
    result.warnings = image.warnings;
    return result;
}

Image applyField(const Image& image, const DisplacementField& field, Interpolation interpolation) {
    const auto slice = sliceUnder(field.geometry(), image.geometry());
    return warp(slice ? sliceOfAllPhases(image, *slice) : image, field, interpolation);
}

LabelMap applyField(const LabelMap& labels, const DisplacementField& field, Interpolation interpolation) {
    const auto slice = sliceUnder(field.geometry(), labels.geometry());
    return warp(slice ? labels.slice(*slice) : labels, field, interpolation);
}

}  // namespace drdm
