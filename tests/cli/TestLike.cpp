#include "cli/Drdm.h"
#include "io/NiftiFile.h"
#include "io/Series.h"
#include "tasks/Project.h"
#include "tasks/Sample.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace drdm;

namespace {

QByteArray gentle() {
    return R"({"format": "drdm-schedule-1", "name": "Gentle", "deformation": {"factor": 0.3, "power": 1.3},
               "label": {"factor": 1, "power": 0.6},
               "scales": [{"nodes": 4, "sigma": 3e-4}, {"nodes": 8, "sigma": 1e-4}]})";
}

}  // namespace

/// Every file that the program writes gives its settings back, and these give the same field, bit for bit.
class TestLike : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        // Models are found where the user keeps them.
        QVERIFY(QDir(m_folder.path()).mkpath("home/drdm-studio/models"));
        qputenv("XDG_DATA_HOME", path("home").toUtf8());
        const Drdm phantom = runDrdm({"phantom", "--out", path("study"), "--slices", "3", "--size", "64", "--frames",
                                      "2", "--labels", "--json"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
        m_dicom = phantom.json()["folders"].toArray()[0].toString() + "/dicom";
        const Drdm training = trainTinyModel(m_dicom, path("training"), {"--name", "tiny", "--json"});
        QVERIFY2(training.code == 0, training.err.constData());
        m_model = path("home/drdm-studio/models/tiny.safetensors");
        QVERIFY(QFile::copy(training.json()["model"].toString(), m_model));
        QVERIFY(writeBytes(path("gentle.json"), gentle()));
        // Nothing of it is what it would be by itself.
        const Drdm run = runDrdm({"sample",          m_dicom,
                                  "--out",           path("made"),
                                  "--model",         "tiny",
                                  "--level",         "9",
                                  "--seed",          "4",
                                  "--slice",         "2",
                                  "--phase",         "1",
                                  "--stride",        "2",
                                  "--stop",          "3",
                                  "--interpolation", "cubic",
                                  "--schedule",      path("gentle.json"),
                                  "--format",        "dicom,nifti,png",
                                  "--labels",        labels(),
                                  "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        m_report = run.json();
        QVERIFY2(
            runDrdm({"apply", "--field", path("made/seed-0004/field.nii.gz"), m_dicom, "--out", path("applied.nii.gz")})
                    .code == 0,
            "apply");
    }

    void outputs_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("kind");
        const QString of = "made/seed-0004/";
        QTest::newRow("field") << of + "field.nii.gz"
                               << "NIfTI";
        QTest::newRow("jacobian") << of + "jacobian.nii.gz"
                                  << "NIfTI";
        QTest::newRow("image") << of + "image.nii.gz"
                               << "NIfTI";
        QTest::newRow("labels") << of + "labels.nii.gz"
                                << "NIfTI";
        QTest::newRow("DICOM folder") << of + "dicom"
                                      << "derived DICOM";
        QTest::newRow("DICOM file") << of + "dicom/phase001_slice000.dcm"
                                    << "derived DICOM";
        QTest::newRow("picture") << of + "image.png"
                                 << "picture";
        QTest::newRow("report") << "made/report.json"
                                << "report";
        QTest::newRow("export folder") << "made"
                                       << "report";
        QTest::newRow("moved by the field") << "applied.nii.gz"
                                            << "NIfTI";
    }

    void outputs() {
        QFETCH(const QString, file);
        QFETCH(const QString, kind);
        const QString out = path("again-") + QString::fromUtf8(QTest::currentDataTag()).replace(' ', '-');
        const Drdm run =
            runDrdm({"sample", m_dicom, "--like", path(file), "--out", out, "--format", "nifti", "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        QVERIFY2(!run.says("warning"), run.err.constData());
        QVERIFY2(run.says(qPrintable("(" + kind + "): level 9, seed 4, model tiny")), run.err.constData());
        QVERIFY(sameField(out + "/seed-0004/field.nii.gz", path("made/seed-0004/field.nii.gz")));
        QCOMPARE(made(run.json(), 0)["settings"], made(m_report, 0)["settings"]);
        QCOMPARE(made(run.json(), 0)["source"], made(m_report, 0)["source"]);
        const Image before = readNifti(path("made/seed-0004/image.nii.gz").toStdString());
        const Image after = readNifti((out + "/seed-0004/image.nii.gz").toStdString());
        QVERIFY(std::ranges::equal(before.voxels(), after.voxels()));
    }

    void infoTellsHowFilesWereMade() {
        for (const char* file : {"made/seed-0004/field.nii.gz", "made/seed-0004/dicom", "made/seed-0004/image.png",
                                 "made/report.json", "made/seed-0004/dicom/phase000_slice000.dcm"}) {
            const Drdm run = runDrdm({"info", path(file), "--json"});
            QVERIFY2(run.code == 0, run.err.constData());
            const QJsonArray found = run.json()["provenance"].toArray();
            QCOMPARE(found.size(), 1);
            const QJsonObject one = found[0].toObject()["variations"].toArray()[0].toObject()["made"].toObject();
            QCOMPARE(one["settings"].toObject()["seed"].toInt(), 4);
            QCOMPARE(one["settings"], made(m_report, 0)["settings"]);
            QVERIFY2(run.says("written by DRDM Studio") && run.says("seed") && run.says("tiny"), run.err.constData());
            QVERIFY(!run.out.contains("PHANTOM"));
        }
        const QString relative = QDir::current().relativeFilePath(path("made/seed-0004/image.png"));
        QCOMPARE(runDrdm({"info", relative, "--json"}).json()["skipped"].toArray(), QJsonArray());
        // Images that are not ours have none, and are what they were.
        const QJsonObject source = runDrdm({"info", m_dicom, "--json"}).json();
        QCOMPARE(source["series"].toArray().size(), 1);
        QCOMPARE(source["provenance"].toArray(), QJsonArray());
        const Drdm model = runDrdm({"info", m_model, "--json"});
        QVERIFY2(model.code == 0, model.err.constData());
        const QJsonObject trained =
            model.json()["provenance"].toArray()[0].toObject()["variations"].toArray()[0].toObject()["made"].toObject();
        QCOMPARE(trained["model"].toObject()["sha256"], made(m_report, 0)["model"].toObject()["sha256"]);
        QVERIFY2(trained["training"].isObject() && !trained["training"].toObject().isEmpty(), model.out.constData());
    }

    void givenOptionsComeFirst() {
        const Drdm run = runDrdm({"sample", m_dicom, "--like", path("made/report.json"), "--seed", "11", "--stop", "1",
                                  "--schedule", "", "--out", path("other"), "--format", "nifti", "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        QJsonObject expected = made(m_report, 0)["settings"].toObject();
        expected["seed"] = 11;
        expected["stop"] = 1;
        expected.remove("schedule");
        QCOMPARE(made(run.json(), 0)["settings"].toObject(), expected);
    }

    void folds() {
        const QStringList base{"sample", m_dicom, "--model", "tiny", "--level", "3", "--format", "nifti", "--json"};
        QCOMPARE(runDrdm(base + QStringList{"--allow-folds", "--out", path("folds")}).code, 0);
        const QStringList like{"sample", m_dicom, "--like", path("folds"), "--format", "nifti", "--json", "--out"};
        const auto allowed = [this](const Drdm& run) {
            return made(run.json(), 0)["settings"].toObject()["allow-folds"].toBool();
        };
        QVERIFY(allowed(runDrdm(like + QStringList{path("folds2")})));
        QVERIFY(!allowed(runDrdm(like + QStringList{path("folds3"), "--no-allow-folds"})));
    }

    void wholeRunsAndOneOfThem() {
        const Drdm run = runDrdm({"sample", m_dicom, "--model", "tiny", "--level", "3", "--seed", "7", "--count", "3",
                                  "--slice", "all", "--format", "nifti", "--out", path("three"), "--json"});
        QVERIFY2(run.code == 0, run.err.constData());
        const QStringList like{"sample", m_dicom, "--like", path("three"), "--format", "nifti", "--json", "--out"};
        const Drdm all = runDrdm(like + QStringList{path("three-again")});
        QVERIFY2(all.code == 0 && !all.says("warning"), all.err.constData());
        QCOMPARE(all.json()["samples"].toArray().size(), 3);
        for (const char* seed : {"7", "8", "9"}) {
            const QString file = QString("/seed-000%1/field.nii.gz").arg(seed);
            QVERIFY(sameField(path("three") + file, path("three-again") + file));
        }
        const Drdm one = runDrdm(like + QStringList{path("one"), "--variation", "2"});
        QVERIFY2(one.code == 0, one.err.constData());
        QCOMPARE(one.json()["samples"].toArray().size(), 1);
        QCOMPARE(made(one.json(), 0)["settings"].toObject()["seed"].toInt(), 8);
        QCOMPARE(made(one.json(), 0)["settings"].toObject()["slice"].toInt(), -1);
        const Drdm absent = runDrdm(like + QStringList{path("none"), "--variation", "5"});
        QCOMPARE(absent.code, 1);
        QVERIFY2(absent.says("no variation 5") && absent.says("1, 2, 3"), absent.err.constData());
        QCOMPARE(runDrdm(like + QStringList{path("none"), "--variation", "two"}).code, 2);
        QCOMPARE(runDrdm({"sample", m_dicom, "--out", path("none"), "--variation", "1"}).code, 2);
        QVERIFY(!QDir(path("none")).exists());
    }

    void anotherImageOrModelIsSaid() {
        const Drdm phantom = runDrdm({"phantom", "--out", path("other-study"), "--slices", "3", "--size", "64",
                                      "--frames", "2", "--seed", "9", "--json"});
        const QString other = phantom.json()["folders"].toArray()[0].toString() + "/dicom";
        const QStringList like{"--like", path("made/seed-0004/image.png"), "--format", "nifti", "--out"};
        const Drdm image = runDrdm(QStringList{"sample", other} + like + QStringList{path("warned")});
        QVERIFY2(image.code == 0 && image.says("warning: the image is not the one"), image.err.constData());
        const Drdm more = trainTinyModel(m_dicom, path("more"), {"--name", "tiny", "--seed", "5", "--json"});
        const QString another = more.json()["model"].toString();
        const Drdm model =
            runDrdm(QStringList{"sample", m_dicom, "--model", another} + like + QStringList{path("warned2")});
        QVERIFY2(model.code == 0 && model.says("warning") && model.says("made with another model"),
                 model.err.constData());
        // The same name, another content; then no such name.
        QVERIFY(QFile::rename(m_model, path("tiny.safetensors")));
        QVERIFY(QFile::copy(another, m_model));
        const Drdm changed = runDrdm(QStringList{"sample", m_dicom} + like + QStringList{path("warned3")});
        QVERIFY2(changed.code == 0 && changed.says("warning: the installed model tiny"), changed.err.constData());
        QVERIFY(QFile::remove(m_model));
        const Drdm gone = runDrdm(QStringList{"sample", m_dicom} + like + QStringList{path("none")});
        QCOMPARE(gone.code, 1);
        QVERIFY2(gone.says("not installed: tiny") && gone.says("--model FILE"), gone.err.constData());
        QVERIFY(!QDir(path("none")).exists());
        QVERIFY(QFile::rename(path("tiny.safetensors"), m_model));
    }

    void fieldAndMaskThatItWasMadeWithAreAskedFor() {
        const QString field = path("made/seed-0004/field.nii.gz");
        const QStringList base{"sample", m_dicom, "--format", "nifti", "--slice", "2", "--phase", "1", "--json"};
        const Drdm run = runDrdm(base + QStringList{"--model", "tiny", "--level", "5", "--initial-field", field,
                                                    "--lock-mask", labels(), "--out", path("from-field")});
        QVERIFY2(run.code == 0, run.err.constData());
        const QStringList like = base + QStringList{"--like", path("from-field"), "--out"};
        const Drdm without = runDrdm(like + QStringList{path("without")});
        QVERIFY2(without.code == 0 && without.says("--initial-field was given then") &&
                     without.says("--lock-mask was given then"),
                 without.err.constData());
        const Drdm with = runDrdm(like + QStringList{path("with"), "--initial-field", field, "--lock-mask", labels()});
        QVERIFY2(with.code == 0 && !with.says("warning"), with.err.constData());
        QVERIFY(sameField(path("with/seed-0001/field.nii.gz"), path("from-field/seed-0001/field.nii.gz")));
    }

    void filesWithoutSettings() {
        QVERIFY(writeBytes(path("other.json"), R"({"program": "another", "samples": []})"));
        QVERIFY(writeBytes(path("broken.json"), "{ no JSON"));
        QVERIFY(writeBytes(path("old.json"), R"({"program": "DRDM Studio", "samples": [{"seed": 1}]})"));
        QVERIFY(writeBytes(path("cut.png"), fileBytes(path("made/seed-0004/image.png")).left(60)));
        QByteArray wild = fileBytes(path("made/report.json"));
        QVERIFY(writeBytes(path("wild.json"), wild.replace("\"level\": 9", "\"level\": 900")));
        const QList<QPair<QString, const char*>> cases{{m_dicom, "holds no settings of DRDM Studio"},
                                                       {path("other.json"), "holds no settings"},
                                                       {path("broken.json"), "holds no settings"},
                                                       {path("gentle.json"), "holds no settings"},
                                                       {path("nowhere"), "there is no file"},
                                                       {path("old.json"), "field.nii.gz"},
                                                       {path("cut.png"), "damaged"},
                                                       {path("wild.json"), "from 1 to 80"},
                                                       {m_model, "choose it as the model"}};
        for (const auto& [file, text] : cases) {
            const Drdm run = runDrdm({"sample", m_dicom, "--like", file, "--out", path("none")});
            QCOMPARE(run.code, 1);
            QVERIFY2(run.says(text), qPrintable(file + ": " + run.err));
            QVERIFY(!QDir(path("none")).exists() && !QDir(path("none.partial")).exists());
        }
        QCOMPARE(runDrdm({"info", path("other.json")}).code, 1);
    }

    void projects() {
        const Image image = readImage({m_dicom.toStdString()});
        SampleRequest request;
        request.image = image;
        request.settings.model = m_model.toStdString();
        request.settings.slice = 1;
        request.settings.level = 6;
        request.settings.seed = 30;
        request.settings.device = "cpu";
        request.count = 2;
        const auto made = sample(request, {});
        request.settings.level = 4;
        request.count = 1;
        const auto gentler = sample(request, {});
        Project project;
        project.sources.push_back(
            {image.source.seriesInstanceUid, "dicom", "heart", m_dicom.toStdString(), {}, imageHash(image)});
        const std::string uid = image.source.seriesInstanceUid;
        project.variations.push_back({3, uid, 30, false, "", made[0]});
        project.variations.push_back({5, uid, 31, true, "the good one", made[1]});
        project.variations.push_back({6, uid, 30, true, "", gentler[0]});
        const QString file = path("hearts.drdm");
        writeProject(project, file.toStdString());

        const Drdm list = runDrdm({"project", file, "--json"});
        QVERIFY2(list.code == 0, list.err.constData());
        const QJsonArray variations = list.json()["variations"].toArray();
        QCOMPARE(variations.size(), 3);
        QCOMPARE(variations[1].toObject()["number"].toInt(), 5);
        QCOMPARE(variations[1].toObject()["seed"].toInt(), 31);
        QCOMPARE(variations[1].toObject()["note"].toString(), QString("the good one"));
        QVERIFY(variations[1].toObject()["starred"].toBool() && !variations[0].toObject()["starred"].toBool());
        QCOMPARE(variations[1].toObject()["steps"].toInt(), 12);
        QCOMPARE(variations[1].toObject()["made"].toObject()["version"].toString(), QString(DRDM_VERSION));
        QVERIFY2(list.says("the good one") && list.says("heart"), list.err.constData());

        const Drdm check = runDrdm({"project", file, "--check", "--json"});
        QVERIFY2(check.code == 0, check.err.constData());
        QCOMPARE(check.json()["sources"].toArray()[0].toObject()["state"].toString(), QString("there"));

        // Its settings, from the project itself.
        const Drdm vague = runDrdm({"sample", m_dicom, "--like", file, "--out", path("none")});
        QCOMPARE(vague.code, 1);
        QVERIFY2(vague.says("5 (seed 31, level 6)"), vague.err.constData());
        const Drdm again = runDrdm({"sample", m_dicom, "--like", file, "--variation", "5", "--out",
                                    path("like-project"), "--format", "nifti"});
        QVERIFY2(again.code == 0 && !again.says("warning"), again.err.constData());

        const Drdm starred = runDrdm(
            {"project", "export", file, "--out", path("starred"), "--starred", "--format", "nifti,png", "--json"});
        QVERIFY2(starred.code == 0, starred.err.constData());
        QCOMPARE(starred.json()["variations"].toInt(), 2);
        QVERIFY(QFile::exists(path("starred/seed-0031/image.png")) && QFile::exists(path("starred/report.json")));
        QVERIFY(sameField(path("starred/seed-0031/field.nii.gz"), path("like-project/seed-0031/field.nii.gz")));
        // Two with the same seed: sets of their own.
        const Drdm all = runDrdm({"project", "export", file, "--out", path("all"), "--format", "nifti", "--json"});
        QVERIFY2(all.code == 0, all.err.constData());
        QCOMPARE(all.json()["reports"].toArray().size(), 2);
        QVERIFY(QFile::exists(path("all/set-2/seed-0030/field.nii.gz")));
        const Drdm one =
            runDrdm({"project", "export", file, "--out", path("number"), "--variations", "6", "--format", "dicom"});
        QVERIFY2(one.code == 0 && QDir(path("number/seed-0030/dicom")).exists(), one.err.constData());

        QCOMPARE(runDrdm({"project", "export", file}).code, 2);
        QCOMPARE(runDrdm({"project", file, "--starred"}).code, 2);
        QCOMPARE(runDrdm({"project", "export", file, "--out", path("none"), "--variations", "99"}).code, 1);
        QCOMPARE(runDrdm({"project", path("made/report.json")}).code, 1);

        // The image moves, then becomes another.
        QVERIFY(QDir().rename(m_dicom, path("moved")));
        const Drdm moved = runDrdm({"project", file, "--check", "--json"});
        QCOMPARE(moved.code, 1);
        QCOMPARE(moved.json()["sources"].toArray()[0].toObject()["state"].toString(), QString("missing"));
        QVERIFY2(moved.says("--sources PATH"), moved.err.constData());
        QCOMPARE(runDrdm({"project", "export", file, "--out", path("none"), "--starred"}).code, 1);
        QVERIFY(!QDir(path("none")).exists());
        const Drdm pointed =
            runDrdm({"project", "export", file, "--out", path("pointed"), "--starred", "--sources", path("moved")});
        QVERIFY2(pointed.code == 0, pointed.err.constData());
        QVERIFY(sameField(path("pointed/seed-0031/field.nii.gz"), path("starred/seed-0031/field.nii.gz")));
        QVERIFY(QDir().mkpath(m_dicom));
        const QStringList files = QDir(path("moved")).entryList(QDir::Files);
        for (const QString& each : files.mid(0, files.size() - 2)) {
            QVERIFY(QFile::copy(path("moved/") + each, m_dicom + "/" + each));
        }
        const Drdm changed = runDrdm({"project", file, "--check", "--json"});
        QCOMPARE(changed.code, 1);
        QCOMPARE(changed.json()["sources"].toArray()[0].toObject()["state"].toString(), QString("changed"));
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] QString labels() const {
        QDirIterator found(path("study"), {"*.nii.gz"}, QDir::Files, QDirIterator::Subdirectories);
        return found.next();
    }

    static QJsonObject made(const QJsonObject& report, int index) {
        return report["samples"].toArray()[index].toObject()["provenance"].toObject();
    }

    static bool sameField(const QString& a, const QString& b) {
        const DisplacementField one = readNiftiField(a.toStdString()), two = readNiftiField(b.toStdString());
        return one.geometry().sameGrid(two.geometry()) && std::ranges::equal(one.values_vox(), two.values_vox());
    }

    QTemporaryDir m_folder;
    QString m_dicom, m_model;
    QJsonObject m_report;
};

QTEST_GUILESS_MAIN(TestLike)
#include "TestLike.moc"
