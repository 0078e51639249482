#include "io/nifti/NiftiHeader.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace drdm::nifti {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t maxOffset = 256ULL << 20U;  // header extensions beyond this are nonsense
constexpr double deflateLimit = 1032;               // deflate cannot compress more than this many times

bool isCompressed(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char magic[2]{};
    file.read(magic, 2);
    return magic[0] == '\x1f' && magic[1] == '\x8b';
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw Error(path + ": " + why);
}

void checkKind(const std::string& path, nifti_1_header& raw, bool& swapped) {
    std::int32_t size = raw.sizeof_hdr;
    const auto reversed = [](std::int32_t value) {
        return static_cast<std::int32_t>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    };
    swapped = reversed(size) == 348 || reversed(size) == 540;
    size = swapped ? reversed(size) : size;
    if (size == 540) {
        refuse(path, "this is NIfTI-2, which is not supported; convert it to NIfTI-1 (for example with nifti_tool)");
    }
    if (size != 348) {
        refuse(path, "not a NIfTI-1 file (its header size is " + std::to_string(size) + " instead of 348)");
    }
    if (std::memcmp(raw.magic, "ni1", 4) == 0) {
        refuse(path, "a NIfTI pair (.hdr and .img) is not supported; convert it to one .nii file");
    }
    if (std::memcmp(raw.magic, "n+1", 4) != 0) {
        refuse(path, "not a NIfTI-1 file (the magic word \"n+1\" is missing; perhaps Analyze 7.5); convert it to .nii");
    }
    if (swapped) {
        swap_nifti_header(&raw, 1);
    }
}

/// Dimensions, type and offset. \throws Error
void checkSizes(Header& header) {
    const nifti_1_header& raw = header.raw;
    const std::string& path = header.path;
    if (raw.dim[0] < 1 || raw.dim[0] > 7) {
        refuse(path, "damaged header: it states " + std::to_string(raw.dim[0]) + " dimensions");
    }
    std::int64_t dims[8] = {raw.dim[0], 1, 1, 1, 1, 1, 1, 1};
    for (int i = 1; i <= raw.dim[0]; ++i) {
        if (raw.dim[i] < 1 && i <= 3) {
            refuse(path, "damaged header: size " + std::to_string(raw.dim[i]) + " along axis " + std::to_string(i));
        }
        dims[i] = std::max<std::int64_t>(1, raw.dim[i]);
    }
    if (dims[6] != 1 || dims[7] != 1) {
        refuse(path, "images with six or seven dimensions are not supported");
    }
    header.geometry.size = {dims[1], dims[2], dims[3]};
    header.volumes = dims[4];
    header.components = dims[5];
    const int allowed[] = {DT_UINT8,  DT_INT8,  DT_INT16,  DT_UINT16,  DT_INT32,
                           DT_UINT32, DT_INT64, DT_UINT64, DT_FLOAT32, DT_FLOAT64};
    if (std::find(std::begin(allowed), std::end(allowed), raw.datatype) == std::end(allowed)) {
        refuse(path, "voxels of type " + std::to_string(raw.datatype) + " (" + nifti_datatype_string(raw.datatype) +
                         ") are not supported; convert them to integers or floats");
    }
    int swapSize = 0;
    nifti_datatype_sizes(raw.datatype, &header.bytesPerVoxel, &swapSize);
    if (!std::isfinite(raw.vox_offset) || raw.vox_offset < 348 || raw.vox_offset > static_cast<float>(maxOffset)) {
        refuse(path, "damaged header: the data is said to begin at byte " + std::to_string(raw.vox_offset));
    }
    header.dataOffset = static_cast<std::uint64_t>(raw.vox_offset);

    // Five 16-bit sizes can pass 2^64, a double cannot overflow here; its rounding is far below one part in a million.
    double need = header.bytesPerVoxel;
    for (int i = 1; i <= 5; ++i) {
        need *= static_cast<double>(dims[i]);
    }
    need += static_cast<double>(header.dataOffset);
    const std::uint64_t have = fs::file_size(path);
    const bool compressed = isCompressed(path);
    const std::string sizes = std::to_string(dims[1]) + " × " + std::to_string(dims[2]) + " × " +
                              std::to_string(dims[3]) + " × " + std::to_string(dims[4]) + " × " +
                              std::to_string(dims[5]) + " voxels of " + std::to_string(header.bytesPerVoxel) + " bytes";
    if (need > static_cast<double>(have) * (compressed ? deflateLimit : 1)) {
        refuse(path, "cut short or damaged: the header promises " + sizes + ", the file has " + std::to_string(have) +
                         (compressed ? " compressed" : "") + " bytes; copy it again from its source");
    }
}

