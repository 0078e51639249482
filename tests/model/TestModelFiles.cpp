#include "diffusion/Checkpoint.h"
#include "diffusion/PthReader.h"
#include "diffusion/Recovery.h"
#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "fuzz/TorchPickle.h"
#include "model/ModelTests.h"
#include "parameters/Sha256.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <torch/torch.h>

#include <algorithm>
#include <caffe2/serialize/inline_container.h>
#include <fstream>

using namespace drdm;

namespace {

Checkpoint smallModel(int dims = 2) {
    Checkpoint checkpoint{{}, Network::random({.dims = dims, .steps = 80}, 3)};
    checkpoint.info.name = "random";
    checkpoint.info.dims = dims;
    checkpoint.info.gridSide = 32;
    checkpoint.info.labelScale.assign(80, 0.004);
    return checkpoint;
}

/// The text of the error that `work` throws; empty if it throws none.
template <typename Work>
QString errorOf(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

void writeZip(const std::string& path, const std::string& pickle) {
    caffe2::serialize::PyTorchStreamWriter writer(path);
    writer.writeRecord("data.pkl", pickle.data(), pickle.size());
    const std::string numbers(64, '\1');
    writer.writeRecord("data/0", numbers.data(), numbers.size());
    writer.writeRecord("data/1", numbers.data(), numbers.size());
    writer.writeEndOfFile();
}

}  // namespace

/// Reading and writing of models, by files that are good, damaged and hostile.
class TestModelFiles : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private Q_SLOTS:
    void checkpointRoundTrip() {
        const auto before = smallModel();
        writeCheckpoint(before, path("model.safetensors"));
        const auto after = readCheckpoint(path("model.safetensors"));
        QCOMPARE(after.info.name, before.info.name);
        QCOMPARE(after.info.gridSide, before.info.gridSide);
        QCOMPARE(after.info.labelScale[40], 0.004);
        QCOMPARE(after.info.parameterCount, 443435);
        for (const auto& [name, tensor] : before.network.tensors()) {
            QVERIFY2(at::equal(tensor, after.network.tensors().at(name)), name.c_str());
        }
    }

    void sizesOfTheArchitecture() {
        QCOMPARE(Network::random({.dims = 2, .steps = 80}, 1).parameterCount(), 443435);
        QCOMPARE(Network::random({.dims = 3, .steps = 80}, 1).parameterCount(), 1313646);
    }

    void anySideIsPaddedAndCroppedBack() {
        auto network = Network::random({.dims = 2, .steps = 80}, 1);
        network.to(at::kCPU);
        const torch::NoGradGuard guard;
        const auto step = network.step(at::rand({1, 1, 30, 41}), at::full({1}, 5, at::kLong), 2);
        QCOMPARE(step.size(2), 30);
        QCOMPARE(step.size(3), 41);
        QVERIFY(at::isfinite(step).all().item<bool>());
    }

