#include "analysis/CoarseRepair.h"
#include "analysis/FieldStatistics.h"
#include "analysis/FoldGuard.h"
#include "analysis/FoldRepair.h"
#include "errors/Error.h"
#include "imaging/Warp.h"
#include "unit/TestFields.h"

#include <QTest>

#include <algorithm>

using namespace drdm;
using testfields::grid;

namespace {

bool sameBits(const DisplacementField& a, const DisplacementField& b) {
    return std::equal(a.values_vox().begin(), a.values_vox().end(), b.values_vox().begin(), b.values_vox().end());
}

double meanDistance(std::span<const float> a, std::span<const float> b) {
    const std::size_t count = a.size() / 2;
    double sum = 0;
    for (std::size_t n = 0; n < count; ++n) {
        sum += std::hypot(a[n] - b[n], a[count + n] - b[count + n]);
    }
    return sum / static_cast<double>(count);
}

DisplacementField scaled(const DisplacementField& field, double factor) {
    std::vector<float> values(field.values_vox().begin(), field.values_vox().end());
    for (float& value : values) {
        value = static_cast<float>(value * factor);
    }
    return {field.geometry(), field.dims(), std::move(values)};
}

/// What a file does to a field: float32 millimetres and back.
DisplacementField throughMillimetres(const DisplacementField& field, float spacing_mm) {
    std::vector<float> values(field.values_vox().begin(), field.values_vox().end());
    for (float& value : values) {
        value = value * spacing_mm / spacing_mm;
    }
    return {field.geometry(), field.dims(), std::move(values)};
}

}  // namespace

