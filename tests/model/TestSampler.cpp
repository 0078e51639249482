#include "analysis/LabelOverlap.h"
#include "diffusion/Checkpoint.h"
#include "errors/Error.h"
#include "model/ModelTests.h"
#include "tasks/Sample.h"
#include "tasks/StepMeasurement.h"

#include <QTemporaryDir>
#include <QtTest>
#include <torch/torch.h>

#include <cmath>

using namespace drdm;

namespace {

constexpr std::int64_t side = 48;

/// A smooth bright disc on a non-square, anisotropic, oblique grid, two slices, two phases.
Image testImage() {
    Geometry geometry;
    geometry.size = {60, 44, 2};
    geometry.spacing_mm = {1.1, 1.7, 8.0};
    geometry.origin_mm = {-20, 15, 40};
    const double c = std::cos(0.4);
    const double s = std::sin(0.4);
    geometry.direction = {{{c, -s, 0}, {s, c, 0}, {0, 0, 1}}};
    std::vector<float> voxels;
    for (int p = 0; p < 2; ++p) {
        for (int z = 0; z < 2; ++z) {
            for (int y = 0; y < 44; ++y) {
                for (int x = 0; x < 60; ++x) {
                    const double r = std::hypot((x - 30) * 1.1, (y - 22) * 1.7);
                    voxels.push_back(
                        static_cast<float>(100 + 400 / (1 + std::exp(r - 18 - p)) + 20 * std::sin(x * 0.7) * z));
                }
            }
        }
    }
    Image image(geometry, voxels, 2);
    image.modality = "MR";
    return image;
}

bool sameField(const DisplacementField& a, const DisplacementField& b) {
    return std::equal(a.values_vox().begin(), a.values_vox().end(), b.values_vox().begin(), b.values_vox().end());
}

}  // namespace

/// The way from an image to its trajectory, with a network of random weights (what it proposes is arbitrary, and often
/// bad: just what the fold guard is for).
class TestSampler : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    SampleRequest m_request;

    Trajectory only(const SampleRequest& request) { return sample(request, {}).front(); }
    [[nodiscard]] DisplacementField last(const Trajectory& t) const { return t.field(t.stepCount() - 1); }