    void sha256() {
        // FIPS 180-4's example "abc".
        Sha256 sum;
        sum.add("abc", 3);
        QCOMPARE(sum.digest(), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void truncatedModel() {
        writeCheckpoint(smallModel(), path("whole.safetensors"));
        QFile file(m_folder.filePath("whole.safetensors"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        for (const qint64 size : {qint64{0}, qint64{5}, qint64{300}, bytes.size() - 10}) {
            QFile cut(m_folder.filePath("cut.safetensors"));
            QVERIFY(cut.open(QIODevice::WriteOnly));
            cut.write(bytes.left(size));
            cut.close();
            const auto text = errorOf([&] { readCheckpoint(path("cut.safetensors")); });
            QVERIFY2(text.contains("cut.safetensors"), qPrintable(text));
        }
    }

    void hugeHeaderIsNotBelieved() {
        std::ofstream(path("huge.safetensors"), std::ios::binary)
            << std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10);
        const auto text = errorOf([&] { readSafeTensors(path("huge.safetensors")); });
        QVERIFY2(text.contains("huge.safetensors") && text.contains("header"), qPrintable(text));
    }

    void hugeShapeTakesNoMemory() {
        const std::string header = R"({"a":{"dtype":"F32","shape":[1000000000000,1000],"data_offsets":[0,4]}})";
        std::ofstream stream(path("shape.safetensors"), std::ios::binary);
        const std::uint64_t length = header.size();
        stream.write(reinterpret_cast<const char*>(&length), 8);
        stream << header << "abcd";
        stream.close();
        const auto text = errorOf([&] { readSafeTensors(path("shape.safetensors")); });
        QVERIFY2(text.contains("tensor 'a'"), qPrintable(text));
    }

    void anotherSafetensorsFileIsNoModel() {
        SafeTensors file;
        const float one = 1;
        file.tensors.emplace_back("x", RawTensor::fromFloats({1}, &one));
        writeSafeTensors(file, path("other.safetensors"));
        const auto text = errorOf([&] { readCheckpoint(path("other.safetensors")); });
        QVERIFY2(text.contains("not a DRDM model"), qPrintable(text));
    }

    void misshapenWeightIsNamed() {
        auto tensors = Network::random({.dims = 2, .steps = 80}, 1).tensors();
        tensors["b3.1.conv0.weight"] = at::zeros({40, 39, 3, 3});
        QVERIFY(errorOf([&] { Network::fromTensors(tensors); }).contains("b3.1.conv0.weight"));
        tensors.erase("b3.1.conv0.weight");
        QVERIFY(errorOf([&] { Network::fromTensors(tensors); }).contains("b3.1.conv0.weight"));
    }

    void wholePickledModuleIsRefused() {
        // protocol 2, GLOBAL "mymodels Net", EMPTY_TUPLE, REDUCE: what torch.save(model) begins like.
        writeZip(path("module.pth"), std::string("\x80\x02"
                                                 "cmymodels\nNet\n)R.",
                                                 20));
        const auto text = errorOf([&] { readStateDict(path("module.pth")); });
        QVERIFY2(text.contains("module.pth") && text.contains("mymodels Net") && text.contains("state_dict"),
                 qPrintable(text));
    }

    void codeInAPickleIsNotRun() {
        const auto marker = m_folder.filePath("marker");
        const auto command = "touch " + marker.toStdString();
        std::string pickle(
            "\x80\x02"
            "cposix\nsystem\n",
            16);
        pickle += "X";
        pickle += static_cast<char>(command.size());
        pickle += std::string(3, '\0') + command + "\x85" + "R.";
        writeZip(path("evil.pth"), pickle);
        const auto text = errorOf([&] { readStateDict(path("evil.pth")); });
        QVERIFY2(text.contains("posix system"), qPrintable(text));
        QVERIFY(!QFile::exists(marker));
    }

    void notAZip() {
        std::ofstream(path("text.pth")) << "hello";
        QVERIFY(errorOf([&] { readStateDict(path("text.pth")); }).contains("text.pth"));
        QVERIFY(errorOf([&] { readCheckpoint(path("text.pth")); }).contains("text.pth"));
        QVERIFY(errorOf([&] { readCheckpoint(path("missing.pth")); }).contains("missing.pth"));
    }

    void otherWeights() {
        // g++ 12 destroys the first member twice where a braced one is followed by an initialiser that throws.
        writeZip(path("other.pth"), drdmfuzz::stateDictPickle());
        const auto text = errorOf([&] { readCheckpoint(path("other.pth")); });
        QVERIFY2(text.contains("other.pth") && text.contains("time_embed.weight"), qPrintable(text));
    }

    void truncatedZip() {
        writeZip(path("cut.pth"), std::string("\x80\x02}.", 4));
        QFile file(m_folder.filePath("cut.pth"));
        QVERIFY(file.resize(file.size() / 2));
        QVERIFY(errorOf([&] { readStateDict(path("cut.pth")); }).contains("cut.pth"));
    }

    void conversionKeepsTheWeights() {
        writeCheckpoint(smallModel(3), path("from.safetensors"));
        convertModel(path("from.safetensors"), path("to.safetensors"));
        const auto model = DeformationModel::load(path("to.safetensors"), "cpu");
        QCOMPARE(model.info().dims, 3);
        QCOMPARE(model.device(), std::string("cpu"));
    }

    void roundedWeightsTakeLessSpace_data() {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("space");
        QTest::addColumn<double>("error");
        QTest::newRow("half") << int(WeightPrecision::Half) << 0.55 << 1.0 / 2048;
        QTest::newRow("byte") << int(WeightPrecision::Byte) << 0.33 << 1.0 / 253;
    }

    void roundedWeightsTakeLessSpace() {
        QFETCH(int, precision);
        QFETCH(double, space);
        QFETCH(double, error);
        const Checkpoint before = smallModel();
        writeCheckpoint(before, path("single.safetensors"));
        convertModel(path("single.safetensors"), path("rounded.safetensors"), WeightPrecision(precision));
        const double ratio = static_cast<double>(QFileInfo(m_folder.filePath("rounded.safetensors")).size()) /
                             static_cast<double>(QFileInfo(m_folder.filePath("single.safetensors")).size());
        QVERIFY2(ratio < space, qPrintable(QString::number(ratio)));
        const Checkpoint after = readCheckpoint(path("rounded.safetensors"));
        const auto was = before.network.tensors(), is = after.network.tensors();
        QCOMPARE(is.size(), was.size());
        for (const auto& [key, tensor] : was) {
            const auto found = std::ranges::find(is, key, [](const auto& each) { return each.first; });
            QVERIFY2(found != is.end() && found->second.scalar_type() == at::kFloat, key.c_str());
            const double largest = (found->second - tensor).abs().max().item<double>();
            QVERIFY2(largest <= tensor.abs().max().item<double>() * error, key.c_str());
        }
    }

    void bytesWithoutTheirScale() {
        writeCheckpoint(smallModel(), path("whole.safetensors"), WeightPrecision::Byte);
        auto file = readSafeTensors(path("whole.safetensors"));
        const auto isScale = [](const auto& each) { return each.first.ends_with(".scale"); };
        const auto scale = std::ranges::find_if(file.tensors, isScale);
        QVERIFY(scale != file.tensors.end());
        const QString name = QString::fromStdString(scale->first);
        scale->second.shape = {scale->second.count() - 1};
        scale->second.bytes.resize(scale->second.bytes.size() - sizeof(float));
        writeSafeTensors(file, path("other.safetensors"));
        QVERIFY(errorOf([&] { readCheckpoint(path("other.safetensors")); }).contains("another shape"));
        std::erase_if(file.tensors, isScale);
        writeSafeTensors(file, path("without.safetensors"));
        QVERIFY(errorOf([&] { readCheckpoint(path("without.safetensors")); }).contains(name));
    }

    void unknownPrecision() {
        QVERIFY(errorOf([] { weightPrecisionFromName("quarter"); }).contains("single, half or byte"));
    }

    void unknownDevice() {
        writeCheckpoint(smallModel(), path("model.safetensors"));
        QVERIFY(errorOf([&] { DeformationModel::load(path("model.safetensors"), "tpu"); }).contains("tpu"));
    }
};

static const RegisterModelTest<TestModelFiles> registered;

#include "TestModelFiles.moc"
