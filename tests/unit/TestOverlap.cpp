#include "analysis/LabelOverlap.h"
#include "errors/Error.h"
#include "imaging/DisplacementField.h"
#include "unit/TestFields.h"

#include <QTest>

#include <cmath>

using namespace drdm;
using testfields::grid;

namespace {

template <typename Inside>
LabelMap labelsWhere(const Geometry& g, Inside&& inside) {
    std::vector<std::uint16_t> values;
    for (std::int64_t z = 0; z < g.size[2]; ++z) {
        for (std::int64_t y = 0; y < g.size[1]; ++y) {
            for (std::int64_t x = 0; x < g.size[0]; ++x) {
                values.push_back(inside(x, y, z) ? 3 : 0);
            }
        }
    }
    return {g, std::move(values)};
}

LabelMap box(const Geometry& g, std::int64_t x0, std::int64_t x1) {
    return labelsWhere(g, [=](std::int64_t x, std::int64_t y, std::int64_t z) {
        return x >= x0 && x < x1 && y >= 5 && y < 15 && z >= 2 && z < 8;
    });
}

LabelMap ball(const Geometry& g, double radius_mm) {
    return labelsWhere(g, [&](std::int64_t x, std::int64_t y, std::int64_t z) {
        const double dx = (static_cast<double>(x) - 0.5 * static_cast<double>(g.size[0] - 1)) * g.spacing_mm[0];
        const double dy = (static_cast<double>(y) - 0.5 * static_cast<double>(g.size[1] - 1)) * g.spacing_mm[1];
        const double dz = (static_cast<double>(z) - 0.5 * static_cast<double>(g.size[2] - 1)) * g.spacing_mm[2];
        return dx * dx + dy * dy + dz * dz <= radius_mm * radius_mm;
    });
}

}  // namespace

