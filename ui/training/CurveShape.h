#pragma once

#include <vector>

namespace drdm {

/// The exponential moving average of values, without the pull of its beginning: weight 0 changes nothing, 0.99 looks
/// back over about a hundred values. What is not finite is left out of the average.
std::vector<double> smoothed(const std::vector<double>& values, double weight);

/// A curve of few enough points to be drawn often.
struct Curve {
    std::vector<double> x, y;
};
/// At most about `most` points: each stretch of the curve is replaced by its smallest and largest value, so that no
/// peak is lost.
Curve thinned(const std::vector<double>& x, const std::vector<double>& y, std::size_t most);

}  // namespace drdm
