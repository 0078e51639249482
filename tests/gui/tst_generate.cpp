#include "GuiTest.h"
#include "errors/OutOfMemory.h"
#include "io/NiftiFile.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/MessageBanner.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/sampling/LockEditor.h"
#include "ui/sampling/SampleForecast.h"
#include "ui/sampling/SampleOrder.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

#include <atomic>
#include <cmath>

using namespace drdm;
using State = QueuedJob::State;

namespace {

constexpr int patient_ms = 240000;

bool sameField(const Trajectory& a, const Trajectory& b) {
    const auto u = a.field(a.stepCount() - 1), v = b.field(b.stepCount() - 1);
    return std::equal(u.values_vox().begin(), u.values_vox().end(), v.values_vox().begin(), v.values_vox().end());
}

}  // namespace

/// The panel on the right: its two faces, the seed and its lock, what it forecasts, regions that stay, a full memory.
class GenerateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
        m_window = std::make_unique<StudioWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
        m_window->openSample();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
    }

    void init() {
        panel()->setText("count", "1");
        panel()->setText("level", "8");
        panel()->setText("seed", "1");
        panel()->setText("lock-mask", {});
    }

    void offersTheModelThatLearnedSuchImages() {
        GeneratePanel panel;
        Geometry chest;
        chest.size = {128, 128, 80};
        panel.setImage(chest, 1, "CT");
        panel.show();
        auto* offer = panel.findChild<QLabel*>("betterModel");
        QTRY_VERIFY_WITH_TIMEOUT(offer->isVisible(), patient_ms);
        QVERIFY2(offer->text().contains("learned MR") && offer->text().contains("chest-ct-3d"),
                 qPrintable(offer->text()));
        Q_EMIT offer->linkActivated("chest-ct-3d");
        QCOMPARE(panel.values().text("model"), std::string("chest-ct-3d"));
        QTRY_VERIFY_WITH_TIMEOUT(!offer->isVisible(), patient_ms);
        panel.setText("model", {});
        chest.size = {128, 128, 3};  // too thin for a model of volumes
        panel.setImage(chest, 1, "CT");
        QTRY_VERIFY_WITH_TIMEOUT(!panel.findChild<QLabel*>("betterModel")->isVisible(), patient_ms);
    }

    void twoFacesBehindOneSwitch() {
        for (const char* name : {"count", "level", "seed"}) {
            QVERIFY2(row(name)->isVisible(), name);
        }
        const QStringList expert{"model", "device",  "slice",         "lock-mask", "start",         "stride",
                                 "stop",  "process", "interpolation", "schedule",  "initial-field", "allow-folds"};
        for (const QString& name : expert) {
            QVERIFY2(!row(qPrintable(name))->isVisible(), qPrintable(name));
        }
        const int simple = panel()->height();
        QVERIFY2(simple < 270, qPrintable(QString::number(simple)));
        QTRY_VERIFY_WITH_TIMEOUT(note("level").contains("mm"), patient_ms);
        picture("generate-simple");
        click("expertSettings");
        for (const QString& name : expert) {
            QVERIFY2(row(qPrintable(name))->isVisible(), qPrintable(name));
        }
        QTRY_VERIFY(button("generate")->visibleRegion().boundingRect().height() == button("generate")->height());
        // All of it and the overlays: little more than the column is high.
        const QScrollArea* column = nullptr;
        for (QWidget* each = panel(); !column; each = each->parentWidget()) {
            column = qobject_cast<QScrollArea*>(each);
        }
        QTRY_VERIFY2(column->verticalScrollBar()->maximum() < 180,
                     qPrintable(QString::number(column->verticalScrollBar()->maximum())));
        picture("generate-expert");
        // The choice is there the next time.
        const GeneratePanel next;
        QVERIFY(!next.findChild<QWidget*>("parameter-stride")->isHidden());
        QVERIFY(next.findChild<QPushButton*>("expertSettings")->isChecked());
        click("expertSettings");
        QVERIFY(!row("stride")->isVisible());
    }

    void memoryIsForecast() {
        panel()->setText("count", "4");
        QTRY_VERIFY_WITH_TIMEOUT(note("device").contains("Needs about"), patient_ms);
        QVERIFY2(QRegularExpression("^Needs about [0-9.]+ [MG]B, [0-9.]+ GB free$").match(note("device")).hasMatch(),
                 qPrintable(note("device")));
        QVERIFY(note("count").isEmpty());
        panel()->setText("count", "100000");
        panel()->setText("level", "80");
        QTRY_VERIFY_WITH_TIMEOUT(note("device").contains("make fewer"), patient_ms);
        QCOMPARE(noteLabel("device")->property("role").toString(), QString("notice"));
        QCOMPARE(note("count"), note("device"));  // also where the expert face is closed
        QVERIFY(noteLabel("count")->isVisible());
        picture("generate-too-much");
        QCOMPARE(plain(GeneratePanel::memoryText(45'000'000, 19'000'000'000, {})),
                 QString("Needs about 45 MB, 19 GB free"));
        QCOMPARE(plain(GeneratePanel::memoryText(400'000'000, 19'000'000'000, {})),
                 QString("Needs about 0.4 GB, 19 GB free"));
        QCOMPARE(plain(GeneratePanel::memoryText(41'000'000'000, 19'000'000'000, {})),
                 QString("Needs about 41 GB, but 19 GB free: make fewer at once"));
    }

    void everyGenerateTakesANewSeedUnlessItIsLocked() {
        QVERIFY(!panel()->seedLocked());
        const std::size_t before = store()->all().size();
        click("generate");
        QCOMPARE(seed(), 2);
        click("generate");
        QCOMPARE(seed(), 3);
        QVERIFY(wait());
        QCOMPARE(store()->all().size(), before + 2);
        QCOMPARE(made(1).seed, 1U);
        QCOMPARE(made(0).seed, 2U);
        QVERIFY(!sameField(made(0).trajectory, made(1).trajectory));
        // Seeds that were made already are passed over, and every step back is one seed.
        panel()->setText("seed", "0");
        click("generate");
        QCOMPARE(seed(), 3);
        trigger("undo");
        QCOMPARE(seed(), 0);
        trigger("redo");
        QCOMPARE(seed(), 3);
        QVERIFY(wait());

        // Locked, the same comes again, bit for bit.
        tool("seedLock");
        QVERIFY(panel()->seedLocked());
        click("generate");
        click("generate");
        QCOMPARE(seed(), 3);
        QVERIFY(wait());
        QCOMPARE(made(0).seed, 3U);
        QCOMPARE(made(1).seed, 3U);
        QVERIFY(sameField(made(0).trajectory, made(1).trajectory));
        trigger("undo");
        QVERIFY(!panel()->seedLocked());
        trigger("redo");
        QVERIFY(panel()->seedLocked());
        const GeneratePanel next;
        QVERIFY(next.seedLocked());
        tool("seedLock");
        QVERIFY(!panel()->seedLocked());
    }

    /// Needs a variation, for the image's geometry.
    void strengthHasWordsAndMillimetres() {
        const std::map<int, QString> words{
            {1, "subtle"}, {20, "mild"}, {40, "moderate"}, {64, "strong"}, {80, "very strong"}};
        double before = 0;
        for (const auto& [level, word] : words) {
            panel()->setText("level", QString::number(level));
            QTRY_VERIFY_WITH_TIMEOUT(note("level").contains("mm"), patient_ms);
            const auto said = QRegularExpression("^(.+), about ([0-9.]+) mm$").match(note("level"));
            QVERIFY2(said.hasMatch(), qPrintable(note("level")));
            QCOMPARE(said.captured(1), word);
            const double mm = said.captured(2).toDouble();
            QVERIFY2(mm > before, qPrintable(note("level")));
            before = mm;
        }
        // As the forecast of the schedule has it: the phantom's side in millimetres times the share.
        const auto found = SampleForecast::find({"", "cpu", "", ""});
        const double share = SampleForecast::meanPercent(found.levels, 80);
        const Geometry& grid = geometry();
        const double side_mm = std::max(static_cast<double>(grid.size[0]) * grid.spacing_mm[0],
                                        static_cast<double>(grid.size[1]) * grid.spacing_mm[1]);
        // … and what the recovery made of it so far.
        double growth = 0;
        for (const Variation& each : store()->all()) {
            const Trajectory& t = each.trajectory;
            growth += t.step(t.stepCount() - 1).statistics.mean_mm /
                      t.step(t.diffusionStepCount() - 1).statistics.mean_mm /
                      static_cast<double>(store()->all().size());
        }
        QVERIFY(growth > 0.3 && std::abs(growth - 1) > 1e-3);
        QVERIFY2(std::abs(before - growth * share / 100 * side_mm) < 0.51, qPrintable(QString::number(before)));
        QVERIFY(std::abs(SampleForecast::meanPercent({{10, 2.0}, {20, 6.0}}, 15) - 4.0) < 1e-12);
        QVERIFY(std::abs(SampleForecast::meanPercent({{10, 2.0}, {20, 6.0}}, 5) - 1.0) < 1e-12);
        QVERIFY(std::abs(SampleForecast::meanPercent({{10, 2.0}, {20, 6.0}}, 80) - 6.0) < 1e-12);
    }

    void aFullMemoryEndsInAMessageAndNothingElseIsLost() {
        const std::size_t before = store()->all().size();
        auto counted = std::make_shared<std::atomic<int>>(0);
        memoryProbe() = [counted](std::string_view where) {
            if (where == "variation") {
                const int number = ++*counted;
                if (number >= 3 && number <= 5) {  // the third one, and again with half and a quarter of its steps
                    throw std::bad_alloc();
                }
            }
        };
        const auto after = qScopeGuard([] { memoryProbe() = {}; });
        panel()->setText("seed", "20");
        panel()->setText("count", "4");
        click("generate");
        panel()->setText("seed", "30");
        panel()->setText("count", "1");
        click("generate");
        const int first = m_window->jobs()->jobs()[m_window->jobs()->jobs().size() - 2].number;
        const int second = m_window->jobs()->jobs().back().number;
        QVERIFY(wait());
        QCOMPARE(m_window->jobs()->job(first)->state, State::Failed);
        const QString said = m_window->jobs()->job(first)->text;
        QVERIFY2(said.contains("variation 3 of 4") && said.contains("make fewer variations at once"), qPrintable(said));
        QCOMPARE(m_window->jobs()->job(second)->state, State::Succeeded);
        // What was finished stays, and so does everything else.
        QCOMPARE(store()->all().size(), before + 3);
        QCOMPARE(made(0).seed, 30U);
        QCOMPARE(made(1).seed, 21U);
        QCOMPARE(made(2).seed, 20U);
        QVERIFY(made(1).finished() && made(2).finished());
        auto* banner = m_window->findChild<MessageBanner*>();
        QTRY_VERIFY(banner->isVisible());
        QCOMPARE(banner->title(), QString("2 variations were made, then no more"));
        picture("generate-memory");
        banner->dismiss();
        memoryProbe() = {};
        // The window goes on, and the job can be tried again.
        m_window->jobs()->retry(first);
        QVERIFY(wait());
        QCOMPARE(m_window->jobs()->job(first)->state, State::Succeeded);
        QCOMPARE(store()->all().size(), before + 7);
    }

    void fewerStepsAreKeptWhereThatIsEnough() {
        auto counted = std::make_shared<std::atomic<int>>(0);
        memoryProbe() = [counted](std::string_view where) {
            if (where == "step" && ++*counted == 5) {
                throw std::bad_alloc();
            }
        };
        const auto after = qScopeGuard([] { memoryProbe() = {}; });
        panel()->setText("seed", "40");
        click("generate");
        QVERIFY(wait());
        QCOMPARE(made(0).trajectory.stepCount(), std::size_t{8});  // of sixteen
        QCOMPARE(made(0).trajectory.notes.size(), std::size_t{1});
        QVERIFY(made(0).finished());
    }

    void aRegionDrawnOnTheImageStays() {
        LockEditor* lock = m_window->lock();
        SliceView* view = m_window->views()->originalView();
        QVERIFY(lock->empty() && !action("lockClear")->isEnabled());
        const int plain = violet(view);
        click("expertSettings");
        tool("lockEllipseButton");
        const auto after = qScopeGuard([this] {
            trigger("toolWindow");
            click("expertSettings");
        });
        drag(view, {110, 110}, {190, 170});
        QCOMPARE(lock->region().shapes.size(), std::size_t{1});
        QTRY_VERIFY(violet(view) > plain + 60);
        QVERIFY2(note("lock-mask").startsWith("One shape on slice"), qPrintable(note("lock-mask")));
        picture("generate-lock");

        panel()->setText("level", "40");
        panel()->setText("seed", "7");
        click("generate");
        QVERIFY(wait());
        const auto field = made(0).trajectory.field(made(0).trajectory.stepCount() - 1);
        const Geometry& grid = field.geometry();
        const auto mask = lock->region().onSlice(grid, m_window->lock()->region().shapes[0].slice);
        const auto area = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
        QCOMPARE(mask.size(), area);
        double inside = 0, outside = 0;
        int within = 0;
        constexpr std::int64_t border = 5;  // the feather, in voxels of the model's grid: here the image's
        for (std::int64_t y = border; y < grid.size[1] - border; ++y) {
            for (std::int64_t x = border; x < grid.size[0] - border; ++x) {
                bool deep = true;
                for (const auto& [dx, dy] :
                     {std::pair{-border, std::int64_t{0}}, {border, 0}, {0, -border}, {0, border}}) {
                    deep = deep && mask[static_cast<std::size_t>((y + dy) * grid.size[0] + x + dx)] != 0;
                }
                const auto i = static_cast<std::size_t>(y * grid.size[0] + x);
                const double length = std::hypot(field.component_vox(0)[i], field.component_vox(1)[i]);
                within += deep ? 1 : 0;
                if (deep) {
                    inside = std::max(inside, length);
                } else if (mask[i] == 0) {
                    outside = std::max(outside, length);
                }
            }
        }
        QVERIFY2(within > 500, qPrintable(QString::number(within)));
        QVERIFY2(inside < 0.02 && outside > 2, qPrintable(QString("%1 %2").arg(inside).arg(outside)));

        // The order carries the region over a restart.
        const SampleOrder order = SampleOrder::fromJson(m_window->jobs()->jobs().back().what);
        QVERIFY(LockRegion::fromText(order.lockRegion) == lock->region());
        QVERIFY(SampleOrder::fromJson(order.toJson()).lockRegion == order.lockRegion);

        // More shapes, back, forth, and away.
        tool("lockBrushButton");
        drag(view, {60, 200}, {120, 230});
        tool("lockRectangleButton");
        drag(view, {200, 200}, {230, 240});
        QCOMPARE(lock->region().shapes.size(), std::size_t{3});
        QVERIFY(lock->region().shapes[1].points_mm.size() > 2);
        picture("generate-lock-three");
        trigger("undo");
        QCOMPARE(lock->region().shapes.size(), std::size_t{2});
        trigger("redo");
        QCOMPARE(lock->region().shapes.size(), std::size_t{3});
        QTest::mouseClick(view, Qt::LeftButton, {}, {40, 200});  // a click alone draws nothing with this tool
        QCOMPARE(lock->region().shapes.size(), std::size_t{3});
        tool("lockClearButton");
        QVERIFY(lock->empty());
        QTRY_VERIFY(violet(view) <= plain + 5);
        trigger("undo");
        QCOMPARE(lock->region().shapes.size(), std::size_t{3});
        tool("lockClearButton");
        QVERIFY(lock->empty());
    }

    void aMaskFromAFileStaysToo() {
        QTemporaryDir folder;
        const Geometry grid = geometry();
        const std::string file = folder.filePath("mask.nii.gz").toStdString();
        std::vector<std::uint16_t> mask(static_cast<std::size_t>(grid.voxelCount()), 0);
        for (std::int64_t z = 0; z < grid.size[2]; ++z) {
            for (std::int64_t y = 100; y < 150; ++y) {
                for (std::int64_t x = 100; x < 150; ++x) {
                    mask[static_cast<std::size_t>((z * grid.size[1] + y) * grid.size[0] + x)] = 2;
                }
            }
        }
        writeNiftiLabels(LabelMap(grid, mask), file);
        SliceView* view = m_window->views()->originalView();
        const int plain = violet(view);
        m_window->loadLockMask(QString::fromStdString(file));
        QTRY_COMPARE_WITH_TIMEOUT(note("lock-mask"), QString("mask.nii.gz"), patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(violet(view) > plain + 60, patient_ms);
        panel()->setText("seed", "8");
        panel()->setText("level", "40");
        click("generate");
        QVERIFY(wait());
        const auto field = made(0).trajectory.field(made(0).trajectory.stepCount() - 1);
        double inside = 0;
        for (std::int64_t y = 106; y < 144; ++y) {
            for (std::int64_t x = 106; x < 144; ++x) {
                const auto i = static_cast<std::size_t>(y * grid.size[0] + x);
                inside = std::max(
                    inside, static_cast<double>(std::hypot(field.component_vox(0)[i], field.component_vox(1)[i])));
            }
        }
        QVERIFY2(inside < 0.02, qPrintable(QString::number(inside)));
        trigger("lockClear");
        QVERIFY(m_window->lock()->empty() && note("lock-mask").isEmpty());

        // What cannot be read is said and changes nothing.
        QFile broken(folder.filePath("broken.nii.gz"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no mask") > 0);
        broken.close();
        QSignalSpy failed(m_window.get(), &StudioWindow::failed);
        m_window->loadLockMask(broken.fileName());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patient_ms);
        QVERIFY(failed[0][0].toString().contains("broken.nii.gz"));
        QVERIFY(m_window->lock()->empty());
        m_window->findChild<MessageBanner*>()->dismiss();
    }

    void aProjectKeepsTheRegion() {
        QTemporaryDir folder;
        const QString file = folder.filePath("locked.drdm");
        LockRegion region;
        region.shapes.push_back({LockShape::Kind::Brush, 4, {{40, 50}, {80.25, 90.5}}, 7.5});
        m_window->lock()->setRegion(region);
        m_window->saveProjectTo(file);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file) && m_window->jobs()->unfinished() == 0, patient_ms);
        m_window->lock()->setRegion({});
        QSignalSpy opened(m_window.get(), &StudioWindow::projectOpened);
        m_window->openProject(file);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(m_window->lock()->region() == region);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
    }

    void regionsArePlainValues() {
        Geometry grid;
        grid.size = {40, 30, 3};
        grid.spacing_mm = {2, 1, 5};
        LockRegion region;
        region.shapes.push_back({LockShape::Kind::Rectangle, 1, {{10, 5}, {21, 9.5}}, 0});
        auto mask = region.onSlice(grid, 1);
        QCOMPARE(std::ranges::count(mask, 1), 6 * 5);  // x 5…10, y 5…9
        QCOMPARE(std::ranges::count(region.onSlice(grid, 0), 1), 0);
        QCOMPARE(std::ranges::count(region.labels(grid).labels(), 1), 30);
        region.shapes = {{LockShape::Kind::Ellipse, 1, {{20, 5}, {60, 25}}, 0}};
        const auto round = static_cast<double>(std::ranges::count(region.onSlice(grid, 1), 1));
        QVERIFY2(std::abs(round * 2 / (M_PI * 20 * 10) - 1) < 0.03, qPrintable(QString::number(round)));
        region.shapes.push_back({LockShape::Kind::Brush, 2, {{10, 10}, {50, 10}}, 4});
        const auto painted = static_cast<double>(std::ranges::count(region.onSlice(grid, 2), 1));
        QVERIFY2(std::abs(painted * 2 / (40 * 8 + M_PI * 16) - 1) < 0.12, qPrintable(QString::number(painted)));
        QVERIFY(LockRegion::fromText(region.text()) == region);
        QVERIFY(LockRegion().text().isEmpty() && LockRegion::fromText({}).empty());
        QVERIFY_EXCEPTION_THROWN(LockRegion::fromText("circle"), Error);
        QVERIFY_EXCEPTION_THROWN(LockRegion::fromText(R"([{"kind":"star","points_mm":[1,2]}])"), Error);
    }

private:
    GeneratePanel* panel() { return m_window->generatePanel(); }
    VariationStore* store() { return m_window->variations(); }
    /// The newest (0), the one before (1), …
    const Variation& made(std::size_t back) { return store()->all()[store()->all().size() - 1 - back]; }
    QWidget* row(const char* name) { return panel()->findChild<QWidget*>(QString("parameter-") + name); }
    QLabel* noteLabel(const char* name) { return panel()->findChild<QLabel*>(QString("note-") + name); }
    QString note(const char* name) { return plain(noteLabel(name)->text()); }
    static QString plain(QString text) { return text.replace(QChar::Nbsp, ' '); }
    long long seed() { return panel()->form()->text("seed").toLongLong(); }
    QPushButton* button(const char* name) { return panel()->findChild<QPushButton*>(name); }
    QAction* action(const char* name) { return m_window->findChild<QAction*>(name); }
    void trigger(const char* name) {
        QVERIFY2(action(name)->isEnabled(), name);
        action(name)->trigger();
    }
    void click(const char* name) { QTest::mouseClick(panel()->findChild<QPushButton*>(name), Qt::LeftButton); }
    void tool(const char* name) { QTest::mouseClick(panel()->findChild<QToolButton*>(name), Qt::LeftButton); }
    bool wait() {
        return QTest::qWaitFor([this] { return m_window->settled() && m_window->jobs()->unfinished() == 0; },
                               patient_ms);
    }
    [[nodiscard]] const Geometry& geometry() {
        static Geometry grid;
        grid.size = {256, 256, 8};
        if (!store()->all().empty()) {
            const Geometry& slice = store()->all().front().trajectory.image().geometry();
            grid.spacing_mm = slice.spacing_mm;
            grid.direction = slice.direction;
            const auto number = static_cast<double>(store()->all().front().trajectory.settings().slice);
            for (std::size_t i = 0; i < 3; ++i) {
                grid.origin_mm[i] = slice.origin_mm[i] - number * slice.spacing_mm[2] * slice.direction[i][2];
            }
        }
        return grid;
    }
    static void drag(SliceView* view, const QPoint& from, const QPoint& to) {
        QTest::mousePress(view, Qt::LeftButton, {}, from);
        for (int i = 1; i <= 6; ++i) {
            QTest::mouseMove(view, from + (to - from) * i / 6);
        }
        QTest::mouseRelease(view, Qt::LeftButton, {}, to);
    }
    /// Pixels in the colour of the border of what stays.
    static int violet(SliceView* view) {
        const QImage picture = view->grabFramebuffer();
        int count = 0;
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x) {
                const QColor c = picture.pixelColor(x, y);
                count += c.blue() > c.green() + 50 && c.red() > c.green() + 25 ? 1 : 0;
            }
        }
        return count;
    }
    void picture(const QString& name) { drdmtest::keepPictures(m_window.get(), name); }

    std::unique_ptr<StudioWindow> m_window;
};

DRDM_GUI_TEST_MAIN(GenerateTest)
#include "tst_generate.moc"
