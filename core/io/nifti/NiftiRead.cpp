#include "errors/Error.h"
#include "io/NiftiFile.h"
#include "io/VectorField.h"
#include "io/nifti/NiftiHeader.h"
#include "io/nifti/NiftiSeries.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

namespace drdm {

namespace {

namespace fs = std::filesystem;

std::string stem(const std::string& path) {
    const std::string name = fs::path(path).filename().string();
    return name.substr(0, name.find(".nii"));
}

template <typename Type>
std::pair<double, double> limits() {
    return {static_cast<double>(std::numeric_limits<Type>::lowest()),
            static_cast<double>(std::numeric_limits<Type>::max())};
}

/// Range that the stored type can hold, in image units; {0, 0} for floats.
std::pair<double, double> storedRange(const nifti::Header& header) {
    std::pair<double, double> range{0, 0};
    switch (header.raw.datatype) {
        case DT_UINT8:
            range = limits<std::uint8_t>();
            break;
        case DT_INT8:
            range = limits<std::int8_t>();
            break;
        case DT_INT16:
            range = limits<std::int16_t>();
            break;
        case DT_UINT16:
            range = limits<std::uint16_t>();
            break;
        case DT_INT32:
            range = limits<std::int32_t>();
            break;
        case DT_UINT32:
            range = limits<std::uint32_t>();
            break;
        default:
            return range;
    }
    const double first = header.slope * range.first + header.intercept;
    const double last = header.slope * range.second + header.intercept;
    return {std::min(first, last), std::max(first, last)};
}

void cleanNumbers(std::vector<float>& values, std::vector<std::string>& warnings) {
    std::size_t count = 0;
    for (float& value : values) {
        if (!std::isfinite(value)) {
            value = 0;
            ++count;
        }
    }
    if (count > 0) {
        warnings.push_back(std::to_string(count) + " voxels are not finite numbers; they are read as 0");
    }
}

}  // namespace

namespace nifti {

SeriesInfo describe(const std::string& path) {
    const Header header = readHeader(path);
    SeriesInfo info;
    info.uid = path;
    info.format = "nifti";
    info.modality = header.raw.intent_code == NIFTI_INTENT_LABEL ? "SEG" : "OT";
    info.description = stem(path);
    info.size = {header.geometry.size[0], header.geometry.size[1], header.geometry.size[2], header.volumes};
    info.spacing_mm = header.geometry.spacing_mm;
    info.origin_mm = header.geometry.origin_mm;
    info.direction = header.geometry.direction;
    info.files = {path};
    info.warnings = header.warnings;
    if (header.isVector()) {
        info.unreadable = "a field of " + std::to_string(header.components) +
                          " components per voxel, not an image; apply it to an image instead";
    }
    return info;
}

}  // namespace nifti

Image readNifti(const std::string& path) {
    nifti::Header header = nifti::readHeader(path);
    if (header.isVector()) {
        throw Error(path + " holds " + std::to_string(header.components) +
                    " numbers per voxel (a displacement field?); an image has one. Give it as a field instead");
    }
    std::vector<float> voxels = nifti::readValues(header, header.valueCount());
    cleanNumbers(voxels, header.warnings);
    const auto [least, most] = std::minmax_element(voxels.begin(), voxels.end());
    // NIfTI does not say what was imaged. Air at -1000 beside bone is only seen in Hounsfield units.
    const bool hounsfield = *least <= -900 && *least >= -4096 && *most >= 200 && *most <= 40000;
    Image image(header.geometry, std::move(voxels), header.volumes);
    image.modality = hounsfield ? "CT" : "OT";
    image.description = stem(path);
    const auto range = storedRange(header);
    image.storedMinimum = static_cast<float>(range.first);
    image.storedMaximum = static_cast<float>(range.second);
    const double low = static_cast<double>(header.raw.cal_min);
    const double high = static_cast<double>(header.raw.cal_max);
    if (std::isfinite(low) && std::isfinite(high) && high > low) {
        image.windowCentre = (low + high) / 2;
        image.windowWidth = high - low;
    }
    if (header.volumes > 1 && header.timeStep_ms > 0) {
        for (std::int64_t p = 0; p < header.volumes; ++p) {
            image.phaseTimes_ms.push_back(header.timeStep_ms * static_cast<double>(p));
        }
    }
    image.warnings = header.warnings;
    if (hounsfield) {
        image.warnings.emplace_back("the values look like Hounsfield units: taken as CT (NIfTI does not say)");
    }
    image.source.format = "nifti";
    image.source.files = {fs::absolute(path).lexically_normal().string()};
    image.source.sha256 = sha256OfFile(path);
    return image;
}

LabelMap readNiftiLabels(const std::string& path) {
    const nifti::Header header = nifti::readHeader(path);
    if (header.isVector()) {
        throw Error(path + " holds " + std::to_string(header.components) + " numbers per voxel; a label map has one");
    }
    const std::vector<float> values =
        nifti::readValues(header, static_cast<std::uint64_t>(header.geometry.voxelCount()));
    std::vector<std::uint16_t> labels(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float rounded = std::round(values[i]);
        if (!(std::abs(values[i] - rounded) < 1e-3F) || rounded < 0 || rounded > 65535) {
            throw Error(path + " is no label map: voxel " + std::to_string(i) + " has the value " +
                        std::to_string(values[i]) + "; labels are whole numbers from 0 to 65535");
        }
        labels[i] = static_cast<std::uint16_t>(rounded);
    }
    return {header.geometry, std::move(labels)};
}

DisplacementField readNiftiField(const std::string& path) {
    const nifti::Header header = nifti::readHeader(path);
    const std::int64_t components = header.components;
    if (header.volumes != 1 || (components != 2 && components != 3)) {
        throw Error(path + " is no displacement field: its dimensions are X, Y, Z, " + std::to_string(header.volumes) +
                    ", " + std::to_string(components) + "; needed are X, Y, Z, 1, 3 (NIfTI intent 1006, millimetres)");
    }
    if (components == 2 && header.geometry.size[2] > 1) {
        throw Error(path + " has 2 components per voxel on " + std::to_string(header.geometry.size[2]) +
                    " slices; a volume needs 3");
    }
    const std::vector<float> mm = nifti::readValues(header, header.valueCount());
    const auto count = static_cast<std::size_t>(header.geometry.voxelCount());
    // ITK, and with it ANTs, elastix and plastimatch, writes LPS vectors and calls them plain vectors (intent 1007).
    const float sign = header.raw.intent_code == NIFTI_INTENT_VECTOR ? 1.0F : -1.0F;
    std::vector<float> vectors(3 * count);
    for (std::size_t i = 0; i < count; ++i) {
        vectors[3 * i] = sign * mm[i];
        vectors[3 * i + 1] = sign * mm[count + i];
        vectors[3 * i + 2] = components == 3 ? mm[2 * count + i] : 0.0F;
    }
    return fieldFromVectors(header.geometry, vectors, path);
}

std::string readNiftiProvenance(const std::string& path) {
    const nifti::Header header = nifti::readHeader(path);
    if (header.dataOffset < 352 + 16) {
        return {};
    }
    nifti::Stream stream(path);
    stream.skip(348);
    std::vector<char> bytes(header.dataOffset - 348);
    stream.read(bytes.data(), bytes.size(), "the header extension");
    std::size_t at = 4;
    while (bytes[0] != 0 && at + 8 <= bytes.size()) {
        std::int32_t sizeAndCode[2];
        std::copy_n(bytes.data() + at, 8, reinterpret_cast<char*>(sizeAndCode));
        if (header.swapped) {
            nifti_swap_4bytes(2, sizeAndCode);
        }
        const std::int64_t size = sizeAndCode[0];
        if (size < 16 || at + static_cast<std::size_t>(size) > bytes.size()) {
            break;
        }
        std::string content(bytes.data() + at + 8, static_cast<std::size_t>(size - 8));
        content.erase(std::min(content.find('\0'), content.size()));
        if (sizeAndCode[1] == NIFTI_ECODE_COMMENT && !content.empty() && content.front() == '{') {
            return content;
        }
        at += static_cast<std::size_t>(size);
    }
    return {};
}

}  // namespace drdm
