#include "errors/Error.h"
#include "imaging/ModelGrid.h"
#include "unit/TestFields.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace drdm;
using testfields::grid;

namespace {

Geometry oblique(const Size3& size, const Vec3& spacing) {
    Geometry g;
    g.size = size;
    g.spacing_mm = spacing;
    g.origin_mm = {-31, 12, 55};
    const double a = 0.35;
    g.direction = {{{std::cos(a), 0, std::sin(a)}, {0, 1, 0}, {-std::sin(a), 0, std::cos(a)}}};
    return g;
}

DisplacementField constant(const Geometry& g, int dims, const Vec3& u) {
    std::vector<float> values;
    for (int c = 0; c < dims; ++c) {
        values.insert(values.end(), static_cast<std::size_t>(g.voxelCount()),
                      static_cast<float>(u[static_cast<std::size_t>(componentOfAxis(c, dims))]));
    }
    return {g, dims, std::move(values)};
}

double distance(const Vec3& a, const Vec3& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

}  // namespace

class TestModelGrid : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void centresCoincideAndTheLongSideFills_data() {
        QTest::addColumn<int>("side");
        QTest::newRow("smaller") << 64;
        QTest::newRow("larger") << 512;
    }
    void centresCoincideAndTheLongSideFills() {
        QFETCH(int, side);
        const Geometry g = oblique({208, 300, 1}, {1.5, 0.8, 9});  // 312 x 240 mm
        for (const Fit fit : {Fit::KeepAspect, Fit::Squash}) {
            const ModelGrid m(g, 2, side, fit);
            QCOMPARE(m.model.size, (Size3{side, side, 1}));
            const double half = 0.5 * (side - 1);
            QVERIFY(distance(m.model.toPatient({half, half, 0}), g.toPatient({103.5, 149.5, 0})) < 1e-9);
            // The stated scale and offset are those of the two geometries.
            const Vec3 image{17, 203, 0};
            const Vec3 model{m.scale[0] * 17 + m.offset[0], m.scale[1] * 203 + m.offset[1], 0};
            QVERIFY(distance(m.model.toPatient(model), g.toPatient(image)) < 1e-9);
            QVERIFY(std::abs(m.model.spacing_mm[0] - 312.0 / side) < 1e-12);
            QVERIFY(std::abs(m.model.spacing_mm[1] - (fit == Fit::Squash ? 240.0 : 312.0) / side) < 1e-12);
        }
        const ModelGrid squash(g, 2, side, Fit::Squash);
        QVERIFY(std::abs(squash.offset[1] - (0.5 * side / 300 - 0.5)) < 1e-12);
    }

    void coincidingGridsCopyEveryBit() {
        for (const Fit fit : {Fit::KeepAspect, Fit::Squash}) {
            const Geometry g = oblique({96, 96, 1}, {0.1, 0.1, 3});
            const ModelGrid m(g, 2, 96, fit);
            QCOMPARE(m.scale, (Vec3{1, 1, 1}));
            QCOMPARE(m.offset, (Vec3{0, 0, 0}));
            const auto field = testfields::whiteNoise(m.model, 2, 3, 4);
            const auto same = [&](const DisplacementField& other) {
                return std::equal(field.values_vox().begin(), field.values_vox().end(), other.values_vox().begin());
            };
            QVERIFY(same(m.toImage(field)));
            QVERIFY(same(m.toModel(m.toImage(field))));
            testfields::Noise noise(8);
            std::vector<float> voxels(96 * 96);
            std::generate(voxels.begin(), voxels.end(), [&] { return static_cast<float>(noise()); });
            const auto prepared = m.prepare(Image(g, voxels), 0, Normalisation::MinMax);
            const auto [low, high] = std::minmax_element(voxels.begin(), voxels.end());
            for (std::size_t n = 0; n < voxels.size(); ++n) {
                QCOMPARE(prepared[n], (voxels[n] - *low) * (1.0F / (*high - *low)));
            }
        }
    }

