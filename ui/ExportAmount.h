#pragma once

#include "tasks/Export.h"

namespace drdm {

/// How much an export will write.
struct ExportAmount {
    int files = 0;
    double bytes = 0;  ///< an estimate: how well the numbers compress is not known beforehand
};

/// For one folder.
ExportAmount exportAmount(const ExportRequest& request);

}  // namespace drdm
