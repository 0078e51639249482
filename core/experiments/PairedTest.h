#pragma once

#include <vector>

namespace drdm {

/// Two-sided p of Wilcoxon's signed-rank test that paired values a and b differ: exact (all 2ⁿ signs, by counting) up
/// to 40 pairs, ranks of equal differences shared, pairs without difference left out (Wilcoxon 1945; Pratt 1959 for the
/// ties); beyond that by the normal distribution. 1 where no pair differs. \throws Error if the counts differ.
double signedRankP(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace drdm