class TestFoldGuard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void strictFieldsKeepEveryBit() {
        const auto field = testfields::smoothNoise(grid(96, 80), 2, 6, 1.5, 2);
        QVERIFY(isStrict(field, strictMargin));
        GuardReport report;
        QVERIFY(sameBits(makeStrict(field, &report), field));
        QCOMPARE(report.removed_vox, 0.0);
        QCOMPARE(report.repairedVoxels, 0);
        QVERIFY(report.proposed_vox > 0.5);
        const auto step = testfields::smoothNoise(grid(96, 80), 2, 6, 0.5, 3);
        QVERIFY(sameBits(composeStrict(step, field, &report), compose(step, field)));
        QCOMPARE(report.removedShare(), 0.0);
        QVERIFY(!report.damped);
    }

    void hardFields_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("mostRemoved");  // share of the motion
        QTest::newRow("released process, 2 % folded") << 0 << 0.002;
        QTest::newRow("released process, 13 % folded") << 1 << 0.03;
        QTest::newRow("released process, 27 % folded") << 2 << 0.06;
        QTest::newRow("white noise of 5 voxels") << 3 << 0.94;
        QTest::newRow("white noise of 1 voxel") << 4 << 0.55;
        QTest::newRow("3-D, 9 % folded") << 5 << 0.03;
        QTest::newRow("3-D, 28 % folded") << 6 << 0.10;
        QTest::newRow("3-D white noise of 2 voxels") << 7 << 0.91;
        QTest::newRow("turned inside out") << 8 << 1.0;
        QTest::newRow("one row") << 9 << 1.0;
        QTest::newRow("absurdly long") << 10 << 1.0;
        QTest::newRow("released process, 46 % folded") << 11 << 0.18;
    }
    void hardFields() {
        QFETCH(int, kind);
        QFETCH(double, mostRemoved);
        DisplacementField field;
        switch (kind) {
            case 0:
                field = testfields::releasedLike(256, 55, 1);
                break;
            case 1:
                field = testfields::releasedLike(256, 100, 1);
                break;
            case 2:
                field = testfields::releasedLike(256, 148, 2);
                break;
            case 3:
                field = testfields::whiteNoise(grid(64, 64), 2, 5, 1);
                break;
            case 4:
                field = testfields::whiteNoise(grid(64, 64), 2, 1, 1);
                break;
            case 5:
                field = testfields::smoothNoise(grid(48, 48, 48), 3, 8, 2, 1);
                break;
            case 6:
                field = testfields::smoothNoise(grid(48, 48, 48), 3, 8, 3, 1);
                break;
            case 7:
                field = testfields::whiteNoise(grid(24, 24, 24), 3, 2, 1);
                break;
            case 8: {
                std::vector<float> values(2 * 32 * 32, 0.0F);
                for (std::size_t n = 0; n < 1024; ++n) {
                    values[1024 + n] = 31.0F - 2.0F * static_cast<float>(n % 32);  // mirrored along x
                }
                field = DisplacementField(grid(32, 32), 2, values);
                break;
            }
            case 9:
                field = testfields::whiteNoise(grid(50, 1), 2, 3, 1);
                break;
            case 11:
                field = testfields::releasedLike(256, 198, 3);
                break;
            default:
                field = testfields::whiteNoise(grid(32, 32), 2, 1e20, 1);
                break;
        }
        const auto before = statistics(field);
        QVERIFY(before.folded_voxels_strict > 0);
        GuardReport report;
        const auto result = makeStrict(field, &report);
        const auto after = statistics(result);
        qInfo(
            "strict folds %.2f %% -> 0, central %.2f %% -> 0, smallest determinant %.3f -> %.4f, mean motion %.2f -> "
            "%.2f vox, "
            "removed %.2f %%, nodes %d, rounds %d, damped %d",
            100 * before.folded_fraction_strict, 100 * before.folded_fraction_central, before.strict_min,
            after.strict_min, before.mean_vox, after.mean_vox, 100 * report.removedShare(), report.repairedVoxels,
            report.iterations, report.damped ? 1 : 0);
        QVERIFY(after.strict_min > strictMargin);
        QVERIFY(isStrict(result, strictMargin));
        QCOMPARE(after.folded_voxels_strict, std::int64_t{0});
        QCOMPARE(after.folded_voxels_central, std::int64_t{0});
        QVERIFY(isStrict(throughMillimetres(result, 1.40625F)));
        QVERIFY(isStrict(throughMillimetres(result, 0.7321F)));
        QVERIFY2(report.removedShare() <= mostRemoved, qPrintable(QString::number(report.removedShare())));
        QVERIFY(sameBits(makeStrict(field), result));  // nothing left to chance
    }

    void repairStaysLocal() {
        // One folded spot in a still field: everything farther than a few voxels keeps its bits.
        const Geometry g = grid(64, 64);
        std::vector<float> values(2 * 64 * 64, 0.0F);
        values[64 * 64 + 32 * 64 + 32] = 1.5F;
        const DisplacementField field(g, 2, values);
        GuardReport report;
        const auto result = makeStrict(field, &report);
        QVERIFY(isStrict(result, strictMargin));
        QVERIFY(!report.damped);
        QVERIFY2(report.repairedVoxels <= 30, qPrintable(QString::number(report.repairedVoxels)));
        for (std::size_t n = 0; n < values.size(); ++n) {
            const auto x = static_cast<std::int64_t>(n % 64);
            const auto y = static_cast<std::int64_t>(n / 64 % 64);
            if (std::abs(x - 32) > 6 || std::abs(y - 32) > 6) {
                QCOMPARE(result.values_vox()[n], values[n]);
            }
        }
        QVERIFY(result.values_vox()[64 * 64 + 32 * 64 + 32] > 0.9F);  // and most of the motion is kept
    }

    void determinantsEqualToTheMarginEnd() {
        // u_x = -0.98 x: all determinants are the margin, as nearly as float32 can say.
        const Geometry g = grid(16, 16);
        std::vector<float> values(512, 0.0F);
        for (std::size_t n = 0; n < 256; ++n) {
            values[256 + n] = -0.98F * static_cast<float>(n % 16);
        }
        QVERIFY(isStrict(makeStrict(DisplacementField(g, 2, values)), strictMargin));
    }

    void aLongRecoveryNeverFolds() {
        // Forty rough steps one after another, every one of which folds somewhere.
        auto field = DisplacementField::zero(grid(128, 128), 2);
        double proposed = 0;
        double removed = 0;
        int repairs = 0;
        for (std::uint64_t step = 0; step < 40; ++step) {
            const auto increment = testfields::smoothNoise(grid(128, 128), 2, 24, 1.2, 100 + step);
            GuardReport report;
            field = composeStrict(increment, field, &report);
            QVERIFY(statistics(field).strict_min > strictMargin);
            proposed += report.proposed_vox;
            removed += report.removed_vox;
            repairs += report.repairedVoxels > 0 ? 1 : 0;
        }
        const auto s = statistics(field);
        qInfo("40 steps, %d repaired: mean motion %.2f vox, max %.2f, removed %.2f %% of what was proposed", repairs,
              s.mean_vox, s.max_vox, 100 * removed / proposed);
        QVERIFY(repairs > 5);
        QVERIFY(s.mean_vox > 2);
        QVERIFY(removed / proposed < 0.1);
    }

    void impossibleIncrementsAreDamped() {
        const auto old = testfields::smoothNoise(grid(64, 64), 2, 5, 1.5, 4);
        QVERIFY(isStrict(old, strictMargin));
        GuardReport report;
        const auto result = composeStrict(testfields::whiteNoise(grid(64, 64), 2, 300, 6), old, &report);
        QVERIFY(isStrict(result, strictMargin));
        QVERIFY(report.removedShare() > 0.5);
        QVERIFY_THROWS_EXCEPTION(Error, composeStrict(old, DisplacementField::zero(grid(65, 64), 2)));
    }

    void whatEachMethodTakesAway_data() {
        QTest::addColumn<int>("compositions");
        QTest::newRow("narrow folds, 2 %") << 55;
        QTest::newRow("wide folds, 13 %") << 100;
    }
    void whatEachMethodTakesAway() {
        // The reason why the guard projects before it smooths, and damps last: figures for the log, order as a test.
        QFETCH(int, compositions);
        const auto field = testfields::releasedLike(256, compositions, 1);
        const double motion = statistics(field).mean_vox;
        const std::vector<float> original(field.values_vox().begin(), field.values_vox().end());

        auto projected = original;
        FoldRepair projection(field.geometry().size, 2, projected, strictMargin);
        for (const std::int64_t block : {16, 8, 4, 2}) {
            if (compositions == 100) {
                unfoldCoarsely(field.geometry().size, 2, projected, block, 0.05);
            }
        }
        QVERIFY(projection.findViolations() > 1000);
        projection.project(1000000);
        QCOMPARE(projection.findViolations(), std::int64_t{0});

        auto smoothed = original;
        FoldRepair smoothing(field.geometry().size, 2, smoothed, strictMargin);
        int radius = 1;
        while (smoothing.findViolations() > 0 && radius < 40) {
            smoothing.smooth(radius, radius * radius / 2 + 1);
            ++radius;
        }
        QCOMPARE(smoothing.findViolations(), std::int64_t{0});

        double factor = 1;
        while (!isStrict(scaled(field, factor), strictMargin)) {
            factor *= 0.9;
        }
        const double byProjection = meanDistance(projected, original) / motion;
        const double bySmoothing = meanDistance(smoothed, original) / motion;
        qInfo("motion taken away: projection %.3f %%, smoothing %.3f %%, damping %.1f %%", 100 * byProjection,
              100 * bySmoothing, 100 * (1 - factor));
        QVERIFY(byProjection < 0.5 * bySmoothing);
        QVERIFY(bySmoothing < 0.2 * (1 - factor));
    }

    void timeOfACheck() {
        const auto field = testfields::releasedLike(256, 55, 1, 0.3);
        QVERIFY(isStrict(field, strictMargin));
        QBENCHMARK {
            composeStrict(DisplacementField::zero(field.geometry(), 2), field);
        }
    }

    void timeOfARepair() {
        const auto field = testfields::releasedLike(256, 55, 1);
        QBENCHMARK {
            makeStrict(field);
        }
    }
};

QTEST_APPLESS_MAIN(TestFoldGuard)
#include "TestFoldGuard.moc"
