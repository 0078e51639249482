#pragma once

#include <string>
#include <vector>

namespace drdm::dicom {

/// What a DICOMDIR names.
struct DirectoryFiles {
    std::vector<std::string> files;    ///< that are there, absolute
    std::vector<std::string> missing;  ///< as named
};

/// Reads the directory records of a DICOMDIR. Names are looked up without regard to case, as discs mounted on Linux
/// need it; names that lead out of its folder are ignored. \throws Error: no DICOM file, damaged.
DirectoryFiles readDirectory(const std::string& path);

}  // namespace drdm::dicom
