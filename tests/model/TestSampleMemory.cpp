#include "TestData.h"
#include "diffusion/Devices.h"
#include "errors/OutOfMemory.h"
#include "tasks/SampleMemory.h"

#include <QFile>
#include <QtTest>

#include <cmath>
#include <numbers>

using namespace drdm;

namespace {

/// A smooth picture of a disc, `side` voxels square.
Image disc(int side) {
    Geometry geometry;
    geometry.size = {side, side, 1};
    geometry.spacing_mm = {1.4, 1.4, 8};
    std::vector<float> voxels;
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const double r = std::hypot(x - side / 2.0, y - side / 2.0) / side;
            voxels.push_back(static_cast<float>(100 + 400 / (1 + std::exp(60 * (r - 0.3)))));
        }
    }
    Image image(geometry, voxels, 1);
    image.modality = "MR";
    return image;
}

/// In bytes, by the kernel's own account: "VmRSS:", "VmHWM:" (the highest there ever was).
double memory(const char* what) {
    QFile file("/proc/self/status");
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith(what)) {
            return 1024.0 * line.mid(line.indexOf(':') + 1).trimmed().split(' ').front().toDouble();
        }
    }
    return 0;
}

}  // namespace

/// What making variations needs, and what happens when it is not there.
class TestSampleMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // First: memory that other work has given back would hide growth.
    void theEstimateIsWithinAFactorOfTwoOfWhatIsTaken() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
#ifdef __SANITIZE_ADDRESS__
        QSKIP("the address sanitizer keeps what is freed: what is taken says nothing here");
