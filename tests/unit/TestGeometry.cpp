#include "errors/Error.h"
#include "imaging/DisplacementField.h"
#include "imaging/Geometry.h"
#include "imaging/Image.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace drdm;

namespace {

Geometry oblique() {
    Geometry g;
    g.size = {7, 5, 3};
    g.spacing_mm = {0.8, 1.3, 6.0};
    g.origin_mm = {-12.5, 40.0, 7.0};
    const double a = 0.4;
    const double b = -0.7;
    // Rotation about z, then about x.
    g.direction = {{{std::cos(a), -std::sin(a), 0},
                    {std::cos(b) * std::sin(a), std::cos(b) * std::cos(a), -std::sin(b)},
                    {std::sin(b) * std::sin(a), std::sin(b) * std::cos(a), std::cos(b)}}};
    return g;
}

}  // namespace

class TestGeometry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void inverseTimesMatrixIsIdentity() {
        const Mat3 m{{{2, -1, 0.5}, {0.3, 1.7, -2}, {1, 4, 0.25}}};
        const Mat3 inv = inverse(m);
        for (std::size_t j = 0; j < 3; ++j) {
            const Vec3 column = multiply(m, {inv[0][j], inv[1][j], inv[2][j]});
            for (std::size_t i = 0; i < 3; ++i) {
                QVERIFY(std::abs(column[i] - (i == j ? 1.0 : 0.0)) < 1e-12);
            }
        }
        QVERIFY(std::abs(determinant(m) * determinant(inv) - 1.0) < 1e-12);
        QCOMPARE(determinant(Mat3{{{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}}), -1.0);
    }

