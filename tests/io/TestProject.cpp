#include "TestData.h"
#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "gui/SmallTrajectory.h"
#include "io/Phantom.h"
#include "tasks/ProjectSession.h"
#include "tasks/Sample.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fstream>
#include <sys/resource.h>

using namespace drdm;

namespace {

Image series() {
    PhantomSettings settings;
    settings.slices = 3;
    settings.frames = 2;
    settings.size = 80;
    return makePhantom(settings, 0).image;
}

/// Two steps on a grid of the model's kind, and one without such a grid.
Trajectory trajectory(const Image& image, bool volume) {
    SampleSettings made;
    made.model = "m";
    made.process = "diffeomorphic";
    made.level = 12;
    made.seed = 18446744073709551615ULL;  // all 64 bits
    made.slice = volume ? -1 : 1;
    made.schedule = Schedule{};
    made.schedule->name = "mine";
    const Image part = volume ? image : image.sliceOverTime(1);
    std::shared_ptr<const ModelGrid> grid;
    Geometry on = part.geometry();
    if (!volume) {
        grid = std::make_shared<const ModelGrid>(part.geometry(), 2, 64, Fit::Squash);
        on = grid->model;
    }
    Trajectory result(part, grid, made);
    for (int step = 1; step <= 2; ++step) {
        std::vector<float> values(static_cast<std::size_t>(on.voxelCount()) * (volume ? 3 : 2));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = 0.4F * static_cast<float>(step) * std::sin(0.01F * static_cast<float>(i));
        }
        TrajectoryStep entry{step == 1 ? StepKind::Diffusion : StepKind::Recovery,
                             3 * step,
                             DisplacementField(on, volume ? 3 : 2, values),
                             {},
                             {}};
        entry.statistics.mean_mm = 1.0 / 3.0;
        entry.statistics.folded_voxels_strict = 7;
        entry.guard.removed_vox = 0.1;
        entry.guard.damped = step == 2;
        result = result.appended(std::move(entry));
    }
    result.time_s = 0.25;
    result.device = "cpu";
    return result;
}

Project project(const Image& image) {
    Project result;
    result.sources.push_back({"1.2.3", "dicom", "heart", "/nowhere/dicom", {}, imageHash(image)});
    result.variations.push_back({1, "1.2.3", 5, true, "apex — ä", trajectory(image, false)});
    result.variations.push_back({4, "1.2.3", 6, false, "", trajectory(image, true)});
    result.window.set("slice", 2);
    return result;
}

void compare(const Trajectory& a, const Trajectory& b) {
    QCOMPARE(b.stepCount(), a.stepCount());
    for (std::size_t i = 0; i < a.stepCount(); ++i) {
        QVERIFY(std::ranges::equal(a.field(i).values_vox(), b.field(i).values_vox()));
        QVERIFY(std::ranges::equal(a.warpedImage(i).voxels(), b.warpedImage(i).voxels()));
        QVERIFY(a.jacobian(i) == b.jacobian(i));
        QVERIFY(a.step(i).kind == b.step(i).kind);
        QCOMPARE(b.step(i).t, a.step(i).t);
        QVERIFY(a.step(i).statistics.mean_mm == b.step(i).statistics.mean_mm);  // to the last bit
        QCOMPARE(b.step(i).statistics.folded_voxels_strict, a.step(i).statistics.folded_voxels_strict);
        QCOMPARE(b.step(i).guard.damped, a.step(i).guard.damped);
    }
    QCOMPARE(b.settings().seed, a.settings().seed);
    QCOMPARE(b.settings().slice, a.settings().slice);
    QCOMPARE(b.settings().schedule->name, a.settings().schedule->name);
    QCOMPARE(b.time_s, a.time_s);
}

}  // namespace

