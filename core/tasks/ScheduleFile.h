#pragma once

#include "diffusion/Schedule.h"

#include <string>

namespace drdm {

/// A noise schedule as the schedule editor saves it (JSON). \throws Error naming the file and the field.
Schedule readSchedule(const std::string& path);
/// Written beside the target and renamed. \throws Error: mistakes in it, unwritable folder, full disk.
void writeSchedule(const Schedule& schedule, const std::string& path);

}  // namespace drdm