double unitFactor(const std::string& path, const nifti_1_header& raw, std::vector<std::string>& warnings) {
    switch (XYZT_TO_SPACE(raw.xyzt_units)) {
        case NIFTI_UNITS_METER:
            return 1000;
        case NIFTI_UNITS_MICRON:
            return 0.001;
        case NIFTI_UNITS_MM:
        case NIFTI_UNITS_UNKNOWN:
            return 1;
        default:
            warnings.push_back(path + ": unknown unit of length; millimetres are assumed");
            return 1;
    }
}

/// An affine of voxel indices to RAS mm → geometry in LPS mm. False if it is not invertible.
bool takeAffine(const mat44& affine, double factor, Geometry& geometry) {
    for (std::size_t k = 0; k < 3; ++k) {
        double column[3];
        for (std::size_t i = 0; i < 3; ++i) {
            column[i] = (i < 2 ? -1 : 1) * factor * static_cast<double>(affine.m[i][k]);
        }
        const double length = std::hypot(column[0], column[1], column[2]);
        if (!std::isfinite(length) || length < 1e-9) {
            return false;
        }
        geometry.spacing_mm[k] = length;
        for (std::size_t i = 0; i < 3; ++i) {
            geometry.direction[i][k] = column[i] / length;
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        geometry.origin_mm[i] = (i < 2 ? -1 : 1) * factor * static_cast<double>(affine.m[i][3]);
        if (!std::isfinite(geometry.origin_mm[i])) {
            return false;
        }
    }
    return std::abs(determinant(geometry.direction)) > 1e-6;
}

void setGeometry(Header& header) {
    nifti_1_header raw = header.raw;
    for (int i = 1; i <= 4; ++i) {  // nifticlib would stop at a zero or negative distance
        const float distance = std::abs(raw.pixdim[i]);
        raw.pixdim[i] = std::isfinite(distance) && distance > 0 ? distance : 1;
    }
    const double factor = unitFactor(header.path, raw, header.warnings);
    const float qfac = header.raw.pixdim[0] < 0 ? -1.0F : 1.0F;
    const mat44 q = nifti_quatern_to_mat44(raw.quatern_b, raw.quatern_c, raw.quatern_d, raw.qoffset_x, raw.qoffset_y,
                                           raw.qoffset_z, raw.pixdim[1], raw.pixdim[2], raw.pixdim[3], qfac);
    mat44 s{};
    std::copy_n(raw.srow_x, 4, s.m[0]);
    std::copy_n(raw.srow_y, 4, s.m[1]);
    std::copy_n(raw.srow_z, 4, s.m[2]);
    s.m[3][3] = 1;
    Geometry fromQ = header.geometry;
    Geometry fromS = header.geometry;
    const bool hasQ = raw.qform_code > 0 && takeAffine(q, factor, fromQ);
    const bool hasS = raw.sform_code > 0 && takeAffine(s, factor, fromS);
    if (raw.sform_code > 0 && !hasS) {
        header.warnings.emplace_back("the sform is not invertible and is not used");
    }
    if (hasS) {
        if (hasQ && !fromS.sameGrid(fromQ, 0.1)) {
            header.warnings.emplace_back("qform and sform disagree by more than 0.1 mm; the sform is used");
        }
        header.geometry = fromS;
        return;
    }
    if (hasQ) {
        header.geometry = fromQ;
        return;
    }
    // "Method 1" of the standard: no orientation is stored; axes are taken as RAS.
    header.geometry.direction = {{{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}};
    for (std::size_t k = 0; k < 3; ++k) {
        header.geometry.spacing_mm[k] = factor * static_cast<double>(raw.pixdim[k + 1]);
    }
    header.warnings.emplace_back("neither qform nor sform is set: the orientation in the patient is unknown");
}

void setTimeStep(Header& header) {
    const double step = static_cast<double>(header.raw.pixdim[4]);
    const int unit = XYZT_TO_TIME(header.raw.xyzt_units);
    const double factor = unit == NIFTI_UNITS_SEC    ? 1000
                          : unit == NIFTI_UNITS_MSEC ? 1
                          : unit == NIFTI_UNITS_USEC ? 0.001
                                                     : 0;
    header.timeStep_ms = std::isfinite(step) && step > 0 ? factor * step : 0;
}

template <typename Type>
void convert(const std::vector<char>& bytes, std::size_t count, const Header& header, std::vector<float>& values) {
    for (std::size_t i = 0; i < count; ++i) {
        Type value;
        std::memcpy(&value, bytes.data() + i * sizeof(Type), sizeof(Type));
        values.push_back(static_cast<float>(header.slope * static_cast<double>(value) + header.intercept));
    }
}

}  // namespace

bool hasNiftiName(const std::string& path) {
    const std::string name = fs::path(path).filename().string();
    return name.ends_with(".nii") || name.ends_with(".nii.gz");
}

Stream::Stream(const std::string& path) : m_path(path), m_file(gzopen(path.c_str(), "rb")) {
    if (!m_file) {
        throw Error("cannot open " + path + "; check that the file exists and may be read");
    }
    gzbuffer(m_file.get(), 1U << 17U);
}

void Stream::read(void* bytes, std::uint64_t count, const char* what) {
    auto* next = static_cast<char*>(bytes);
    const std::uint64_t wanted = count;
    while (count > 0) {
        const int got = gzread(m_file.get(), next, static_cast<unsigned>(std::min<std::uint64_t>(count, 1U << 30U)));
        if (got <= 0) {
            int code = Z_OK;
            const std::string reason = gzerror(m_file.get(), &code);
            throw Error(m_path + " is cut short or damaged: " + what + " ends at byte " +
                        std::to_string(m_position + (wanted - count)) + " of " + std::to_string(m_position + wanted) +
                        (code != Z_OK && code != Z_STREAM_END ? " (" + reason + ")" : std::string()) +
                        "; copy it again from its source");
        }
        next += got;
        count -= static_cast<std::uint64_t>(got);
    }
    m_position += wanted;
}

void Stream::skip(std::uint64_t count) {
    std::vector<char> piece(std::min<std::uint64_t>(count, 1U << 16U));
    while (count > 0) {
        const std::uint64_t part = std::min<std::uint64_t>(count, piece.size());
        read(piece.data(), part, "the header");
        count -= part;
    }
}

Header readHeader(const std::string& path) {
    Header header;
    header.path = path;
    Stream(path).read(&header.raw, sizeof header.raw, "the header");
    checkKind(path, header.raw, header.swapped);
    checkSizes(header);
    const double slope = static_cast<double>(header.raw.scl_slope);
    const double intercept = static_cast<double>(header.raw.scl_inter);
    if (slope != 0 && std::isfinite(slope) && std::isfinite(intercept)) {
        header.slope = slope;
        header.intercept = intercept;
    }
    setGeometry(header);
    setTimeStep(header);
    return header;
}

std::vector<float> readValues(const Header& header, std::uint64_t count) {
    requireMemory(count * sizeof(float), "reading " + header.path);
    Stream stream(header.path);
    stream.skip(header.dataOffset);
    const auto width = static_cast<std::size_t>(header.bytesPerVoxel);
    const std::size_t perPiece = (1U << 20U);
    std::vector<char> bytes(std::min<std::uint64_t>(count, perPiece) * width);
    std::vector<float> values;
    if (!isCompressed(header.path)) {
        values.reserve(count);  // the size of the file has shown that they are there; a compressed file must prove it
    }
    while (values.size() < count) {
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count - values.size(), perPiece));
        stream.read(bytes.data(), part * width, "the voxel data");
        if (header.swapped && width > 1) {
            nifti_swap_Nbytes(part, static_cast<int>(width), bytes.data());
        }
        switch (header.raw.datatype) {
            case DT_UINT8:
                convert<std::uint8_t>(bytes, part, header, values);
                break;
            case DT_INT8:
                convert<std::int8_t>(bytes, part, header, values);
                break;
            case DT_INT16:
                convert<std::int16_t>(bytes, part, header, values);
                break;
            case DT_UINT16:
                convert<std::uint16_t>(bytes, part, header, values);
                break;
            case DT_INT32:
                convert<std::int32_t>(bytes, part, header, values);
                break;
            case DT_UINT32:
                convert<std::uint32_t>(bytes, part, header, values);
                break;
            case DT_INT64:
                convert<std::int64_t>(bytes, part, header, values);
                break;
            case DT_UINT64:
                convert<std::uint64_t>(bytes, part, header, values);
                break;
            case DT_FLOAT32:
                convert<float>(bytes, part, header, values);
                break;
            default:
                convert<double>(bytes, part, header, values);
                break;
        }
    }
    return values;
}

}  // namespace drdm::nifti