    void aTranslationInMillimetresStaysThat_data() {
        QTest::addColumn<int>("dims");
        QTest::addColumn<int>("side");
        QTest::addColumn<bool>("squash");
        for (const int dims : {2, 3}) {
            for (const int side : {24, 64}) {
                for (const bool squash : {false, true}) {
                    QTest::addRow("%d-D side %d %s", dims, side, squash ? "squash" : "aspect")
                        << dims << side << squash;
                }
            }
        }
    }
    void aTranslationInMillimetresStaysThat() {
        QFETCH(int, dims);
        QFETCH(int, side);
        QFETCH(bool, squash);
        const Geometry g = oblique({40, 25, dims == 3 ? 7 : 1}, {1.25, 0.9, 6.5});
        const ModelGrid m(g, dims, side, squash ? Fit::Squash : Fit::KeepAspect);
        const auto onModel = constant(m.model, dims, {2.5, -1.75, 3.125});
        const auto onImage = m.toImage(onModel);
        QVERIFY(onImage.geometry().sameGrid(g));
        const Vec3 wanted = onModel.vector_mm(0);
        for (std::int64_t n = 0; n < g.voxelCount(); n += 7) {
            QVERIFY(distance(onImage.vector_mm(n), wanted) < 1e-4);
        }
        const auto back = m.toModel(onImage);
        for (std::int64_t n = 0; n < m.model.voxelCount(); n += 13) {
            QVERIFY(distance(back.vector_mm(n), wanted) < 1e-4);
        }
    }

    void smoothFieldsSurviveTheWayThereAndBack() {
        // A wave of 32 voxels on the model's grid: the B-spline lessens it by a known part, (2 + cos k) / 3 per axis.
        const Geometry g = oblique({300, 200, 1}, {1, 1, 5});
        const ModelGrid m(g, 2, 128, Fit::KeepAspect);
        const auto count = static_cast<std::size_t>(m.model.voxelCount());
        std::vector<float> values(2 * count, 0.0F);
        const double k = 2 * M_PI / 32;
        for (std::size_t n = 0; n < count; ++n) {
            values[count + n] = static_cast<float>(3 * std::sin(k * static_cast<double>(n % 128)));
        }
        const auto onImage = m.toImage(DisplacementField(m.model, 2, values));
        const double kept = (2 + std::cos(k)) / 3;
        for (std::int64_t x = 0; x < 300; ++x) {
            const double at = m.scale[0] * static_cast<double>(x) + m.offset[0];
            if (at > 2 && at < 125) {
                const double wanted = kept * 3 * std::sin(k * at) / m.scale[0];
                QVERIFY(std::abs(onImage.component_vox(1)[static_cast<std::size_t>(100 * 300 + x)] - wanted) < 0.02);
            }
        }
    }

    void preparedImagesLieWhereTheImageIs() {
        // A bright dot in the image is found at scale · x + offset in the prepared one, whatever the sizes.
        for (const int side : {32, 64, 200}) {
            const Geometry g = oblique({100, 60, 1}, {1, 1, 5});
            std::vector<float> voxels(6000);
            for (std::int64_t y = 0; y < 60; ++y) {
                for (std::int64_t x = 0; x < 100; ++x) {
                    voxels[static_cast<std::size_t>(y * 100 + x)] = static_cast<float>(std::exp(
                        -0.5 *
                        (std::pow(static_cast<double>(x) - 70.0, 2) + std::pow(static_cast<double>(y) - 20.0, 2)) /
                        16.0));
                }
            }
            const ModelGrid m(g, 2, side, Fit::KeepAspect);
            const auto prepared = m.prepare(Image(g, voxels), 0, Normalisation::MinMax);
            QCOMPARE(prepared.size(), static_cast<std::size_t>(side * side));
            double sum = 0;
            double sx = 0;
            double sy = 0;
            for (std::size_t n = 0; n < prepared.size(); ++n) {
                const std::size_t row = n / static_cast<std::size_t>(side);
                sum += prepared[n];
                sx += prepared[n] * static_cast<double>(n % static_cast<std::size_t>(side));
                sy += prepared[n] * static_cast<double>(row);
            }
            QVERIFY(std::abs(sx / sum - (m.scale[0] * 70 + m.offset[0])) < 0.02);
            QVERIFY(std::abs(sy / sum - (m.scale[1] * 20 + m.offset[1])) < 0.02);
        }
    }

