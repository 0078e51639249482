#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/NiftiFile.h"
#include "io/nifti/NiftiHeader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

namespace drdm {

namespace {

/// Bytes into a .nii or, through deflate, a .nii.gz that appears only when complete.
class Output {
public:
    explicit Output(const std::string& path) : m_file(path), m_compressed(path.ends_with(".gz")), m_path(path) {
        // Level 4: noise-like floats gain nothing from more, and levels above cost several times the time.
        if (m_compressed && deflateInit2(&m_stream, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw Error("cannot start compressing " + path + "; memory is short");
        }
    }
    ~Output() {
        if (m_compressed) {
            deflateEnd(&m_stream);
        }
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void write(const void* bytes, std::size_t count) {
        if (!m_compressed) {
            m_file.write(bytes, count);
            return;
        }
        const auto* next = static_cast<const Bytef*>(bytes);
        while (count > 0) {  // zlib counts in 32 bits
            const auto part = static_cast<uInt>(std::min<std::size_t>(count, 1U << 30U));
            m_stream.next_in = const_cast<Bytef*>(next);
            m_stream.avail_in = part;
            deflateAll(Z_NO_FLUSH);
            next += part;
            count -= part;
        }
    }

    void commit() {
        if (m_compressed) {
            m_stream.avail_in = 0;
            deflateAll(Z_FINISH);
        }
        m_file.commit();
    }

private:
    void deflateAll(int flush) {
        do {
            m_stream.next_out = m_buffer.data();
            m_stream.avail_out = static_cast<uInt>(m_buffer.size());
            if (deflate(&m_stream, flush) == Z_STREAM_ERROR) {
                throw Error("compressing " + m_path + " failed");
            }
            m_file.write(m_buffer.data(), m_buffer.size() - m_stream.avail_out);
        } while (m_stream.avail_out == 0);
    }

    AtomicFile m_file;
    bool m_compressed;
    std::string m_path;
    z_stream m_stream{};
    std::array<Bytef, 1U << 16U> m_buffer{};
};

bool orthogonal(const Mat3& d) {
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t b = a + 1; b < 3; ++b) {
            if (std::abs(d[0][a] * d[0][b] + d[1][a] * d[1][b] + d[2][a] * d[2][b]) > 1e-4) {
                return false;
            }
        }
    }
    return true;
}

nifti_1_header headerFor(const Geometry& g, const char* description) {
    for (const std::int64_t size : g.size) {
        if (size > 32767) {
            throw Error("an image of " + std::to_string(size) +
                        " voxels along one axis does not fit into NIfTI-1 (32767)");
        }
    }
    nifti_1_header header{};
    header.sizeof_hdr = 348;
    header.regular = 'r';
    header.dim[0] = 3;
    std::fill(header.dim + 1, header.dim + 8, static_cast<short>(1));
    std::fill(header.pixdim, header.pixdim + 8, 1.0F);
    mat44 affine{};
    affine.m[3][3] = 1;
    for (std::size_t k = 0; k < 3; ++k) {
        header.dim[k + 1] = static_cast<short>(g.size[k]);
        header.pixdim[k + 1] = static_cast<float>(g.spacing_mm[k]);
        for (std::size_t i = 0; i < 3; ++i) {  // LPS to RAS: x and y change sign
            affine.m[i][k] = static_cast<float>((i < 2 ? -1 : 1) * g.direction[i][k] * g.spacing_mm[k]);
        }
        affine.m[k][3] = static_cast<float>((k < 2 ? -1 : 1) * g.origin_mm[k]);
    }
    header.sform_code = NIFTI_XFORM_SCANNER_ANAT;
    std::copy_n(affine.m[0], 4, header.srow_x);
    std::copy_n(affine.m[1], 4, header.srow_y);
    std::copy_n(affine.m[2], 4, header.srow_z);
    if (orthogonal(g.direction)) {  // a quaternion cannot hold the shear of a tilted gantry
        float dx = 0;
        float dy = 0;
        float dz = 0;
        header.qform_code = NIFTI_XFORM_SCANNER_ANAT;
        nifti_mat44_to_quatern(affine, &header.quatern_b, &header.quatern_c, &header.quatern_d, &header.qoffset_x,
                               &header.qoffset_y, &header.qoffset_z, &dx, &dy, &dz, &header.pixdim[0]);
    }
    header.xyzt_units = NIFTI_UNITS_MM;
    header.scl_slope = 1;
    std::strncpy(header.descrip, description, sizeof header.descrip - 1);
    std::memcpy(header.magic, "n+1", 4);
    return header;
}

void setType(nifti_1_header& header, int datatype) {
    int bytes = 0;
    int swap = 0;
    nifti_datatype_sizes(datatype, &bytes, &swap);
    header.datatype = static_cast<short>(datatype);
    header.bitpix = static_cast<short>(8 * bytes);
}

/// Header, provenance (a comment extension) and data.
template <typename Type>
void writeFile(nifti_1_header header, std::span<const Type> data, const std::string& path,
               const std::string& provenance) {
    if (!nifti::hasNiftiName(path)) {
        throw Error("cannot write " + path + ": a NIfTI file's name ends in .nii or .nii.gz");
    }
    std::vector<char> extension;
    if (!provenance.empty()) {
        if (provenance.size() > 8U << 20U) {
            throw Error("the provenance for " + path + " has " + std::to_string(provenance.size()) +
                        " bytes; 8 MiB is the limit");
        }
        extension.resize((provenance.size() + 1 + 8 + 15) / 16 * 16);
        const std::int32_t sizeAndCode[2] = {static_cast<std::int32_t>(extension.size()), NIFTI_ECODE_COMMENT};
        std::memcpy(extension.data(), sizeAndCode, 8);
        std::copy(provenance.begin(), provenance.end(), extension.begin() + 8);
    }
    header.vox_offset = static_cast<float>(352 + extension.size());
    const char extender[4] = {static_cast<char>(extension.empty() ? 0 : 1), 0, 0, 0};
    Output output(path);
    output.write(&header, sizeof header);
    output.write(extender, 4);
    output.write(extension.data(), extension.size());
    output.write(data.data(), data.size_bytes());
    output.commit();
}

constexpr const char* researchText = "DRDM Studio " DRDM_VERSION "; for research, not for diagnostic use";

template <typename Type>
std::vector<Type> as(std::span<const float> values) {
    std::vector<Type> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), [](float v) { return static_cast<Type>(v); });
    return result;
}

}  // namespace

