#include "errors/Error.h"
#include "imaging/Warp.h"
#include "unit/TestFields.h"

#include <QTest>

#include <cmath>

using namespace drdm;
using testfields::grid;

namespace {

/// A field from a function (x, y, z) → displacement (x, y, z).
template <typename F>
DisplacementField fieldOf(const Geometry& g, int dims, F&& f) {
    const auto count = static_cast<std::size_t>(g.voxelCount());
    std::vector<float> values(count * static_cast<std::size_t>(dims));
    std::size_t n = 0;
    for (std::int64_t z = 0; z < g.size[2]; ++z) {
        for (std::int64_t y = 0; y < g.size[1]; ++y) {
            for (std::int64_t x = 0; x < g.size[0]; ++x, ++n) {
                const Vec3 u = f(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z));
                for (int axis = 0; axis < dims; ++axis) {
                    const auto c = static_cast<std::size_t>(componentOfAxis(axis, dims));
                    values[c * count + n] = static_cast<float>(u[static_cast<std::size_t>(axis)]);
                }
            }
        }
    }
    return {g, dims, std::move(values)};
}

template <typename F>
Image imageOf(const Geometry& g, F&& f) {
    std::vector<float> values;
    for (std::int64_t z = 0; z < g.size[2]; ++z) {
        for (std::int64_t y = 0; y < g.size[1]; ++y) {
            for (std::int64_t x = 0; x < g.size[0]; ++x) {
                values.push_back(
                    static_cast<float>(f(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z))));
            }
        }
    }
    return {g, std::move(values)};
}

std::size_t at(const Geometry& g, std::int64_t x, std::int64_t y, std::int64_t z = 0) {
    return static_cast<std::size_t>((z * g.size[1] + y) * g.size[0] + x);
}

}  // namespace

