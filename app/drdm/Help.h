#pragma once

#include "Commands.h"

#include <string>

namespace drdm {

/// All commands, one line each.
std::string overview();

/// One command with all its options.
std::string helpFor(const Command& command);

}  // namespace drdm
