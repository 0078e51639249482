#include "TestData.h"
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
        QTest::newRow("even sides") << 64 << 64 << 1;
        QTest::newRow("recursion") << 48 << 80 << 2;
        QTest::newRow("sides that are padded") << 37 << 50 << 2;
        QTest::newRow("the smallest") << 8 << 8 << 1;
    }
    void random() {
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(int, recursion);
        auto network = Network::random(2, 80, 3);
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
        QTest::newRow("one image") << 1 << 1;
        QTest::newRow("three images") << 3 << 1;
        QTest::newRow("recursion") << 2 << 2;
    }
    void gradients() {
        QFETCH(int, batch);
        QFETCH(int, recursion);
        auto plain = Network::random(2, 80, 7);
        auto fast = plain.clone();
        fast.usePlanes();
        torch::manual_seed(6);
        const auto image = torch::rand({batch, 1, 40, 56});
        const auto t = torch::randint(1, 80, {batch}, at::kLong);
        const auto scale = torch::full({batch}, 0.1);
        const auto weights = torch::randn({batch, 2, 40, 56});
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

    void oneNetworkServesManySizes() {
        const auto network = Network::random(2, 80, 4);
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
