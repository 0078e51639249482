#include "analysis/FieldStatistics.h"
#include "analysis/LabelOverlap.h"
#include "cli/Drdm.h"
#include "io/NiftiFile.h"

#include <QDateTime>
#include <QDirIterator>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

bool same(const DisplacementField& a, const DisplacementField& b) {
    return std::ranges::equal(a.values_vox(), b.values_vox());
}

double largestDifference(const Image& a, const Image& b) {
    double largest = a.voxels().size() == b.voxels().size() ? 0 : 1e9;
    for (std::size_t i = 0; i < std::min(a.voxels().size(), b.voxels().size()); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(a.voxels()[i]) - static_cast<double>(b.voxels()[i])));
    }
    return largest;
}

QStringList partials(const QString& folder) {
    QStringList found;
    QDirIterator files(folder, {"*.partial"}, QDir::AllEntries | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        found << files.next();
    }
    return found;
}

}  // namespace

/// The way of a user: make a study, look at it, vary it, measure, apply the stored field, train, pack.
class TestChain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        const Drdm phantom = runDrdm({"phantom", "--out", path("study"), "--slices", "3", "--size", "64", "--frames",
                                      "2", "--labels", "--json"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
        QCOMPARE(phantom.json()["folders"].toArray().size(), 1);
        m_dicom = phantom.json()["folders"].toArray()[0].toString() + "/dicom";
        QDirIterator labels(path("study"), {"*.nii.gz"}, QDir::Files, QDirIterator::Subdirectories);
        QVERIFY(labels.hasNext());
        m_labels = labels.next();
        const Drdm training = trainTinyModel(m_dicom, path("model"), {"--json"});
        QVERIFY2(training.code == 0, training.err.constData());
        m_model = training.json()["model"].toString();
        QVERIFY(QFile::exists(m_model));
        const Drdm run = sampled("variations",
                                 {"--count", "2", "--format", "dicom,nifti,png", "--labels", m_labels, "--trajectory"});
        QVERIFY2(run.code == 0, run.err.constData());
        m_report = run.json();
    }

    void info() {
        const Drdm run = runDrdm({"info", m_dicom, "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonArray series = run.json()["series"].toArray();
        QCOMPARE(series.size(), 1);
        QCOMPARE(series[0]["modality"].toString(), QString("MR"));
        QCOMPARE(series[0]["size"].toArray(), QJsonArray({64, 64, 3, 2}));
        QCOMPARE(series[0]["files"].toArray().size(), 6);
        QCOMPARE(series[0]["direction"].toArray().size(), 3);
        QVERIFY(series[0]["spacing_mm"][0].toDouble() > 0.1);
        QVERIFY(run.json()["skipped"].isArray());
    }

    void reportSaysWhatTheFilesSay() {
        QCOMPARE(QJsonDocument::fromJson(fileBytes(path("variations/report.json"))).object(), m_report);
        QCOMPARE(m_report["notice"].toString(), QString("For research; not for diagnostic use"));
        const QJsonArray samples = m_report["samples"].toArray();
        QCOMPARE(samples.size(), 2);
        QVERIFY(partials(m_folder.path()).isEmpty());
        for (int i = 0; i < 2; ++i) {
            const QJsonObject sample = samples[i].toObject();
            QCOMPARE(sample["seed"].toInt(), i + 1);
            QCOMPARE(sample["level"].toInt(), 8);
            QCOMPARE(sample["steps"].toInt(), 8);
            QCOMPARE(sample["process"].toString(), QString("diffeomorphic"));
            QCOMPARE(sample["model_sha256"].toString().size(), 64);
            QCOMPARE(sample["folded_fraction_strict"].toDouble(), 0.0);
            QVERIFY(sample["jacobian_min"].toDouble() > 0);
            QVERIFY(sample["mean_displacement_vox"].toDouble() > 0);
            QVERIFY(sample.contains("guard_removed_share") && sample.contains("guard_damped"));
            const QJsonObject files = sample["files"].toObject();
            for (const char* kind : {"image", "field", "jacobian", "labels", "dicom", "picture"}) {
                QVERIFY2(QFile::exists(path("variations/") + files[kind].toString()), kind);
            }
            // 8 diffusion and 8 recovery steps, each with a field and an image.
            const QJsonArray steps = files["trajectory"].toArray();
            QCOMPARE(steps.size(), 16);
            QVERIFY(QFile::exists(path("variations/") + steps[15]["image"].toString()));
            const FieldStatistics found = statistics(field("variations", i + 1));
            QCOMPARE(found.mean_vox, sample["mean_displacement_vox"].toDouble());
            QCOMPARE(found.max_percent, sample["max_displacement_percent"].toDouble());
            QCOMPARE(found.jacobian_min, sample["jacobian_min"].toDouble());
        }
        QVERIFY(std::abs(m_report["mean_pairwise_distance_vox"].toDouble() -
                         meanDistance_vox(field("variations", 1), field("variations", 2))) < 1e-9);
        QVERIFY(fileBytes(path("variations/seed-0001/image.png")).startsWith("\x89PNG"));
    }

    void provenanceRestoresTheSettings() {
        const QByteArray text = QByteArray::fromStdString(readNiftiProvenance(file("variations", 2, "field.nii.gz")));
        const QJsonObject made = QJsonDocument::fromJson(text).object();
        QCOMPARE(made["settings"]["seed"].toInt(), 2);
        QCOMPARE(made["settings"]["level"].toInt(), 8);
        QCOMPARE(made["model"]["sha256"].toString().size(), 64);
        QVERIFY(!made["source"]["series_instance_uid"].toString().isEmpty());
        QVERIFY2(!text.contains("PHANTOM") && !text.contains(m_folder.path().toUtf8()), text.constData());
    }

    void allPhasesMoveByOneField() {
        const Image image = readNifti(file("variations", 1, "image.nii.gz"));
        QCOMPARE(image.phases(), 2);
        QCOMPARE(image.geometry().size[2], 1);
        QVERIFY(image.geometry().sameGrid(field("variations", 1).geometry()));
    }

    void noiseScheduleGoesIntoReportAndModel() {
        QVERIFY(m_report["samples"][0].toObject().contains("schedule") == false);  // the standard one
        QVERIFY(
            writeBytes(path("gentle.json"),
                       R"({"format": "drdm-schedule-1", "name": "Gentle", "deformation": {"factor": 0.3, "power": 1.3},
                               "label": {"factor": 1, "power": 0.6},
                               "scales": [{"nodes": 4, "sigma": 3e-4}, {"nodes": 8, "sigma": 1e-4}]})"));
        const Drdm run = sampled("gentle", {"--schedule", path("gentle.json"), "--format", "nifti"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonObject recorded = run.json()["samples"][0]["schedule"].toObject();
        QCOMPARE(recorded["name"].toString(), QString("Gentle"));
        QVERIFY(!same(field("gentle", 1), field("variations", 1)));
        // The record is a schedule file by itself.
        QVERIFY(writeBytes(path("recorded.json"), QJsonDocument(recorded).toJson()));
        QCOMPARE(sampled("gentle2", {"--schedule", path("recorded.json"), "--format", "nifti"}).code, 0);
        QVERIFY(same(field("gentle", 1), field("gentle2", 1)));

        // A model keeps the schedule that it was trained with, and samples by it.
        const Drdm training =
            trainTinyModel(m_dicom, path("gentle-model"), {"--schedule", path("gentle.json"), "--json"});
        QVERIFY2(training.code == 0, training.err.constData());
        const QString model = training.json()["model"].toString();
        const Drdm info = runDrdm({"model", "info", model, "--json"});
        QCOMPARE(info.json()["schedule"].toObject()["name"].toString(), QString("Gentle"));
        QCOMPARE(runDrdm({"model", "info", m_model, QString("--json")}).json()["schedule"].toString(),
                 QString("standard"));
        const Drdm own = runDrdm({"sample", m_dicom, "--out", path("own"), "--model", model, "--level", "8", "--json"});
        QVERIFY2(own.code == 0, own.err.constData());
        QCOMPARE(own.json()["samples"][0]["schedule"].toObject()["name"].toString(), QString("Gentle"));
    }

    void sameSeedSameResult() {
        const Drdm again = sampled("again", {"--seed", "2"});
        QVERIFY2(again.code == 0, again.err.constData());
        QVERIFY(same(field("again", 2), field("variations", 2)));
        QVERIFY(!same(field("variations", 1), field("variations", 2)));
        QCOMPARE(largestDifference(readNifti(file("again", 2, "image.nii.gz")),
                                   readNifti(file("variations", 2, "image.nii.gz"))),
                 0.0);
    }

    void writesIntoAnExistingFolder() {
        QVERIFY(QDir().mkpath(path("kept")) && writeBytes(path("kept/note.txt"), "mine"));
        QCOMPARE(sampled("kept", {"--format", "nifti"}).code, 0);
        QCOMPARE(sampled("kept", {"--format", "nifti", "--seed", "5"}).code, 0);
        QCOMPARE(fileBytes(path("kept/note.txt")), QByteArray("mine"));
        QVERIFY(QFile::exists(path("kept/seed-0005/image.nii.gz")));
        QVERIFY(!QDir(path("kept/seed-0005/dicom")).exists());
        QVERIFY(partials(path("kept")).isEmpty());
    }

    void evaluateAgreesWithTheReport() {
        const Drdm run = runDrdm({"evaluate", path("variations/seed-0001/field.nii.gz"),
                                  path("variations/seed-0002/field.nii.gz"), "--labels-of", m_labels, "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonArray fields = run.json()["fields"].toArray();
        QCOMPARE(fields.size(), 2);
        for (int i = 0; i < 2; ++i) {
            const QJsonObject sample = m_report["samples"][i].toObject();
            for (const char* key : {"mean_displacement_mm", "p95_displacement_vox", "max_displacement_percent",
                                    "jacobian_max", "folded_fraction_central", "folded_voxels_strict"}) {
                QCOMPARE(fields[i][key], sample[key]);
            }
            QCOMPARE(fields[i]["volume_change"], sample["volume_change"]);
            QVERIFY(!sample["volume_change"].toObject().isEmpty());
        }
    }

    void overlapOfALabelMapWithItself() {
        const Drdm run = runDrdm({"evaluate", "--labels", m_labels, m_labels, "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        for (const char* label : {"1", "2", "3"}) {
            QCOMPARE(run.json()["labels"][QString(label)]["dice"].toDouble(), 1.0);
            QCOMPARE(run.json()["labels"][QString(label)]["hd95_mm"].toDouble(), 0.0);
        }
    }

    void applyReproducesTheImage() {
        const Drdm run = runDrdm(
            {"apply", "--field", path("variations/seed-0001/field.nii.gz"), m_dicom, "--out", path("applied.nii.gz")});
        QVERIFY2(run.code == 0, run.err.constData());
        const double difference = largestDifference(readNifti(path("applied.nii.gz").toStdString()),
                                                    readNifti(file("variations", 1, "image.nii.gz")));
        QVERIFY2(difference <= 1.0, qPrintable(QString::number(difference)));
        const Drdm labels = runDrdm({"apply", "--field", path("variations/seed-0001/field.nii.gz"), m_labels,
                                     "--labels", "--out", path("moved.nii.gz")});
        QVERIFY2(labels.code == 0, labels.err.constData());
        QVERIFY(std::ranges::equal(readNiftiLabels(path("moved.nii.gz").toStdString()).labels(),
                                   readNiftiLabels(file("variations", 1, "labels.nii.gz")).labels()));
    }

    /// The patient leaves, the field stays the same in every format, and labels come back from DICOM.
    void otherFormatsWithoutThePatient() {
        const QString formats = "dicom,nifti,seg,registration,parametric-map,metaimage,itk";
        const Drdm run = sampled("formats", {"--format", formats, "--labels", m_labels, "--deidentify"});
        QVERIFY2(run.code == 0, run.err.constData());
        QVERIFY(run.says("de-identified"));
        const QJsonObject files = run.json()["samples"][0]["files"].toObject();
        for (const char* kind : {"segmentation", "registration", "parametric_map", "image_metaimage", "field_metaimage",
                                 "labels_metaimage", "jacobian_metaimage", "field_itk"}) {
            QVERIFY2(QFile::exists(path("formats/") + files[kind].toString()), kind);
        }
        const QByteArray uid = runDrdm({"info", m_dicom, "--json"}).json()["series"][0]["uid"].toString().toUtf8();
        QDirIterator all(path("formats"), QDir::Files, QDirIterator::Subdirectories);
        while (all.hasNext()) {
            const QByteArray bytes = fileBytes(all.next());
            QVERIFY2(!bytes.contains("PHANTOM") && !bytes.contains(uid), qPrintable(all.filePath()));
        }
        QVERIFY(!run.out.contains(uid) && !run.out.contains("study"));  // folders may be called after people
        const Image image = readNifti(file("formats", 1, "image.nii.gz"));
        for (const char* name : {"field.dcm", "field.mha"}) {
            const QString field = path("formats/seed-0001/") + name;
            const Drdm applied = runDrdm({"apply", "--field", field, m_dicom, "--out", path("again.nii.gz")});
            QVERIFY2(applied.code == 0, applied.err.constData());
            QVERIFY2(largestDifference(readNifti(path("again.nii.gz").toStdString()), image) <= 1, name);
            const Drdm info = runDrdm({"info", field});
            QVERIFY2(info.code == 0 && info.says("level"), info.err.constData());
        }
        // The moved labels as labels again, of the image that they were moved with.
        const Drdm labels = runDrdm({"evaluate", "--labels", path("formats/seed-0001/labels.dcm"),
                                     path("formats/seed-0001/labels.nii.gz"), "--json"});
        QVERIFY2(labels.code == 0, labels.err.constData());
        for (const char* label : {"1", "2", "3"}) {
            QCOMPARE(labels.json()["labels"][QString(label)]["dice"].toDouble(), 1.0);
        }
        const Drdm one = sampled("structures", {"--labels", path("formats/seed-0001/labels.dcm"), "--structures",
                                                "Label 2", "--format", "nifti"});
        QVERIFY2(one.code == 0, one.err.constData());
        QCOMPARE(readNiftiLabels(file("structures", 1, "labels.nii.gz")).values(), std::vector<std::uint16_t>{2});
    }

    void derivedSeriesIsReadBack() {
        const Drdm run = runDrdm({"info", path("variations/seed-0001/dicom"), "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonObject series = run.json()["series"][0].toObject();
        QCOMPARE(series["size"].toArray(), QJsonArray({64, 64, 1, 2}));
        const QJsonObject source = runDrdm({"info", m_dicom, "--json"}).json()["series"][0].toObject();
        QVERIFY(series["uid"] != source["uid"]);
        for (int axis = 0; axis < 2; ++axis) {
            QVERIFY(std::abs(series["spacing_mm"][axis].toDouble() - source["spacing_mm"][axis].toDouble()) < 1e-6);
        }
    }

    void allSlices() {
        const Drdm run = sampled("volume", {"--slice", "all", "--format", "nifti"});
        QVERIFY2(run.code == 0, run.err.constData());
        const DisplacementField found = field("volume", 1);
        QCOMPARE(found.dims(), 3);
        QCOMPARE(found.geometry().size[2], 3);
        QCOMPARE(run.json()["samples"][0]["folded_voxels_strict"].toInt(), 0);
    }

    void initialFieldAndLockMask() {
        const std::string mask = path("mask.nii.gz").toStdString();
        const LabelMap labels = readNiftiLabels(m_labels.toStdString());
        writeNiftiLabels(LabelMap(labels.geometry(), std::vector<std::uint16_t>(labels.labels().size(), 1)), mask);
        const Drdm locked = sampled("locked", {"--lock-mask", path("mask.nii.gz")});
        QVERIFY2(locked.code == 0, locked.err.constData());
        QVERIFY(locked.json()["samples"][0]["max_displacement_vox"].toDouble() < 0.2);
        const Drdm given =
            sampled("given", {"--initial-field", path("variations/seed-0002/field.nii.gz"), "--seed", "77"});
        QVERIFY2(given.code == 0, given.err.constData());
        // It starts from the field given and not from seed 77's own: the results stay near.
        QVERIFY(meanDistance_vox(field("given", 77), field("variations", 2)) <
                0.5 * m_report["mean_pairwise_distance_vox"].toDouble());
    }

    void benchMeasuresAgainstThePlainForm() {
        const Drdm run = runDrdm({"bench", "--only", "compose_2d,strict_check_2d,trajectory_storage,dicom_load",
                                  "--repeats", "1", "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QJsonObject json = run.json();
        QCOMPARE(json.keys(),
                 QStringList({"compose_2d", "dicom_load", "machine", "strict_check_2d", "trajectory_storage"}));
        for (const char* name : {"compose_2d", "dicom_load", "strict_check_2d", "trajectory_storage"}) {
            const QJsonValue measure = json[name];
            const double ours = measure["seconds"].toDouble();
            const double eager = measure["eager_seconds"].toDouble();
            QVERIFY(ours > 0 && eager > 0);
            QVERIFY(qAbs(measure["ratio"].toDouble() - eager / ours) < 1e-6 * eager / ours);
        }
        QCOMPARE(json["compose_2d"]["bytes"].toDouble(), 6.0 * 256 * 256 * 4);
        QVERIFY(json["machine"]["peak_flop_per_second"].toDouble() > 0);
        const Drdm unknown = runDrdm({"bench", "--only", "everything"});
        QCOMPARE(unknown.code, 1);
        QVERIFY2(unknown.err.contains("'everything'") && unknown.err.contains("network_step_2d"),
                 unknown.err.constData());
    }

    void trainingDataIsCached() {
        const QStringList arguments{"train",   "--data",  m_dicom,       m_labels,  "--validation",
                                    m_dicom,   "--grid",  "32",          "--batch", "2",
                                    "--steps", "2",       "--log-every", "1",       "--validate-every",
                                    "1",       "--cache", path("cache")};
        const Drdm first = runDrdm(arguments + QStringList{"--out", path("cached-1")});
        QVERIFY2(first.code == 0, first.err.constData());
        QVERIFY2(!first.says("read from the cache") && first.says("validation at step 1"), first.err.constData());
        const Drdm second = runDrdm(arguments + QStringList{"--out", path("cached-2")});
        QVERIFY2(second.code == 0 && second.err.count("read from the cache") == 2, second.err.constData());
        const auto losses = [this](const char* run) {
            QByteArrayList values;
            for (const auto& line : fileBytes(path(run) + "/loss.csv").trimmed().split('\n')) {
                values.push_back(line.split(',').value(1));
            }
            return values;
        };
        QCOMPARE(losses("cached-1").size(), 3);
        QCOMPARE(losses("cached-2"), losses("cached-1"));
        QVERIFY(QFile::exists(path("cached-2/validation-0000002.png")));
        // A changed file is read anew.
        QFile label(m_labels);
        QVERIFY(label.open(QIODevice::ReadWrite));
        QVERIFY(label.setFileTime(QDateTime::currentDateTime().addDays(-3), QFileDevice::FileModificationTime));
        label.close();
        const Drdm third = runDrdm(arguments + QStringList{"--out", path("cached-3")});
        QVERIFY2(third.code == 0 && third.err.count("read from the cache") == 1, third.err.constData());
    }

    void models() {
        const Drdm info = runDrdm({"model", "info", m_model, QString("--json")});
        QVERIFY2(info.code == 0, info.err.constData());
        QCOMPARE(info.json()["dims"].toInt(), 2);
        QCOMPARE(info.json()["grid"].toInt(), 32);
        QCOMPARE(runDrdm({"model", "list", "--json"}).code, 0);
        const Drdm convert = runDrdm({"model", "convert", m_model, path("copy.safetensors")});
        QVERIFY2(convert.code == 0, convert.err.constData());
        const QJsonObject copy = runDrdm({"model", "info", path("copy.safetensors"), "--json"}).json();
        QCOMPARE(copy["label_scale"], info.json()["label_scale"]);
        const Drdm curve = runDrdm({"model", "evaluate", m_model, "--data", m_dicom, "--levels", "5,60", "--json"});
        QVERIFY2(curve.code == 0, curve.err.constData());
        QCOMPARE(curve.json()["cosine"].toArray().size(), 2);
        QVERIFY(std::abs(curve.json()["cosine"][1]["cosine"].toDouble()) <= 1.0);
        QCOMPARE(curve.json()["process"].toString(), QString("diffeomorphic"));
        const auto evaluated = [this](const QString& process) {
            return runDrdm(
                {"model", "evaluate", m_model, "--data", m_dicom, "--levels", "60", "--process", process, "--json"});
        };
        QCOMPARE(evaluated("diffeomorphic").json()["cosine"][0], curve.json()["cosine"][1]);
        const Drdm other = evaluated("released");
        QCOMPARE(other.json()["process"].toString(), QString("released"));
        QVERIFY(other.json()["cosine"][0] != curve.json()["cosine"][1]);
        const Drdm unknown = evaluated("other");
        QVERIFY(unknown.code != 0 && unknown.says("diffeomorphic"));
    }

    void packedSetTrainsTheSameModel() {
        const Drdm pack = runDrdm({"pack", "--data", path("study"), "--out", path("set.safetensors"), "--json"});
        QVERIFY2(pack.code == 0, pack.err.constData());
        QVERIFY2(pack.says("it holds labels"), pack.err.constData());
        QCOMPARE(pack.json()["images"].toInt(), 6);
        const Drdm first = trainTinyModel(path("set.safetensors"), path("packed"), {"--json"});
        QVERIFY2(first.code == 0, first.err.constData());
        const auto weights = [](const QString& folder) {
            const QByteArray bytes = fileBytes(folder + "/model.safetensors");
            return bytes.right(100'000);  // the head holds times and names
        };
        QCOMPARE(weights(path("packed")).size(), 100'000);
        QVERIFY(weights(path("packed")) == weights(path("model")));
    }

    void trainingFromAConfiguration() {
        QVERIFY(writeBytes(path("config.json"), R"({"name":"tiny","grid":32,"batch":1,"steps":2,"augment":false})"));
        const Drdm run = runDrdm(
            {"train", "--data", m_dicom, "--out", path("configured"), "--config", path("config.json"), "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(runDrdm({"model", "info", run.json()["model"].toString(), "--json"}).json()["name"].toString(),
                 QString("tiny"));
        QVERIFY(writeBytes(path("wrong.json"), R"({"grids":32})"));
        const Drdm wrong =
            runDrdm({"train", "--data", m_dicom, "--out", path("configured2"), "--config", path("wrong.json")});
        QCOMPARE(wrong.code, 1);
        QVERIFY2(wrong.says("\"grids\" is no parameter of training"), wrong.err.constData());
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] std::string file(const QString& folder, int seed, const QString& name) const {
        return path(QString("%1/seed-%2/%3").arg(folder).arg(seed, 4, 10, QChar('0')).arg(name)).toStdString();
    }

    [[nodiscard]] DisplacementField field(const QString& folder, int seed) const {
        return readNiftiField(file(folder, seed, "field.nii.gz"));
    }

    [[nodiscard]] Drdm sampled(const QString& folder, const QStringList& more) const {
        QStringList words{"sample", m_dicom, "--out", path(folder), "--model", m_model, "--level", "8", "--json"};
        if (!more.contains("--slice")) {
            words << "--slice"
                  << "1";
        }
        return runDrdm(words + more);
    }

    QTemporaryDir m_folder;
    QString m_dicom, m_labels, m_model;
    QJsonObject m_report;
};

QTEST_GUILESS_MAIN(TestChain)
#include "TestChain.moc"
