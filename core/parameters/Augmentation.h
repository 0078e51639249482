#pragma once

#include "parameters/Parameter.h"

namespace drdm {

/// Of the registry (Parameter.h): method, levels, copies, seed, model, layout, rules, …
const ParameterSet& augmentationParameters();

}  // namespace drdm