    void singularDirectionIsRefused() {
        Geometry g;
        g.direction = {{{1, 0, 0}, {1, 0, 0}, {0, 0, 1}}};
        QVERIFY_THROWS_EXCEPTION(Error, g.validate());
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(g.toVoxel({0, 0, 0})));
    }

    void impossibleGridsAreRefused() {
        Geometry g;
        g.size = {4, 0, 1};
        QVERIFY_THROWS_EXCEPTION(Error, g.validate());
        g.size = {std::int64_t{1} << 40, std::int64_t{1} << 40, 1};
        QVERIFY_THROWS_EXCEPTION(Error, g.validate());
        g.size = {4, 4, 1};
        g.spacing_mm[1] = 0;
        QVERIFY_THROWS_EXCEPTION(Error, g.validate());
        g.spacing_mm[1] = std::numeric_limits<double>::quiet_NaN();
        QVERIFY_THROWS_EXCEPTION(Error, g.validate());
    }

    void patientAndVoxelAreInverse() {
        const Geometry g = oblique();
        const Vec3 voxel{2.25, 3.5, 1.75};
        const Vec3 back = g.toVoxel(g.toPatient(voxel));
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(std::abs(back[k] - voxel[k]) < 1e-12);
        }
        // A step of one voxel along y is a step of its spacing along the second column.
        const Vec3 a = g.toPatient({1, 1, 1});
        const Vec3 b = g.toPatient({1, 2, 1});
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(std::abs(b[k] - a[k] - 1.3 * g.direction[k][1]) < 1e-12);
        }
    }

    void slicesLieWhereTheyWereInTheVolume() {
        const Geometry g = oblique();
        const Geometry s = g.slice(2);
        QCOMPARE(s.size[2], std::int64_t{1});
        const Vec3 inVolume = g.toPatient({3, 4, 2});
        const Vec3 inSlice = s.toPatient({3, 4, 0});
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(std::abs(inVolume[k] - inSlice[k]) < 1e-12);
        }
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(g.slice(3)));
    }

    void sameGridToleratesRoundingOnly() {
        const Geometry g = oblique();
        Geometry other = g;
        other.origin_mm[0] += 0.009;
        QVERIFY(g.sameGrid(other));
        other.origin_mm[0] += 0.002;
        QVERIFY(!g.sameGrid(other));
        other = g;
        other.spacing_mm[2] += 0.006;  // 0.012 mm at the far corner
        QVERIFY(!g.sameGrid(other));
        other = g;
        other.size[0] = 8;
        QVERIFY(!g.sameGrid(other));
    }

    void slicesOfAnImageKeepTheirSource() {
        Geometry g = oblique();
        std::vector<float> voxels(static_cast<std::size_t>(g.voxelCount() * 2));
        for (std::size_t n = 0; n < voxels.size(); ++n) {
            voxels[n] = static_cast<float>(n);
        }
        Image image(g, voxels, 2);
        image.source.files = {"p0s0", "p0s1", "p0s2", "p1s0", "p1s1", "p1s2"};
        image.source.sopInstanceUids = {"0", "1", "2", "3", "4", "5"};
        image.phaseTimes_ms = {10, 20};
        const Image slice = image.slice(1, 1);
        QCOMPARE(slice.voxels()[0], 3.0F * 35 + 35);
        QCOMPARE(slice.voxels().size(), std::size_t{35});
        QCOMPARE(slice.source.files, std::vector<std::string>{"p1s1"});
        QCOMPARE(slice.source.sopInstanceUids, std::vector<std::string>{"4"});
        QCOMPARE(slice.phaseTimes_ms, std::vector<double>{20});
        const Image cine = image.sliceOverTime(2);
        QCOMPARE(cine.phases(), std::int64_t{2});
        QCOMPARE(cine.phaseVoxels(0)[0], 2.0F * 35);
        QCOMPARE(cine.phaseVoxels(1)[34], 3.0F * 35 + 2 * 35 + 34);
        QCOMPARE(cine.source.files, (std::vector<std::string>{"p0s2", "p1s2"}));
        QCOMPARE(cine.phaseTimes_ms, (std::vector<double>{10, 20}));
        const Image phase = image.phase(1);
        QCOMPARE(phase.voxels()[0], 105.0F);
        QCOMPARE(phase.source.files, (std::vector<std::string>{"p1s0", "p1s1", "p1s2"}));
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(image.slice(3, 0)));
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(image.phase(2)));
        QVERIFY_THROWS_EXCEPTION(Error, Image(g, std::vector<float>(7)));
    }

    void fieldsOfNumbersThatAreNotFiniteAreRefused() {
        Geometry g;
        g.size = {3, 2, 1};
        std::vector<float> values(12, 0.5F);
        QCOMPARE(DisplacementField(g, 2, values).component_vox(1).size(), std::size_t{6});
        values[7] = std::numeric_limits<float>::infinity();
        QVERIFY_THROWS_EXCEPTION(Error, DisplacementField(g, 2, values));
        values[7] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY_THROWS_EXCEPTION(Error, DisplacementField(g, 2, values));
        QVERIFY_THROWS_EXCEPTION(Error, DisplacementField(g, 2, std::vector<float>(11)));
        g.size[2] = 2;
        QVERIFY_THROWS_EXCEPTION(Error, DisplacementField(g, 2, std::vector<float>(24)));
        QVERIFY_THROWS_EXCEPTION(Error, DisplacementField(g, 4, std::vector<float>(48)));
    }

    void vectorsInMillimetresFollowTheDirections() {
        const Geometry g = oblique();
        const auto count = static_cast<std::size_t>(g.voxelCount());
        std::vector<float> values(3 * count, 0.0F);
        values[2 * count + 4] = 2.0F;   // x, the last component
        values[0 * count + 4] = -1.0F;  // z, the first
        const Vec3 mm = DisplacementField(g, 3, values).vector_mm(4);
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(std::abs(mm[k] - (2 * 0.8 * g.direction[k][0] - 6.0 * g.direction[k][2])) < 1e-12);
        }
    }

    void labelValuesAreSorted() {
        Geometry g;
        g.size = {3, 2, 1};
        QCOMPARE(LabelMap(g, {9, 0, 2, 2, 65535, 0}).values(), (std::vector<std::uint16_t>{2, 9, 65535}));
    }
};

QTEST_APPLESS_MAIN(TestGeometry)
#include "TestGeometry.moc"
