#pragma once

#include <cstdint>
#include <string>

namespace drdm {

/// A new DICOM UID "2.25.<decimal of a random version-4 UUID>" (PS3.5 B.2): unique without a registered root.
std::string newUid();

/// The UUID-derived UID of given 128 bits; the version and variant bits are set here.
std::string uidFromBits(std::uint64_t high, std::uint64_t low);

}  // namespace drdm
