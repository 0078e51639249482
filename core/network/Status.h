#pragma once

#include "network/DicomServer.h"

#include <cstdint>
#include <string>

namespace drdm {

/// What a status of PS3.7 Annex C and PS3.4 says: "its disk or memory is full", with the number.
std::string statusInWords(std::uint16_t status);

/// \throws Error unless the status is success; `what`: "the search (C-FIND)"
void requireSuccess(std::uint16_t status, const DicomServer& server, const std::string& what);

/// The same for C-GET and C-MOVE, where parts may have failed. \throws Error, Cancelled is not known here
void requireRetrieved(std::uint16_t status, int failed, const DicomServer& server, const std::string& what);

}  // namespace drdm
