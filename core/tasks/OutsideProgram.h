#pragma once

#include "jobs/JobContext.h"

#include <string>
#include <vector>

namespace drdm {

/// Where the search path has a program of this name; "" = it is not installed.
std::string programPath(const std::string& name);

/// Runs a program without a shell, what it says goes into the file `log`; returns its exit status (128 + signal where
/// one ended it). \throws Error if it cannot be started; Cancelled, after it is ended
int runProgram(const std::vector<std::string>& command, const std::string& log, const JobContext& context);

}  // namespace drdm
