#include "analysis/FieldStatistics.h"
#include "diffusion/Checkpoint.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Schedule.h"
#include "diffusion/ScheduleForecast.h"
#include "errors/Error.h"
#include "model/ModelTests.h"
#include "tasks/Report.h"
#include "tasks/Sample.h"
#include "tasks/ScheduleFile.h"
#include "tasks/Train.h"

#include <QTemporaryDir>
#include <QtTest>
#include <torch/torch.h>

#include <cmath>

using namespace drdm;

namespace {

Geometry square(std::int64_t side) {
    Geometry geometry;
    geometry.size = {side, side, 1};
    return geometry;
}

Schedule curved() {
    Schedule schedule;
    schedule.name = "curved";
    schedule.deformation.points = {{0, 0}, {20, 30}, {50, 90}, {80, 260}};
    schedule.label = {1.2, 0.7, {}};
    schedule.scales = {{4, 3e-4}, {8, 1e-4}, {24, 2e-5}};
    return schedule;
}

/// What a file with one text replaced is refused with.
QString refusal(const QString& folder, const QByteArray& from, const QByteArray& to) {
    const QString path = folder + "/wrong.json";
    QByteArray text = QByteArray::fromStdString(toJson(curved()).dump());
    if (!text.contains(from)) {
        return "the test looks for " + from;
    }
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.replace(from, to)) < 0) {
        return "cannot write";
    }
    file.close();
    try {
        (void)readSchedule(path.toStdString());
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

bool same(const DisplacementField& a, const DisplacementField& b) {
    return std::equal(a.values_vox().begin(), a.values_vox().end(), b.values_vox().begin(), b.values_vox().end());
}

}  // namespace

