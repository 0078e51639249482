#include "errors/Error.h"
#include "experiments/RegistrationNetwork.h"
#include "imaging/Warp.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "tasks/Csv.h"
#include "tasks/Elastix.h"
#include "tasks/Experiment.h"
#include "tasks/OutsideProgram.h"
#include "tasks/RegistrationPairs.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>

using namespace drdm;

namespace {

constexpr std::int64_t side = 32;

/// A smooth pattern, seen `dx` and `dy` voxels farther on.
std::vector<float> pattern(double dx, double dy) {
    std::vector<float> values;
    for (std::int64_t y = 0; y < side; ++y) {
        for (std::int64_t x = 0; x < side; ++x) {
            const double px = static_cast<double>(x) + dx;
            const double py = static_cast<double>(y) + dy;
            values.push_back(static_cast<float>(0.5 + 0.25 * std::sin(0.45 * px + 0.2 * py) +
                                                0.25 * std::cos(0.4 * py - 0.15 * px)));
        }
    }
    return values;
}

/// fixed(x) = moving(x + u), u the same everywhere: rows first.
SlicePair shifted(double dx, double dy) {
    SlicePair pair{pattern(0, 0), pattern(dx, dy), {}};
    pair.field.assign(static_cast<std::size_t>(side * side), static_cast<float>(dy));
    pair.field.resize(static_cast<std::size_t>(2 * side * side), static_cast<float>(dx));
    return pair;
}

RegistrationNetworkSettings tiny() {
    RegistrationNetworkSettings settings;
    settings.width = 6;
    settings.levels = 3;
    settings.side = side;
    settings.device = "cpu";
    return settings;
}

double meanOf(const std::vector<float>& values, std::size_t from, std::size_t count) {
    double sum = 0;
    for (std::size_t i = from; i < from + count; ++i) {
        sum += values[i];
    }
    return sum / static_cast<double>(count);
}

std::vector<const SlicePair*> pointers(const std::vector<SlicePair>& pairs) {
    std::vector<const SlicePair*> result;
    for (const SlicePair& pair : pairs) {
        result.push_back(&pair);
    }
    return result;
}

const auto pixels = static_cast<std::size_t>(side * side);

}  // namespace

