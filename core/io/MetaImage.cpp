#include "io/MetaImage.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/MetaHeader.h"
#include "io/VectorField.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <span>

namespace drdm {

namespace {

constexpr std::size_t noteChunk = 300;  ///< readers of this format have short buffers for a line
constexpr const char* noteKey = "DRDMProvenance";

std::string digits(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.15g", value == 0 ? 0.0 : value);
    return text;
}

std::string headerFor(const Geometry& g, std::int64_t phases, int channels, const char* type, double step,
                      const std::string& note) {
    const std::size_t dims = phases > 1 ? 4 : 3;
    std::string matrix, offset, centre, spacing, size;
    for (std::size_t axis = 0; axis < dims; ++axis) {
        for (std::size_t i = 0; i < dims; ++i) {  // a row for each axis of the grid
            const double cosine = axis < 3 && i < 3 ? g.direction[i][axis] : axis == i ? 1 : 0;
            matrix += (matrix.empty() ? "" : " ") + digits(cosine);
        }
        const std::string gap = axis > 0 ? " " : "";
        offset += gap + digits(axis < 3 ? g.origin_mm[axis] : 0);
        centre += gap + "0";
        spacing += gap + digits(axis < 3 ? g.spacing_mm[axis] : step);
        size += gap + std::to_string(axis < 3 ? g.size[axis] : phases);
    }
    std::string text =
        "ObjectType = Image\nNDims = " + std::to_string(dims) +
        "\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\nTransformMatrix = " + matrix +
        "\nOffset = " + offset + "\nCenterOfRotation = " + centre + "\nElementSpacing = " + spacing +
        "\nDimSize = " + size + "\nComment = DRDM Studio " DRDM_VERSION "; for research, not for diagnostic use\n";
    for (std::size_t at = 0, line = 0; at < note.size(); at += noteChunk, ++line) {
        char number[16];
        std::snprintf(number, sizeof number, "%06zu", line);
        // The bar keeps blanks at the ends of a line, which readers take away.
        text += noteKey + std::string(number) + " = |" + note.substr(at, noteChunk) + "|\n";
    }
    if (channels > 1) {
        text += "ElementNumberOfChannels = " + std::to_string(channels) + "\n";
    }
    return text + "ElementType = " + type + "\nElementDataFile = LOCAL\n";
}

template <typename Type>
void writeFile(const std::string& header, std::span<const Type> values, const std::string& path) {
    if (!path.ends_with(".mha")) {
        throw Error("cannot write " + path + ": a MetaImage's name ends in .mha");
    }
    AtomicFile file(path);
    file.write(header.data(), header.size());
    file.write(values.data(), values.size_bytes());
    file.commit();
}

template <typename Type>
std::vector<Type> as(std::span<const float> values) {
    std::vector<Type> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), [](float v) { return static_cast<Type>(v); });
    return result;
}

}  // namespace

SeriesInfo describeMetaImage(const std::string& path) {
    const meta::Header header = meta::readHeader(path);
    const Geometry& g = header.geometry;
    SeriesInfo info;
    info.uid = path;
    info.format = "metaimage";
    info.modality = "OT";
    info.description = std::filesystem::path(path).stem().string();
    info.size = {g.size[0], g.size[1], g.size[2], header.phases};
    info.spacing_mm = g.spacing_mm;
    info.origin_mm = g.origin_mm;
    info.direction = g.direction;
    info.files = {path};
    if (header.channels > 1) {
        info.unreadable =
            "holds " + std::to_string(header.channels) +
            " numbers per voxel (colours or a displacement field), not an image; a field is applied to one";
    }
    return info;
}

Image readMetaImage(const std::string& path) {
    const meta::Header header = meta::readHeader(path);
    if (header.channels != 1) {
        throw Error(path + " holds " + std::to_string(header.channels) +
                    " numbers per voxel (colours or a displacement field?); an image has one");
    }
    std::vector<float> voxels = meta::readValues(header);
    std::size_t undefined = 0;
    for (float& value : voxels) {
        if (!std::isfinite(value)) {
            value = 0;
            ++undefined;
        }
    }
    const auto [least, most] = std::minmax_element(voxels.begin(), voxels.end());
    // As in NIfTI, nothing says what was imaged. Air at -1000 beside bone is only seen in Hounsfield units.
    const bool hounsfield = *least <= -900 && *least >= -4096 && *most >= 200 && *most <= 40000;
    Image image(header.geometry, std::move(voxels), header.phases);
    image.modality = hounsfield ? "CT" : "OT";
    image.description = std::filesystem::path(path).stem().string();
    image.source.format = "metaimage";
    image.source.files = {std::filesystem::absolute(path).lexically_normal().string()};
    image.source.sha256 = sha256OfFile(path);
    if (undefined > 0) {
        image.warnings.push_back(std::to_string(undefined) + " voxels are not finite numbers; they are read as 0");
    }
    if (hounsfield) {
        image.warnings.emplace_back("the values look like Hounsfield units: taken as CT (MetaImage does not say)");
    }
    return image;
}

