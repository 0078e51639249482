#pragma once

#include <string>

namespace drdm::dicom {

/// Files of the deflated transfer syntax may unpack to a thousand times their size, and DCMTK keeps all of it in
/// memory. Counts, with a small buffer, what it would be; nothing for files of other transfer syntaxes. \throws Error:
/// more than a data set can sensibly hold or this machine has room for, stream damaged
void requireInflatable(const std::string& path);

}  // namespace drdm::dicom
