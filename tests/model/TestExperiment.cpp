#include "errors/Error.h"
#include "experiments/PairedTest.h"
#include "experiments/SegmentationNetwork.h"
#include "io/Phantom.h"
#include "tasks/Csv.h"
#include "tasks/Experiment.h"
#include "tasks/SegmentationSlices.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>
#include <set>

using namespace drdm;

namespace {

constexpr std::int64_t side = 32;

/// A bright disc on a dark, striped ground; the disc is the class.
LabelledSlice disc(double x0, double y0, double radius) {
    LabelledSlice slice;
    for (std::int64_t y = 0; y < side; ++y) {
        for (std::int64_t x = 0; x < side; ++x) {
            const bool inside = std::hypot(static_cast<double>(x) - x0, static_cast<double>(y) - y0) <= radius;
            slice.image.push_back((inside ? 0.7F : 0.2F) + 0.1F * static_cast<float>(x % 3));
            slice.classes.push_back(inside ? 1 : 0);
        }
    }
    return slice;
}

SegmentationNetworkSettings tiny() {
    SegmentationNetworkSettings settings;
    settings.width = 4;
    settings.levels = 3;
    settings.side = side;
    settings.device = "cpu";
    return settings;
}

double diceOf(const SegmentationNetwork& network, const LabelledSlice& slice) {
    const std::vector<float> chances = network.probabilities(slice.image);
    int shared = 0;
    int total = 0;
    for (std::size_t i = 0; i < slice.classes.size(); ++i) {
        const bool found = chances[slice.classes.size() + i] > 0.5F;
        shared += found && slice.classes[i] == 1 ? 1 : 0;
        total += (found ? 1 : 0) + slice.classes[i];
    }
    return 2.0 * shared / total;
}

std::vector<const LabelledSlice*> pointers(const std::vector<LabelledSlice>& slices) {
    std::vector<const LabelledSlice*> result;
    for (const LabelledSlice& slice : slices) {
        result.push_back(&slice);
    }
    return result;
}

}  // namespace