/// Noise schedules: the default is the process as it was, others change what they say, files and models carry them.
class TestSchedule : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private Q_SLOTS:
    void defaultIsTheProcessAsItWas() {
        const Schedule standard;
        for (int t = 1; t <= diffusionSteps; ++t) {
            // The integration takes float32 times: these must be the same bits as those of the formulas.
            QCOMPARE(static_cast<float>(standard.deformation.at(t)), static_cast<float>(deformationTime(t)));
            QCOMPARE(static_cast<float>(standard.label.at(t)), static_cast<float>(labelTime(t)));
        }
        const ForwardProcess forward(drawNoise(Process::Diffeomorphic, 2, 11), {64, 64});
        for (const int t : {1, 30, 64, 80}) {
            const auto u = field::exponential(forward.velocity(), at::scalar_tensor(deformationTime(t)), squarings);
            const auto w = field::exponential(forward.velocity(), at::scalar_tensor(labelTime(t)), squarings);
            QVERIFY(at::equal(forward.deformation(t), u));
            QVERIFY(at::equal(forward.label(t), w));
        }
        QVERIFY(
            at::equal(forward.deformation(40),
                      ForwardProcess(drawNoise(Process::Diffeomorphic, 2, 11, standard), {64, 64}).deformation(40)));
        QVERIFY(isStandard(standard) && !isStandard(curved()));
    }

    void theFieldGrowsWithSigma() {
        Schedule doubled;
        for (auto& scale : doubled.scales) {
            scale.sigma *= 2;
        }
        const auto grid = square(64);
        for (const int level : {2, 5, 10}) {
            const double one = statistics(scheduleField({}, level, 3, grid)).mean_vox;
            const double two = statistics(scheduleField(doubled, level, 3, grid)).mean_vox;
            QVERIFY2(std::abs(two / one - 2) < 0.05, qPrintable(QString("level %1: %2").arg(level).arg(two / one)));
        }
        Schedule coarse;
        for (std::size_t i = 1; i < coarse.scales.size(); ++i) {
            coarse.scales[i].sigma = 0;
        }
        const auto smooth = statistics(scheduleField(coarse, 64, 3, grid)),
                   full = statistics(scheduleField({}, 64, 3, grid));
        QVERIFY2(smooth.strict_min > full.strict_min, "without the finer scales the field is smoother");
    }

    void controlPointsAreMetAndNeverFallBetween() {
        const TimeCurve curve = curved().deformation;
        for (const auto& point : curve.points) {
            QVERIFY(std::abs(curve.at(point.t) - point.time) < 1e-9);
        }
        double before = 0;
        for (double t = 0; t <= 80; t += 0.25) {
            QVERIFY(curve.at(t) >= before);
            before = curve.at(t);
        }
        TimeCurve flat;
        flat.points = {{0, 0}, {10, 5}, {60, 5}, {80, 100}};
        for (double t = 10; t <= 60; t += 1) {
            QCOMPARE(flat.at(t), 5.0);  // no overshoot
        }
        // Through many points of the power law it is the power law.
        TimeCurve law{2.0 / 3, 1.3, {}}, through;
        for (int t = 0; t <= 80; t += 5) {
            through.points.push_back({static_cast<double>(t), law.at(t)});
        }
        QVERIFY(std::abs(through.at(33) / law.at(33) - 1) < 0.003);
    }

    void filesGoRound() {
        for (const Schedule& schedule : {Schedule{}, curved()}) {
            writeSchedule(schedule, path("one.json"));
            const Schedule again = readSchedule(path("one.json"));
            QVERIFY(sameNumbers(schedule, again));
            QCOMPARE(again.name, schedule.name);
        }
    }

    void mistakesAreNamed_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("says");
        QTest::newRow("falling") << QByteArray("[50.0,90.0]") << QByteArray("[50,20]") << "deformation.points[2], time";
        QTest::newRow("level order") << QByteArray("[50.0,90.0]") << QByteArray("[10,90]")
                                     << "deformation.points[2], level";
        QTest::newRow("not covered") << QByteArray("[80.0,260.0]") << QByteArray("[70,260]")
                                     << "last of deformation.points";
        QTest::newRow("too far") << QByteArray("[80.0,260.0]") << QByteArray("[80,1e9]")
                                 << "deformation.points[3], time";
        QTest::newRow("null") << QByteArray("[80.0,260.0]") << QByteArray("[80,null]") << "deformation";
        QTest::newRow("one number") << QByteArray("[80.0,260.0]") << QByteArray("[80]") << "point 3";
        QTest::newRow("power") << QByteArray("\"power\":0.7") << QByteArray("\"power\":-1") << "label.power";
        QTest::newRow("text") << QByteArray("\"power\":0.7") << QByteArray("\"power\":\"x\"") << "label";
        QTest::newRow("unknown") << QByteArray("\"power\":0.7") << QByteArray("\"powr\":0.7") << "label.powr";
        QTest::newRow("sigma") << QByteArray("\"sigma\":1e-04") << QByteArray("\"sigma\":0.1") << "scales[1].sigma";
        QTest::newRow("negative") << QByteArray("\"sigma\":1e-04") << QByteArray("\"sigma\":-1e-9")
                                  << "scales[1].sigma";
        QTest::newRow("nodes") << QByteArray("\"nodes\":8") << QByteArray("\"nodes\":4") << "scales[1].nodes";
        QTest::newRow("huge") << QByteArray("\"nodes\":24") << QByteArray("\"nodes\":2400000000") << "scales[2].nodes";
        QTest::newRow("format") << QByteArray("drdm-schedule-1") << QByteArray("other") << "not a noise schedule";
        QTest::newRow("broken") << QByteArray("{\"format\"") << QByteArray("{\"format") << "JSON";
    }
    void mistakesAreNamed() {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, says);
        const QString why = refusal(m_folder.path(), from, to);
        QVERIFY2(why.contains(says) && why.contains("wrong.json"), qPrintable(why));
    }

    void missingFileIsNamed() {
        try {
            (void)readSchedule(path("nothing.json"));
            QFAIL("there is no such file");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("nothing.json"));
        }
    }

    void releasedProcessKeepsItsOwn() {
        QVERIFY_THROWS_EXCEPTION(Error, (void)drawNoise(Process::Released, 2, 1, curved()));
    }

    void modelsCarryTheirSchedule() {
        Checkpoint model{{}, Network::random({.dims = 2, .steps = 80}, 5)};
        model.info.name = "curved-2d";
        model.info.gridSide = 32;
        model.info.labelScale.assign(80, 0.05);
        writeCheckpoint(model, path("standard.safetensors"));
        QVERIFY(isStandard(readCheckpoint(path("standard.safetensors")).info.schedule));
        QFile file(m_folder.filePath("standard.safetensors"));
        QVERIFY(file.open(QIODevice::ReadOnly) && !file.readAll().contains("drdm-schedule"));
        model.info.schedule = curved();
        writeCheckpoint(model, path("curved.safetensors"));
        QVERIFY(sameNumbers(readCheckpoint(path("curved.safetensors")).info.schedule, curved()));
    }

    void samplingFollowsTheModelsScheduleUnlessToldOtherwise() {
        modelsCarryTheirSchedule();
        std::vector<float> voxels(40 * 40);
        for (std::size_t i = 0; i < voxels.size(); ++i) {
            voxels[i] = static_cast<float>(i % 40);
        }
        SampleRequest request;
        request.image = Image(square(40), voxels);
        request.image.modality = "MR";
        request.settings.level = 6;
        request.settings.process.clear();
        const auto made = [&](const char* model, std::optional<Schedule> schedule) {
            request.settings.model = path(model);
            request.settings.schedule = std::move(schedule);
            return sample(request, {}).front();
        };
        const auto plain = made("standard.safetensors", {}), own = made("curved.safetensors", {});
        QVERIFY2(!plain.settings().schedule, "the standard schedule needs no record");
        QVERIFY(own.settings().schedule && sameNumbers(*own.settings().schedule, curved()));
        QVERIFY(!same(plain.field(5), own.field(5)));
        QVERIFY(same(made("standard.safetensors", curved()).field(5), own.field(5)));
        const auto back = made("curved.safetensors", Schedule{});
        QVERIFY(same(back.field(5), plain.field(5)));
        QVERIFY2(back.settings().schedule, "it differs from the model's: the record must say so");

        // A report is enough to make the sample again.
        const Json report = sampleReport(own, statistics(own.field(own.stepCount() - 1)));
        const auto again = made("standard.safetensors", scheduleFromJson(report.at("schedule")));
        QVERIFY(same(again.field(5), own.field(5)));
        QVERIFY(provenance(own).at("settings").find("schedule"));
        QVERIFY(!provenance(plain).at("settings").find("schedule"));
    }

    void trainingStoresTheSchedule() {
        writeSchedule(curved(), path("curved.json"));
        TrainingRequest request;
        for (int i = 0; i < 2; ++i) {
            TrainingImage image;
            image.size[0] = image.size[1] = 32;
            image.modality = "MR";
            for (int v = 0; v < 32 * 32; ++v) {
                image.voxels.push_back(static_cast<float>((v * (i + 3)) % 97));
            }
            request.images.push_back(std::move(image));
        }
        request.folder = path("run");
        request.device = "cpu";
        request.values.set("grid", 32LL);
        request.values.set("batch", 1LL);
        request.values.set("steps", 2LL);
        request.values.set("schedule", path("curved.json"));
        const auto info = readCheckpoint(train(request, {})).info;
        QVERIFY(sameNumbers(info.schedule, curved()));
        QCOMPARE(info.schedule.name, std::string("curved"));
        request.folder = path("run2");
        request.values.set("process", std::string("released"));
        QVERIFY_THROWS_EXCEPTION(Error, (void)train(request, {}));
    }

    void figuresOfTheReleasedCodeAreMeasured() {
        for (const LevelForecast& figure : releasedFigures()) {
            if (figure.level != 48 && figure.level != 64) {
                continue;
            }
            LevelForecast sum;
            for (int seed = 1; seed <= 8; ++seed) {
                const c10::InferenceMode noGradients;
                const ForwardProcess forward(drawNoise(Process::Released, 2, static_cast<std::uint64_t>(seed)),
                                             {256, 256});
                const auto numbers = statistics(field::toValue(forward.deformation(figure.level), square(256)));
                sum.mean_percent += numbers.mean_percent / 8;
                sum.max_percent += numbers.max_percent / 8;
                sum.folded_central += numbers.folded_fraction_central / 8;
                sum.folded_strict += numbers.folded_fraction_strict / 8;
            }
            QVERIFY(std::abs(sum.mean_percent / figure.mean_percent - 1) < 0.02);
            QVERIFY(std::abs(sum.max_percent / figure.max_percent - 1) < 0.02);
            QVERIFY(std::abs(sum.folded_central - figure.folded_central) < 0.005);
            QVERIFY(std::abs(sum.folded_strict - figure.folded_strict) < 0.005);
        }
    }
};

static const RegisterModelTest<TestSchedule> registered;

#include "TestSchedule.moc"
