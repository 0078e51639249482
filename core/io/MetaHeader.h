#pragma once

#include "imaging/Geometry.h"

#include <map>
#include <string>
#include <vector>

/// Headers of MetaImage files: lines "key = value", the last one ElementDataFile.
namespace drdm::meta {

struct Header {
    std::string path;
    Geometry geometry;  ///< LPS, mm
    std::int64_t phases = 1;
    int channels = 1;
    std::string type;  ///< "MET_FLOAT"
    int bytes = 4;     ///< per number
    bool swapped = false, compressed = false;
    std::string dataFile;                       ///< the file itself, or one beside it
    std::uint64_t dataOffset = 0;               ///< in it
    std::map<std::string, std::string> others;  ///< keys that are not of the format
};

/// Reads and checks a header against the size of the data. \throws Error naming file, key and remedy
Header readHeader(const std::string& path);

/// All numbers as float32, channels of a voxel together. \throws Error
std::vector<float> readValues(const Header& header);

}  // namespace drdm::meta
