#pragma once

#include <string>
#include <vector>

namespace drdm {

/// Kinds of objects that a study with images holds, the most usual first.
const std::vector<std::string>& storageClasses();
const std::vector<std::string>& uncompressed();  ///< transfer syntaxes, the preferred first
const std::vector<std::string>& compressed();    ///< transfer syntaxes, lossless ones first

}  // namespace drdm
