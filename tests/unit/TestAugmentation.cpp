#include "analysis/FieldStatistics.h"
#include "analysis/LabelOverlap.h"
#include "augmentation/Augmenter.h"
#include "augmentation/BigAug.h"
#include "augmentation/ElasticDeformation.h"
#include "augmentation/MultiResolutionSplines.h"
#include "augmentation/Pose.h"
#include "augmentation/Smoothing.h"
#include "augmentation/SplineField.h"
#include "unit/TestFields.h"

#include <QTest>

#include <numeric>

using namespace drdm;

namespace {

Geometry heart() {
    Geometry grid = testfields::grid(96, 80, 4);
    grid.spacing_mm = {1.25, 1.25, 8};
    return grid;
}

/// A disc of label 1 in the middle of every slice, radius in voxels.
LabelMap disc(const Geometry& grid, double radius) {
    std::vector<std::uint16_t> labels;
    for (std::int64_t z = 0; z < grid.size[2]; ++z) {
        for (std::int64_t y = 0; y < grid.size[1]; ++y) {
            for (std::int64_t x = 0; x < grid.size[0]; ++x) {
                const double dx = static_cast<double>(x) - 0.5 * static_cast<double>(grid.size[0] - 1);
                const double dy = static_cast<double>(y) - 0.5 * static_cast<double>(grid.size[1] - 1);
                labels.push_back(dx * dx + dy * dy <= radius * radius ? 1 : 0);
            }
        }
    }
    return {grid, std::move(labels)};
}

/// A ramp along x: standard deviation and mean are known.
Image ramp(const Geometry& grid) {
    std::vector<float> voxels(static_cast<std::size_t>(grid.voxelCount()));
    for (std::size_t i = 0; i < voxels.size(); ++i) {
        voxels[i] = static_cast<float>(i % static_cast<std::size_t>(grid.size[0]));
    }
    return {grid, std::move(voxels)};
}

std::int64_t volume(const LabelMap& labels) {
    return std::count(labels.labels().begin(), labels.labels().end(), 1);
}

/// Nothing happens but what a test switches on.
BigAugSettings nothing() {
    BigAugSettings settings;
    settings.probability = 1;
    const auto fix = [](double(&range)[2], double value) { range[0] = range[1] = value; };
    fix(settings.sharpnessAmount, 0);
    fix(settings.blur_vox, 0);
    fix(settings.noise, 0);
    fix(settings.brightness, 0);
    fix(settings.gamma, 1);
    fix(settings.perturbation, 0);
    fix(settings.rotation_deg, 0);
    fix(settings.scaling, 1);
    fix(settings.deformation_vox, 0);
    return settings;
}

double farthest(std::span<const float> a, std::span<const float> b) {
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return worst;
}

}  // namespace