class TestProject : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsReadIsWhatWasWritten() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("my project.drdm").toStdString();
        const Image image = series();
        const Project before = project(image);
        writeProject(before, path);
        const StoredProject stored = readProject(path);
        QCOMPARE(stored.sources.size(), std::size_t{1});
        QCOMPARE(stored.sources[0].sha256, imageHash(image));
        QCOMPARE(stored.window.at("slice").integer(), 2LL);
        QCOMPARE(stored.variations.size(), std::size_t{2});
        for (std::size_t i = 0; i < 2; ++i) {
            const ProjectVariation after = restore(stored.variations[i], image);
            QCOMPARE(after.number, before.variations[i].number);
            QCOMPARE(after.starred, before.variations[i].starred);
            QCOMPARE(after.note, before.variations[i].note);
            compare(before.variations[i].trajectory, after.trajectory);
        }
        PhantomSettings other;
        other.slices = 3;
        other.size = 96;
        other.frames = 2;
        QVERIFY_EXCEPTION_THROWN(restore(stored.variations[0], makePhantom(other, 0).image), Error);
    }

    void sourcesAreFoundWhereTheProjectWent() {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath("old/images"));
        const std::string path = folder.filePath("old/p.drdm").toStdString();
        Project made = project(series());
        made.sources[0].path = folder.filePath("old/images").toStdString();
        writeProject(made, path);
        QVERIFY(QDir(folder.path()).rename("old", "new"));
        const std::string moved = folder.filePath("new/p.drdm").toStdString();
        const StoredProject stored = readProject(moved);
        QCOMPARE(findSource(stored.sources[0], moved), folder.filePath("new/images").toStdString());
        QVERIFY(QDir(folder.filePath("new")).removeRecursively() || true);
        QCOMPARE(findSource(stored.sources[0], moved), std::string());
    }

    void damagedOrForeignFilesAreRefused() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("p.drdm");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no project at all");
        file.close();
        QVERIFY_EXCEPTION_THROWN(readProject(path.toStdString()), Error);
        writeVariation(project(series()).variations[0], path.toStdString());
        QVERIFY_EXCEPTION_THROWN(readProject(path.toStdString()), Error);
        writeProject(project(series()), path.toStdString());
        QVERIFY(file.resize(file.size() - 1000));
        QVERIFY_EXCEPTION_THROWN(readProject(path.toStdString()), Error);
    }

    /// Found by tests/fuzz: what a document says of a variation is checked before it is used.
    void damagedVariationsAreRefused_data() {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("answer");
        QTest::newRow("seed no number") << QByteArray("\"seed\":\"5\"") << QByteArray("\"seed\":\"x\"") << "its seed";
        QTest::newRow("grid too large") << QByteArray("\"size\":[32,32,1]")
                                        << QByteArray("\"size\":[4611686018427387904,32,1]") << "too many voxels";
        QTest::newRow("grid of no voxels")
            << QByteArray("\"size\":[32,32,1]") << QByteArray("\"size\":[32,-2,1]") << "at least 1";
    }
    void damagedVariationsAreRefused() {
        QFETCH(const QByteArray, from);
        QFETCH(const QByteArray, to);
        QFETCH(const QString, answer);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("p.drdm").toStdString();
        const Image image = drdmtest::ramp(32);
        Project made;
        made.variations.push_back({1, "1.2.3", 5, false, "", drdmtest::shiftingTrajectory(1, 1)});
        writeProject(made, path);
        StoredProject stored = readProject(path);
        QByteArray text = QByteArray::fromStdString(stored.variations[0].document.dump());
        QVERIFY2(text.contains(from), text.constData());
        stored.variations[0].document = Json::parse(text.replace(from, to).toStdString());
        try {
            restore(stored.variations[0], image);
            QFAIL("a damaged variation was taken");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(answer), error.what());
        }
    }

    void tensorsMayNotShareTheirBytes() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("t.safetensors").toStdString();
        const std::string tensor = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
        const std::string header = R"({"a":)" + tensor + R"(,"b":)" + tensor + "}";
        const std::uint64_t length = header.size();
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(&length), sizeof length);
        file << header << "12345678";
        file.close();
        try {
            readSafeTensors(path);
            QFAIL("one tensor's bytes were taken twice");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("another tensor's"), error.what());
        }
    }

    void aFullDiskLeavesTheOldProject() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("p.drdm").toStdString();
        Project made = project(series());
        writeProject(made, path);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{100'000, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        made.variations[0].starred = false;
        bool refused = false;
        try {
            writeProject(made, path);
        } catch (const Error& error) {
            refused = std::string(error.what()).find("p.drdm") != std::string::npos;
        }
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(refused);
        QVERIFY(restore(readProject(path).variations[0], series()).starred);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void aSessionGrowsAndForgets() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("session").toStdString();
        const Image image = series();
        Project made = project(image);
        ProjectSession session(path);
        session.write(made);
        const QString first = folder.filePath("session/variation-1.safetensors");
        const QDateTime written = QFileInfo(first).lastModified();
        QVERIFY(QFile::exists(first));
        made.variations[0].starred = false;
        made.variations[0].note = "base";
        made.variations.pop_back();
        session.write(made);
        QCOMPARE(QFileInfo(first).lastModified(), written);  // once
        QVERIFY(!QFile::exists(folder.filePath("session/variation-4.safetensors")));
        auto found = ProjectSession::read(path);
        QCOMPARE(found.damaged, 0);
        const ProjectVariation after = restore(found.project.variations.at(0), image);
        QCOMPARE(after.note, std::string("base"));
        QVERIFY(!after.starred);
        compare(made.variations[0].trajectory, after.trajectory);
        QVERIFY(QFile::resize(first, 500));
        found = ProjectSession::read(path);
        QCOMPARE(found.damaged, 1);
    }
};

QTEST_GUILESS_MAIN(TestProject)
#include "TestProject.moc"
