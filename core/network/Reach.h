#pragma once

#include "jobs/JobContext.h"
#include "network/DicomServer.h"

#include <string>

namespace drdm {

/// Finds the server's address and whether anything takes connections there, before the DICOM library waits for it: this
/// can be cancelled at any time, and says in words what is wrong. \return the IPv4 address with dots
/// \throws Error: unknown host, refused, no answer in time; Cancelled
std::string reach(const DicomServer& server, const JobContext& context);

}  // namespace drdm
