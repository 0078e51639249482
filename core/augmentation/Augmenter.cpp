#include "augmentation/Augmenter.h"

#include "analysis/FoldGuard.h"
#include "augmentation/BigAug.h"
#include "augmentation/DrdmDeformation.h"
#include "augmentation/ElasticDeformation.h"
#include "augmentation/MultiResolutionSplines.h"
#include "augmentation/SplineField.h"
#include "errors/Error.h"

namespace drdm {

Augmenter::Augmenter(AugmenterSettings settings) : m_settings(std::move(settings)) {
    if (usesModel(m_settings.method)) {
        m_model.emplace(DeformationModel::load(m_settings.modelFile, m_settings.device));
    }
}

int Augmenter::dims(const Geometry& grid) const {
    constexpr std::int64_t enoughSlices = 16;
    if (m_settings.dims == 0) {
        return grid.size[2] >= enoughSlices ? 3 : 2;
    }
    return grid.size[2] > 1 ? m_settings.dims : 2;
}

DisplacementField Augmenter::field(const Image& image, int level, std::uint64_t seed, const JobContext& context) const {
    DisplacementField field = anatomy(image, level, seed, context);
    if (!m_settings.pose.any() || m_settings.method == Method::None || m_settings.method == Method::BigAug) {
        return field;
    }
    // The deformation is of the image as it is; the result is then turned.
    const Geometry& grid = image.geometry();
    field = compose(poseField(grid, m_model ? m_model->info().dims : dims(grid), seed, m_settings.pose), field);
    return usesModel(m_settings.method) ? makeStrict(field) : field;
}

/// Without the pose.
DisplacementField Augmenter::anatomy(const Image& image, int level, std::uint64_t seed,
                                     const JobContext& context) const {
    const Geometry& grid = image.geometry();
    switch (m_settings.method) {
        case Method::Elastic:
            return elasticField(grid, dims(grid), seed);
        case Method::BigAug:
            return bigAugField(grid, dims(grid), seed);
        case Method::MultiResolutionSplines:
            return multiResolutionField(grid, dims(grid), seed);
        case Method::None:
        case Method::Drdm:
        case Method::DrdmIntensity:
            break;
    }
    if (!m_model) {
        return noDisplacement(grid);
    }
    RecoverySettings recovery;
    recovery.level = level;
    recovery.seed = seed;
    recovery.schedule = m_settings.schedule;
    recovery.start = m_settings.start;
    recovery.stride = m_settings.stride;
    recovery.stop = m_settings.stop;
    return drdmField(*m_model, image, 0, recovery, context);
}

AugmentedCopy Augmenter::make(const Image& image, const LabelMap& labels, int level, std::uint64_t seed,
                              const JobContext& context) const {
    AugmentedCopy copy;
    if (m_settings.method == Method::None) {
        return {image, labels, noDisplacement(image.geometry())};
    }
    copy.field = field(image, level, seed, context);
    const bool changesGrey = m_settings.method == Method::BigAug || m_settings.method == Method::DrdmIntensity;
    copy.image = warp(changesGrey ? bigAugIntensity(image, dims(image.geometry()), seed) : image, copy.field,
                      m_settings.interpolation);
    if (!labels.empty()) {
        copy.labels = warp(labels, copy.field, m_settings.labelInterpolation);
    }
    return copy;
}

}  // namespace drdm
