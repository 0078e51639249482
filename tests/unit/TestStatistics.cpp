#include "analysis/FieldStatistics.h"
#include "unit/TestFields.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace drdm;
using testfields::grid;

namespace {

DisplacementField withNode(const Geometry& g, int dims, std::int64_t index, float x) {
    std::vector<float> values(static_cast<std::size_t>(g.voxelCount() * dims), 0.0F);
    values[static_cast<std::size_t>((dims - 1) * g.voxelCount() + index)] = x;
    return {g, dims, std::move(values)};
}

bool near(double a, double b, double tolerance = 1e-9) {
    return std::abs(a - b) <= tolerance;
}

}  // namespace

class TestStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void identity() {
        for (const int dims : {2, 3}) {
            const auto s = statistics(DisplacementField::zero(grid(6, 5, dims == 3 ? 4 : 1), dims));
            QCOMPARE(s.mean_vox, 0.0);
            QCOMPARE(s.jacobian_min, 1.0);
            QCOMPARE(s.jacobian_max, 1.0);
            QCOMPARE(s.strict_min, 1.0);
            QCOMPARE(s.folded_voxels_central, std::int64_t{0});
            QCOMPARE(s.folded_voxels_strict, std::int64_t{0});
        }
    }

    void lengthsInVoxelsMillimetresAndPercent() {
        Geometry g = grid(200, 100);
        g.spacing_mm = {0.5, 2.0, 8.0};
        const auto count = static_cast<std::size_t>(g.voxelCount());
        std::vector<float> values(2 * count);
        std::fill_n(values.begin(), count, 4.0F);                                       // y
        std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(count), count, 3.0F);  // x
        const auto s = statistics(DisplacementField(g, 2, values));
        QVERIFY(near(s.mean_vox, 5.0) && near(s.p95_vox, 5.0) && near(s.max_vox, 5.0));
        QVERIFY(near(s.mean_mm, std::hypot(1.5, 8.0)) && near(s.max_mm, std::hypot(1.5, 8.0)));
        // 100 * |(3/200, 4/100)|, every axis by its own size
        QVERIFY(near(s.mean_percent, 100 * std::hypot(0.015, 0.04)) && near(s.p95_percent, s.mean_percent));
    }

    void percentile95() {
        const Geometry g = grid(101, 1);
        std::vector<float> values(202, 0.0F);
        for (std::size_t n = 0; n <= 100; ++n) {
            values[101 + (n * 37) % 101] = static_cast<float>(n);  // every length 0…100 once, shuffled
        }
        const auto s = statistics(DisplacementField(g, 2, values));
        QVERIFY(near(s.p95_vox, 95.0));
        QVERIFY(near(s.mean_vox, 50.0));
        QVERIFY(near(s.max_vox, 100.0));
    }

    void foldSeenByCentralDifferences() {
        // u_x = -1.5 x: every determinant is -0.5, by either measure, at every voxel, edges included.
        const Geometry g = grid(7, 6);
        std::vector<float> values(84, 0.0F);
        for (std::size_t n = 0; n < 42; ++n) {
            values[42 + n] = -1.5F * static_cast<float>(n % 7);
        }
        const auto s = statistics(DisplacementField(g, 2, values));
        QCOMPARE(s.folded_voxels_central, std::int64_t{42});
        QCOMPARE(s.folded_voxels_strict, std::int64_t{42});
        QCOMPARE(s.folded_fraction_central, 1.0);
        QVERIFY(near(s.jacobian_min, -0.5) && near(s.strict_min, -0.5));
    }

    void foldThatCentralDifferencesMiss2d() {
        // One node jumps over its right neighbour: central differences at it do not look at it.
        const Geometry g = grid(5, 5);
        const auto s = statistics(withNode(g, 2, 12, 1.5F));
        QCOMPARE(s.folded_voxels_central, std::int64_t{0});
        QVERIFY(near(s.jacobian_min, 0.25) && near(s.jacobian_max, 1.75));
        QCOMPARE(s.folded_voxels_strict, std::int64_t{2});  // the node and the neighbour that it jumps over
        QCOMPARE(s.folded_fraction_strict, 2.0 / 25);
        QVERIFY(near(s.strict_min, -0.5));
        const auto map = strictDeterminant(withNode(g, 2, 12, 1.5F));
        QCOMPARE(map[12], -0.5F);
        QCOMPARE(map[13], -0.5F);
        QCOMPARE(map[11], 1.0F);
    }

    void foldThatCentralDifferencesMiss3d() {
        const Geometry g = grid(5, 5, 5);
        const auto s = statistics(withNode(g, 3, 62, 1.5F));
        QCOMPARE(s.folded_voxels_central, std::int64_t{0});
        QCOMPARE(s.folded_voxels_strict, std::int64_t{2});
        QVERIFY(near(s.strict_min, -0.5));
    }

    void foldThatOnlyTheCentralTetrahedraSee() {
        // One cell whose top is turned by 120 degrees against its bottom: all eight corners keep determinant 1, the two
        // central tetrahedra have cos 120 degrees.
        const Geometry g = grid(2, 2, 2);
        std::vector<float> values(24, 0.0F);
        const double angle = 2 * std::numbers::pi / 3;
        for (std::size_t n = 4; n < 8; ++n) {
            const double x = static_cast<double>(n & 1U) - 0.5;
            const double y = static_cast<double>(n >> 1 & 1U) - 0.5;
            values[16 + n] = static_cast<float>(std::cos(angle) * x - std::sin(angle) * y - x);
            values[8 + n] = static_cast<float>(std::sin(angle) * x + std::cos(angle) * y - y);
        }
        const auto s = statistics(DisplacementField(g, 3, values));
        QVERIFY(near(s.jacobian_min, 1.0, 1e-6) && near(s.jacobian_max, 1.0, 1e-6));
        QCOMPARE(s.folded_voxels_central, std::int64_t{0});
        QCOMPARE(s.folded_voxels_strict, std::int64_t{8});
        QVERIFY(near(s.strict_min, -0.5, 1e-6));
    }

    void mirroredAxesAreTreatedAlike() {
        // The strict measure does not depend on the direction in which a fold lies, and x and y are not mixed up.
        const Geometry g = grid(9, 9);
        const auto field = testfields::whiteNoise(g, 2, 0.35, 5);
        std::vector<float> mirrored(162);
        std::vector<float> transposed(162);
        for (std::size_t y = 0; y < 9; ++y) {
            for (std::size_t x = 0; x < 9; ++x) {
                mirrored[y * 9 + 8 - x] = field.values_vox()[y * 9 + x];
                mirrored[81 + y * 9 + 8 - x] = -field.values_vox()[81 + y * 9 + x];
                transposed[81 + x * 9 + y] = field.values_vox()[y * 9 + x];
                transposed[x * 9 + y] = field.values_vox()[81 + y * 9 + x];
            }
        }
        const auto s = statistics(field);
        QVERIFY(s.folded_voxels_strict > 0 && s.folded_voxels_strict < 81);
        for (const auto& other : {mirrored, transposed}) {
            const auto o = statistics(DisplacementField(g, 2, other));
            QCOMPARE(o.folded_voxels_strict, s.folded_voxels_strict);
            QCOMPARE(o.folded_voxels_central, s.folded_voxels_central);
            QVERIFY(near(o.strict_min, s.strict_min, 1e-12));
            QVERIFY(near(o.jacobian_max, s.jacobian_max, 1e-12));
        }
    }

    void mapsAgreeWithTheNumbers() {
        const auto field = testfields::smoothNoise(grid(24, 20, 12), 3, 5, 2.0, 9);
        const auto s = statistics(field);
        const auto central = jacobianDeterminant(field);
        const auto strict = strictDeterminant(field);
        QCOMPARE(
            static_cast<std::int64_t>(std::count_if(central.begin(), central.end(), [](float v) { return v <= 0; })),
            s.folded_voxels_central);
        QCOMPARE(static_cast<std::int64_t>(std::count_if(strict.begin(), strict.end(), [](float v) { return v <= 0; })),
                 s.folded_voxels_strict);
        QVERIFY(s.folded_voxels_strict > s.folded_voxels_central);
        QCOMPARE(*std::min_element(strict.begin(), strict.end()), static_cast<float>(s.strict_min));
        QCOMPARE(*std::max_element(central.begin(), central.end()), static_cast<float>(s.jacobian_max));
    }
};

QTEST_APPLESS_MAIN(TestStatistics)
#include "TestStatistics.moc"
