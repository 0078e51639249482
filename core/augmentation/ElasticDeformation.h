#pragma once

#include "imaging/DisplacementField.h"

#include <cstdint>

namespace drdm {

/// Random elastic deformation through B-spline control points, with the values that TorchIO's RandomElasticDeformation
/// has by default (Pérez-García et al. 2021, doi 10.1016/j.cmpb.2021.106236): 7 control points a side, of which the two
/// outermost layers stay, each moved uniformly by up to 7.5 mm along every axis. Folds are possible and are counted in
/// the manifest, not mended.
struct ElasticSettings {
    int controlPoints = 7;
    int lockedLayers = 2;
    double largest_mm = 7.5;
};

DisplacementField elasticField(const Geometry& grid, int dims, std::uint64_t seed,
                               const ElasticSettings& settings = {});

}  // namespace drdm
