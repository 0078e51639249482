#include "diffusion/Checkpoint.h"
#include "diffusion/TrainingBatch.h"
#include "errors/Error.h"
#include "model/ModelTests.h"
#include "tasks/Train.h"

#include <QImage>
#include <QTemporaryDir>
#include <QtTest>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace drdm;

namespace {

std::vector<TrainingImage> discs(int count, std::int64_t size = 40) {
    std::vector<TrainingImage> images;
    for (int i = 0; i < count; ++i) {
        TrainingImage image;
        image.size[0] = size;
        image.size[1] = size;
        image.name = "disc " + std::to_string(i);
        image.modality = "MR";
        for (std::int64_t y = 0; y < size; ++y) {
            for (std::int64_t x = 0; x < size; ++x) {
                const double r = std::hypot(static_cast<double>(x - size / 2), static_cast<double>(y - size / 2));
                image.voxels.push_back(static_cast<float>(500 / (1 + std::exp(r - 8 - i)) +
                                                          100 * std::sin(0.8 * static_cast<double>(x)) +
                                                          100 * std::cos(0.7 * static_cast<double>(y))));
            }
        }
        images.push_back(std::move(image));
    }
    return images;
}

TrainingRequest request(const QString& folder, long long steps) {
    TrainingRequest r;
    r.images = discs(5);
    r.folder = folder.toStdString();
    r.device = "cpu";
    r.values.set("grid", 32LL);
    r.values.set("batch", 2LL);
    r.values.set("steps", steps);
    r.values.set("log-every", 1LL);
    r.values.set("learning-rate-final", 1e-3);  // no decay: the rate is the same whatever the number of steps
    return r;
}

std::string bytesOf(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

/// The trainer: what it learns, that it resumes exactly, and what it refuses.
class TestTrainer : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void packRoundTrip() {
        const auto path = m_folder.filePath("set.safetensors").toStdString();
        const auto before = discs(3);
        writePack(before, path);
        const auto after = readPack(path);
        QCOMPARE(after.size(), std::size_t{3});
        QCOMPARE(after[2].name, before[2].name);
        QVERIFY(after[2].voxels == before[2].voxels);
        QCOMPARE(after[1].size[0], std::int64_t{40});
    }

    void aResumedRunIsTheSameRun() {
        // Six steps in one go, and three steps, a cancellation, three more: the same losses and the same weights, bit
        // for bit.
        std::vector<double> whole;
        train(request(m_folder.filePath("whole"), 6), {}, [&](const TrainingStep& s) { whole.push_back(s.loss); });
        std::vector<double> parts;
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        auto r = request(m_folder.filePath("parts"), 6);
        try {
            train(r, context, [&](const TrainingStep& s) {
                parts.push_back(s.loss);
                if (s.step == 3) {
                    stop.request_stop();
                }
            });
            QFAIL("not cancelled");
        } catch (const Cancelled&) {
            QCOMPARE(parts.size(), std::size_t{3});  // within one step
        }
        r.resume = true;
        train(r, {}, [&](const TrainingStep& s) { parts.push_back(s.loss); });
        QCOMPARE(parts.size(), std::size_t{6});
        for (std::size_t i = 0; i < 6; ++i) {
            QCOMPARE(parts[i], whole[i]);
        }
        const auto a = readCheckpoint(m_folder.filePath("whole/model.safetensors").toStdString());
        const auto b = readCheckpoint(m_folder.filePath("parts/model.safetensors").toStdString());
        for (const auto& [name, tensor] : a.network.tensors()) {
            QVERIFY2(at::equal(tensor, b.network.tensors().at(name)), name.c_str());
        }
        QCOMPARE(QString::fromStdString(bytesOf(m_folder.filePath("parts/loss.csv").toStdString())).count('\n'), 7);
    }

    void anExistingRunIsNotOverwritten() {
        const auto r = request(m_folder.filePath("twice"), 1);
        train(r, {});
        QVERIFY_EXCEPTION_THROWN(train(r, {}), Error);
    }

    void itLearns() {
        // On one repeated kind of image the cosine must fall clearly below what a random network has (about 0).
        auto r = request(m_folder.filePath("learns"), 100);
        // High levels alone are learned quickly (about −0.4 here): a margin for what rounding does to a run.
        r.values.set("batch", 8LL);
        r.values.set("minimum-level", 40LL);
        r.values.set("augment", false);
        r.values.set("learning-rate", 3e-3);
        r.values.set("learning-rate-final", 1e-3);
        double first = 0;
        double end = 0;
        const auto model = train(r, {}, [&](const TrainingStep& s) {
            QVERIFY(std::isfinite(s.loss));
            first += s.step <= 20 ? s.angle / 20 : 0;
            end += s.step > 80 ? s.angle / 20 : 0;
        });
        qInfo("mean cosine of steps 1…20: %.3f, of 81…100: %.3f", first, end);
        QVERIFY(end < first - 0.15);
        QVERIFY(end < -0.15);
        const auto curve = evaluateModel(model, discs(4), {40, 60}, 1, "cpu");
        QCOMPARE(curve.size(), std::size_t{2});
        QVERIFY2(curve[0].cosine + curve[1].cosine < 0,
                 qPrintable(QString("%1 %2").arg(curve[0].cosine).arg(curve[1].cosine)));
    }

    void aWarmStartBeginsWithTheGivenWeights() {
        auto r = request(m_folder.filePath("cold"), 2);
        const auto cold = train(r, {});
        auto warm = request(m_folder.filePath("warm"), 1);
        warm.values.set("warm-start", cold);
        warm.values.set("learning-rate", 1e-8);
        warm.values.set("learning-rate-final", 1e-8);
        const auto result = train(warm, {});
        const auto a = readCheckpoint(cold).network.tensors().at("b1.0.conv0.weight");
        const auto b = readCheckpoint(result).network.tensors().at("b1.0.conv0.weight");
        QVERIFY(at::allclose(a, b, 1e-4, 1e-6));
    }

    /// What two workers draw is what one draws with a batch twice as large.
    void workersShareABatch() {
        TrainerSettings settings;
        settings.info.gridSide = 32;
        settings.info.labelScale.assign(80, 1.0);
        settings.batch = 4;
        const std::vector<std::vector<float>> images(7, std::vector<float>(32 * 32, 0.5F));
        const auto whole = drawBatch(images, settings, {3, 0, 1});
        settings.batch = 2;
        for (int rank = 0; rank < 2; ++rank) {
            const auto part = drawBatch(images, settings, {3, rank, 2});
            QVERIFY(at::equal(part.label, whole.label.narrow(0, 2 * rank, 2)));
            QVERIFY(at::equal(part.image, whole.image.narrow(0, 2 * rank, 2)));
            QVERIFY(at::equal(part.t, whole.t.narrow(0, 2 * rank, 2)));
        }
        QVERIFY(!at::equal(whole.label[0], whole.label[2]));
    }

    /// Validation every two steps, with pictures; a rate of next to nothing cannot get better for long.
    void validationKeepsTheBestAndEndsEarly() {
        auto r = request(m_folder.filePath("validated"), 1000);
        r.validation = discs(2);
        r.values.set("patch", 2LL);
        r.values.set("validate-every", 2LL);
        r.values.set("patience", 2LL);
        r.values.set("learning-rate", 1e-8);
        r.values.set("learning-rate-final", 1e-8);
        std::vector<TrainingValidation> found;
        std::vector<std::string> pictures;
        const auto model = train(r, {}, {}, [&](const TrainingValidation& v, const std::string& picture) {
            found.push_back(v);
            pictures.push_back(picture);
        });
        QVERIFY(found.size() >= 3 && found.size() < 400);
        QVERIFY(found.front().best && found.back().last && !found.back().best);
        QVERIFY(model.ends_with("best.safetensors"));
        QCOMPARE(found.front().fit.size(), std::size_t{6});
        for (const auto& picture : pictures) {
            const QImage shown(QString::fromStdString(picture));
            QCOMPARE(shown.size(), QSize(3 * 32, 2 * 32));
        }
        // The best is what was measured best: measured again it gives the same number.
        const auto best = std::min_element(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return meanCosine(a.fit) < meanCosine(b.fit);
        });
        const auto again = evaluateModel(model, r.validation, {10, 20, 30, 48, 64, 79}, 1, "cpu");
        QCOMPARE(meanCosine(again), meanCosine(best->fit));
        QCOMPARE(
            QString::fromStdString(bytesOf(m_folder.filePath("validated/validation.csv").toStdString())).count('\n'),
            static_cast<int>(found.size()) + 1);
    }

