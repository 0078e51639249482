#include "io/Labels.h"

#include "errors/Error.h"
#include "imaging/Warp.h"
#include "io/DicomKind.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace drdm {

namespace fs = std::filesystem;

namespace {

ReadLabels readAny(const std::string& path, const LabelTarget& target, const std::vector<std::string>& structures) {
    if (const DicomKind kind = dicomKindOf(path); kind != DicomKind::None) {
        return readDicomLabels(path, kind, target, structures);
    }
    if (!structures.empty()) {
        throw Error(path +
                    ": structures can be chosen in DICOM segmentations and structure sets alone; leave that away");
    }
    return {hasMetaName(path) ? readMetaLabels(path) : readNiftiLabels(path), {}, {}};
}

/// The only file in a folder that holds labels.
std::string fileIn(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string file = entry.path().string();
        if (entry.is_regular_file() &&
            (isDicomLabels(file) || file.ends_with(".nii") || file.ends_with(".nii.gz") || hasMetaName(file))) {
            files.push_back(file);
        }
    }
    if (files.size() != 1) {
        throw Error(folder + ": there are " + std::to_string(files.size()) +
                    " files of labels in this folder; give one file");
    }
    return files.front();
}

std::uint64_t labelled(const LabelMap& map) {
    const auto labels = map.labels();
    return static_cast<std::uint64_t>(labels.size()) -
           static_cast<std::uint64_t>(std::count(labels.begin(), labels.end(), std::uint16_t{0}));
}

double voxelVolume(const Geometry& g) {
    return g.spacing_mm[0] * g.spacing_mm[1] * g.spacing_mm[2] * std::abs(determinant(g.direction));
}

std::string sizeText(const Geometry& g) {
    const auto number = [](double value) {
        std::string text = std::to_string(value);
        text.erase(text.find_last_not_of('0') + 1);
        return text.ends_with('.') ? text + "0" : text;
    };
    std::string text;
    for (std::size_t k = 0; k < 3; ++k) {
        text += (k > 0 ? " × " : "") + std::to_string(g.size[k]);
    }
    return text + " voxels of " + number(g.spacing_mm[0]) + " × " + number(g.spacing_mm[1]) + " × " +
           number(g.spacing_mm[2]) + " mm";
}

/// Brings the labels to the image's grid. \throws Error if none of them lie in it
void fitTo(const Geometry& grid, ReadLabels& labels, const std::string& path) {
    const Geometry own = labels.map.geometry();
    const std::uint64_t before = labelled(labels.map);
    if (own.sameGrid(grid, 0.1)) {
        // Rounded differently by the two formats, but the same: from here on exactly so.
        LabelMap same(grid, {labels.map.labels().begin(), labels.map.labels().end()});
        same.names = labels.map.names;
        labels.map = std::move(same);
        return;
    }
    labels.map = resample(labels.map, grid);
    const std::uint64_t after = labelled(labels.map);
    if (before > 0 && after == 0) {
        throw Error(path + ": none of its " + std::to_string(before) + " labelled voxels lie in the image. It has " +
                    sizeText(own) + ", the image " + sizeText(grid) +
                    ", or they lie elsewhere in the patient; open labels that were drawn on this image");
    }
    if (after == before && offGrid(own, grid) < 0.05) {
        return;  // a part of the image's slices, voxel on voxel
    }
    char share[32];
    std::snprintf(share, sizeof share, "%.1f",
                  before == 0 ? 100
                              : 100 * static_cast<double>(after) * voxelVolume(grid) /
                                    (static_cast<double>(before) * voxelVolume(own)));
    labels.warnings.push_back(path + ": the labels have " + sizeText(own) + ", the image " + sizeText(grid) +
                              "; brought to the image's voxels (nearest), which keeps " + share + " % of their volume");
}

}  // namespace

bool isDicomLabels(const std::string& path) {
    try {
        const DicomKind kind = dicomKindOf(path);
        return kind == DicomKind::Segmentation || kind == DicomKind::StructureSet;
    } catch (const Error&) {
        return false;
    }
}

double offGrid(const Geometry& inner, const Geometry& outer) {
    double most = 0;
    // The first voxel and its neighbours say where all others are; the last one shows what small errors add up to.
    for (const Vec3& voxel : {Vec3{0, 0, 0}, Vec3{1, 0, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1},
                              Vec3{static_cast<double>(inner.size[0] - 1), static_cast<double>(inner.size[1] - 1),
                                   static_cast<double>(inner.size[2] - 1)}}) {
        for (const double position : outer.toVoxel(inner.toPatient(voxel))) {
            most = std::max(most, std::abs(position - std::round(position)));
        }
    }
    return most;
}

ReadLabels readLabels(const std::string& path, const LabelTarget& target, const std::vector<std::string>& structures) {
    std::error_code code;
    if (!fs::exists(path, code)) {
        throw Error("there is no file " + path + "; check the path");
    }
    const std::string file = fs::is_directory(path, code) ? fileIn(path) : path;
    ReadLabels labels = readAny(file, target, structures);
    if (target.grid) {
        fitTo(*target.grid, labels, file);
    }
    return labels;
}

}  // namespace drdm