DisplacementField readMetaField(const std::string& path) {
    const meta::Header header = meta::readHeader(path);
    if (header.channels != 2 && header.channels != 3) {
        throw Error(path + " is no displacement field: it has " + std::to_string(header.channels) +
                    " numbers per voxel, needed are 3 (or 2 for one slice), in millimetres");
    }
    if (header.phases != 1) {
        throw Error(path + " holds " + std::to_string(header.phases) + " fields; one is needed");
    }
    if (header.channels == 2 && header.geometry.size[2] > 1) {
        throw Error(path + " has 2 components per voxel on " + std::to_string(header.geometry.size[2]) +
                    " slices; a volume needs 3");
    }
    std::vector<float> vectors = meta::readValues(header);
    if (header.channels == 2) {
        std::vector<float> flat(vectors.size() / 2 * 3);
        for (std::size_t i = 0; i < vectors.size() / 2; ++i) {
            flat[3 * i] = vectors[2 * i];
            flat[3 * i + 1] = vectors[2 * i + 1];
        }
        vectors = std::move(flat);
    }
    return fieldFromVectors(header.geometry, vectors, path);
}

LabelMap readMetaLabels(const std::string& path) {
    meta::Header header = meta::readHeader(path);
    if (header.channels != 1) {
        throw Error(path + " holds " + std::to_string(header.channels) + " numbers per voxel; a label map has one");
    }
    std::vector<float> values = meta::readValues(header);
    values.resize(static_cast<std::size_t>(header.geometry.voxelCount()));
    std::vector<std::uint16_t> labels(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(values[i] >= 0 && values[i] <= 65535) || values[i] != std::floor(values[i])) {
            throw Error(path + " is no label map: voxel " + std::to_string(i) + " has the value " +
                        std::to_string(values[i]) + "; labels are whole numbers from 0 to 65535");
        }
        labels[i] = static_cast<std::uint16_t>(values[i]);
    }
    return {header.geometry, std::move(labels)};
}

void writeMetaImage(const Image& image, const std::string& path, const std::string& provenanceJson) {
    double step = 1;
    if (const auto& times = image.phaseTimes_ms; times.size() > 1 && times.back() > times.front()) {
        step = (times.back() - times.front()) / static_cast<double>(times.size() - 1);
    }
    const auto header = [&](const char* type) {
        return headerFor(image.geometry(), image.phases(), 1, type, step, provenanceJson);
    };
    const std::span<const float> voxels = image.voxels();
    const bool whole = std::all_of(voxels.begin(), voxels.end(), [](float v) { return v == std::floor(v); });
    const auto [least, most] = std::minmax_element(voxels.begin(), voxels.end());
    if (whole && *least >= -32768 && *most <= 32767) {
        writeFile<std::int16_t>(header("MET_SHORT"), as<std::int16_t>(voxels), path);
    } else if (whole && *least >= 0 && *most <= 65535) {
        writeFile<std::uint16_t>(header("MET_USHORT"), as<std::uint16_t>(voxels), path);
    } else {
        writeFile<float>(header("MET_FLOAT"), voxels, path);
    }
}

void writeMetaLabels(const LabelMap& labels, const std::string& path, const std::string& provenanceJson) {
    writeFile<std::uint16_t>(headerFor(labels.geometry(), 1, 1, "MET_USHORT", 1, provenanceJson), labels.labels(),
                             path);
}

void writeMetaField(const DisplacementField& field, const std::string& path, const std::string& provenanceJson) {
    const std::vector<float> vectors = vectorsOf(field);
    writeFile<float>(headerFor(field.geometry(), 1, 3, "MET_FLOAT", 1, provenanceJson), vectors, path);
}

void writeMetaScalar(const Geometry& grid, const std::vector<float>& values, const std::string& path,
                     const std::string& provenanceJson) {
    if (static_cast<std::int64_t>(values.size()) != grid.voxelCount()) {
        throw Error("cannot write " + path + ": " + std::to_string(values.size()) + " values for a grid of " +
                    std::to_string(grid.voxelCount()) + " voxels");
    }
    writeFile<float>(headerFor(grid, 1, 1, "MET_FLOAT", 1, provenanceJson), values, path);
}

std::string readMetaProvenance(const std::string& path) {
    const meta::Header header = meta::readHeader(path);
    std::string note;
    for (const auto& [key, value] : header.others) {  // sorted by name, and so by number
        if (key.starts_with(noteKey) && value.size() >= 2 && value.front() == '|' && value.back() == '|') {
            note += value.substr(1, value.size() - 2);
        }
    }
    return note;
}

bool hasMetaName(const std::string& path) {
    return path.ends_with(".mha") || path.ends_with(".mhd");
}

}  // namespace drdm