    void volumesTrainToo() {
        auto r = request(m_folder.filePath("volume"), 2);
        r.values.set("dims", 3LL);
        r.values.set("grid", 16LL);
        for (auto& image : r.images) {
            image.size[2] = 4;
            const auto slice = image.voxels;
            for (int z = 1; z < 4; ++z) {
                image.voxels.insert(image.voxels.end(), slice.begin(), slice.end());
            }
        }
        const auto model = readCheckpoint(train(r, {}));
        QCOMPARE(model.info.dims, 3);
        QCOMPARE(model.info.parameterCount, 1313646);
    }

    void badRequests() {
        auto r = request(m_folder.filePath("bad"), 1);
        r.images.clear();
        QVERIFY_EXCEPTION_THROWN(train(r, {}), Error);
        r = request(m_folder.filePath("bad"), 1);
        r.values.set("grid", 30LL);
        QVERIFY_EXCEPTION_THROWN(train(r, {}), Error);
        r.values.set("grid", 40LL);
        r.values.set("patch", 2LL);
        QVERIFY_EXCEPTION_THROWN(train(r, {}), Error);
        r = request(m_folder.filePath("bad2"), 1);
        r.resume = true;
        QVERIFY_EXCEPTION_THROWN(train(r, {}), Error);
    }
};

static const RegisterModelTest<TestTrainer> registered;

#include "TestTrainer.moc"
