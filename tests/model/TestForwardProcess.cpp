#include "analysis/FieldStatistics.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Losses.h"
#include "diffusion/Random.h"
#include "model/ModelTests.h"

#include <QtTest>
#include <torch/torch.h>

using namespace drdm;

namespace {

Geometry square(std::int64_t side) {
    Geometry geometry;
    geometry.size = {side, side, 1};
    return geometry;
}

double meanPercent(const at::Tensor& u) {
    return 100 * u.square().sum(1).sqrt().mean().item<double>();
}

}  // namespace

/// Deformation diffusion and the field arithmetic under it.
class TestForwardProcess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void releasedNumbersOfCompositions() {
        // METHOD.md: t → (n_ddf, n_dvf).
        const int expected[][3] = {{10, 13, 3},   {20, 32, 6},   {30, 55, 7},  {48, 102, 10},
                                   {64, 148, 12}, {79, 195, 13}, {80, 198, 13}};
        for (const auto& row : expected) {
            QCOMPARE(releasedDeformations(row[0]), row[1]);
            QCOMPARE(releasedLabels(row[0]), row[2]);
        }
    }

    void everyLevelIsStrictlyDiffeomorphic() {
        for (int seed = 0; seed < 8; ++seed) {
            const ForwardProcess forward(drawNoise(Process::Diffeomorphic, 2, static_cast<std::uint64_t>(seed)),
                                         {128, 128});
            for (const int t : {1, 16, 32, 48, 64, 72}) {
                const auto numbers = statistics(field::toValue(forward.deformation(t), square(128)));
                QCOMPARE(numbers.folded_voxels_strict, 0);
                QVERIFY2(numbers.strict_min > 0.02,
                         qPrintable(QString("seed %1 t %2: %3").arg(seed).arg(t).arg(numbers.strict_min)));
            }
        }
    }

    void meanDisplacementFollowsTheDesign() {
        // METHOD.md: mean |u| in % of the side per level; our design is to be within a fifth of it.
        const double target[][2] = {{10, 0.8}, {20, 1.9}, {30, 3.1}, {40, 4.6}, {48, 5.7}, {64, 7.7}, {80, 10.0}};
        for (const auto& row : target) {
            double mean = 0;
            for (int seed = 0; seed < 24; ++seed) {
                const ForwardProcess forward(
                    drawNoise(Process::Diffeomorphic, 2, static_cast<std::uint64_t>(seed) + 50), {64, 64});
                mean += meanPercent(forward.deformation(static_cast<int>(row[0]))) / 24;
            }
            QVERIFY2(std::abs(mean - row[1]) < 0.2 * row[1], qPrintable(QString("t %1: %2 %").arg(row[0]).arg(mean)));
        }
    }

    void threeDimensionsDoNotFoldEither() {
        const ForwardProcess forward(drawNoise(Process::Diffeomorphic, 3, 5), {32, 32, 32});
        Geometry cube;
        cube.size = {32, 32, 32};
        const auto numbers = statistics(field::toValue(forward.deformation(48), cube));
        QCOMPARE(numbers.folded_voxels_strict, 0);
        QVERIFY(numbers.mean_percent > 2);
    }

    void scalingAndSquaringOfAVolumeIsThatOfThePlainForm() {
        const ForwardProcess forward(drawNoise(Process::Diffeomorphic, 3, 4), {20, 16, 24});
        const auto fast = field::exponential(forward.velocity(), at::scalar_tensor(150.0), 6);
        auto plain = forward.velocity() * (150.0 / 64);
        for (int i = 0; i < 6; ++i) {
            plain = field::compose(plain, plain, field::Padding::Border);
        }
        QVERIFY(plain.abs().max().item<double>() > 0.01);
        QVERIFY((fast - plain).abs().max().item<double>() < 1e-6);
    }

    void scalingAndSquaringIsRepeatedComposition() {
        const ForwardProcess forward(drawNoise(Process::Diffeomorphic, 2, 3), {64, 64});
        const auto step = forward.velocity() * (deformationTime(20) / 256);
        auto u = step;
        for (int i = 1; i < 256; ++i) {
            u = field::compose(step, u, field::Padding::Border);
        }
        const auto difference = (u - forward.deformation(20)).abs().max().item<double>() * 64;
        // Voxels; what remains is the interpolation of 256 small steps against that of 8 growing ones.
        QVERIFY2(difference < 0.06, qPrintable(QString::number(difference)));
    }

    void batchedExponentialsEqualSingleOnes() {
        const ForwardProcess forward(drawNoise(Process::Diffeomorphic, 2, 3), {32, 32});
        const auto v = at::cat({forward.velocity(), forward.velocity()});
        const auto both = field::exponential(v, at::tensor({10.0F, 40.0F}), 6);
        const auto one = field::exponential(forward.velocity(), at::scalar_tensor(40.0), 6);
        QVERIFY(at::allclose(both.narrow(0, 1, 1), one, 1e-5, 1e-7));
    }

    void noiseDependsOnTheSeedAlone() {
        const auto a = drawNoise(Process::Diffeomorphic, 2, 7);
        const auto b = drawNoise(Process::Diffeomorphic, 2, 7);
        const auto c = drawNoise(Process::Diffeomorphic, 2, 8);
        QVERIFY(at::equal(a.scales[0], b.scales[0]));
        QVERIFY(!at::equal(a.scales[0], c.scales[0]));
        Random random(1);
        double sum = 0;
        double squares = 0;
        constexpr int count = 100000;
        for (int i = 0; i < count; ++i) {
            const double x = random.normal();
            sum += x;
            squares += x * x;
        }
        QVERIFY(std::abs(sum / count) < 0.02);
        QVERIFY(std::abs(squares / count - 1) < 0.02);
    }

    void lockedPixelsDoNotMove() {
        ForwardProcess forward(drawNoise(Process::Diffeomorphic, 2, 9), {64, 64});
        auto keep = at::ones({1, 1, 64, 64});
        keep.narrow(2, 0, 32).zero_();
        forward.lock(keep);
        const auto u = forward.deformation(64);
        QCOMPARE(u.narrow(2, 0, 32).abs().max().item<double>(), 0.0);
        QVERIFY(u.narrow(2, 40, 24).abs().max().item<double>() > 0.01);
    }

    void foldingLossSeesAFullyFoldedField() {
        // The authors' term is 0 here (METHOD.md); the true determinant of x ↦ −x is −1 along one axis.
        auto u = at::zeros({1, 2, 16, 16});
        u.select(1, 0).copy_(at::arange(16).to(at::kFloat).view({1, 16, 1}).expand({1, 16, 16}) * (-2.0 / 16));
        QVERIFY(std::abs(loss::folding(u).item<double>() - 1.0) < 1e-5);
        QCOMPARE(loss::folding(at::zeros({1, 2, 16, 16})).item<double>(), 0.0);
    }

    void fieldsBecomeValuesAndComeBack() {
        const auto u = at::rand({1, 2, 20, 28}) - 0.5;
        Geometry grid;
        grid.size = {28, 20, 1};
        const auto value = field::toValue(u, grid);
        QVERIFY(at::allclose(field::toTensor(value), u, 1e-6, 1e-7));
        QVERIFY(std::abs(value.component_vox(0)[5] - u[0][0][0][5].item<float>() * 20) < 1e-5);
        QVERIFY(std::abs(value.component_vox(1)[5] - u[0][1][0][5].item<float>() * 28) < 1e-5);
    }
};

static const RegisterModelTest<TestForwardProcess> registered;

#include "TestForwardProcess.moc"