class TestAugmentation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void methodsHaveNames() {
        QCOMPARE(methodNames().size(), std::size_t{6});
        for (const std::string& word : methodNames()) {
            QCOMPARE(name(methodFromName(word)), word);
        }
        try {
            methodFromName("mixup");
            QFAIL("an unknown method was accepted");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("mixup") != std::string::npos);
            QVERIFY(std::string(error.what()).find("bigaug") != std::string::npos);
        }
    }

    /// Within what the control points may do, along the axes that move, the same in every slice.
    void splinesMoveInThePlane() {
        const Geometry grid = heart();
        Random random(1);
        const DisplacementField field = randomSplineField(grid, 2, 4, 0, {5, 2.5, 0}, random);
        const auto ux = field.component_vox(componentOfAxis(0, 3));
        const auto uy = field.component_vox(componentOfAxis(1, 3));
        const auto largest = [](auto u) {
            return std::abs(
                *std::max_element(u.begin(), u.end(), [](float a, float b) { return std::abs(a) < std::abs(b); }));
        };
        QVERIFY(largest(ux) <= 5 / 1.25 + 1e-4 && largest(ux) > 1);
        QVERIFY(largest(uy) <= 2.5 / 1.25 + 1e-4 && largest(uy) > 0.5);
        // In the plane: no motion along z, and all slices alike.
        QVERIFY(largest(field.component_vox(componentOfAxis(2, 3))) == 0);
        const auto area = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
        QVERIFY(std::equal(ux.begin(), ux.begin() + static_cast<std::ptrdiff_t>(area),
                           ux.begin() + static_cast<std::ptrdiff_t>(2 * area)));
        QVERIFY_EXCEPTION_THROWN(randomSplineField(grid, 2, 1, 2, {1, 1, 1}, random), Error);
        QVERIFY_EXCEPTION_THROWN(randomSplineField(grid.slice(0), 3, 4, 0, {1, 1, 1}, random), Error);
    }

    /// Locked layers: at the first voxel only a sixth of one control point is free.
    void elasticStaysNearTheBorder() {
        const Geometry grid = heart();
        const DisplacementField field = elasticField(grid, 2, 7);
        const double bound = 7.5 / 1.25 / 6 + 1e-4;
        const auto u = field.component_vox(componentOfAxis(0, 3));
        double inside = 0;
        for (std::int64_t y = 0; y < grid.size[1]; ++y) {
            QVERIFY(std::abs(u[static_cast<std::size_t>(y * grid.size[0])]) <= bound);
            inside = std::max<double>(inside, std::abs(u[static_cast<std::size_t>(y * grid.size[0] + 48)]));
        }
        QVERIFY(inside > bound);
        QVERIFY(statistics(field).max_mm <= 7.5 * std::sqrt(2.0) + 1e-3);
        QCOMPARE(farthest(field.values_vox(), elasticField(grid, 2, 7).values_vox()), 0.0);
        QVERIFY(farthest(field.values_vox(), elasticField(grid, 2, 8).values_vox()) > 0.5);
        const DisplacementField deep = elasticField(testfields::grid(40, 40, 40), 3, 7);
        QVERIFY(statistics(deep).max_vox > 2);
        const auto along = deep.component_vox(componentOfAxis(2, 3));
        QVERIFY(*std::max_element(along.begin(), along.end()) > 0.5F);
    }

    void multiResolutionHardlyFolds() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const FieldStatistics found = statistics(multiResolutionField(heart().slice(0), 2, seed));
            QVERIFY2(found.folded_fraction_central < 1e-3, qPrintable(QString::number(found.folded_fraction_central)));
            QVERIFY(found.mean_percent > 1 && found.max_percent < 40);
        }
        // Coarse grids alone are smooth, fine ones are not.
        MultiResolutionSettings coarse;
        coarse.cells = {2};
        MultiResolutionSettings fine;
        fine.cells = {16};
        const auto change = [](const DisplacementField& field) {
            const auto u = field.component_vox(0);
            double sum = 0;
            double size = 0;
            for (std::size_t i = 1; i < u.size(); ++i) {
                sum += std::abs(u[i] - u[i - 1]);
                size += std::abs(u[i]);
            }
            return sum / size;
        };
        const Geometry grid = heart().slice(0);
        QVERIFY(change(multiResolutionField(grid, 2, 3, fine)) > 2 * change(multiResolutionField(grid, 2, 3, coarse)));
    }

    void smoothingKeepsConstantsAndSpreadsAPoint() {
        const Size3 size{61, 61, 3};
        std::vector<float> constant(static_cast<std::size_t>(61 * 61 * 3), 5.0F);
        QVERIFY(farthest(constant, smoothed(constant, size, 2, 3.0)) < 1e-5);
        std::vector<float> point(constant.size(), 0.0F);
        point[static_cast<std::size_t>(61 * 61 + 30 * 61 + 30)] = 1;
        const std::vector<float> spread = smoothed(point, size, 2, 3.0);
        // Peak of a Gaussian in the plane: 1 / (2 π σ²); the neighbouring slices get nothing.
        QVERIFY(std::abs(spread[static_cast<std::size_t>(61 * 61 + 30 * 61 + 30)] - 0.017684) < 1e-4);
        QCOMPARE(spread[static_cast<std::size_t>(30 * 61 + 30)], 0.0F);
    }

    void bigAugTurnsAndScales() {
        const Geometry grid = heart();
        BigAugSettings turn = nothing();
        turn.rotation_deg[0] = turn.rotation_deg[1] = 10;
        const DisplacementField turned = bigAugField(grid, 2, 1, turn);
        const double x = 95 - 47.5;
        const double y = 0 - 39.5;
        const double c = std::cos(10 * M_PI / 180);
        const double s = std::sin(10 * M_PI / 180);
        QVERIFY(std::abs(turned.component_vox(componentOfAxis(0, 3))[95] - static_cast<float>(x * c - y * s - x)) <
                1e-3);
        QVERIFY(std::abs(turned.component_vox(componentOfAxis(1, 3))[95] - static_cast<float>(x * s + y * c - y)) <
                1e-3);
        QVERIFY(std::abs(statistics(turned).jacobian_min - 1) < 1e-3);

        BigAugSettings grow = nothing();
        grow.scaling[0] = grow.scaling[1] = 1.6;
        const LabelMap before = disc(grid, 20);
        const LabelMap after = warp(before, bigAugField(grid, 2, 1, grow));
        const double ratio = static_cast<double>(volume(after)) / static_cast<double>(volume(before));
        QVERIFY2(std::abs(ratio - 1.6 * 1.6) < 0.05, qPrintable(QString::number(ratio)));

        BigAugSettings wave = nothing();
        wave.deformation_vox[0] = wave.deformation_vox[1] = 500;
        const FieldStatistics waves = statistics(bigAugField(grid, 2, 1, wave));
        // A Gaussian of σ leaves white noise of deviation 1/√3 with 1/(2 √π σ) of it: 6.3 to 8.1 voxels an axis.
        QVERIFY2(waves.mean_vox > 4 && waves.mean_vox < 14, qPrintable(QString::number(waves.mean_vox)));
        QVERIFY2(waves.max_vox < 50, qPrintable(QString::number(waves.max_vox)));

        BigAugSettings never;
        never.probability = 0;
        QCOMPARE(statistics(bigAugField(grid, 2, 1, never)).max_vox, 0.0);
    }

    /// One in two of each, whatever the seeds.
    void bigAugTakesHalfOfTheTransforms() {
        BigAugSettings settings = nothing();
        settings.probability = 0.5;
        settings.rotation_deg[0] = settings.rotation_deg[1] = 5;
        int turned = 0;
        for (std::uint64_t seed = 0; seed < 400; ++seed) {
            turned += statistics(bigAugField(testfields::grid(8, 8), 2, seed, settings)).max_vox > 0 ? 1 : 0;
        }
        QVERIFY2(turned > 160 && turned < 240, qPrintable(QString::number(turned)));
    }

    void bigAugChangesGreyValues() {
        const Geometry grid = heart();
        Image image = ramp(grid);
        QVERIFY(farthest(image.voxels(), bigAugIntensity(image, 2, 1, nothing()).voxels()) < 1e-3);
        // 0…95: the standard deviation is 27.71, a tenth of it 2.77; what would leave the range is cut.
        BigAugSettings brighter = nothing();
        brighter.brightness[0] = brighter.brightness[1] = 0.1;
        const auto bright = bigAugIntensity(image, 2, 1, brighter);
        QVERIFY(std::abs(bright.voxels()[40] - 42.771F) < 0.01F);
        QCOMPARE(bright.voxels()[95], 95.0F);
        image.storedMaximum = 255;
        QVERIFY(std::abs(bigAugIntensity(image, 2, 1, brighter).voxels()[95] - 97.771F) < 0.01F);
        BigAugSettings contrast = nothing();
        contrast.gamma[0] = contrast.gamma[1] = 2;
        QVERIFY(std::abs(bigAugIntensity(image, 2, 1, contrast).voxels()[38] - 95 * 0.16F) < 0.01F);
        BigAugSettings noisy = nothing();
        noisy.noise[0] = noisy.noise[1] = 0.1;
        Image middle = image.withVoxels(std::vector<float>(image.voxels().begin(), image.voxels().end()));
        const auto grains = bigAugIntensity(middle, 2, 1, noisy);
        double squares = 0;
        int counted = 0;
        for (std::size_t i = 0; i < grains.voxels().size(); ++i) {
            if (image.voxels()[i] > 30) {  // far from the lower end of the range
                squares += std::pow(grains.voxels()[i] - image.voxels()[i], 2);
                ++counted;
            }
        }
        QVERIFY(std::abs(std::sqrt(squares / counted) - 2.771) < 0.1);
        BigAugSettings sharp = nothing();
        sharp.sharpnessAmount[0] = sharp.sharpnessAmount[1] = 10;
        sharp.blur_vox[0] = sharp.blur_vox[1] = 1;
        const Image even = image.withVoxels(std::vector<float>(image.voxels().size(), 7.0F));
        QCOMPARE(farthest(even.voxels(), bigAugIntensity(even, 2, 1, sharp).voxels()), 0.0);
        QVERIFY(farthest(image.voxels(), bigAugIntensity(image, 2, 1, sharp).voxels()) > 1);
    }

    void poseTurnsScalesAndShifts() {
        const Geometry grid = heart();
        std::vector<double> ratios;
        double farthestShift = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            const LabelMap before = disc(grid, 12);
            const DisplacementField zoomed = poseField(grid, 2, seed, {30, 1.5, 0});
            ratios.push_back(
                std::sqrt(static_cast<double>(volume(warp(before, zoomed))) / static_cast<double>(volume(before))));
            const FieldStatistics turned = statistics(poseField(grid, 2, seed, {30, 1, 0}));
            QVERIFY(std::abs(turned.jacobian_min - 1) < 1e-3 && std::abs(turned.jacobian_max - 1) < 1e-3);
            const DisplacementField shifted = poseField(grid, 2, seed, {0, 1, 10});
            const float x = shifted.component_vox(componentOfAxis(0, 3))[0];
            QCOMPARE(shifted.component_vox(componentOfAxis(0, 3))[777], x);
            QCOMPARE(shifted.component_vox(componentOfAxis(2, 3))[0], 0.0F);
            farthestShift = std::max(farthestShift, std::abs(static_cast<double>(x)));
        }
        const auto [smallest, largest] = std::minmax_element(ratios.begin(), ratios.end());
        QVERIFY2(*smallest > 0.62 && *smallest < 0.75, qPrintable(QString::number(*smallest)));
        QVERIFY2(*largest < 1.55 && *largest > 1.35, qPrintable(QString::number(*largest)));
        const double most = 0.1 * static_cast<double>(grid.size[0]);
        QVERIFY(farthestShift <= most && farthestShift > 0.8 * most);
        QCOMPARE(statistics(poseField(grid, 2, 1, {})).max_vox, 0.0);
    }

    /// Every method but BigAug, which has its own, is turned after it has deformed.
    void copiesTakeThePose() {
        const Geometry grid = heart();
        const Image image = ramp(grid);
        for (const Method method : {Method::Elastic, Method::BigAug}) {
            AugmenterSettings settings;
            settings.method = method;
            const DisplacementField plain = Augmenter(settings).field(image, 0, 3);
            settings.pose = {20, 2, 5};
            const DisplacementField posed = Augmenter(settings).field(image, 0, 3);
            const DisplacementField expected =
                method == Method::BigAug ? plain : compose(poseField(grid, 2, 3, settings.pose), plain);
            QCOMPARE(farthest(posed.values_vox(), expected.values_vox()), 0.0);
        }
    }

    /// Image and labels go through the same field, and a copy depends on its seed alone.
    void copiesMoveImageAndLabelsTogether() {
        const Geometry grid = heart();
        const LabelMap labels = disc(grid, 20);
        std::vector<float> voxels(labels.labels().begin(), labels.labels().end());
        const Image image(grid, std::move(voxels));
        for (const Method method : {Method::None, Method::Elastic, Method::MultiResolutionSplines}) {
            AugmenterSettings settings;
            settings.method = method;
            const Augmenter augmenter(settings);
            const AugmentedCopy copy = augmenter.make(image, labels, 40, 5);
            std::int64_t differ = 0;
            for (std::size_t i = 0; i < copy.labels.labels().size(); ++i) {
                // A half of grey is a half of the label: one-hot and linear.
                differ += (copy.image.voxels()[i] > 0.5F) != (copy.labels.labels()[i] == 1) ? 1 : 0;
            }
            QVERIFY2(differ <= 4, qPrintable(QString::number(differ)));
            const AugmentedCopy again = augmenter.make(image, labels, 40, 5);
            QCOMPARE(farthest(copy.image.voxels(), again.image.voxels()), 0.0);
            QVERIFY(method == Method::None || farthest(copy.image.voxels(), image.voxels()) > 0.3);
        }
    }
};

QTEST_GUILESS_MAIN(TestAugmentation)
#include "TestAugmentation.moc"
