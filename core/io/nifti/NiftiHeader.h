#pragma once

#include "imaging/Geometry.h"

#include <nifti1_io.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <zlib.h>

/// NIfTI-1 headers, checked by ourselves before nifticlib sees them: it trusts what it is given.
namespace drdm::nifti {

struct Header {
    std::string path;
    nifti_1_header raw{};         ///< in this machine's byte order
    bool swapped = false;         ///< the voxels are in the other byte order
    Geometry geometry;            ///< LPS, mm; qform and sform already weighed
    std::int64_t volumes = 1;     ///< dim 4
    std::int64_t components = 1;  ///< dim 5
    int bytesPerVoxel = 0;
    double slope = 1, intercept = 0;  ///< scl_slope 0 means none
    double timeStep_ms = 0;           ///< 0 = unknown
    std::uint64_t dataOffset = 352;
    std::vector<std::string> warnings;

    [[nodiscard]] bool isVector() const { return components > 1 || raw.intent_code == NIFTI_INTENT_DISPVECT; }
    [[nodiscard]] std::uint64_t valueCount() const {
        return static_cast<std::uint64_t>(geometry.voxelCount() * volumes * components);
    }
};

/// An opened .nii or .nii.gz, read from the front.
class Stream {
public:
    explicit Stream(const std::string& path);                       ///< \throws Error
    void read(void* bytes, std::uint64_t count, const char* what);  ///< \throws Error: too short, damaged
    void skip(std::uint64_t count);                                 ///< \throws Error

private:
    struct Close {
        void operator()(gzFile_s* file) const { gzclose(file); }
    };
    std::string m_path;
    std::unique_ptr<gzFile_s, Close> m_file;
    std::uint64_t m_position = 0;
};

bool hasNiftiName(const std::string& path);  ///< ends in .nii or .nii.gz

/// Reads and checks a header against the size of the file. \throws Error naming file, field and remedy.
Header readHeader(const std::string& path);

/// `count` values from the beginning of the data as float32, scaled. \throws Error
std::vector<float> readValues(const Header& header, std::uint64_t count);

}  // namespace drdm::nifti
