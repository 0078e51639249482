#pragma once

#include "augmentation/Method.h"
#include "augmentation/Pose.h"
#include "diffusion/Recovery.h"
#include "imaging/Image.h"
#include "imaging/Warp.h"

#include <memory>
#include <optional>
#include <string>

namespace drdm {

/// What decides a copy besides image, level and seed.
struct AugmenterSettings {
    Method method = Method::Drdm;
    int dims = 0;           ///< of the deformations that no model decides: 2 in the plane, 3; 0: 3 from 16 slices on
    std::string modelFile;  ///< of drdm and drdm-intensity
    std::optional<Schedule> schedule;  ///< default: the model's own
    std::string device = "auto";
    PoseSettings pose;  ///< of all methods but none and bigaug, which has its own
    Start start = Start::Level;
    int stride = 1, stop = 1;
    Interpolation interpolation = Interpolation::Linear;       ///< of the image
    Interpolation labelInterpolation = Interpolation::Linear;  ///< Linear: one-hot and argmax; or Nearest
};

struct AugmentedCopy {
    Image image;
    LabelMap labels;  ///< empty where there were none
    DisplacementField field;
};

/// Makes copies of labelled images by one method; a model is loaded once. Thread-compatible: one user at a time, so one
/// for every thread.
class Augmenter {
public:
    /// \throws Error: model
    explicit Augmenter(AugmenterSettings settings);

    /// Image and labels moved by one field, the image resampled once. A function of its arguments. `level` is used by
    /// the methods with a model alone. \throws Error, Cancelled
    [[nodiscard]] AugmentedCopy make(const Image& image, const LabelMap& labels, int level, std::uint64_t seed,
                                     const JobContext& context = {}) const;

    /// The deformation alone. \throws Error, Cancelled
    [[nodiscard]] DisplacementField field(const Image& image, int level, std::uint64_t seed,
                                          const JobContext& context = {}) const;

    [[nodiscard]] const AugmenterSettings& settings() const { return m_settings; }
    [[nodiscard]] const ModelInfo* model() const { return m_model ? &m_model->info() : nullptr; }
    [[nodiscard]] std::string device() const { return m_model ? m_model->device() : "cpu"; }

private:
    [[nodiscard]] int dims(const Geometry& grid) const;
    [[nodiscard]] DisplacementField anatomy(const Image& image, int level, std::uint64_t seed,
                                            const JobContext& context) const;

    AugmenterSettings m_settings;
    std::optional<DeformationModel> m_model;
};

}  // namespace drdm
