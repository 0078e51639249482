#pragma once

#include "imaging/Geometry.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace drdm {

/// Where an image came from: kept with it so that every output can say so and derived DICOM can be made from its
/// source.
struct ImageSource {
    std::vector<std::string> files;  ///< absolute paths. DICOM: index = phase * slices + slice; else one file.
    std::string format;              ///< "dicom", "nifti", "phantom"
    std::string studyInstanceUid;    ///< empty where the format has none
    std::string seriesInstanceUid;
    std::string frameOfReferenceUid;
    std::vector<std::string> sopInstanceUids;  ///< in the order of `files`
    std::string sha256;                        ///< of the file, where there is exactly one
    std::string patientName;                   ///< UTF-8, for display only; never written into names, logs or previews
    std::string studyDescription;
};

/// A scalar image with its full geometry and, where there are several, its phases (time frames). A plain value: copies
/// share the voxels. Voxels are float32 in modality units (after rescale: HU for CT), x fastest, then y, z, phase.
class Image {
public:
    Image() = default;

    /// \throws Error if `voxels.size() != geometry.voxelCount() * phases` or the geometry is invalid.
    Image(Geometry geometry, std::vector<float> voxels, std::int64_t phases = 1);

    [[nodiscard]] const Geometry& geometry() const { return m_geometry; }
    [[nodiscard]] std::int64_t phases() const { return m_phases; }
    [[nodiscard]] bool empty() const { return m_voxels == nullptr; }
    [[nodiscard]] std::span<const float> voxels() const;                         ///< all phases
    [[nodiscard]] std::span<const float> phaseVoxels(std::int64_t phase) const;  ///< one volume

    /// One slice of one phase (size z = 1, one phase), with its own geometry, source file and UID.
    /// \throws Error if out of range; the message says what range there is.
    [[nodiscard]] Image slice(std::int64_t z, std::int64_t phase) const;

    /// One slice of all phases. \throws Error if out of range.
    [[nodiscard]] Image sliceOverTime(std::int64_t z) const;

    /// One phase as a volume. \throws Error if out of range.
    [[nodiscard]] Image phase(std::int64_t phase) const;

    /// The same image (geometry, source, ranges) with other voxels. \throws Error if the count differs.
    [[nodiscard]] Image withVoxels(std::vector<float> voxels) const;

    /// The same image resampled: other voxels on another grid, of the same phases. What it comes from is known by its
    /// first file; slices no longer belong to single files. \throws Error if the count does not fit the grid.
    [[nodiscard]] Image onGrid(const Geometry& geometry, std::vector<float> voxels) const;

    std::string modality;     ///< DICOM modality: "MR", "CT", …; "OT" when unknown
    std::string description;  ///< series description or file name, UTF-8
    ImageSource source;
    float storedMinimum = 0;            ///< smallest and largest value that the source can store, in modality units;
    float storedMaximum = 0;            ///< both 0 when unlimited (float data)
    std::optional<float> paddingValue;  ///< PixelPaddingValue in modality units
    /// Red, green and blue of every voxel (0…255), of a colour image whose luminance the voxels are; else null. For
    /// display; goes where the voxels change.
    std::shared_ptr<const std::vector<std::uint8_t>> colours;
    double windowCentre = 0;  ///< suggested display window; width 0 = none, use percentiles
    double windowWidth = 0;
    std::vector<double> phaseTimes_ms;  ///< trigger times, empty when unknown
    std::vector<std::string> warnings;  ///< geometry and content warnings with numbers, for the user

private:
    Geometry m_geometry;
    std::int64_t m_phases = 0;
    std::shared_ptr<const std::vector<float>> m_voxels;
};

/// A label per voxel, 0 = background, on its own grid. One phase. Same layout as Image.
class LabelMap {
public:
    LabelMap() = default;
    /// \throws Error if the count does not match or the geometry is invalid.
    LabelMap(Geometry geometry, std::vector<std::uint16_t> labels);

    [[nodiscard]] const Geometry& geometry() const { return m_geometry; }
    [[nodiscard]] bool empty() const { return m_labels == nullptr; }
    [[nodiscard]] std::span<const std::uint16_t> labels() const;
    [[nodiscard]] LabelMap slice(std::int64_t z) const;
    [[nodiscard]] std::vector<std::uint16_t> values() const;  ///< the labels that occur, sorted, without 0

    std::map<std::uint16_t, std::string> names;  ///< UTF-8, where the source has some; kept by warp, resample and slice

private:
    Geometry m_geometry;
    std::shared_ptr<const std::vector<std::uint16_t>> m_labels;
};

}  // namespace drdm
