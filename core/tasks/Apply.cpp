#include "tasks/Apply.h"

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

Image applyField(const Image& image, const DisplacementField& field, Interpolation interpolation) {
    const auto slice = sliceUnder(field.geometry(), image.geometry());
    return warp(slice ? image.sliceOverTime(*slice) : image, field, interpolation);
}

LabelMap applyField(const LabelMap& labels, const DisplacementField& field, Interpolation interpolation) {
    const auto slice = sliceUnder(field.geometry(), labels.geometry());
    return warp(slice ? labels.slice(*slice) : labels, field, interpolation);
}

}  // namespace drdm
