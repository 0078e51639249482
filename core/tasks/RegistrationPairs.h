#pragma once

#include "experiments/RegistrationNetwork.h"
#include "imaging/DisplacementField.h"
#include "imaging/ModelGrid.h"
#include "parameters/Json.h"
#include "tasks/ImagePairs.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace drdm {

/// The slices of two volumes that lie in the same place, as numbers in moving and fixed; a volume may have some more at
/// its ends. \throws Error if there are none: other grids
std::vector<std::pair<std::int64_t, std::int64_t>> commonSlices(const Geometry& moving, const Geometry& fixed);

/// Every slice that two images have in common on the network's square grid; with the field from fixed to moving, if
/// there is one. \throws Error: other grids, a field that moves through slices
std::vector<SlicePair> slicePairs(const Image& moving, const Image& fixed, const DisplacementField& field,
                                  std::int64_t side);

/// A synthetic pair with its slices, to measure with.
struct HeldOutPair {
    std::string subject, name;
    Vec3 spacing_mm{1, 1, 1};  ///< of the network's grid
    std::vector<SlicePair> slices;
};

/// Finds the field (as SlicePair) that brings a moving slice onto a fixed one, both on this grid.
using SliceRegistration = std::function<std::vector<float>(const std::vector<float>& moving,
                                                           const std::vector<float>& fixed, const ModelGrid& grid)>;

/// A pair registered slice by slice (those in common), the labels moved as everywhere (one-hot, linear) on the image's
/// own grid:
/// {"<label>": overlap with the fixed labels …, "field": {folded_percent}}. \throws Error, Cancelled
Json registeredJson(const ImagePair& pair, std::int64_t side, const SliceRegistration& registration,
                    const JobContext& context);

/// Mean distance of found and true displacements over all slices, mm. \throws Error
double endpointError_mm(const HeldOutPair& pair, const RegistrationNetwork& network, const JobContext& context);

}  // namespace drdm