class TestWarp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linearReproducesARampExactly() {
        const Geometry g = grid(20, 16);
        const Image ramp = imageOf(g, [](double x, double y, double) { return 3 * x - 2 * y + 7; });
        const auto field = fieldOf(g, 2, [](double x, double y, double) {
            return Vec3{1.25 - 0.125 * y, 0.0625 * x, 0};
        });
        const Image warped = warp(ramp, field);
        int tested = 0;
        for (std::int64_t y = 0; y < 16; ++y) {
            for (std::int64_t x = 0; x < 20; ++x) {
                const double px = static_cast<double>(x) + 1.25 - 0.125 * static_cast<double>(y);
                const double py = static_cast<double>(y) + 0.0625 * static_cast<double>(x);
                if (px >= 0 && px <= 19 && py <= 15) {
                    QCOMPARE(warped.voxels()[at(g, x, y)], static_cast<float>(3 * px - 2 * py + 7));
                    ++tested;
                }
            }
        }
        QVERIFY(tested > 250);
    }

    void rampOf3dAndEveryPhase() {
        const Geometry g = grid(9, 8, 7);
        const Image one = imageOf(g, [](double x, double y, double z) { return x + 10 * y + 100 * z; });
        std::vector<float> two(one.voxels().begin(), one.voxels().end());
        two.insert(two.end(), one.voxels().begin(), one.voxels().end());
        const auto count = static_cast<std::size_t>(g.voxelCount());
        for (std::size_t n = count; n < two.size(); ++n) {
            two[n] *= 2;
        }
        const Image warped = warp(Image(g, two, 2), fieldOf(g, 3, [](double, double, double) {
                                      return Vec3{0.5, -0.25, 0.75};
                                  }));
        QCOMPARE(warped.phaseVoxels(0)[at(g, 3, 4, 2)], static_cast<float>(3.5 + 37.5 + 275));
        QCOMPARE(warped.phaseVoxels(1)[at(g, 3, 4, 2)], static_cast<float>(2 * (3.5 + 37.5 + 275)));
    }

    void ontoTheFieldsGridThroughPatientCoordinates() {
        // An image whose value is its place in the patient, on a grid that is turned, shifted and coarser.
        Geometry turned = grid(30, 26, 24);
        const double c = std::cos(0.3), s = std::sin(0.3);
        turned.direction = {{{c, -s, 0}, {s, c, 0}, {0, 0, 1}}};
        turned.spacing_mm = {2, 2.5, 3};
        turned.origin_mm = {-20, -30, -25};
        const auto value = [](const Vec3& p) { return 2 * p[0] - p[1] + 0.5 * p[2]; };
        const Image image = imageOf(turned, [&](double x, double y, double z) {
            return value(turned.toPatient({x, y, z}));
        });
        const Geometry g = grid(7, 6, 5);
        const auto field = fieldOf(g, 3, [](double x, double y, double) { return Vec3{0.5, 0.25 * x, -0.125 * y}; });
        const Image moved = warpOnto(image, field);
        QVERIFY(moved.geometry().sameGrid(g));
        for (std::int64_t n = 0; n < g.voxelCount(); ++n) {
            Vec3 p =
                g.toPatient({static_cast<double>(n % 7), static_cast<double>(n / 7 % 6), static_cast<double>(n / 42)});
            const Vec3 u = field.vector_mm(n);
            for (std::size_t k = 0; k < 3; ++k) {
                p[k] += u[k];
            }
            QVERIFY(std::abs(moved.voxels()[static_cast<std::size_t>(n)] - value(p)) < 2e-3);
        }
        // On its own grid it is what warp() gives, labels too.
        const Image own = imageOf(g, [](double x, double y, double z) { return x * y + z; });
        const Image one = warp(own, field), other = warpOnto(own, field);
        std::vector<std::uint16_t> values(static_cast<std::size_t>(g.voxelCount()));
        for (std::size_t n = 0; n < values.size(); ++n) {
            values[n] = n % 7 > 3 ? 2 : 1;
        }
        const LabelMap labels(g, values);
        const LabelMap moved1 = warp(labels, field, Interpolation::Nearest);
        const LabelMap moved2 = warpOnto(labels, field, Interpolation::Nearest);
        int compared = 0;
        for (std::size_t n = 0; n < values.size(); ++n) {
            const bool within = n % 7 < 6 && n / 7 % 6 < 4 && n / 42 > 0;  // not where the border decides
            if (within) {
                QVERIFY(std::abs(one.voxels()[n] - other.voxels()[n]) < 1e-3);
                QCOMPARE(moved1.labels()[n], moved2.labels()[n]);
                ++compared;
            }
        }
        QVERIFY(compared > 80);
        // Beyond the image nothing is repeated.
        const Image shifted = warpOnto(own, fieldOf(g, 3, [](double, double, double) { return Vec3{4.5, 0, 0}; }));
        QCOMPARE(shifted.voxels()[at(g, 6, 5, 4)], 0.0F);
        Geometry far = g;
        far.origin_mm = {500, 0, 0};
        QVERIFY_EXCEPTION_THROWN(warpOnto(image, DisplacementField::zero(far, 3)), Error);
        QVERIFY_EXCEPTION_THROWN(warpOnto(labels, DisplacementField::zero(far, 3)), Error);
    }

    void zeroFieldChangesNoBit() {
        const Geometry g = grid(33, 17);
        testfields::Noise noise(3);
        const Image image = imageOf(g, [&](double, double, double) { return 1000 * noise(); });
        for (const auto kind : {Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic}) {
            const Image warped = warp(image, DisplacementField::zero(g, 2), kind);
            QVERIFY(std::equal(image.voxels().begin(), image.voxels().end(), warped.voxels().begin()));
        }
    }

    void cubicIsClippedToTheStoredRange() {
        const Geometry g = grid(12, 5);
        Image step = imageOf(g, [](double x, double, double) { return x < 6 ? 0.0 : 100.0; });
        const auto half = fieldOf(g, 2, [](double, double, double) { return Vec3{0.5, 0, 0}; });
        // Catmull-Rom at half a voxel: (-1, 9, 9, -1) / 16.
        step.storedMinimum = -1000;
        step.storedMaximum = 1000;
        const Image free = warp(step, half, Interpolation::Cubic);
        QVERIFY(std::abs(free.voxels()[at(g, 4, 2)] - -6.25F) < 1e-4);
        QVERIFY(std::abs(free.voxels()[at(g, 5, 2)] - 50.0F) < 1e-4);
        QVERIFY(std::abs(free.voxels()[at(g, 6, 2)] - 106.25F) < 1e-4);
        step.storedMinimum = step.storedMaximum = 0;  // unlimited: the range of its values
        const Image clipped = warp(step, half, Interpolation::Cubic);
        QCOMPARE(clipped.voxels()[at(g, 4, 2)], 0.0F);
        QCOMPARE(clipped.voxels()[at(g, 6, 2)], 100.0F);
    }

    void outsideIsPaddingElseAirElseBorder() {
        const Geometry g = grid(8, 4);
        Image image = imageOf(g, [](double x, double, double) { return 10 * x + 1; });
        const auto far = fieldOf(g, 2, [](double, double, double) { return Vec3{100, 0, 0}; });
        QCOMPARE(warp(image, far).voxels()[5], 71.0F);
        image.modality = "CT";
        QCOMPARE(warp(image, far).voxels()[5], -1000.0F);
        image.paddingValue = -2000.0F;
        QCOMPARE(warp(image, far).voxels()[5], -2000.0F);
        // Half a voxel beyond the last centre still belongs to the source.
        const auto little = fieldOf(g, 2, [](double, double, double) { return Vec3{0.375, 0, 0}; });
        QCOMPARE(warp(image, little).voxels()[7], 71.0F);
        const auto huge = fieldOf(g, 2, [](double, double, double) { return Vec3{-3e30, 3e30, 0}; });
        QCOMPARE(warp(image, huge).voxels()[0], -2000.0F);
    }

    void labelsMoveAsOneHot() {
        const Geometry g = grid(10, 6);
        std::vector<std::uint16_t> values(60, 0);
        for (std::int64_t y = 0; y < 6; ++y) {
            for (std::int64_t x = 0; x < 10; ++x) {
                values[at(g, x, y)] = x < 3 ? 5 : (x < 7 ? 40 : 0);
            }
        }
        const LabelMap labels(g, values);
        // A mean of numbers would invent labels between 5 and 40.
        const auto shift = fieldOf(g, 2, [](double, double, double) { return Vec3{0.625, 0, 0}; });
        const LabelMap moved = warp(labels, shift);
        QCOMPARE(moved.values(), (std::vector<std::uint16_t>{5, 40}));
        QCOMPARE(moved.labels()[at(g, 1, 2)], std::uint16_t{5});
        QCOMPARE(moved.labels()[at(g, 2, 2)], std::uint16_t{40});  // 0.375 of 5, 0.625 of 40
        QCOMPARE(moved.labels()[at(g, 6, 2)], std::uint16_t{0});
        const auto half = fieldOf(g, 2, [](double, double, double) { return Vec3{0.5, 0, 0}; });
        QCOMPARE(warp(labels, half).labels()[at(g, 2, 2)], std::uint16_t{5});  // a tie: the smaller
        const auto out = fieldOf(g, 2, [](double, double, double) { return Vec3{-4, 0, 0}; });
        QCOMPARE(warp(labels, out).labels()[at(g, 2, 2)], std::uint16_t{0});
        QCOMPARE(warp(labels, out, Interpolation::Nearest).labels()[at(g, 2, 2)], std::uint16_t{0});
        QCOMPARE(warp(labels, out, Interpolation::Nearest).labels()[at(g, 4, 2)], std::uint16_t{5});
    }

    void composingTranslationsAddsThem() {
        const Geometry g = grid(16, 12, 10);
        const auto a = fieldOf(g, 3, [](double, double, double) { return Vec3{1.5, -2.25, 0.75}; });
        const auto b = fieldOf(g, 3, [](double, double, double) { return Vec3{-0.25, 4.5, 2.5}; });
        const auto c = compose(a, b);
        for (int component = 0; component < 3; ++component) {
            const float expected = std::array<float, 3>{3.25F, 2.25F, 1.25F}[static_cast<std::size_t>(component)];
            for (const float value : c.component_vox(component)) {
                QCOMPARE(value, expected);
            }
        }
    }

    void composingRotationsAddsTheirAngles() {
        const Geometry g = grid(65, 65);
        const auto rotation = [&](double angle) {
            return fieldOf(g, 2, [angle](double x, double y, double) {
                const double dx = x - 32;
                const double dy = y - 32;
                return Vec3{std::cos(angle) * dx - std::sin(angle) * dy - dx,
                            std::sin(angle) * dx + std::cos(angle) * dy - dy, 0};
            });
        };
        const auto twice = compose(rotation(0.2), rotation(0.3));
        const auto once = rotation(0.5);
        for (std::int64_t y = 12; y < 53; ++y) {  // inside, where no point leaves the grid
            for (std::int64_t x = 12; x < 53; ++x) {
                for (int c = 0; c < 2; ++c) {
                    QVERIFY(std::abs(twice.component_vox(c)[at(g, x, y)] - once.component_vox(c)[at(g, x, y)]) < 2e-5);
                }
            }
        }
    }

    void composeIsOldAfterIncrement() {
        // Not commutative: a shift into a field that is a ramp reads it at the shifted place.
        const Geometry g = grid(32, 8);
        const auto shift = fieldOf(g, 2, [](double, double, double) { return Vec3{2, 0, 0}; });
        const auto stretch = fieldOf(g, 2, [](double x, double, double) { return Vec3{0.25 * x, 0, 0}; });
        QCOMPARE(compose(shift, stretch).component_vox(1)[at(g, 4, 3)], 2 + 0.25F * 6);
        QCOMPARE(compose(stretch, shift).component_vox(1)[at(g, 4, 3)], 2 + 0.25F * 4);
        // Border padding: beyond the last voxel the old field keeps its last value.
        QCOMPARE(compose(shift, stretch).component_vox(1)[at(g, 31, 3)], 2 + 0.25F * 31);
    }

    void differentGridsAreRefused() {
        const Image image(grid(8, 8), std::vector<float>(64));
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(warp(image, DisplacementField::zero(grid(8, 9), 2))));
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(compose(DisplacementField::zero(grid(8, 8), 2),
                                                                  DisplacementField::zero(grid(9, 8), 2))));
    }

    void namesOfInterpolations() {
        for (const auto kind : {Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic}) {
            QVERIFY(interpolationFromName(name(kind)) == kind);
        }
        try {
            interpolationFromName("spline");
            QFAIL("an unknown name was accepted");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("linear"));
        }
    }

    void labelsOnAnotherGrid() {
        Geometry from = grid(10, 10, 4);
        from.spacing_mm = {2, 2, 5};
        std::vector<std::uint16_t> values(400, 0);
        values[at(from, 3, 4, 1)] = 7;
        Geometry to = grid(20, 20, 4);
        to.spacing_mm = {1, 1, 5};
        to.origin_mm = {-0.5, -0.5, 0};
        const LabelMap fine = resample(LabelMap(from, values), to);
        int count = 0;
        for (const auto label : fine.labels()) {
            count += label == 7 ? 1 : 0;
        }
        QCOMPARE(count, 4);  // one voxel of 2 x 2 mm is four of 1 x 1 mm
        for (const auto& [x, y] : {std::pair{6, 8}, {7, 8}, {6, 9}, {7, 9}}) {
            QCOMPARE(fine.labels()[at(to, x, y, 1)], std::uint16_t{7});
        }
        to.origin_mm = {500, 0, 0};
        QVERIFY(resample(LabelMap(from, values), to).values().empty());
    }
};

QTEST_APPLESS_MAIN(TestWarp)
#include "TestWarp.moc"
