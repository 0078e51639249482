#include "tasks/Provenance.h"

namespace drdm {

/// Without their libraries, such files are like any others.
std::string provenanceNote(const std::string& /*path*/, Provenance::Kind& /*kind*/) {
    return {};
}

}  // namespace drdm
