#include "analysis/LabelOverlap.h"

#include "analysis/SurfaceDistance.h"
#include "errors/Error.h"
#include "imaging/DisplacementField.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace drdm {

namespace {

void requireSameGrid(const Geometry& a, const Geometry& b, const char* what) {
    if (!a.sameGrid(b)) {
        throw Error(std::string("the two ") + what + " lie on different grids (" + std::to_string(a.size[0]) + " x " +
                    std::to_string(a.size[1]) + " x " + std::to_string(a.size[2]) + " and " +
                    std::to_string(b.size[0]) + " x " + std::to_string(b.size[1]) + " x " + std::to_string(b.size[2]) +
                    " voxels, or placed differently); bring both to one grid first");
    }
}

double voxelVolume_mm3(const Geometry& geometry) {
    return geometry.spacing_mm[0] * geometry.spacing_mm[1] * geometry.spacing_mm[2] *
           std::abs(determinant(geometry.direction));
}

std::map<int, std::int64_t> countPerLabel(const LabelMap& labels) {
    std::vector<std::int64_t> counts(std::size_t{1} << 16, 0);
    for (const std::uint16_t label : labels.labels()) {
        ++counts[label];
    }
    std::map<int, std::int64_t> result;
    for (std::size_t label = 1; label < counts.size(); ++label) {
        if (counts[label] > 0) {
            result[static_cast<int>(label)] = counts[label];
        }
    }
    return result;
}

}  // namespace

std::map<int, OverlapMeasures> labelOverlap(const LabelMap& reference, const LabelMap& other) {
    requireSameGrid(reference.geometry(), other.geometry(), "label maps");
    const auto inReference = countPerLabel(reference);
    const auto inOther = countPerLabel(other);
    std::vector<std::int64_t> shared(std::size_t{1} << 16, 0);
    for (std::size_t n = 0; n < reference.labels().size(); ++n) {
        if (reference.labels()[n] == other.labels()[n]) {
            ++shared[reference.labels()[n]];
        }
    }
    std::set<int> labels;
    for (const auto* counts : {&inReference, &inOther}) {
        for (const auto& [label, count] : *counts) {
            labels.insert(label);
        }
    }
    const double volume_mm3 = voxelVolume_mm3(reference.geometry());
    std::map<int, OverlapMeasures> result;
    for (const int label : labels) {
        const auto countIn = [label](const std::map<int, std::int64_t>& counts) {
            const auto found = counts.find(label);
            return found == counts.end() ? 0.0 : static_cast<double>(found->second);
        };
        const double a = countIn(inReference);
        const double b = countIn(inOther);
        const auto both = static_cast<double>(shared[static_cast<std::size_t>(label)]);
        OverlapMeasures& measures = result[label];
        measures.dice = 2 * both / (a + b);
        measures.sensitivity = a > 0 ? both / a : 0.0;
        measures.precision = b > 0 ? both / b : 0.0;
        measures.volumeA_mm3 = a * volume_mm3;
        measures.volumeB_mm3 = b * volume_mm3;
        const SurfaceDistances distances = surfaceDistances(reference, other, static_cast<std::uint16_t>(label));
        measures.asd_mm = distances.asd_mm;
        measures.hd95_mm = distances.hd95_mm;
    }
    return result;
}

std::map<int, double> volumeChange(const LabelMap& before, const LabelMap& after) {
    const double volumeBefore_mm3 = voxelVolume_mm3(before.geometry());
    const double volumeAfter_mm3 = voxelVolume_mm3(after.geometry());
    const auto counts = countPerLabel(after);
    std::map<int, double> result;
    for (const auto& [label, count] : countPerLabel(before)) {
        const auto found = counts.find(label);
        const double left = found == counts.end() ? 0.0 : static_cast<double>(found->second) * volumeAfter_mm3;
        const double had = static_cast<double>(count) * volumeBefore_mm3;
        result[label] = (left - had) / had;
    }
    return result;
}

double meanDistance_vox(const DisplacementField& a, const DisplacementField& b) {
    requireSameGrid(a.geometry(), b.geometry(), "displacement fields");
    if (a.dims() != b.dims()) {
        throw Error("a 2-D and a 3-D displacement field cannot be compared; give two of the same kind");
    }
    const auto count = static_cast<std::size_t>(a.geometry().voxelCount());
    double sum = 0;
    for (std::size_t n = 0; n < count; ++n) {
        double square = 0;
        for (int c = 0; c < a.dims(); ++c) {
            const double difference = static_cast<double>(a.component_vox(c)[n]) - b.component_vox(c)[n];
            square += difference * difference;
        }
        sum += std::sqrt(square);
    }
    return sum / static_cast<double>(count);
}

}  // namespace drdm
