#pragma once

#include <string>

namespace drdm {

/// How weights lie in a model file; in memory they are float32. Half: rounded to 11 bits, half the space. Byte: rounded
/// to a 254th of the largest weight of their output channel, a quarter of the space.
enum class WeightPrecision { Single, Half, Byte };
std::string name(WeightPrecision precision);
/// \throws Error naming the accepted words: single, half, byte.
WeightPrecision weightPrecisionFromName(const std::string& name);

}  // namespace drdm
