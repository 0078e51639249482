#pragma once

#include "imaging/Image.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace drdm::bench {

using Features = std::vector<double>;

/// Histogram of gradient orientations of the first slice (8 directions in 6 × 6 cells, as HOG, Dalal and Triggs 2005),
/// length 1: where which edges run, whatever the grey values.
inline Features gradientFeatures(const Image& image) {
    constexpr int cells = 6;
    constexpr int directions = 8;
    const auto& size = image.geometry().size;
    const auto v = image.voxels();
    Features histogram(cells * cells * directions, 0.0);
    const auto at = [&](std::int64_t x, std::int64_t y) {
        return static_cast<double>(v[static_cast<std::size_t>(y * size[0] + x)]);
    };
    for (std::int64_t y = 1; y + 1 < size[1]; ++y) {
        for (std::int64_t x = 1; x + 1 < size[0]; ++x) {
            const double gx = at(x + 1, y) - at(x - 1, y);
            const double gy = at(x, y + 1) - at(x, y - 1);
            const double angle = std::fmod(std::atan2(gy, gx) + 2 * std::numbers::pi, std::numbers::pi);
            const auto direction = std::min(static_cast<int>(angle / std::numbers::pi * directions), directions - 1);
            const auto cell = (y * cells / size[1]) * cells + x * cells / size[0];
            histogram[static_cast<std::size_t>(cell * directions + direction)] += std::hypot(gx, gy);
        }
    }
    double length = 0;
    for (double& h : histogram) {
        h = std::sqrt(h);  // a few strong edges must not drown the rest
        length += h * h;
    }
    for (double& h : histogram) {
        h /= std::sqrt(length) + 1e-12;
    }
    return histogram;
}

/// Unbiased estimate of the squared maximum mean discrepancy between two sets, kernel (x·y + 1)³ (Bińkowski et al.
/// 2018): 0 on average for two sets of one kind; may be below.
inline double kernelDistance(const std::vector<Features>& a, const std::vector<Features>& b) {
    const auto kernel = [](const Features& x, const Features& y) {
        double dot = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            dot += x[i] * y[i];
        }
        return std::pow(dot + 1, 3);
    };
    const auto within = [&kernel](const std::vector<Features>& set) {
        double sum = 0;
        for (std::size_t i = 0; i < set.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                sum += 2 * kernel(set[i], set[j]);
            }
        }
        const auto n = static_cast<double>(set.size());
        return sum / (n * (n - 1));
    };
    double between = 0;
    for (const auto& x : a) {
        for (const auto& y : b) {
            between += kernel(x, y);
        }
    }
    return within(a) + within(b) - 2 * between / static_cast<double>(a.size() * b.size());
}

}  // namespace drdm::bench