class TestRegistrationExperiment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 48;
        settings.frames = 2;
        QDir().mkpath(QString::fromStdString(path("study")));
        for (int i = 0; i < 3; ++i) {
            const PhantomSubject subject = makePhantom(settings, i);
            const std::string name = path("study/S" + std::to_string(i + 1));
            for (int phase = 0; phase < 2; ++phase) {
                const std::string file = name + (phase == 0 ? "_ED" : "_ES");
                Image image = subject.image.phase(phase);
                writeNifti(image, file + ".nii.gz");
                writeNiftiLabels(subject.labels[static_cast<std::size_t>(phase)], file + "_label.nii.gz");
            }
        }
        std::ofstream(path("folds.json")) << R"({"folds":[{"name":"a","train":["S1","S2"],"test":["S3"]}]})";
    }

    /// Both ways of learning move the right way: rows are rows, and the pull-back's sign holds.
    void theNetworkFindsShifts_data() {
        QTest::addColumn<bool>("supervised");
        QTest::newRow("from true fields") << true;
        QTest::newRow("from the images alone") << false;
    }
    void theNetworkFindsShifts() {
        QFETCH(bool, supervised);
        RegistrationNetwork network(tiny());
        const SlicePair pair = shifted(2, -1.5);
        constexpr int steps = 500;
        for (int i = 0; i < steps; ++i) {
            const double rate = 1e-2 * (1 - static_cast<double>(i) / steps);
            supervised ? network.train({&pair}, rate) : network.tune({&pair}, rate, 0.02);
        }
        QCOMPARE(network.step(), static_cast<long long>(steps));
        const std::vector<float> found = network.field(pair.moving, pair.fixed);
        const double rows = meanOf(found, 0, pixels);
        const double columns = meanOf(found, pixels, pixels);
        QVERIFY2(std::abs(columns - 2) < 0.5 && std::abs(rows + 1.5) < 0.5,
                 qPrintable(QString("%1 %2").arg(rows).arg(columns)));
    }

    void theNetworkTellsPairsApart() {
        RegistrationNetwork network(tiny());
        const std::vector<SlicePair> pairs{shifted(2, 0), shifted(-2, 0)};
        const double first = network.train(pointers(pairs), 1e-2);
        double last = first;
        for (int i = 0; i < 200; ++i) {
            last = network.train(pointers(pairs), 1e-2 * (1 - i / 200.0));
        }
        QVERIFY2(std::abs(first - 2) < 0.1 && last < 0.5 * first, qPrintable(QString("%1 %2").arg(first).arg(last)));
    }

    void aRunGoesOnWhereItWas() {
        const std::vector<SlicePair> pairs{shifted(2, 0), shifted(0, -1)};
        RegistrationNetwork whole(tiny());
        RegistrationNetwork half(tiny());
        for (int i = 0; i < 3; ++i) {
            whole.train(pointers(pairs), 1e-3);
            half.train(pointers(pairs), 1e-3);
        }
        const std::string file = path("state.safetensors");
        half.write(file);
        RegistrationNetworkSettings other = tiny();
        other.seed = 9;
        RegistrationNetwork rest(other);
        rest.read(file);
        whole.tune(pointers(pairs), 1e-3, 1);
        rest.tune(pointers(pairs), 1e-3, 1);
        QVERIFY(whole.field(pairs[0].moving, pairs[0].fixed) == rest.field(pairs[0].moving, pairs[0].fixed));
        other.width = 7;
        RegistrationNetwork wider(other);
        QVERIFY_EXCEPTION_THROWN(wider.read(file), Error);
        SlicePair bare = pairs[0];
        bare.field.clear();
        QVERIFY_EXCEPTION_THROWN(rest.train({&bare}, 1e-3), Error);
        bare.fixed.pop_back();
        QVERIFY_EXCEPTION_THROWN(rest.tune({&bare}, 1e-3, 1), Error);
    }

    /// A volume's field of slices comes to the network's grid in its voxels; one that leaves the slice is refused.
    void fieldsComeToTheNetworksGrid() {
        const Image image = readNifti(path("study/S1_ED.nii.gz"));
        const Geometry& grid = image.geometry();
        const auto count = static_cast<std::size_t>(grid.voxelCount());
        std::vector<float> values(3 * count, 0.0F);
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(count),
                  values.begin() + static_cast<std::ptrdiff_t>(2 * count), 3.0F);
        const auto pairs = slicePairs(image, image, DisplacementField(grid, 3, values), 96);
        QCOMPARE(pairs.size(), std::size_t{2});
        const double scale = ModelGrid(grid.slice(0), 2, 96, Fit::KeepAspect).scale[1];
        QVERIFY(std::abs(pairs[0].field[96 * 48 + 48] - 3 * scale) < 1e-3 * scale);
        QCOMPARE(pairs[0].field[96 * 96 + 96 * 48 + 48], 0.0F);
        values[5] = 1;
        QVERIFY_EXCEPTION_THROWN(slicePairs(image, image, DisplacementField(grid, 3, values), 96), Error);
        // One image has a slice less: the one in common is taken, where it lies.
        const auto common = commonSlices(grid, grid.slice(1));
        QCOMPARE(common, (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 0}}));
        QCOMPARE(slicePairs(image, image.slice(1, 0), {}, 96).size(), std::size_t{1});
        QVERIFY(slicePairs(image, image.slice(1, 0), {}, 96)[0].moving == pairs[1].moving);
        Geometry aside = grid;
        aside.origin_mm[0] += 20;
        QVERIFY_EXCEPTION_THROWN(commonSlices(grid, aside), Error);
    }

    void elastixFindsAShift() {
        if (!elastixIsThere()) {
            QSKIP("Debian's package \"elastix\" is not installed");
        }
        Geometry grid;
        grid.size = {side, side, 1};
        grid.spacing_mm = {2, 2, 8};
        const SlicePair pair = shifted(2, -1);
        QDir().mkpath(QString::fromStdString(path("elastix")));
        const auto found = elastixField(pair.moving, pair.fixed, grid, path("elastix"), {});
        QVERIFY(found && found->size() == 2 * pixels);
        const std::size_t middle = 16 * side + 16;
        QVERIFY2(std::abs((*found)[middle] + 1) < 0.3 && std::abs((*found)[pixels + middle] - 2) < 0.3,
                 qPrintable(QString("%1 %2").arg((*found)[middle]).arg((*found)[pixels + middle])));
    }

    void outsideProgramsAreStartedAndEnded() {
        QVERIFY(programPath("no-such-program-here").empty());
        const std::string sh = programPath("sh");
        QCOMPARE(runProgram({sh, "-c", "echo said; exit 3"}, path("log.txt"), {}), 3);
        QFile log(QString::fromStdString(path("log.txt")));
        QVERIFY(log.open(QIODevice::ReadOnly) && log.readAll() == "said\n");
        QVERIFY_EXCEPTION_THROWN(runProgram({path("nothing")}, path("log.txt"), {}), Error);
        std::stop_source stop;
        stop.request_stop();
        JobContext context;
        context.cancel = stop.get_token();
        QElapsedTimer clock;
        clock.start();
        QVERIFY_EXCEPTION_THROWN(runProgram({sh, "-c", "exec sleep 60"}, path("log.txt"), context), Cancelled);
        QVERIFY(clock.elapsed() < 30000);
    }

    /// The whole way on three phantoms; stopped on the way and gone on with, nothing is made twice.
    void anExperimentGoesTheWholeWay() {
        ExperimentPlan plan = small("experiment");
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        context.report = [&stop](double, const std::string& text) {
            if (text.find("a-mrbs-tuned") != std::string::npos) {
                stop.request_stop();
            }
        };
        QVERIFY_EXCEPTION_THROWN(runExperiment(plan, context), Cancelled);
        QVERIFY(QFile::exists(QString::fromStdString(path("experiment/table.json"))));  // of what is there
        const ExperimentTable table = runExperiment(plan, {});
        QVERIFY(table.complete());
        QCOMPARE(table.runs, std::int64_t{3});
        QVERIFY(table.made < 3);
        QCOMPARE(runExperiment(plan, {}).made, std::int64_t{0});
        const auto& rows = table.json.at("rows").items();
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[0].at("method").string(), std::string("unregistered"));
        QCOMPARE(rows[0].at("subjects").integer(), 0LL);
        QCOMPARE(rows[0].at("labels").at("field").at("folded_percent").at("mean").number(), 0.0);
        QVERIFY(!rows[0].at("labels").at("field").find("endpoint_mrbs_mm"));
        const double error = rows[1].at("labels").at("field").at("endpoint_mrbs_mm").at("mean").number();
        QVERIFY2(error > 0 && error < 50, qPrintable(QString::number(error)));
        // Unregistered is the overlap of the two phases as they are, both ways.
        const auto labels = [this](const char* phase) {
            return readNiftiLabels(path(std::string("study/S3_") + phase + "_label.nii.gz"));
        };
        const Json& dice = rows[0].at("labels").at("2").at("dice").at("mean");
        std::int64_t shared = 0;
        std::int64_t all = 0;
        const LabelMap before = labels("ED");
        const LabelMap after = labels("ES");
        for (std::size_t i = 0; i < before.labels().size(); ++i) {
            shared += before.labels()[i] == 2 && after.labels()[i] == 2 ? 1 : 0;
            all += (before.labels()[i] == 2 ? 1 : 0) + (after.labels()[i] == 2 ? 1 : 0);
        }
        const double expected = 2.0 * static_cast<double>(shared) / static_cast<double>(all);
        QVERIFY2(expected < 0.99 && std::abs(dice.number() - expected) < 1e-9, qPrintable(QString::number(expected)));
        // Pairs to learn from are of training subjects alone, those to measure with of test subjects alone.
        const auto subjectsOf = [this](const char* folder) {
            std::set<std::string> names;
            const CsvTable list = CsvTable::read(path(std::string("experiment/") + folder + "/manifest.csv"));
            for (const CsvTable::Row& row : list.rows()) {
                names.insert(list.text(row, "subject"));
            }
            return names;
        };
        QCOMPARE(subjectsOf("pairs-mrbs"), (std::set<std::string>{"S1", "S2"}));
        QCOMPARE(subjectsOf("pairs-mrbs-test"), (std::set<std::string>{"S3"}));
        // Without the break it would have been the same, and its plan can be read back.
        ExperimentPlan whole = readExperimentPlan(path("experiment"));
        QCOMPARE(whole.json().dump(), plan.json().dump());
        whole.folder = path("unbroken");
        QCOMPARE(runExperiment(whole, {}).json.dump(), table.json.dump());
        plan.tuning = 0.75;
        QVERIFY_EXCEPTION_THROWN(runExperiment(plan, {}), Error);
    }

    void whatIsMissingIsSaid() {
        const auto refusal = [](const ExperimentPlan& plan) {
            try {
                runExperiment(plan, {});
            } catch (const Error& error) {
                return QString::fromUtf8(error.what());
            }
            return QString();
        };
        ExperimentPlan plan = small("bad");
        plan.methods = {"bigaug"};
        QVERIFY(refusal(plan).contains("no method \"bigaug\" of registration"));
        plan = small("bad");
        plan.subjects = {3};
        QVERIFY(refusal(plan).contains("3 are asked for"));
        plan = small("bad");
        plan.pairs = path("pairs.csv");
        std::ofstream(plan.pairs) << "moving,fixed\nS1_ED,S2_ES\n";
        QVERIFY2(refusal(plan).contains("line 2"), qPrintable(refusal(plan)));
        std::ofstream(plan.pairs) << "moving,fixed\nS1_ED,S9_ES\n";
        QVERIFY(refusal(plan).contains("no image \"S9_ES\""));
        std::ofstream(plan.pairs) << "moving,fixed\nS1_ED,S1_ES\n";
        QVERIFY(refusal(plan).contains("S2 has no pair"));
        std::ofstream(plan.pairs) << "from,to\nS1_ED,S1_ES\n";
        QVERIFY(refusal(plan).contains("line 1"));
        QVERIFY(!QDir(QString::fromStdString(path("bad"))).exists());
        QVERIFY_EXCEPTION_THROWN(ExperimentPlan::ofKind("denoising"), Error);
        QVERIFY_EXCEPTION_THROWN(readExperimentPlan(path("study")), Error);
        std::ofstream(path("study.txt")) << "x";
        Json json = small("x").json();
        json.set("steps", -4);
        QVERIFY_EXCEPTION_THROWN(ExperimentPlan::fromJson(json), Error);
    }

private:
    [[nodiscard]] ExperimentPlan small(const std::string& folder) const {
        ExperimentPlan plan = ExperimentPlan::ofKind("registration");
        plan.data.data = {path("study")};
        plan.split = path("folds.json");
        plan.folder = path(folder);
        plan.methods = {"unregistered", "mrbs", "mrbs-tuned"};
        plan.subjects = {2};
        plan.seeds = {1};
        plan.steps = 8;
        plan.batch = 2;
        plan.width = 2;
        plan.levels = 2;
        plan.side = 32;
        plan.device = "cpu";
        plan.copies.set("levels", std::string("20"));
        plan.copies.set("copies", 1LL);
        return plan;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestRegistrationExperiment)
#include "TestRegistrationExperiment.moc"
