#include "experiments/PairedTest.h"

#include "errors/Error.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace drdm {
namespace {

constexpr std::size_t mostExact = 40;

struct Ranked {
    std::vector<int> doubled;  ///< twice the rank of each difference: whole numbers, shared ranks too
    int positive = 0;          ///< their sum where a > b
};

Ranked ranked(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i]) {
            differences.push_back(a[i] - b[i]);
        }
    }
    std::sort(differences.begin(), differences.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
    Ranked result;
    for (std::size_t i = 0; i < differences.size();) {
        std::size_t end = i;
        while (end < differences.size() && std::abs(differences[end]) == std::abs(differences[i])) {
            ++end;
        }
        for (std::size_t k = i; k < end; ++k) {
            const auto rank = static_cast<int>(i + 1 + end);  // twice the mean of i + 1 … end
            result.doubled.push_back(rank);
            result.positive += differences[k] > 0 ? rank : 0;
        }
        i = end;
    }
    return result;
}

}  // namespace

double signedRankP(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) {
        throw Error("a paired test needs as many values of one as of the other, not " + std::to_string(a.size()) +
                    " and " + std::to_string(b.size()));
    }
    const Ranked found = ranked(a, b);
    int all = 0;
    double squares = 0;
    for (const int rank : found.doubled) {
        all += rank;
        squares += static_cast<double>(rank) * rank;
    }
    const int smaller = std::min(found.positive, all - found.positive);
    if (found.doubled.empty()) {
        return 1;
    }
    if (found.doubled.size() > mostExact) {
        // Sum of rank · sign: mean all / 2, variance Σ rank² / 4; half a step towards the mean.
        const double z = (smaller + 1 - 0.5 * all) / std::sqrt(squares / 4);
        return std::min(1.0, std::erfc(-z / std::sqrt(2.0)));
    }
    // How many choices of signs give each sum.
    std::vector<double> ways(static_cast<std::size_t>(all) + 1, 0.0);
    ways[0] = 1;
    int reached = 0;
    for (const int rank : found.doubled) {
        reached += rank;
        for (int sum = reached; sum >= rank; --sum) {
            ways[static_cast<std::size_t>(sum)] += ways[static_cast<std::size_t>(sum - rank)];
        }
    }
    double tail = 0;
    for (int sum = 0; sum <= smaller; ++sum) {
        tail += ways[static_cast<std::size_t>(sum)];
    }
    return std::min(1.0, 2 * tail / std::pow(2.0, static_cast<double>(found.doubled.size())));
}

}  // namespace drdm
