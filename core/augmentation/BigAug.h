#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"

#include <cstdint>
#include <string>

namespace drdm {

/// BigAug: nine transforms stacked one on the other, each with probability 0.5 (Zhang et al., "Generalizing deep
/// learning for medical image segmentation to unseen domains via deep stacked transformation", IEEE Transactions on
/// Medical Imaging 39(7), 2020, doi 10.1109/TMI.2020.2973595; PMC7393676). Its ranges:
///
/// | sharpness    | unsharp mask of two Gaussians (σ 0.25…1.5 each), amount 10…30 |
/// | blurriness   | Gaussian σ 0.25…1.5 voxels                                    |
/// | noise        | Gaussian, σ 0.1…1.0                                           |
/// | brightness   | shift −0.1…0.1                                                |
/// | contrast     | gamma 0.5…4.5                                                 |
/// | perturbation | scale and shift, −0.1…0.1 each                                |
/// | rotation     | −20…20° about each axis                                       |
/// | scaling      | 0.4…1.6                                                       |
/// | deformation  | random displacements smoothed by σ 10…13, amount 0…1000       |
///
/// Grey values are in units of the image's standard deviation about its mean, gamma acts on its range brought to 0…1.
/// The three transforms of space become one field: the image is resampled once.
struct BigAugSettings {
    double probability = 0.5;
    double sharpnessAmount[2] = {10, 30};
    double blur_vox[2] = {0.25, 1.5};
    double noise[2] = {0.1, 1.0};
    double brightness[2] = {-0.1, 0.1};
    double gamma[2] = {0.5, 4.5};
    double perturbation[2] = {-0.1, 0.1};
    double rotation_deg[2] = {-20, 20};
    double scaling[2] = {0.4, 1.6};
    double smoothness_vox[2] = {10, 13};
    double deformation_vox[2] = {0, 1000};
};

/// Rotation (in the plane for dims 2), scaling and deformation as one field; spacing is respected.
DisplacementField bigAugField(const Geometry& grid, int dims, std::uint64_t seed, const BigAugSettings& settings = {});

/// The six transforms of grey values, in the order above; the result stays within the image's stored range (float
/// images: within their own). An image without contrast stays as it is.
Image bigAugIntensity(const Image& image, int dims, std::uint64_t seed, const BigAugSettings& settings = {});

}  // namespace drdm
