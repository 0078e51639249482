#include "analysis/FieldStatistics.h"
#include "augmentation/DrdmDeformation.h"
#include "errors/Error.h"
#include "imaging/Warp.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "tasks/Augment.h"
#include "tasks/Csv.h"
#include "tasks/DataSetNames.h"
#include "tasks/Sample.h"
#include "tasks/ScheduleFile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <set>

using namespace drdm;
namespace fs = std::filesystem;

namespace {

/// The text of the Error that `work` throws; "" = none.
template <typename Work>
QString refusal(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

#define REFUSED(work, ...)                                                      \
    do {                                                                        \
        const QString said = refusal([&] { (void)(work); });                    \
        for (const char* word : {__VA_ARGS__}) {                                \
            QVERIFY2(said.contains(QString::fromUtf8(word)), qPrintable(said)); \
        }                                                                       \
    } while (false)

/// A small study: two subjects of three slices, with labels.
PhantomSettings study() {
    PhantomSettings settings;
    settings.subjects = 2;
    settings.slices = 3;
    settings.size = 48;
    settings.frames = 2;
    settings.labels = true;
    return settings;
}

}  // namespace

class TestAugment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        writePhantom(study(), path("dicom"));
        for (int subject = 0; subject < 2; ++subject) {
            const PhantomSubject made = makePhantom(study(), subject);
            const std::string name = "case_" + std::to_string(subject);
            fs::create_directories(path("flat"));
            fs::create_directories(path("raw/imagesTr"));
            fs::create_directories(path("raw/labelsTr"));
            writeNifti(made.image.phase(0), path("flat/" + name + ".nii.gz"));
            writeNiftiLabels(made.labels[0], path("flat/" + name + "_label.nii.gz"));
            writeNifti(made.image.phase(0), path("raw/imagesTr/" + name + "_0000.nii.gz"));
            writeNiftiLabels(made.labels[0], path("raw/labelsTr/" + name + ".nii.gz"));
        }
    }

    void tablesAreReadAsSpreadsheetsWriteThem() {
        write("good.csv", "\xEF\xBB\xBFsubject;image\r\nA;\"x;1.nii\"\r\n\"B \"\"b\"\"\";y.nii\r\n\r\n");
        const CsvTable table = CsvTable::read(path("good.csv"));
        QCOMPARE(table.rows().size(), std::size_t{2});
        QCOMPARE(table.text(table.rows()[0], "image"), std::string("x;1.nii"));
        QCOMPARE(table.text(table.rows()[1], "subject"), std::string("B \"b\""));
        QCOMPARE(table.text(table.rows()[1], "label"), std::string());
        QCOMPARE(csvLine({"a,b", "c\"d", "e"}), std::string("\"a,b\",\"c\"\"d\",e\n"));
        write("hole.csv", "subject,image\nA,x\n\nB,y\n");
        REFUSED(CsvTable::read(path("hole.csv")), "hole.csv", "line 3", "empty", "remove");
        write("short.csv", "subject,image\nA\n");
        REFUSED(CsvTable::read(path("short.csv")), "line 2", "1 fields", "heading has 2");
        write("open.csv", "subject,image\nA,\"x\n");
        REFUSED(CsvTable::read(path("open.csv")), "line 2", "quote");
        write("twice.csv", "image,image\n");
        REFUSED(CsvTable::read(path("twice.csv")), "\"image\" is named twice");
        write("nothing.csv", "");
        REFUSED(CsvTable::read(path("nothing.csv")), "line 1", "heading");
        REFUSED(CsvTable::read(path("absent.csv")), "absent.csv", "check the path");
    }

    void namesSayWhatBelongsTogether() {
        for (const char* labels : {"heart_label", "heart_labels", "heart_seg", "heart_dseg", "heart_mask", "heart_gt",
                                   "label_heart", "heart_labels_phase003"}) {
            QVERIFY2(names::saysLabels(labels), labels);
            QCOMPARE(names::key(labels), std::string("heart"));
        }
        QVERIFY(!names::saysLabels("heart") && !names::saysLabels("masked"));
        QCOMPARE(names::key("heart_0000"), std::string("heart"));
        QCOMPARE(names::key("heart_001"), std::string("heart_001"));
        QCOMPARE(names::phase("labels_phase012"), std::optional<std::int64_t>(12));
        QCOMPARE(names::phase("phase"), std::optional<std::int64_t>());
        QCOMPARE(names::subject("SC-N-02_ES"), std::string("SC-N-02"));
        QCOMPARE(names::plain("Müller 1"), std::string("M--ller-1"));
    }

    void everyFormOfDataSetIsFound() {
        const DataSet dicom = listDataSet({{path("dicom")}, "", false});
        QCOMPARE(dicom.items.size(), std::size_t{4});
        QCOMPARE(dicom.items[1].name, std::string("subject-001_phase001"));
        QCOMPARE(dicom.items[1].subject, std::string("subject-001"));
        const LabelledImage second = readItem(dicom.items[1]);
        const PhantomSubject made = makePhantom(study(), 0);
        QCOMPARE(second.image.phases(), std::int64_t{1});
        QVERIFY(
            std::equal(second.labels.labels().begin(), second.labels.labels().end(), made.labels[1].labels().begin()));

        const DataSet flat = listDataSet({{path("flat")}, "", false});
        QCOMPARE(flat.items.size(), std::size_t{2});
        QCOMPARE(flat.items[0].name, std::string("case_0"));
        const DataSet raw = listDataSet({{path("raw")}, "", false});
        QCOMPARE(raw.items.size(), std::size_t{2});
        QCOMPARE(raw.items[1].name, std::string("case_1"));
        QVERIFY(raw.items[1].labels.ends_with("labelsTr/case_1.nii.gz"));
        QCOMPARE(listDataSet({{path("raw/imagesTr")}, path("raw/labelsTr"), false}).items.size(), std::size_t{2});

        write("set.csv",
              "subject,image,label,phase,split\nA,dicom/subject-001/dicom,dicom/subject-001/"
              "labels_phase001.nii.gz,1,train\n"
              "B,flat/case_1.nii.gz,flat/case_1_label.nii.gz,,test\n");
        const DataSet table = listDataSet({{path("set.csv")}, "", false});
        QCOMPARE(table.items.size(), std::size_t{2});
        QCOMPARE(table.items[0].name, std::string("A_phase001"));
        QCOMPARE(table.items[0].phase, std::int64_t{1});
        QCOMPARE(table.items[1].split, std::string("test"));
    }

    void badDataSetsAreNamed() {
        fs::create_directories(path("bare"));
        fs::copy(path("flat/case_0.nii.gz"), path("bare/case_0.nii.gz"));
        REFUSED(listDataSet({{path("bare")}, "", false}), "bare/case_0.nii.gz", "no labels", "--unlabelled");
        QCOMPARE(listDataSet({{path("bare")}, "", true}).items.size(), std::size_t{1});
        PhantomSettings other = study();
        other.size = 40;
        fs::create_directories(path("odd"));
        fs::copy(path("flat/case_0.nii.gz"), path("odd/case_0.nii.gz"));
        writeNiftiLabels(makePhantom(other, 0).labels[0], path("odd/case_0_label.nii.gz"));
        REFUSED(listDataSet({{path("odd")}, "", false}), "odd/case_0_label.nii.gz", "40 x 40 x 3", "48 x 48 x 3",
                "resample");
        fs::create_directories(path("two"));
        fs::copy(path("flat/case_0.nii.gz"), path("two/case_0.nii.gz"));
        fs::copy(path("flat/case_0_label.nii.gz"), path("two/case_0_label.nii.gz"));
        fs::copy(path("flat/case_0_label.nii.gz"), path("two/case_0_seg.nii.gz"));
        REFUSED(listDataSet({{path("two")}, "", false}), "several label maps", "case_0_seg.nii.gz");
        REFUSED(listDataSet({{path("nowhere")}, "", false}), "nowhere", "check the path");
        fs::create_directories(path("empty"));
        REFUSED(listDataSet({{path("empty")}, "", false}), "empty");
        write("gone.csv", "subject,image,label\nA,gone.nii.gz,\n");
        REFUSED(listDataSet({{path("gone.csv")}, "", false}), "line 2", "gone.nii.gz", "relative");
        write("phase.csv",
              "subject,image,label,phase\nA,dicom/subject-001/dicom,dicom/subject-001/labels_phase001.nii.gz,7\n");
        REFUSED(listDataSet({{path("phase.csv")}, "", false}), "line 2", "\"7\"", "0 to 1");
        write("no-image.csv", "subject,label\nA,x\n");
        REFUSED(listDataSet({{path("no-image.csv")}, "", false}), "line 1", "\"image\"");
        write("damaged.nii.gz", "this is no image");
        write("damaged.csv", "subject,image,label\nA,damaged.nii.gz,\n");
        REFUSED(listDataSet({{path("damaged.csv")}, "", false}), "line 2", "damaged.nii.gz");
    }

    void settingsAreChecked() {
        QCOMPARE(levelsFromText("48,20:40:10,20"), (std::vector<int>{20, 30, 40, 48}));
        for (const char* wrong : {"", "81", "0", "20:10:5", "a", "10:20:0", "1,,2"}) {
            QVERIFY2(!refusal([&] { levelsFromText(wrong); }).isEmpty(), wrong);
        }
        AugmentPlan plan;
        setShard(plan, "2/8");
        QCOMPARE(plan.shard, 1);
        QCOMPARE(plan.shards, 8);
        for (const char* wrong : {"", "0/2", "3/2", "1", "1/2/3", "a/b"}) {
            QVERIFY2(!refusal([&] { setShard(plan, wrong); }).isEmpty(), wrong);
        }
        QCOMPARE(labelNamesFromText("1=wall,2=cavity").size(), std::size_t{2});
        QVERIFY(!refusal([] { labelNamesFromText("wall"); }).isEmpty());
        plan.data.data = {"somewhere"};
        plan.values.set("levels", std::string("20"));
        plan.values.set("label-kept", 0.5);
        plan.folder = "out";
        QCOMPARE(AugmentPlan::fromJson(plan.json()).json().dump(), plan.json().dump());
    }

    void seedsDependOnTheCopyAlone() {
        std::set<std::uint64_t> seen;
        DataItem item;
        for (const char* subject : {"A", "B"}) {
            for (const int level : {20, 30}) {
                for (const int copy : {1, 2}) {
                    for (const int attempt : {0, 1}) {
                        item.subject = item.name = subject;
                        const std::uint64_t seed = seedOf(1, item, {0, level, copy, ""}, attempt, "field");
                        QVERIFY(seed < (std::uint64_t{1} << 52U));
                        seen.insert(seed);
                    }
                }
            }
        }
        QCOMPARE(seen.size(), std::size_t{16});
    }

    /// The same field as `drdm sample --slice all` makes.
    void drdmIsTheSamplersField() {
        const Image image = makePhantom(study(), 0).image.phase(0);
        const std::string file = resolveModel("");
        const DeformationModel model = DeformationModel::load(file, "cpu");
        RecoverySettings recovery;
        recovery.level = 12;
        recovery.seed = 5;
        const DisplacementField field = drdmField(model, image, 0, recovery, {});
        SampleRequest request;
        request.image = image;
        request.allSlices = true;
        request.keepSteps = false;
        request.settings.level = 12;
        request.settings.seed = 5;
        request.settings.device = "cpu";
        const DisplacementField sampled = sample(request, {}).front().field(0);
        QVERIFY(std::equal(field.values_vox().begin(), field.values_vox().end(), sampled.values_vox().begin()));
        const FieldStatistics found = statistics(field);
        QVERIFY(found.mean_vox > 0.1);
        QCOMPARE(found.folded_voxels_strict, std::int64_t{0});
    }

    void aPoseAndAScheduleAreTakenWithoutAFold() {
        Schedule schedule;
        schedule.name = "smooth";
        schedule.scales = {{2, 1e-3}};
        writeSchedule(schedule, path("smooth.json"));
        AugmentPlan plan = small("posed");
        plan.values.set("schedule", path("smooth.json"));
        plan.values.set("turn", 30.0);
        plan.values.set("zoom", 2.0);
        const AugmenterSettings settings = augmenterSettings(plan.values);
        QVERIFY(sameNumbers(*settings.schedule, schedule));
        const Image image = makePhantom(study(), 0).image.phase(0);
        const Augmenter augmenter(settings);
        AugmenterSettings unturned = settings;
        unturned.pose = {};
        const DisplacementField plain = Augmenter(unturned).field(image, 20, 4);
        QCOMPARE(statistics(plain).folded_voxels_strict, std::int64_t{0});
        for (std::uint64_t seed = 4; seed < 10; ++seed) {
            const DisplacementField field = augmenter.field(image, 20, seed);
            QCOMPARE(statistics(field).folded_voxels_strict, std::int64_t{0});
            QVERIFY(statistics(field).mean_vox > statistics(plain).mean_vox);
        }
        QVERIFY(augment(plan, {}).complete());
        schedule.scales = {{2, 2e-3}};
        writeSchedule(schedule, path("smooth.json"));  // of the same name, but another
        REFUSED(augment(plan, {}), "noise schedule is another one");
    }

    /// moving(x + field(x)) is the fixed image, up to its being resampled once instead of twice.
    void pairsHaveTheirTrueField() {
        AugmentPlan plan = small("pairs");
        plan.pairs = true;
        const AugmentResult result = augment(plan, {});
        QVERIFY(result.complete());
        QCOMPARE(result.all, std::int64_t{2});
        for (const char* name : {"case_0_l20_c001", "case_1_l20_c001"}) {
            const auto file = [&](const char* kind) {
                return path(std::string("pairs/") + kind + "/" + name + ".nii.gz");
            };
            const Image moving = readNifti(file("moving"));
            const Image fixed = readNifti(file("fixed"));
            const DisplacementField field = readNiftiField(file("fields"));
            QCOMPARE(statistics(field).folded_voxels_strict, std::int64_t{0});
            const Image registered = warp(moving, field);
            double before = 0;
            double after = 0;
            for (std::size_t i = 0; i < fixed.voxels().size(); ++i) {
                before += std::abs(moving.voxels()[i] - fixed.voxels()[i]);
                after += std::abs(registered.voxels()[i] - fixed.voxels()[i]);
            }
            QVERIFY2(after < 0.35 * before, qPrintable(QString::number(after / before)));
            const LabelMap labels = warp(readNiftiLabels(file("moving_labels")), field);
            const LabelMap truth = readNiftiLabels(file("fixed_labels"));
            std::int64_t differ = 0;
            std::int64_t labelled = 0;
            for (std::size_t i = 0; i < truth.labels().size(); ++i) {
                differ += labels.labels()[i] != truth.labels()[i] ? 1 : 0;
                labelled += truth.labels()[i] != 0 ? 1 : 0;
            }
            // Thin walls on a coarse grid: their rims differ.
            QVERIFY2(differ < labelled / 4, qPrintable(QString("%1 of %2").arg(differ).arg(labelled)));
        }
        const CsvTable pairs = CsvTable::read(path("pairs/pairs.csv"));
        QCOMPARE(pairs.rows().size(), std::size_t{2});
        QCOMPARE(pairs.text(pairs.rows()[0], "field"), std::string("fields/case_0_l20_c001.nii.gz"));
    }

    void rulesAreKept() {
        AugmentPlan plan = small("rules");
        plan.values.set("method", std::string("elastic"));
        plan.values.set("copies", 6LL);
        plan.values.set("least-displacement", 0.6);
        plan.values.set("label-kept", 0.8);
        plan.values.set("tries", 500LL);
        const AugmentResult result = augment(plan, {});
        QVERIFY(result.complete() && result.redrawn > 0);
        const CsvTable manifest = CsvTable::read(result.manifest);
        QCOMPARE(manifest.rows().size(), std::size_t{12});
        std::set<std::string> seeds;
        for (const CsvTable::Row& row : manifest.rows()) {
            QCOMPARE(manifest.text(row, "status"), std::string("kept"));
            QVERIFY(std::stod(manifest.text(row, "mean_displacement_percent")) >= 0.6);
            for (const char* label : {"1", "2", "3"}) {
                QVERIFY(std::stod(manifest.text(row, std::string("volume_change_label_") + label)) >= -0.2);
            }
            QVERIFY(seeds.insert(manifest.text(row, "seed")).second);
        }
        // What no drawing can fulfil is left out and said, and the data set does without it.
        AugmentPlan strict = small("impossible");
        strict.values.set("method", std::string("elastic"));
        strict.values.set("least-displacement", 90.0);
        strict.values.set("tries", 3LL);
        strict.values.set("originals", true);
        const AugmentResult none = augment(strict, {});
        QCOMPARE(none.leftOut, std::int64_t{2});
        const CsvTable list = CsvTable::read(none.manifest);
        QCOMPARE(list.rows().size(), std::size_t{4});
        QCOMPARE(list.text(list.rows()[1], "status"), std::string("left out"));
        QCOMPARE(list.text(list.rows()[1], "drawings"), std::string("3"));
        QVERIFY(list.text(list.rows()[1], "reason").find("below 90 %") != std::string::npos);
        QCOMPARE(list.text(list.rows()[1], "image"), std::string());
        QCOMPARE(CsvTable::read(path("impossible/dataset.csv")).rows().size(), std::size_t{2});
    }

    /// Labels never take the image's kernel: only values that were there.
    void labelsAreLabelsWhateverTheImagesKernel() {
        AugmentPlan plan = small("cubic");
        plan.values.set("interpolation", std::string("cubic"));
        plan.values.set("fields", true);
        QVERIFY(augment(plan, {}).complete());
        const LabelMap moved = readNiftiLabels(path("cubic/labels/case_0_l20_c001.nii.gz"));
        const LabelMap truth = warp(readNiftiLabels(path("flat/case_0_label.nii.gz")),
                                    readNiftiField(path("cubic/fields/case_0_l20_c001.nii.gz")));
        QVERIFY(std::equal(moved.labels().begin(), moved.labels().end(), truth.labels().begin()));
        const Image image = warp(readNifti(path("flat/case_0.nii.gz")),
                                 readNiftiField(path("cubic/fields/case_0_l20_c001.nii.gz")), Interpolation::Cubic);
        const Image written = readNifti(path("cubic/images/case_0_l20_c001.nii.gz"));
        for (std::size_t i = 0; i < image.voxels().size(); ++i) {
            QVERIFY(std::abs(image.voxels()[i] - written.voxels()[i]) < 0.05F);
        }
    }

    void aFolderTakesOnePlan() {
        AugmentPlan plan = small("one");
        plan.values.set("method", std::string("mrbs"));
        QVERIFY(augment(plan, {}).complete());
        QCOMPARE(augment(plan, {}).made, std::int64_t{0});
        AugmentPlan other = plan;
        other.values.set("seed", 2LL);
        REFUSED(augment(other, {}), "another request", "seed is 2 and was 1", "choose another folder");
        const AugmentPlan again = readAugmentPlan(path("one"));
        QCOMPARE(augment(again, {}).made, std::int64_t{0});
        AugmentPlan foreign = plan;
        foreign.folder = path("flat");
        REFUSED(augment(foreign, {}), "not empty", "choose an empty or a new folder");
        AugmentPlan blocked = plan;
        blocked.folder = path("flat/case_0.nii.gz/out");
        REFUSED(augment(blocked, {}), "cannot create the folder", "flat/case_0.nii.gz");
        REFUSED(readAugmentPlan(path("flat")), "augment.json");

        // A version that did not know a setting had its default.
        std::ifstream record(path("one/augment.json"));
        std::string older{std::istreambuf_iterator<char>(record), {}};
        for (std::size_t at = older.find("\"zoom\""); at != std::string::npos; at = older.find("\"zoom\"")) {
            older.erase(at, older.find('\n', at) - at);
        }
        std::ofstream(path("one/augment.json")) << older;
        QCOMPARE(augment(plan, {}).made, std::int64_t{0});
        other = plan;
        other.values.set("zoom", 1.5);
        REFUSED(augment(other, {}), "zoom is 1.5 and was 1");
    }

    void layoutsRefuseWhatTheirReadersWould() {
        AugmentPlan plan = small("wrong-name");
        plan.values.set("layout", std::string("nnunet"));
        plan.values.set("method", std::string("none"));
        REFUSED(augment(plan, {}), "wrong-name", "Dataset123_Heart");
        // A gap in the labels.
        fs::create_directories(path("gap"));
        fs::copy(path("flat/case_0.nii.gz"), path("gap/case_0.nii.gz"));
        const LabelMap labels = readNiftiLabels(path("flat/case_0_label.nii.gz"));
        std::vector<std::uint16_t> values(labels.labels().begin(), labels.labels().end());
        std::replace(values.begin(), values.end(), std::uint16_t{2}, std::uint16_t{7});
        writeNiftiLabels({labels.geometry(), values}, path("gap/case_0_label.nii.gz"));
        plan.data.data = {path("gap")};
        plan.folder = path("Dataset001_Gap");
        REFUSED(augment(plan, {}), "without gaps", "no 2");
        QVERIFY(!fs::exists(path("Dataset001_Gap")));
    }

    void aPreviewShowsWhatWouldBeMade() {
        AugmentPlan plan = small("preview");
        plan.values.set("copies", 3LL);
        plan.values.set("method", std::string("elastic"));
        const auto previews = previewAugmentation(plan, 9, {});
        QCOMPARE(previews.size(), std::size_t{6});  // there are no more
        for (const AugmentPreview& preview : previews) {
            QCOMPARE(preview.image.geometry().size[2], std::int64_t{1});
            QVERIFY(!preview.labels.values().empty());
        }
        QVERIFY(!fs::exists(path("preview")));
    }

    void cancellingKeepsWhatIsThere() {
        AugmentPlan plan = small("cancelled");
        plan.values.set("copies", 20LL);
        std::stop_source cancel;
        JobContext context;
        context.cancel = cancel.get_token();
        context.report = [&cancel](double, const std::string& text) {
            if (text.find("3 of") != std::string::npos) {
                cancel.request_stop();
            }
        };
        QVERIFY_EXCEPTION_THROWN(augment(plan, context), Cancelled);
        QVERIFY(!fs::exists(path("cancelled/manifest.csv")));
        const AugmentResult rest = augment(plan, {});
        QVERIFY(rest.complete());
        QVERIFY(rest.made < 40 && rest.made > 20);
    }

private:
    [[nodiscard]] std::string path(const std::string& name) const {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }

    [[nodiscard]] AugmentPlan small(const std::string& folder) const {
        AugmentPlan plan;
        plan.data.data = {path("flat")};
        plan.folder = path(folder);
        plan.values.set("levels", std::string("20"));
        plan.values.set("stride", 4LL);
        plan.values.set("device", std::string("cpu"));
        return plan;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestAugment)
#include "TestAugment.moc"