void writeNifti(const Image& image, const std::string& path, const std::string& provenanceJson) {
    nifti_1_header header = headerFor(image.geometry(), researchText);
    if (image.phases() > 1) {
        if (image.phases() > 32767) {
            throw Error("an image of " + std::to_string(image.phases()) + " phases does not fit into NIfTI-1 (32767)");
        }
        header.dim[0] = 4;
        header.dim[4] = static_cast<short>(image.phases());
        if (image.phaseTimes_ms.size() > 1) {
            const double whole = image.phaseTimes_ms.back() - image.phaseTimes_ms.front();
            header.pixdim[4] = static_cast<float>(whole / static_cast<double>(image.phaseTimes_ms.size() - 1));
            header.xyzt_units = static_cast<char>(NIFTI_UNITS_MM | NIFTI_UNITS_MSEC);
        }
    }
    if (image.windowWidth > 0) {
        header.cal_min = static_cast<float>(image.windowCentre - image.windowWidth / 2);
        header.cal_max = static_cast<float>(image.windowCentre + image.windowWidth / 2);
    }
    // Whole numbers stay whole numbers in half the space; everything else keeps its float32.
    const std::span<const float> voxels = image.voxels();
    const bool whole = std::all_of(voxels.begin(), voxels.end(), [](float v) { return v == std::floor(v); });
    const auto [least, most] = std::minmax_element(voxels.begin(), voxels.end());
    if (whole && *least >= -32768 && *most <= 32767) {
        setType(header, DT_INT16);
        writeFile<std::int16_t>(header, as<std::int16_t>(voxels), path, provenanceJson);
    } else if (whole && *least >= 0 && *most <= 65535) {
        setType(header, DT_UINT16);
        writeFile<std::uint16_t>(header, as<std::uint16_t>(voxels), path, provenanceJson);
    } else {
        setType(header, DT_FLOAT32);
        writeFile<float>(header, voxels, path, provenanceJson);
    }
}

void writeNiftiLabels(const LabelMap& labels, const std::string& path, const std::string& provenanceJson) {
    nifti_1_header header = headerFor(labels.geometry(), researchText);
    header.intent_code = NIFTI_INTENT_LABEL;
    const auto values = labels.labels();
    if (std::all_of(values.begin(), values.end(), [](std::uint16_t v) { return v < 256; })) {
        setType(header, DT_UINT8);
        const std::vector<std::uint8_t> bytes(values.begin(), values.end());
        writeFile<std::uint8_t>(header, bytes, path, provenanceJson);
    } else {
        setType(header, DT_UINT16);
        writeFile<std::uint16_t>(header, values, path, provenanceJson);
    }
}

void writeNiftiField(const DisplacementField& field, const std::string& path, const std::string& provenanceJson,
                     FieldStyle style) {
    nifti_1_header header = headerFor(field.geometry(), researchText);
    const bool ras = style == FieldStyle::Standard;
    header.dim[0] = 5;
    header.dim[5] = 3;
    header.intent_code = static_cast<short>(ras ? NIFTI_INTENT_DISPVECT : NIFTI_INTENT_VECTOR);
    std::strncpy(header.intent_name, ras ? "pull-back mm" : "pull-back LPS", sizeof header.intent_name - 1);
    setType(header, DT_FLOAT32);
    const std::int64_t count = field.geometry().voxelCount();
    std::vector<float> values(static_cast<std::size_t>(3 * count));
    const double sign = ras ? -1 : 1;
    for (std::int64_t i = 0; i < count; ++i) {
        const Vec3 lps = field.vector_mm(i);
        values[static_cast<std::size_t>(i)] = static_cast<float>(sign * lps[0]);
        values[static_cast<std::size_t>(count + i)] = static_cast<float>(sign * lps[1]);
        values[static_cast<std::size_t>(2 * count + i)] = static_cast<float>(lps[2]);
    }
    writeFile<float>(header, values, path, provenanceJson);
}

void writeNiftiScalar(const Geometry& grid, const std::vector<float>& values, const std::string& path,
                      const std::string& provenanceJson) {
    if (static_cast<std::int64_t>(values.size()) != grid.voxelCount()) {
        throw Error("cannot write " + path + ": " + std::to_string(values.size()) + " values for a grid of " +
                    std::to_string(grid.voxelCount()) + " voxels");
    }
    nifti_1_header header = headerFor(grid, researchText);
    setType(header, DT_FLOAT32);
    writeFile<float>(header, values, path, provenanceJson);
}

}  // namespace drdm
