#include "ui/training/CurveShape.h"

#include <algorithm>
#include <cmath>

namespace drdm {

std::vector<double> smoothed(const std::vector<double>& values, double weight) {
    std::vector<double> result;
    result.reserve(values.size());
    double sum = 0;
    double total = 0;
    for (const double value : values) {
        if (std::isfinite(value)) {
            sum = weight * sum + (1 - weight) * value;
            total = weight * total + (1 - weight);
        }
        result.push_back(total > 0 ? sum / total : value);
    }
    return result;
}

Curve thinned(const std::vector<double>& x, const std::vector<double>& y, std::size_t most) {
    if (x.size() <= most || most < 4) {
        return {x, y};
    }
    Curve curve;
    const std::size_t stretches = most / 2;
    for (std::size_t s = 0; s < stretches; ++s) {
        const std::size_t from = s * x.size() / stretches;
        const std::size_t to = (s + 1) * x.size() / stretches;
        const auto begin = y.begin() + static_cast<std::ptrdiff_t>(from);
        const auto [low, high] = std::minmax_element(begin, y.begin() + static_cast<std::ptrdiff_t>(to));
        auto first = static_cast<std::size_t>(low - y.begin());
        auto second = static_cast<std::size_t>(high - y.begin());
        if (first > second) {
            std::swap(first, second);
        }
        curve.x.push_back(x[first]);
        curve.y.push_back(y[first]);
        if (second != first) {
            curve.x.push_back(x[second]);
            curve.y.push_back(y[second]);
        }
    }
    if (curve.x.back() != x.back()) {
        curve.x.push_back(x.back());
        curve.y.push_back(y.back());
    }
    return curve;
}

}  // namespace drdm
