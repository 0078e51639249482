#include "kernels/Resampling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace drdm::kernels {

namespace {

struct Corner {
    int first;
    float weight;  ///< of the second
};

/// The position clamped to 0…last; what is not a number becomes 0.
Corner cornerOf(float position, int last) {
    const float clamped = position > 0 ? std::min(position, static_cast<float>(last)) : 0.0F;
    const int first = std::min(static_cast<int>(clamped), std::max(last - 1, 0));
    return {first, clamped - static_cast<float>(first)};
}

}  // namespace

void warpZeros(const float* image, const float* u, int height, int width, float* out) {
    const auto plane = static_cast<std::ptrdiff_t>(height) * width;
    const auto toRows = static_cast<float>(height);
    const auto toColumns = static_cast<float>(width);
#pragma omp parallel for schedule(static)
    for (int y = 0; y < height; ++y) {
        const float* const uy = u + static_cast<std::ptrdiff_t>(y) * width;
        const float* const ux = uy + plane;
        for (int x = 0; x < width; ++x) {
            const float py = static_cast<float>(y) + uy[x] * toRows;
            const float px = static_cast<float>(x) + ux[x] * toColumns;
            if (!(py > -1 && px > -1 && py < toRows && px < toColumns)) {
                out[static_cast<std::ptrdiff_t>(y) * width + x] = 0;
                continue;
            }
            const int y0 = static_cast<int>(std::floor(py));
            const int x0 = static_cast<int>(std::floor(px));
            const float wy = py - static_cast<float>(y0);
            const float wx = px - static_cast<float>(x0);
            const auto at = [&](int row, int column) {
                return row >= 0 && row < height && column >= 0 && column < width
                           ? image[static_cast<std::ptrdiff_t>(row) * width + column]
                           : 0.0F;
            };
            const float top = (1 - wx) * at(y0, x0) + wx * at(y0, x0 + 1);
            const float bottom = (1 - wx) * at(y0 + 1, x0) + wx * at(y0 + 1, x0 + 1);
            out[static_cast<std::ptrdiff_t>(y) * width + x] = (1 - wy) * top + wy * bottom;
        }
    }
}

void composeBorder(const float* d, const float* old, int height, int width, float* out) {
    const auto plane = static_cast<std::ptrdiff_t>(height) * width;
    const auto toRows = static_cast<float>(height);
    const auto toColumns = static_cast<float>(width);
    const std::ptrdiff_t right = width > 1 ? 1 : 0;
    const std::ptrdiff_t below = height > 1 ? width : 0;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < height; ++y) {
        const float* const dy = d + static_cast<std::ptrdiff_t>(y) * width;
        const float* const dx = dy + plane;
        float* const outY = out + static_cast<std::ptrdiff_t>(y) * width;
        float* const outX = outY + plane;
        for (int x = 0; x < width; ++x) {
            const Corner cy = cornerOf(static_cast<float>(y) + dy[x] * toRows, height - 1);
            const Corner cx = cornerOf(static_cast<float>(x) + dx[x] * toColumns, width - 1);
            const float* const top = old + static_cast<std::ptrdiff_t>(cy.first) * width + cx.first;
            const auto sampled = [&](const float* p) {
                const float above = p[0] + cx.weight * (p[right] - p[0]);
                const float under = p[below] + cx.weight * (p[below + right] - p[below]);
                return above + cy.weight * (under - above);
            };
            outY[x] = dy[x] + sampled(top);
            outX[x] = dx[x] + sampled(top + plane);
        }
    }
}

void composeBorder(const float* d, const float* old, int depth, int height, int width, float* out) {
    const auto slice = static_cast<std::ptrdiff_t>(height) * width;
    const auto volume = depth * slice;
    const std::ptrdiff_t right = width > 1 ? 1 : 0;
    const std::ptrdiff_t below = height > 1 ? width : 0;
    const std::ptrdiff_t behind = depth > 1 ? slice : 0;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < depth * height; ++row) {
        const int z = row / height;
        const int y = row % height;
        const float* const dz = d + static_cast<std::ptrdiff_t>(row) * width;
        const float* const dy = dz + volume;
        const float* const dx = dy + volume;
        float* const to = out + static_cast<std::ptrdiff_t>(row) * width;
        for (int x = 0; x < width; ++x) {
            const Corner cz = cornerOf(static_cast<float>(z) + dz[x] * static_cast<float>(depth), depth - 1);
            const Corner cy = cornerOf(static_cast<float>(y) + dy[x] * static_cast<float>(height), height - 1);
            const Corner cx = cornerOf(static_cast<float>(x) + dx[x] * static_cast<float>(width), width - 1);
            const float* const first =
                old + cz.first * slice + static_cast<std::ptrdiff_t>(cy.first) * width + cx.first;
            const auto sampled = [&](const float* p) {
                const auto line = [&](const float* q) { return q[0] + cx.weight * (q[right] - q[0]); };
                const auto plane = [&](const float* q) {
                    const float above = line(q);
                    return above + cy.weight * (line(q + below) - above);
                };
                const float front = plane(p);
                return front + cz.weight * (plane(p + behind) - front);
            };
            to[x] = dz[x] + sampled(first);
            to[x + volume] = dy[x] + sampled(first + volume);
            to[x + 2 * volume] = dx[x] + sampled(first + 2 * volume);
        }
    }
}

SplineTaps splineTaps(int i, int patch) {
    const double x = (i + 0.5) / patch - 0.5;  // in nodes
    const auto cell = std::floor(x);
    const double f = x - cell;
    return {
        static_cast<int>(cell) - 1,
        {static_cast<float>((1 - f) * (1 - f) * (1 - f) / 6), static_cast<float>((3 * f * f * f - 6 * f * f + 4) / 6),
         static_cast<float>((-3 * f * f * f + 3 * f * f + 3 * f + 1) / 6), static_cast<float>(f * f * f / 6)}};
}

void evaluateSpline(const float* coefficients, int height, int width, int patch, float* out) {
    std::vector<SplineTaps> columns;
    columns.reserve(static_cast<std::size_t>(patch) * static_cast<std::size_t>(width));
    for (int x = 0; x < patch * width; ++x) {
        columns.push_back(splineTaps(x, patch));
    }
#pragma omp parallel
    {
        std::vector<float> row(static_cast<std::size_t>(width) + 4);  // with two nodes beyond each edge
        float* const middle = row.data() + 2;
#pragma omp for schedule(static)
        for (int y = 0; y < patch * height; ++y) {
            const auto taps = splineTaps(y, patch);
            for (int x = -2; x < width + 2; ++x) {
                const int column = std::clamp(x, 0, width - 1);
                float sum = 0;
                for (int k = 0; k < 4; ++k) {
                    const int node = std::clamp(taps.first + k, 0, height - 1);
                    sum += taps.weights[static_cast<std::size_t>(k)] *
                           coefficients[static_cast<std::ptrdiff_t>(node) * width + column];
                }
                middle[x] = sum;
            }
            float* const to = out + static_cast<std::ptrdiff_t>(y) * patch * width;
            for (int x = 0; x < patch * width; ++x) {
                const auto& c = columns[static_cast<std::size_t>(x)];
                const float* const from = middle + c.first;
                to[x] =
                    c.weights[0] * from[0] + c.weights[1] * from[1] + c.weights[2] * from[2] + c.weights[3] * from[3];
            }
        }
    }
}

}  // namespace drdm::kernels