class TestOverlap : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shiftedBox() {
        Geometry g = grid(30, 20, 10);
        g.spacing_mm = {2, 1, 4};
        const auto measures = labelOverlap(box(g, 5, 15), box(g, 8, 18)).at(3);
        QCOMPARE(measures.dice, 0.7);
        QCOMPARE(measures.sensitivity, 0.7);
        QCOMPARE(measures.precision, 0.7);
        QCOMPARE(measures.volumeA_mm3, 10.0 * 10 * 6 * 8);
        QCOMPARE(measures.hd95_mm, 6.0);  // 3 voxels of 2 mm: the whole face is that far
        QVERIFY(measures.asd_mm > 0.5 && measures.asd_mm < 6.0);
    }

    void smallerBoxInside() {
        const Geometry g = grid(30, 20, 10);
        const auto measures = labelOverlap(box(g, 5, 15), box(g, 5, 10)).at(3);
        QCOMPARE(measures.sensitivity, 0.5);
        QCOMPARE(measures.precision, 1.0);
        QCOMPARE(measures.dice, 2 * 0.5 / 1.5);
    }

    void concentricBallsAreTheirRadiiApart() {
        Geometry g = grid(81, 81, 41);
        g.spacing_mm = {1, 1, 2};
        const auto measures = labelOverlap(ball(g, 36), ball(g, 30)).at(3);
        // Surfaces of voxels are rough: the nearest voxel is up to half of one nearer than the sphere.
        QVERIFY2(measures.asd_mm > 5.5 && measures.asd_mm < 6.0, qPrintable(QString::number(measures.asd_mm)));
        QVERIFY2(std::abs(measures.hd95_mm - 6.0) < 0.8, qPrintable(QString::number(measures.hd95_mm)));
        const double ratio = std::pow(30.0 / 36.0, 3);
        QVERIFY(std::abs(measures.dice - 2 * ratio / (1 + ratio)) < 0.005);
        QVERIFY(std::abs(measures.volumeA_mm3 / (4.0 / 3 * M_PI * 36 * 36 * 36) - 1) < 0.01);
        QVERIFY(std::abs(volumeChange(ball(g, 36), ball(g, 30)).at(3) - (ratio - 1)) < 0.005);
    }

    void distancesAgreeWithTryingEveryPair() {
        Geometry g = grid(14, 12, 6);
        g.spacing_mm = {0.9, 1.7, 3.1};
        testfields::Noise noise(12);
        const auto random = [&] {
            return labelsWhere(g, [&](std::int64_t, std::int64_t, std::int64_t) { return noise() > 1.6; });
        };
        const LabelMap a = random();
        const LabelMap b = random();
        // So sparse that nearly every voxel is surface; those that are not have all six neighbours.
        const auto points = [&](const LabelMap& map) {
            std::vector<Vec3> result;
            std::size_t n = 0;
            for (std::int64_t z = 0; z < g.size[2]; ++z) {
                for (std::int64_t y = 0; y < g.size[1]; ++y) {
                    for (std::int64_t x = 0; x < g.size[0]; ++x, ++n) {
                        if (map.labels()[n] != 0) {
                            result.push_back(
                                g.toPatient({static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)}));
                        }
                    }
                }
            }
            return result;
        };
        double sum = 0;
        std::size_t count = 0;
        for (const auto& [from, to] : {std::pair{points(a), points(b)}, std::pair{points(b), points(a)}}) {
            for (const Vec3& p : from) {
                double least = 1e9;
                for (const Vec3& q : to) {
                    least = std::min(least, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
                }
                sum += least;
                ++count;
            }
        }
        QVERIFY(count > 50);
        QVERIFY(std::abs(labelOverlap(a, b).at(3).asd_mm - sum / static_cast<double>(count)) < 1e-9);
    }

    void slicesHaveOutlinesNotFaces() {
        // In one slice the inside of a structure is no surface.
        const Geometry g = grid(40, 40);
        const auto disc = [&](double radius) {
            return labelsWhere(g, [=](std::int64_t x, std::int64_t y, std::int64_t) {
                return std::hypot(static_cast<double>(x) - 19.5, static_cast<double>(y) - 19.5) <= radius;
            });
        };
        const auto measures = labelOverlap(disc(16), disc(12)).at(3);
        QVERIFY2(std::abs(measures.asd_mm - 4.0) < 0.3, qPrintable(QString::number(measures.asd_mm)));
    }

    void absentStructure() {
        const Geometry g = grid(30, 20, 10);
        const LabelMap nothing(g, std::vector<std::uint16_t>(6000, 0));
        const auto measures = labelOverlap(box(g, 5, 15), nothing).at(3);
        QCOMPARE(measures.dice, 0.0);
        QCOMPARE(measures.precision, 0.0);
        QVERIFY(std::isnan(measures.asd_mm) && std::isnan(measures.hd95_mm));
        QVERIFY(labelOverlap(nothing, nothing).empty());
        QCOMPARE(volumeChange(box(g, 5, 15), nothing).at(3), -1.0);
        const auto same = labelOverlap(box(g, 5, 15), box(g, 5, 15)).at(3);
        QCOMPARE(same.dice, 1.0);
        QCOMPARE(same.asd_mm, 0.0);
        QCOMPARE(same.hd95_mm, 0.0);
    }

    void distanceBetweenFields() {
        const Geometry g = grid(4, 3);
        std::vector<float> values(24, 0.0F);
        std::fill_n(values.begin(), 12, 3.0F);
        std::fill_n(values.begin() + 12, 12, -4.0F);
        QCOMPARE(meanDistance_vox(DisplacementField(g, 2, values), DisplacementField::zero(g, 2)), 5.0);
        QVERIFY_THROWS_EXCEPTION(
            Error, meanDistance_vox(DisplacementField::zero(g, 2), DisplacementField::zero(grid(3, 4), 2)));
    }

    void largeVolume() {
        Geometry g = grid(256, 256, 20);
        g.spacing_mm = {1.4, 1.4, 8};
        const LabelMap a = ball(g, 75);
        const LabelMap b = ball(g, 70);
        QBENCHMARK_ONCE {
            QVERIFY(labelOverlap(a, b).at(3).dice > 0.8);
        }
    }
};

QTEST_APPLESS_MAIN(TestOverlap)
#include "TestOverlap.moc"
