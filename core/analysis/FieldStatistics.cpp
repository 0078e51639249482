#include "analysis/FieldStatistics.h"

#include "analysis/StrictDeterminant.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace drdm {

namespace {

struct LengthSummary {
    double mean = 0, p95 = 0, max = 0;
    [[nodiscard]] LengthSummary times(double factor) const { return {mean * factor, p95 * factor, max * factor}; }
};

/// Mean, 95th percentile (linear between neighbours) and maximum. Reorders its argument.
LengthSummary summary(std::vector<double>& lengths) {
    double sum = 0;
    for (const double length : lengths) {
        sum += length;
    }
    const double position = 0.95 * static_cast<double>(lengths.size() - 1);
    const auto below = static_cast<std::ptrdiff_t>(position);
    std::nth_element(lengths.begin(), lengths.begin() + below, lengths.end());
    const double low = lengths[static_cast<std::size_t>(below)];
    const auto rest = lengths.begin() + below + 1;
    const double high = rest == lengths.end() ? low : *std::min_element(rest, lengths.end());
    const double largest = rest == lengths.end() ? low : *std::max_element(rest, lengths.end());
    return {sum / static_cast<double>(lengths.size()), low + (position - static_cast<double>(below)) * (high - low),
            largest};
}

/// Lengths sqrt(uᵀ M u) of the displacements under a metric M on voxel axes.
LengthSummary lengths(const FieldView& field, std::int64_t count, const Mat3& metric) {
    std::vector<double> result(static_cast<std::size_t>(count));
    const auto dims = static_cast<std::size_t>(field.dims);
    for (std::size_t n = 0; n < result.size(); ++n) {
        double square = 0;
        for (std::size_t i = 0; i < dims; ++i) {
            for (std::size_t j = 0; j < dims; ++j) {
                square += metric[i][j] * field.u[i][n] * field.u[j][n];
            }
        }
        result[n] = std::sqrt(std::max(square, 0.0));
    }
    return summary(result);
}

/// The factor by which M lengthens every vector, if it is the same for all; else a negative number.
double commonFactor(const Mat3& metric, int dims) {
    const double first = metric[0][0];
    for (std::size_t i = 0; i < static_cast<std::size_t>(dims); ++i) {
        for (std::size_t j = 0; j < static_cast<std::size_t>(dims); ++j) {
            if (std::abs(metric[i][j] - (i == j ? first : 0.0)) > 1e-12 * first) {
                return -1.0;
            }
        }
    }
    return std::sqrt(first);
}

Mat3 millimetreMetric(const Geometry& geometry) {
    Mat3 metric{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k) {
                metric[i][j] += geometry.direction[k][i] * geometry.spacing_mm[i] * geometry.direction[k][j] *
                                geometry.spacing_mm[j];
            }
        }
    }
    return metric;
}

Mat3 percentMetric(const Geometry& geometry) {
    Mat3 metric{};
    for (std::size_t i = 0; i < 3; ++i) {
        const double factor = 100.0 / static_cast<double>(geometry.size[i]);
        metric[i][i] = factor * factor;
    }
    return metric;
}

template <typename RowValues>
std::vector<float> perVoxel(const DisplacementField& field, RowValues&& rowValues) {
    const Size3& size = field.geometry().size;
    std::vector<float> result;
    result.reserve(static_cast<std::size_t>(field.geometry().voxelCount()));
    DeterminantRows rows{FieldView(field)};
    for (std::int64_t z = 0; z < size[2]; ++z) {
        for (std::int64_t y = 0; y < size[1]; ++y) {
            rows.compute(y, z);
            for (const double value : rowValues(rows)) {
                result.push_back(static_cast<float>(value));
            }
        }
    }
    return result;
}

}  // namespace

FieldStatistics statistics(const DisplacementField& field) {
    FieldStatistics result;
    if (field.empty()) {
        return result;
    }
    const Geometry& geometry = field.geometry();
    const FieldView view(field);
    const std::int64_t count = geometry.voxelCount();

    const LengthSummary voxels = lengths(view, count, identity3);
    const auto under = [&](const Mat3& metric) {
        const double factor = commonFactor(metric, field.dims());
        return factor >= 0 ? voxels.times(factor) : lengths(view, count, metric);
    };
    const LengthSummary mm = under(millimetreMetric(geometry));
    const LengthSummary percent = under(percentMetric(geometry));
    result.mean_vox = voxels.mean, result.p95_vox = voxels.p95, result.max_vox = voxels.max;
    result.mean_mm = mm.mean, result.p95_mm = mm.p95, result.max_mm = mm.max;
    result.mean_percent = percent.mean, result.p95_percent = percent.p95, result.max_percent = percent.max;

    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    double leastStrict = least;
    DeterminantRows rows(view);
    for (std::int64_t z = 0; z < geometry.size[2]; ++z) {
        for (std::int64_t y = 0; y < geometry.size[1]; ++y) {
            rows.compute(y, z);
            for (const double value : rows.central()) {
                least = std::min(least, value);
                most = std::max(most, value);
                result.folded_voxels_central += value <= 0 ? 1 : 0;
            }
            for (const double value : rows.strictMinimum()) {
                leastStrict = std::min(leastStrict, value);
                result.folded_voxels_strict += value <= 0 ? 1 : 0;
            }
        }
    }
    result.jacobian_min = least;
    result.jacobian_max = most;
    result.strict_min = leastStrict;
    result.folded_fraction_central = static_cast<double>(result.folded_voxels_central) / static_cast<double>(count);
    result.folded_fraction_strict = static_cast<double>(result.folded_voxels_strict) / static_cast<double>(count);
    return result;
}

std::vector<float> jacobianDeterminant(const DisplacementField& field) {
    return perVoxel(field, [](const DeterminantRows& rows) { return rows.central(); });
}

std::vector<float> strictDeterminant(const DisplacementField& field) {
    return perVoxel(field, [](const DeterminantRows& rows) { return rows.strictMinimum(); });
}

}  // namespace drdm