#endif
        SampleRequest request;
        request.image = disc(256);
        request.settings.level = 12;
        request.settings.allowFolds = true;
        request.count = 8;
        const ModelInfo info = DeformationModel::load(resolveModel(""), "cpu").info();
        const auto estimate =
            sampleMemory(info, request.image.geometry(), 1, request.settings, request.count, false, true, false);
        const double before = memory("VmRSS");
        const auto made = sample(request, {});
        const double grown = memory("VmHWM") - before;
        QCOMPARE(made.size(), std::size_t{8});
        const double said = static_cast<double>(estimate.onMachine());
        qInfo("said %.0f MB, grown %.0f MB", said / 1e6, grown / 1e6);
        QVERIFY2(said > grown / 2 && said < grown * 2,
                 qPrintable(QString("said %1 MB, grown %2 MB").arg(said / 1e6).arg(grown / 1e6)));
    }

    void theEstimateIsTheSumOfItsParts() {
        ModelInfo model;
        model.dims = 2;
        model.gridSide = 64;
        model.parameterCount = 1000;
        model.steps = 80;
        Geometry series;
        series.size = {100, 80, 4};
        SampleSettings settings;
        settings.level = 10;
        const SampleMemory own = sampleMemory(model, series, 3, settings, 3, false, true, false);
        QCOMPARE(own.weights, 8000U);                               // 1000 weights, twice
        QCOMPARE(own.network, 4U * 657'920 + 4U * 8 * 4096);        // 16.0625 · 10 · 64² buffers, 8 planes besides
        QCOMPARE(own.image, 4U * 100 * 80 * 3 + 4U * 2 * 4096);     // the slice over time, two on the model's grid
        QCOMPARE(own.work, 4U * 6 * 2 * 4096 + 4U * 3 * 2 * 8000);  // six fields there, three on the slice
        QCOMPARE(own.kept, 3U * 20 * 4 * 2 * 4096);                 // three times ten steps up and ten down
        QCOMPARE(own.onMachine(), own.weights + own.network + own.image + own.work + own.kept);
        QCOMPARE(own.onDevice(), own.onMachine());

        settings.stride = 3;  // 10, 7, 4, 1
        QCOMPARE(sampleMemory(model, series, 3, settings, 3, false, true, false).kept, 3U * 14 * 4 * 2 * 4096);
        QCOMPARE(sampleMemory(model, series, 3, settings, 3, false, false, false).kept, 3U * 4 * 2 * 4096);
        const SampleMemory stacked = sampleMemory(model, series, 3, settings, 2, true, true, false);
        QCOMPARE(stacked.kept, 2U * 4 * 3 * 32'000);
        QCOMPARE(stacked.work, own.work + 4U * 11 * 32'000);

        const SampleMemory card = sampleMemory(model, series, 3, settings, 3, false, true, true);
        QCOMPARE(card.onDevice(), 4000U + 4U * 12 * 10 * 4096 + 4U * 8 * 4096 + (600U << 20U));
        QCOMPARE(card.onMachine(), card.image + card.work + card.kept);

        model.dims = 3;  // the whole volume, and blocks of 2³ voxels
        model.patch = 2;
        settings.stride = 1;
        const SampleMemory volume = sampleMemory(model, series, 3, settings, 1, true, true, false);
        QCOMPARE(volume.kept, 20U * 4 * 3 * 262'144);
        QCOMPARE(volume.network, 4U * 100 * 10 * 32'768 + 4U * 11 * 262'144);
    }

    void thisMachineSaysWhatItHas() {
        const auto machine = deviceMemory("cpu");
        QVERIFY(machine.has_value());
        QVERIFY(machine->free > (16U << 20U) && machine->free <= machine->total);
    }

    void whereMemoryRunsOutFewerStepsAreKept() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
        SampleRequest request;
        request.image = disc(64);
        request.settings.level = 6;
        const Trajectory whole = sample(request, {}).front();
        QCOMPARE(whole.stepCount(), std::size_t{12});
        QVERIFY(whole.notes.empty());

        int steps = 0;
        memoryProbe() = [&steps](std::string_view where) {
            if (where == "step" && ++steps == 9) {
                throw std::bad_alloc();
            }
        };
        const Trajectory half = sample(request, {}).front();
        memoryProbe() = {};
        QCOMPARE(half.stepCount(), std::size_t{6});
        QCOMPARE(half.diffusionStepCount(), std::size_t{3});
        QCOMPARE(half.notes.size(), std::size_t{1});
        QVERIFY2(half.notes[0].find("every second") != std::string::npos, half.notes[0].c_str());
        const auto a = whole.field(11), b = half.field(5);
        QVERIFY(std::equal(a.values_vox().begin(), a.values_vox().end(), b.values_vox().begin(), b.values_vox().end()));
        QVERIFY(std::abs(whole.guardRemovedShare() - half.guardRemovedShare()) < 1e-9);

        // Not enough even so: what, where, and what to do. Those before are told and stay.
        request.count = 3;
        int variations = 0;
        memoryProbe() = [&variations](std::string_view where) {
            if (where == "variation" && ++variations >= 2) {
                throw std::bad_alloc();
            }
        };
        std::map<int, std::size_t> told;
        QString said;
        try {
            sample(request, {},
                   [&told](int index, const Trajectory& trajectory) { told[index] = trajectory.stepCount(); });
        } catch (const OutOfMemory& error) {
            said = error.what();
        }
        memoryProbe() = {};
        QCOMPARE(variations, 4);  // twice again, with fewer steps
        QVERIFY2(said.contains("variation 2 of 3") && said.contains("seed 2") && said.contains("make fewer"),
                 qPrintable(said));
        QVERIFY(said.contains("step stride") && !said.contains("one slice"));
        QCOMPARE(told, (std::map<int, std::size_t>{{0, 12}}));
    }

    void whateverTheAllocatorItIsUnderstood() {
        QVERIFY(saysOutOfMemory(std::bad_alloc()));
        QVERIFY(saysOutOfMemory(std::runtime_error("CUDA out of memory. Tried to allocate 2.00 GiB")));
        QVERIFY(saysOutOfMemory(std::runtime_error("DefaultCPUAllocator: can't allocate memory: you tried …")));
        QVERIFY(!saysOutOfMemory(std::runtime_error("the file is damaged")));
    }
};

QTEST_APPLESS_MAIN(TestSampleMemory)
#include "TestSampleMemory.moc"