    void minificationAveragesInsteadOfPickingOut() {
        const Geometry g = grid(512, 512);
        std::vector<float> checkerboard(512 * 512);
        for (std::size_t n = 0; n < checkerboard.size(); ++n) {
            checkerboard[n] = static_cast<float>((n + n / 512) % 2);
        }
        const auto prepared =
            ModelGrid(g, 2, 100, Fit::KeepAspect).prepare(Image(g, checkerboard), 0, Normalisation::MinMax);
        for (std::size_t y = 2; y < 98; ++y) {
            for (std::size_t x = 2; x < 98; ++x) {
                QVERIFY(std::abs(prepared[y * 100 + x] - 0.5F) < 0.02);
            }
        }
    }

    void whatLiesOutsideIsFeathered() {
        Geometry g = grid(128, 64);
        const ModelGrid m(g, 2, 128, Fit::KeepAspect);
        std::vector<float> voxels(128 * 64, 5.0F);
        voxels[0] = 0;  // so that there is a range
        const auto prepared = m.prepare(Image(g, voxels), 0, Normalisation::MinMax);
        const auto value = [&](std::size_t y) { return prepared[y * 128 + 64]; };
        QCOMPARE(value(32), 1.0F);
        QCOMPARE(value(95), 1.0F);
        float largestStep = 0;
        for (std::size_t y = 1; y < 128; ++y) {
            largestStep = std::max(largestStep, std::abs(value(y) - value(y - 1)));
        }
        QVERIFY2(largestStep < 0.11F, qPrintable(QString::number(largestStep)));  // no straight frame
        QCOMPARE(value(10), 0.0F);
        QCOMPARE(value(120), 0.0F);
    }

    void normalisations() {
        const Geometry g = grid(20, 20);
        std::vector<float> voxels(400);
        for (std::size_t n = 0; n < 400; ++n) {
            voxels[n] = static_cast<float>((n * 7) % 400);  // every value 0…399 once
        }
        const ModelGrid m(g, 2, 20, Fit::KeepAspect);
        const auto percentile = m.prepare(Image(g, voxels), 0, Normalisation::Percentile);
        const double low = 0.005 * 399;
        const double high = 0.995 * 399;
        for (std::size_t n = 0; n < 400; ++n) {
            QVERIFY(std::abs(percentile[n] - std::clamp((voxels[n] - low) / (high - low), 0.0, 1.0)) < 1e-5);
        }
        for (float& v : voxels) {
            v = v * 10 - 2000;
        }
        const auto ct = m.prepare(Image(g, voxels), 0, Normalisation::CtWindow);
        for (std::size_t n = 0; n < 400; ++n) {
            QVERIFY(std::abs(ct[n] - std::clamp((voxels[n] + 1000.0) / 1400, 0.0, 1.0)) < 1e-5);
        }
        const auto flat = m.prepare(Image(g, std::vector<float>(400, 3.0F)), 0, Normalisation::Percentile);
        QCOMPARE(*std::max_element(flat.begin(), flat.end()), 0.0F);
    }

    void masksReachBeyondTheEdge() {
        // Else the free frame around the image would move and, by the smooth way back, the locked edge with it.
        const Geometry g = grid(64, 32);
        const ModelGrid m(g, 2, 64, Fit::KeepAspect);
        std::vector<std::uint16_t> top(2048, 0);
        std::fill(top.begin(), top.begin() + 1024, std::uint16_t{9});
        const auto mask = m.prepareMask(LabelMap(g, top));
        QCOMPARE(mask[2 * 64 + 30], 1.0F);
        QCOMPARE(mask[31 * 64 + 30], 1.0F);
        QCOMPARE(mask[32 * 64 + 30], 0.0F);
        QCOMPARE(mask[60 * 64 + 30], 0.0F);
    }

    void unsuitableImagesAreRefused() {
        QVERIFY_THROWS_EXCEPTION(Error, ModelGrid(grid(8, 8, 3), 2, 64, Fit::KeepAspect));
        QVERIFY_THROWS_EXCEPTION(Error, ModelGrid(grid(8, 8, 1), 3, 64, Fit::KeepAspect));
        const ModelGrid m(grid(8, 8), 2, 16, Fit::KeepAspect);
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(m.toImage(DisplacementField::zero(grid(8, 8), 2))));
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(m.toModel(DisplacementField::zero(grid(16, 16), 2))));
    }
};

QTEST_APPLESS_MAIN(TestModelGrid)
#include "TestModelGrid.moc"
