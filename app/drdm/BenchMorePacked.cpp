#include "BenchMore.h"

namespace drdm {

struct BenchMore::Private {};

BenchMore::BenchMore() = default;
BenchMore::~BenchMore() = default;

std::vector<OutsideMeasure> BenchMore::measures() const {
    return {trajectoryStorage()};
}

}  // namespace drdm