class TestExperiment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signedRanks() {
        const std::vector<double> zero(6, 0.0);
        QCOMPARE(signedRankP({1, 2, 3, 4, 5, 6}, zero), 2.0 / 64);
        QCOMPARE(signedRankP({-1, -2, -3, -4, -5, -6}, zero), 2.0 / 64);
        QCOMPARE(signedRankP({1, 2, 3, -4, 5, 0}, zero),
                 14.0 / 32);  // 7 of 32 choices of signs give a sum of 4 or less
        QCOMPARE(signedRankP({1, 1, -1, 0, 0, 0}, zero), 1.0);
        QCOMPARE(signedRankP(zero, zero), 1.0);
        // Exact and normal agree where both hold: 40 and 41 pairs that alternate in favour of one side.
        std::vector<double> some;
        for (int i = 1; i <= 40; ++i) {
            some.push_back(i % 3 == 0 ? -i : i);
        }
        const double exact = signedRankP(some, std::vector<double>(40, 0.0));
        some.push_back(41);
        const double normal = signedRankP(some, std::vector<double>(41, 0.0));
        QVERIFY2(exact > 0.005 && exact < 0.1 && normal < exact && normal > 0.3 * exact,
                 qPrintable(QString("%1 %2").arg(exact).arg(normal)));
        QVERIFY_EXCEPTION_THROWN(signedRankP({1}, {1, 2}), Error);
    }

    void theNetworkLearns() {
        SegmentationNetwork network(tiny());
        QVERIFY(network.parameterCount() > 1000);
        const std::vector<LabelledSlice> slices{disc(10, 10, 6), disc(20, 12, 5), disc(14, 20, 7), disc(22, 22, 5)};
        const double first = network.train(pointers(slices), 1e-2);
        double last = first;
        for (int i = 0; i < 60; ++i) {
            last = network.train(pointers(slices), 1e-2);
        }
        QVERIFY2(last < 0.4 * first, qPrintable(QString("%1 %2").arg(first).arg(last)));
        QVERIFY(diceOf(network, disc(17, 16, 6)) > 0.9);  // one that it has not seen
        const std::vector<float> chances = network.probabilities(slices[0].image);
        QVERIFY(std::abs(chances[5] + chances[static_cast<std::size_t>(side * side) + 5] - 1) < 1e-5F);
    }

    void aRunGoesOnWhereItWas() {
        const std::vector<LabelledSlice> slices{disc(10, 10, 6), disc(20, 12, 5)};
        SegmentationNetwork whole(tiny());
        SegmentationNetwork half(tiny());
        for (int i = 0; i < 4; ++i) {
            whole.train(pointers(slices), 1e-3);
            half.train(pointers(slices), 1e-3);
        }
        const std::string file = m_folder.filePath("state.safetensors").toStdString();
        half.write(file);
        SegmentationNetworkSettings other = tiny();
        other.seed = 77;
        SegmentationNetwork rest(other);
        rest.read(file);
        QCOMPARE(rest.step(), 4LL);
        for (int i = 0; i < 4; ++i) {
            whole.train(pointers(slices), 1e-3);
            rest.train(pointers(slices), 1e-3);
        }
        QVERIFY(whole.probabilities(slices[0].image) == rest.probabilities(slices[0].image));
        other.width = 5;
        SegmentationNetwork wider(other);
        QVERIFY_EXCEPTION_THROWN(wider.read(file), Error);
        std::ofstream(file) << "damaged";
        QVERIFY_EXCEPTION_THROWN(rest.read(file), Error);
    }

    void badSettingsAndSlicesAreRefused() {
        SegmentationNetworkSettings odd = tiny();
        odd.side = 30;
        QVERIFY_EXCEPTION_THROWN(SegmentationNetwork{odd}, Error);
        odd = tiny();
        odd.device = "cuda:99";
        QVERIFY_EXCEPTION_THROWN(SegmentationNetwork{odd}, Error);
        SegmentationNetwork network(tiny());
        LabelledSlice wrong = disc(10, 10, 5);
        wrong.classes[3] = 2;
        QVERIFY_EXCEPTION_THROWN(network.train({&wrong}, 1e-3), Error);
        wrong.image.pop_back();
        QVERIFY_EXCEPTION_THROWN(network.train({&wrong}, 1e-3), Error);
    }

    void slicesAndLabelsComeBackToTheirGrid() {
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 96;
        settings.frames = 1;
        const PhantomSubject subject = makePhantom(settings, 0);
        const LabelClasses classes({1, 2, 3});
        const auto slices = slicesOf({subject.image, subject.labels[0]}, classes, 64);
        QCOMPARE(slices.size(), std::size_t{2});
        QCOMPARE(slices[0].image.size(), std::size_t{64 * 64});
        const auto share = [](auto begin, auto end, auto value) {
            return static_cast<double>(std::count(begin, end, value)) / static_cast<double>(end - begin);
        };
        const auto& truth = subject.labels[0];
        const double before = share(truth.labels().begin(), truth.labels().begin() + 96 * 96, 2);
        const double after = share(slices[0].classes.begin(), slices[0].classes.end(), 2);
        QVERIFY2(std::abs(after - before) < 0.1 * before, qPrintable(QString("%1 %2").arg(before).arg(after)));
        SegmentationNetworkSettings network = tiny();
        network.classes = classes.count();
        network.side = 64;
        const LabelMap found = segmented(SegmentationNetwork(network), subject.image, classes, 64, {});
        QVERIFY(found.geometry().sameGrid(subject.image.geometry()));
        for (const std::uint16_t label : found.values()) {
            QVERIFY(label >= 1 && label <= 3);
        }
    }

    void splitsNeverLeak() {
        const auto refusal = [this](const char* text) {
            const std::string file = m_folder.filePath("split.json").toStdString();
            std::ofstream(file) << text;
            try {
                readSubjectSplit(file);
            } catch (const Error& error) {
                return QString::fromUtf8(error.what());
            }
            return QString();
        };
        QCOMPARE(refusal(R"({"folds":[{"name":"a","train":["A"],"test":["B"]}]})"), QString());
        QVERIFY(refusal(R"({"folds":[{"name":"a","train":["A","B"],"test":["B"]}]})").contains("subject B"));
        QVERIFY(refusal(R"({"folds":[{"name":"a","train":["A","A"],"test":["B"]}]})").contains("named twice"));
        QVERIFY(refusal(R"({"folds":[{"name":"a","train":["A"],"test":[]}]})").contains("\"test\" is empty"));
        QVERIFY(refusal(R"({"folds":[]})").contains("no fold"));
        QVERIFY(refusal("{").contains("split.json"));
        // Made ones: every subject is tested once, and reading gives back what was written.
        const SubjectSplit made = crossValidation({"A", "B", "C", "D", "E"}, 2);
        writeSubjectSplit(made, m_folder.filePath("made.json").toStdString());
        const SubjectSplit back = readSubjectSplit(m_folder.filePath("made.json").toStdString());
        QCOMPARE(back.folds.size(), std::size_t{2});
        std::set<std::string> tested(back.folds[0].test.begin(), back.folds[0].test.end());
        tested.insert(back.folds[1].test.begin(), back.folds[1].test.end());
        QCOMPARE(tested.size(), std::size_t{5});
        QCOMPARE(back.folds[0].training.size() + back.folds[0].test.size(), std::size_t{5});
        QCOMPARE(back.folds[1].training, made.folds[1].training);
        QVERIFY_EXCEPTION_THROWN(crossValidation({"A", "A"}, 2), Error);
        QVERIFY_EXCEPTION_THROWN(crossValidation({"A", "B"}, 1), Error);
        // The lists that are shipped: part 2 tests once and is in no fold that chooses.
        const QString folder = QString::fromLocal8Bit(qgetenv("DRDM_RESOURCES")) + "/experiments/";
        const SubjectSplit choosing = readSubjectSplit((folder + "sunnybrook-part1-folds.json").toStdString());
        const SubjectSplit testing = readSubjectSplit((folder + "sunnybrook-part2-test.json").toStdString());
        QCOMPARE(choosing.folds.size(), std::size_t{3});
        QCOMPARE(testing.folds.front().training.size(), std::size_t{15});
        for (const auto& fold : choosing.folds) {
            QCOMPARE(fold.training.size() + fold.test.size(), std::size_t{15});
            for (const auto* part : {&fold.training, &fold.test}) {
                for (const std::string& subject : *part) {
                    const auto& held = testing.folds.front().test;
                    QVERIFY(std::find(held.begin(), held.end(), subject) == held.end());
                }
            }
        }
    }

    /// Means over images, spread over seeds, and the test over subjects, from made-up results.
    void theTableCounts() {
        ExperimentPlan experiment;
        experiment.methods = {"none", "drdm"};
        experiment.subjects = {1};
        std::vector<Json> results;
        for (const char* method : {"none", "drdm"}) {
            for (const int seed : {1, 2}) {
                Json images = Json::array();
                for (int subject = 0; subject < 6; ++subject) {
                    const double dice = (*method == 'd' ? 0.7 : 0.5) + 0.01 * subject + (seed == 2 ? 0.02 : 0.0);
                    Json values = Json::object();
                    values.set("dice", dice).set("sensitivity", 1.0).set("precision", 0.5).set("hd95_mm", 3.0);
                    values.set("asd_mm", subject == 0 ? Json() : Json(2.0));
                    Json labels = Json::object();
                    labels.set("1", std::move(values));
                    Json image = Json::object();
                    image.set("subject", "S" + std::to_string(subject))
                        .set("image", "x")
                        .set("labels", std::move(labels));
                    images.push(std::move(image));
                }
                Json result = Json::object();
                result.set("fold", "a")
                    .set("method", method)
                    .set("subjects", 1)
                    .set("seed", seed)
                    .set("images", std::move(images));
                results.push_back(std::move(result));
            }
        }
        const Json table = experimentTable(experiment, results);
        const Json& row = table.at("rows").items().at(1);
        QCOMPARE(row.at("method").string(), std::string("drdm"));
        const Json& dice = row.at("labels").at("1").at("dice");
        QVERIFY(std::abs(dice.at("mean").number() - 0.735) < 1e-9);
        QVERIFY(std::abs(dice.at("sd_over_seeds").number() - 0.02 / std::sqrt(2.0)) < 1e-9);
        QVERIFY(std::abs(dice.at("p").number() - 2.0 / 64) < 1e-9);
        QCOMPARE(row.at("labels").at("1").at("asd_mm").at("missed").integer(), 2LL);
        QVERIFY(experimentMarkdown(table).find("| drdm | 1 | 1 | 0.735 ± 0.014 | 0.0312 |") != std::string::npos);
        const std::string csv = experimentCsv(table);
        QVERIFY(csv.find("drdm,1,1,precision,0.5,") != std::string::npos);
    }

    /// The whole way on three phantoms; stopped on the way and gone on with, nothing is made twice.
    void anExperimentGoesTheWholeWay() {
        PhantomSettings settings;
        settings.subjects = 3;
        settings.slices = 2;
        settings.size = 48;
        settings.frames = 1;
        settings.labels = true;
        writePhantom(settings, path("study"));
        std::ofstream(path("folds.json"))
            << R"({"folds":[{"name":"a","train":["subject-001","subject-002"],"test":["subject-003"]}]})";
        ExperimentPlan experiment;
        experiment.data.data = {path("study")};
        experiment.split = path("folds.json");
        experiment.folder = path("experiment");
        experiment.methods = {"none", "elastic"};
        experiment.subjects = {1, 2};
        experiment.seeds = {1};
        experiment.steps = 6;
        experiment.batch = 2;
        experiment.width = 2;
        experiment.levels = 2;
        experiment.side = 32;
        experiment.device = "cpu";
        experiment.copies.set("levels", std::string("20"));
        experiment.copies.set("copies", 2LL);
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        context.report = [&stop](double, const std::string& text) {
            if (text.find("15 of all 24 steps") != std::string::npos) {  // in the runs of the second method
                stop.request_stop();
            }
        };
        QVERIFY_EXCEPTION_THROWN(runExperiment(experiment, context), Cancelled);
        QVERIFY(QFile::exists(QString::fromStdString(path("experiment/runs"))));
        const ExperimentTable table = runExperiment(experiment, {});
        QVERIFY(table.complete());
        QCOMPARE(table.runs, std::int64_t{4});
        QCOMPARE(table.made, std::int64_t{2});
        QCOMPARE(table.json.at("rows").items().size(), std::size_t{4});
        const Json& labels = table.json.at("rows").items().front().at("labels");
        QCOMPARE(labels.members().size(), std::size_t{3});
        QCOMPARE(runExperiment(experiment, {}).made, std::int64_t{0});
        // Copies are of training subjects alone.
        for (const CsvTable table2 = CsvTable::read(path("experiment/copies-elastic/manifest.csv"));
             const CsvTable::Row& row : table2.rows()) {
            QVERIFY(table2.text(row, "subject") != "subject-003");
        }
        // Without the break it would have been the same.
        ExperimentPlan whole = experiment;
        whole.folder = path("unbroken");
        QCOMPARE(runExperiment(whole, {}).json.dump(), table.json.dump());
        ExperimentPlan other = experiment;
        other.steps = 7;
        QVERIFY_EXCEPTION_THROWN(runExperiment(other, {}), Error);
        other = experiment;
        other.subjects = {5};
        QVERIFY_EXCEPTION_THROWN(runExperiment(other, {}), Error);
    }

private:
    [[nodiscard]] std::string path(const std::string& name) const {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestExperiment)
#include "TestExperiment.moc"
