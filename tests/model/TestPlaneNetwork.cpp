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
