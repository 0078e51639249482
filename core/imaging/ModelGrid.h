#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"

#include <vector>

namespace drdm {

enum class Fit {
    KeepAspect,  ///< the longer physical side fills N voxels, the rest is background (ours)
    Squash,      ///< every side is stretched to N (the authors' process)
};

enum class Normalisation {
    Percentile,  ///< 0.5–99.5 percentile → [0, 1], clamped (MR)
    CtWindow,    ///< −1000…400 HU → [0, 1], clamped
    MinMax,      ///< min–max, no clamp (released)
};

/// The model's square or cubic grid of side `side`, laid over an image's own grid: along every axis i (x, y, z)
/// `model_i = scale_i · image_i + offset_i` in voxels. This is the one place where preprocessing is written and undone
/// (ARCHITECTURE, rule 8).
struct ModelGrid {
    Geometry image;  ///< the image's own grid
    Geometry model;  ///< the model's grid in the same patient space (2-D: size z = 1)
    int dims = 2;
    Vec3 scale{1, 1, 1};
    Vec3 offset{0, 0, 0};

    /// \throws Error if `dimensions` is 2 and the image has several slices, or 3 and it has fewer than 2.
    ModelGrid(const Geometry& imageGrid, int dimensions, std::int64_t side, Fit fit);

    /// One phase of an image on the grid `image`, normalised and brought to the model grid, x fastest (side^dims
    /// floats). Minification is smoothed first; what lies outside the image is its edge value feathered to 0, so that
    /// no straight frame is left.
    [[nodiscard]] std::vector<float> prepare(const Image& source, std::int64_t phase,
                                             Normalisation normalisation) const;

    /// A mask (1 = locked) brought to the model grid, linear; outside the image as at its edge.
    [[nodiscard]] std::vector<float> prepareMask(const LabelMap& mask) const;

    /// A field from the model's grid on the image's own grid, in the image's voxels (cubic B-spline through the nodes'
    /// values as coefficients where the image is finer: smooth, never overshooting; exact where the grids coincide).
    /// Not made strict: see analysis/FoldGuard.h.
    [[nodiscard]] DisplacementField toImage(const DisplacementField& onModel) const;

    /// The way back, linear, for initial fields. \throws Error if the field is not on the image's grid.
    [[nodiscard]] DisplacementField toModel(const DisplacementField& onImage) const;
};

}  // namespace drdm