private Q_SLOTS:
    void initTestCase() {
        Checkpoint model{{}, Network::random({.dims = 2, .steps = 80}, 5)};
        model.info.name = "random-2d";
        model.info.gridSide = side;
        model.info.recursion = 2;
        model.info.labelScale.assign(80, 0.05);
        writeCheckpoint(model, m_folder.filePath("random.safetensors").toStdString());
        Checkpoint volume{{}, Network::random({.dims = 3, .steps = 80}, 5)};
        volume.info.name = "random-3d";
        volume.info.dims = 3;
        volume.info.gridSide = 16;
        volume.info.labelScale.assign(80, 0.01);
        writeCheckpoint(volume, m_folder.filePath("random3.safetensors").toStdString());
        m_request.image = testImage();
        m_request.settings.model = m_folder.filePath("random.safetensors").toStdString();
        m_request.settings.process.clear();
        m_request.settings.level = 12;
        m_request.settings.seed = 4;
        m_request.settings.slice = 0;
    }

    void everyStepIsThereAndStrict() {
        const auto t = only(m_request);
        QCOMPARE(t.stepCount(), std::size_t{24});
        QCOMPARE(t.diffusionStepCount(), std::size_t{12});
        QCOMPARE(t.step(0).t, 1);
        QCOMPARE(t.step(11).t, 12);
        QCOMPARE(t.step(12).t, 12);
        QCOMPARE(t.step(23).t, 1);
        for (std::size_t i = 0; i < t.stepCount(); ++i) {
            const auto numbers = statistics(t.field(i));
            QCOMPARE(numbers.folded_voxels_strict, 0);
            QVERIFY(numbers.strict_min > 0);
            QCOMPARE(numbers.mean_vox, t.step(i).statistics.mean_vox);
        }
        QVERIFY(t.field(0).geometry().sameGrid(m_request.image.geometry().slice(0)));
        QCOMPARE(t.image().phases(), 2);
        QCOMPARE(t.settings().model, std::string("random-2d"));
        QCOMPARE(t.settings().process, std::string("diffeomorphic"));
        QCOMPARE(t.settings().modelSha256.size(), std::size_t{64});
    }

    void foldsStayOnlyWithoutTheGuard() {
        auto request = m_request;
        const auto grid = request.image.geometry().slice(0);
        std::vector<float> waves(static_cast<std::size_t>(2 * grid.voxelCount()), 0.0F);
        for (std::size_t i = 0; i < static_cast<std::size_t>(grid.voxelCount()); ++i) {
            waves[i] = 6.0F * std::sin(static_cast<float>(i / 60) * 0.6F);  // rows cross each other
        }
        request.initialField = DisplacementField(grid, 2, waves);
        request.settings.level = 2;
        request.settings.allowFolds = true;
        const auto without = only(request);
        QVERIFY(statistics(last(without)).folded_voxels_strict > 100);
        QCOMPARE(without.guardRemovedShare(), 0.0);
        request.settings.allowFolds = false;
        const auto with = only(request);
        for (std::size_t i = 0; i < with.stepCount(); ++i) {
            QCOMPARE(statistics(with.field(i)).folded_voxels_strict, 0);
        }
        QVERIFY(with.step(0).guard.removed_vox > 0.1);
        QVERIFY(with.step(0).guard.removedShare() < 1);
    }

    void aSampleDependsOnItsSeedAlone() {
        auto request = m_request;
        request.count = 3;
        const auto together = sample(request, {});
        for (int i = 0; i < 3; ++i) {
            request.count = 1;
            request.settings.seed = 4 + static_cast<std::uint64_t>(i);
            const auto alone = only(request);
            QVERIFY(sameField(last(alone), last(together[static_cast<std::size_t>(i)])));
            QCOMPARE(alone.settings().seed, together[static_cast<std::size_t>(i)].settings().seed);
        }
        QVERIFY(!sameField(last(together[0]), last(together[1])));
        QVERIFY(meanDistance_vox(last(together[0]), last(together[1])) > 0.1);
    }

    void theNumberOfThreadsDoesNotMatter() {
        const auto threads = at::get_num_threads();
        at::set_num_threads(1);
        const auto one = only(m_request);
        at::set_num_threads(2);
        const auto two = only(m_request);
        at::set_num_threads(threads);
        QVERIFY(sameField(last(one), last(two)));
    }

    void keepingOnlyTheLastStepGivesTheSameField() {
        auto request = m_request;
        request.keepSteps = false;
        const auto brief = only(request);
        QCOMPARE(brief.stepCount(), std::size_t{1});
        const auto full = only(m_request);
        QVERIFY(sameField(last(brief), last(full)));
        QVERIFY(std::abs(brief.guardRemovedShare() - full.guardRemovedShare()) < 0.05);
    }

    void startStrideAndSteps() {
        auto request = m_request;
        request.settings.stride = 3;
        QCOMPARE(only(request).stepCount(), std::size_t{12 + 4});
        request.settings.stride = 1;
        request.settings.start = "full";
        QCOMPARE(only(request).stepCount(), std::size_t{12 + 80});  // t = 79…0, as the authors' program
        request.settings.start = "level";
        request.settings.stop = 5;
        QCOMPARE(only(request).stepCount(), std::size_t{12 + 8});  // t = 12…5
        for (const int beyond : {13, 81, 0}) {
            request.settings.stop = beyond;
            QVERIFY_EXCEPTION_THROWN(only(request), Error);
        }
        request.settings.stop = 1;
        request.settings.start = "middle";
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
    }

    void anInitialFieldReplacesTheRandomOne() {
        auto request = m_request;
        const auto grid = request.image.geometry().slice(0);
        std::vector<float> shift(static_cast<std::size_t>(2 * grid.voxelCount()), 0.0F);
        std::fill(shift.begin(), shift.begin() + static_cast<std::ptrdiff_t>(grid.voxelCount()), 3.0F);  // 3 rows
        request.initialField = DisplacementField(grid, 2, shift);
        const auto t = only(request);
        QCOMPARE(t.diffusionStepCount(), std::size_t{1});
        QVERIFY(std::abs(t.step(0).statistics.mean_vox - 3.0) < 0.05);
        request.initialField = DisplacementField::zero(m_request.image.geometry(), 3);
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
    }

    void lockedTissueStays() {
        auto request = m_request;
        const auto& grid = request.image.geometry();
        std::vector<std::uint16_t> mask(static_cast<std::size_t>(grid.voxelCount()), 0);
        for (std::int64_t z = 0; z < 2; ++z) {
            for (std::int64_t y = 0; y < 44; ++y) {
                for (std::int64_t x = 0; x < 20; ++x) {
                    mask[static_cast<std::size_t>((z * 44 + y) * 60 + x)] = 1;
                }
            }
        }
        request.lockMask = LabelMap(grid, mask);
        const auto field = last(only(request));
        double locked = 0;
        double free = 0;
        for (std::int64_t y = 0; y < 44; ++y) {
            for (std::int64_t x = 0; x < 60; ++x) {
                const auto i = static_cast<std::size_t>(y * 60 + x);
                const double length = std::hypot(field.component_vox(0)[i], field.component_vox(1)[i]);
                (x < 15 ? locked : free) = std::max(x < 15 ? locked : free, length);
            }
        }
        QVERIFY2(locked < 0.02 && free > 0.5, qPrintable(QString("%1 %2").arg(locked).arg(free)));
    }

    void allSlicesMakeOneStrictVolume() {
        auto request = m_request;
        request.allSlices = true;
        const auto t = only(request);
        QCOMPARE(t.stepCount(), std::size_t{1});
        const auto field = last(t);
        QCOMPARE(field.dims(), 3);
        QVERIFY(field.geometry().sameGrid(request.image.geometry()));
        const auto numbers = statistics(field);
        QCOMPARE(numbers.folded_voxels_strict, 0);
        QVERIFY(numbers.max_vox > 0.5);
        QCOMPARE(t.warpedImage(0).phases(), 2);
    }

    void aVolumeModelOnAVolume() {
        auto request = m_request;
        request.settings.model = m_folder.filePath("random3.safetensors").toStdString();
        request.settings.level = 4;
        const auto t = only(request);
        QCOMPARE(last(t).dims(), 3);
        QCOMPARE(statistics(last(t)).folded_voxels_strict, 0);
        request.image = m_request.image.slice(0, 0);
        try {
            only(request);
            QFAIL("a 3-D model took a single slice");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("single slice"));
        }
    }

    void cancelAnswersWithinOneStep() {
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        int steps = 0;
        try {
            sample(m_request, context, [&](int, const Trajectory& t) {
                steps = static_cast<int>(t.stepCount());
                if (steps == 15) {
                    stop.request_stop();
                }
            });
            QFAIL("not cancelled");
        } catch (const Cancelled&) {
            QCOMPARE(steps, 15);
        }
    }

    void finishKeepsWhatIsThere() {
        std::stop_source stop;
        JobContext context;
        context.finish = stop.get_token();
        auto request = m_request;
        request.count = 3;
        const auto kept = sample(request, context, [&](int, const Trajectory& t) {
            if (t.stepCount() == 15) {
                stop.request_stop();
            }
        });
        QCOMPARE(kept.size(), std::size_t{1});
        QCOMPARE(kept[0].stepCount(), std::size_t{15});
        QCOMPARE(statistics(last(kept[0])).folded_voxels_strict, 0);
    }

    void badRequestsAreNamed() {
        auto request = m_request;
        request.settings.level = 81;
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
        request = m_request;
        request.settings.slice = 2;
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
        request = m_request;
        request.settings.phase = 2;
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
        request = m_request;
        request.settings.model = "no-such-model";
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
        request = m_request;
        request.count = 0;
        QVERIFY_EXCEPTION_THROWN(only(request), Error);
    }

    /// Steps on the way of a large volume are measured on a thinned grid; what they say is what the whole grid says.
    void largeVolumesAreMeasuredThinnedOnTheWay() {
        Geometry volume;
        volume.size = {200, 150, 50};
        volume.spacing_mm = {0.8, 0.9, 3.0};
        volume.origin_mm = {5, -7, 11};
        const auto grid = std::make_shared<const ModelGrid>(volume, 3, 32, Fit::KeepAspect);
        FieldStep step{StepKind::Recovery, 3, DisplacementField::zero(grid->model, 3), {}};
        auto values = step.field.values_vox();
        std::vector<float> wave(values.begin(), values.end());
        for (std::size_t n = 0; n < wave.size(); ++n) {
            const auto x = static_cast<double>(n % 32), y = static_cast<double>(n / 32 % 32);
            wave[n] = static_cast<float>(1.5 * std::sin(0.3 * x + static_cast<double>(n / (32 * 32 * 32))) *
                                         std::cos(0.25 * y));
        }
        step.field = DisplacementField(grid->model, 3, std::move(wave));
        const StepMeasurement measurement(grid, false, Fit::KeepAspect);
        QVERIFY(measurement.thinned());
        const auto onTheWay = measurement.measured(step, false), inFull = measurement.measured(step, true);
        const auto near = [](double a, double b, double share) { return std::abs(a - b) <= share * std::abs(b); };
        const auto& some = onTheWay.statistics;
        const auto& all = inFull.statistics;
        QVERIFY2(near(some.mean_mm, all.mean_mm, 0.01) && near(some.mean_percent, all.mean_percent, 0.01) &&
                     near(some.mean_vox, all.mean_vox, 0.01) && near(some.max_vox, all.max_vox, 0.02),
                 qPrintable(QString("%1 %2, %3 %4, %5 %6")
                                .arg(some.mean_mm)
                                .arg(all.mean_mm)
                                .arg(some.mean_vox)
                                .arg(all.mean_vox)
                                .arg(some.max_vox)
                                .arg(all.max_vox)));
        QVERIFY(near(some.jacobian_min, all.jacobian_min, 0.03) && near(some.jacobian_max, all.jacobian_max, 0.03));
        QVERIFY(all.max_vox > 5 && some.folded_voxels_strict == 0 && all.folded_voxels_strict == 0);
        volume.size = {60, 44, 20};
        const auto small = std::make_shared<const ModelGrid>(volume, 3, 32, Fit::KeepAspect);
        QVERIFY(!StepMeasurement(small, false, Fit::KeepAspect).thinned());
    }
};

static const RegisterModelTest<TestSampler> registered;

#include "TestSampler.moc"
