#include "TestData.h"
#include "diffusion/Field.h"
#include "diffusion/ModelInternals.h"
#include "model/ModelTests.h"

#include <QtTest>
#include <torch/torch.h>

using namespace drdm;

namespace {

/// The largest difference, in fractions of the side, between the fast form and the plain one.
double difference(const Network& network, const at::Tensor& image, int t, int recursion, double scale) {
    const torch::NoGradGuard guard;
    const auto expected = network.step(image, at::full({1}, t, at::kLong), recursion, at::full({1}, scale));
    auto plane = planeNetwork(network);
    auto increment = at::empty_like(expected);
    const auto values = [](const at::Tensor& x) {
        return std::span<float>(x.data_ptr<float>(), static_cast<std::size_t>(x.numel()));
    };
    plane.step(values(image), static_cast<int>(image.size(2)), static_cast<int>(image.size(3)), t, recursion,
               static_cast<float>(scale), values(increment));
    return (expected - increment).abs().max().item<double>();
}

}  // namespace

/// The fast form of the network for the CPU gives what the plain one gives.
class TestPlaneNetwork : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void random_data() {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("recursion");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("patch");
        QTest::newRow("even sides") << 64 << 64 << 1 << 10 << 1;
        QTest::newRow("recursion") << 48 << 80 << 2 << 10 << 1;
        QTest::newRow("sides that are padded") << 37 << 50 << 2 << 10 << 1;
        QTest::newRow("the smallest") << 8 << 8 << 1 << 10 << 1;
        QTest::newRow("wide") << 32 << 40 << 1 << 15 << 1;
        QTest::newRow("blocks of 2") << 64 << 80 << 2 << 10 << 2;
        QTest::newRow("blocks of 4, wide, padded") << 90 << 130 << 2 << 20 << 4;
    }
    void random() {
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(int, recursion);
        QFETCH(int, channels);
        QFETCH(int, patch);
        auto network = Network::random({.dims = 2, .steps = 80, .width = channels, .patch = patch}, 3);
        torch::manual_seed(5);
        const auto image = torch::rand({1, 1, height, width});
        for (const int t : {1, 40, 79}) {
            // A tenth of the side: about what a step of a trained network does, far below the clamp.
            const double found = difference(network, image, t, recursion, 0.1);
            qInfo("t %d: %g", t, found);
            QVERIFY(found < 1e-5);
        }
    }

    void released() {
        if (referenceData().isEmpty()) {
            QSKIP("the reference numbers (../shared/reference) are not here");
        }
        auto network = readCheckpoint((referenceData() + "/released_cmr_2d.pth").toStdString()).network;
        network.to(at::kCPU);
        torch::manual_seed(5);
        const auto image = torch::rand({1, 1, 256, 256});
        for (const int t : {7, 40, 79}) {
            const double found = difference(network, image, t, 2, 1.0);
            qInfo("t %d: %g", t, found);
            QVERIFY(found < 1e-4);
        }
    }

    void gradients_data() {
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("recursion");
        QTest::addColumn<int>("patch");
        QTest::addColumn<int>("dims");
        QTest::newRow("one image") << 1 << 1 << 1 << 2;
        QTest::newRow("three images") << 3 << 1 << 1 << 2;
        QTest::newRow("recursion") << 2 << 2 << 1 << 2;
        QTest::newRow("blocks of 2") << 3 << 1 << 2 << 2;
        QTest::newRow("a volume") << 1 << 1 << 1 << 3;
        QTest::newRow("two volumes, blocks of 2, recursion") << 2 << 2 << 2 << 3;
    }
    void gradients() {
        QFETCH(int, batch);
        QFETCH(int, recursion);
        QFETCH(int, patch);
        QFETCH(int, dims);
        auto plain = Network::random({.dims = dims, .steps = 80, .width = 10, .patch = patch}, 7);
        auto fast = plain.clone();
        fast.usePlanes();
        torch::manual_seed(6);
        const std::vector<std::int64_t> sides =
            dims == 2 ? std::vector<std::int64_t>{48, 64} : std::vector<std::int64_t>{16, 32, 24 - 24 % (8 * patch)};
        const auto sized = [&sides, batch](std::int64_t channels) {
            std::vector<std::int64_t> size{batch, channels};
            size.insert(size.end(), sides.begin(), sides.end());
            return size;
        };
        const auto image = torch::rand(sized(1));
        const auto t = torch::randint(1, 80, {batch}, at::kLong);
        const auto scale = torch::full({batch}, 0.1);
        const auto weights = torch::randn(sized(dims));
        double loss[2] = {};
        for (Network* network : {&plain, &fast}) {
            network->requireGradients();
            const auto sum = (network->step(image, t, recursion, scale) * weights).sum();
            sum.backward();
            loss[network == &fast] = sum.item<double>();
        }
        QVERIFY2(std::abs(loss[0] - loss[1]) < 1e-4 * std::abs(loss[0]), qPrintable(QString::number(loss[1])));
        double largest = 0;
        for (const auto& tensor : plain.trainable()) {
            largest = std::max(largest, tensor.grad().abs().max().item<double>());
        }
        double worst = 0;
        for (const auto& [name, tensor] : plain.tensors()) {
            if (name == "time_embed.weight") {
                continue;
            }
            const auto expected = tensor.grad();
            const auto found = fast.tensors().at(name).grad();
            QVERIFY2(found.defined() && found.sizes() == expected.sizes(), name.c_str());
            // Rounding turns single pixels over at the kinks of ReLU and of linear interpolation: small against all
            // gradients, a little more against those of one tensor. What is next to nothing does not count by itself.
            const double apart = (found - expected).abs().max().item<double>();
            const double size = std::max(expected.abs().max().item<double>(), 5e-2 * largest);
            QVERIFY2(apart < (recursion == 1 ? 1e-4 : 1e-3) * largest,
                     qPrintable(QString("%1: %2").arg(name.c_str()).arg(apart / largest)));
            QVERIFY2(apart < (recursion == 1 ? 3e-3 : 3e-2) * size,
                     qPrintable(QString("%1: %2").arg(name.c_str()).arg(apart / size)));
            worst = std::max(worst, apart / largest);
        }
        qInfo("largest difference %g", worst);
    }

    /// Where every voxel of the finer image repeats one of the coarser, the finer network finds the same coefficients.
    void aFinerGridKeepsTheNetwork() {
        const torch::NoGradGuard guard;
        const auto coarse = Network::random({.dims = 2, .steps = 80}, 11);
        const auto fine = coarse.onFinerGrid(2);
        QCOMPARE(fine.architecture().patch, 2);
        QCOMPARE(fine.onFinerGrid(2).architecture().patch, 4);
        torch::manual_seed(8);
        const auto image = torch::rand({1, 1, 32, 40});
        const auto t = at::full({1}, 33, at::kLong);
        const auto scale = at::full({1}, 0.1);
        const auto expected = field::spline(coarse.forward(image, t, scale), 2);
        const auto found = fine.forward(image.repeat_interleave(2, 2).repeat_interleave(2, 3), t, scale);
        const double apart = (expected - found).abs().max().item<double>();
        QVERIFY2(apart < 1e-6 && expected.abs().max().item<double>() > 1e-4, qPrintable(QString::number(apart)));
        const auto volume = Network::random({.dims = 3, .steps = 80}, 11);
        const auto cube = torch::rand({1, 1, 8, 16, 8});
        const auto finer = volume.onFinerGrid(2).forward(
            cube.repeat_interleave(2, 2).repeat_interleave(2, 3).repeat_interleave(2, 4), t, scale);
        QVERIFY(at::allclose(finer, field::spline(volume.forward(cube, t, scale), 2), 1e-4, 1e-6));
    }

    /// A spline with equal coefficients is that number, and one with a straight line of them is that line.
    void splinesReproduceLines() {
        const auto line = at::arange(16, at::kFloat).view({1, 1, 1, 16}).expand({1, 1, 16, 16}).contiguous();
        const auto fine = field::spline(line, 4);
        QCOMPARE(fine.size(3), 64);
        for (int x = 8; x < 56; ++x) {  // away from the edge, where the border is repeated
            QVERIFY(std::abs(fine[0][0][20][x].item<double>() - ((x + 0.5) / 4 - 0.5)) < 1e-5);
        }
        QVERIFY(at::allclose(field::spline(at::ones({1, 2, 8, 8}), 8), at::ones({1, 2, 64, 64})));
    }

    void oneNetworkServesManySizes() {
        const auto network = Network::random({.dims = 2, .steps = 80}, 4);
        auto plane = planeNetwork(network);
        const std::vector<float> small(32 * 40, 0.5F);
        const std::vector<float> large(64 * 64, 0.5F);
        std::vector<float> first(2 * small.size());
        std::vector<float> other(2 * large.size());
        std::vector<float> again(2 * small.size());
        plane.step(small, 32, 40, 20, 2, 0.1F, first);
        plane.step(large, 64, 64, 20, 2, 0.1F, other);
        plane.step(small, 32, 40, 20, 2, 0.1F, again);
        QCOMPARE(first, again);
    }
};

static const RegisterModelTest<TestPlaneNetwork> registered;
#include "TestPlaneNetwork.moc"
