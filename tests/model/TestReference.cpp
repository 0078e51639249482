#include "TestData.h"
#include "diffusion/Checkpoint.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Losses.h"
#include "model/ModelTests.h"

#include <QtTest>
#include <torch/torch.h>

#include <fstream>

using namespace drdm;

namespace {

using Reference = c10::Dict<c10::IValue, c10::IValue>;

Reference reference(const QString& name) {
    std::ifstream stream((referenceData() + "/" + name).toStdString(), std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
    return torch::pickle_load(bytes).toGenericDict();
}

double largest(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

at::Tensor level(int t) {
    return at::full({1}, t, at::kLong);
}

Network releasedNetwork() {
    auto network = readCheckpoint((referenceData() + "/released_cmr_2d.pth").toStdString()).network;
    network.to(at::kCPU);
    return network;
}

}  // namespace

/// Agreement with numbers from the authors' own program, inside the tolerances of reference/README.md.
class TestReference : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        if (referenceData().isEmpty()) {
            QSKIP("the reference numbers (../shared/reference) are not here");
        }
    }

    void forwardProcess_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("t = 10") << "forward_2d_t10.pt";
        QTest::newRow("t = 48") << "forward_2d_t48.pt";
    }
    void forwardProcess() {
        QFETCH(QString, file);
        const auto expected = reference(file);
        ProcessNoise noise{Process::Released, {}};
        for (const c10::IValue& tensor : expected.at("noise").toList()) {
            noise.scales.push_back(tensor.toTensor());
        }
        const ForwardProcess forward(noise, {256, 256});
        const int t = static_cast<int>(expected.at("t").toInt());
        const double ddf = largest(forward.deformation(t), expected.at("ddf").toTensor());
        const double dvf = largest(forward.label(t), expected.at("dvf").toTensor());
        qInfo("ddf %g, dvf %g", ddf, dvf);
        QVERIFY(ddf < 1e-5);
        QVERIFY(dvf < 1e-5);
    }

    void releasedCheckpoint() {
        const auto checkpoint = readCheckpoint((referenceData() + "/released_cmr_2d.pth").toStdString());
        QCOMPARE(checkpoint.info.parameterCount, 443435);
        QCOMPARE(checkpoint.network.tensors().size(), std::size_t{193});
        QVERIFY(largest(timeTable(80), checkpoint.network.tensors().at("time_embed.weight")) < 1e-5);
    }

    void network2d() {
        const auto expected = reference("network_2d_released.pt");
        const auto network = releasedNetwork();
        const torch::NoGradGuard guard;
        for (const int t : {40, 7}) {
            const auto step = network.step(expected.at("image").toTensor(), level(t), 2);
            const double difference = largest(step, expected.at("step_t" + std::to_string(t)).toTensor());
            qInfo("t %d: %g", t, difference);
            QVERIFY(difference < 1e-4);
        }
    }

    void network3d() {
        std::map<std::string, at::Tensor> tensors;
        for (const auto& entry : reference("network_3d_random_weights.pt")) {
            tensors[entry.key().toStringRef()] = entry.value().toTensor();
        }
        auto network = Network::fromTensors(tensors);
        QCOMPARE(network.parameterCount(), 1313646);
        network.to(at::kCPU);
        const torch::NoGradGuard guard;
        const auto expected = reference("network_3d_random.pt");
        const double difference =
            largest(network.step(expected.at("image").toTensor(), level(33), 2), expected.at("step_t33").toTensor());
        qInfo("%g", difference);
        QVERIFY(difference < 1e-4);
    }

    void recoveryStepByStep() {
        const auto expected = reference("recovery_2d_level48.pt");
        const auto network = releasedNetwork();
        const auto image = expected.at("image").toTensor();
        const torch::NoGradGuard guard;
        for (const int t : {79, 75, 60, 40, 20, 0}) {
            const auto before = expected.at("field_before_t" + std::to_string(t)).toTensor();
            const auto warped = field::warp(image, before, field::Padding::Zeros, true);
            const auto after = field::compose(network.step(warped, level(t), 2), before, field::Padding::Zeros);
            const double difference = largest(after, expected.at("field_after_t" + std::to_string(t)).toTensor());
            qInfo("t %d: %g", t, difference);
            QVERIFY(difference < 1e-4);
        }
    }

    void losses() {
        const auto expected = reference("losses_2d.pt");
        const auto p = expected.at("pred_warped").toTensor();
        const auto label = expected.at("label").toTensor();
        const auto number = [&](const char* key) {
            const auto value = expected.at(key);
            return value.isTensor() ? value.toTensor().item<double>() : value.toDouble();
        };
        QVERIFY(std::abs(loss::releasedDistance(p, label).item<double>() / number("dist") - 1) < 1e-6);
        QVERIFY(std::abs(loss::angle(p, label).item<double>() / number("ang") - 1) < 1e-6);
        QVERIFY(std::abs(loss::smoothness(p).item<double>() / number("l1") - 1) < 1e-6);
    }
};

static const RegisterModelTest<TestReference> registered;

#include "TestReference.moc"
