#include "GuiTest.h"
#include "io/Phantom.h"
#include "tasks/Sample.h"
#include "tasks/TrainingHistory.h"
#include "tasks/TrainingPlan.h"
#include "ui/BackgroundTask.h"
#include "ui/ExportDialog.h"
#include "ui/GeneratePanel.h"
#include "ui/MessageBanner.h"
#include "ui/MovieDialog.h"
#include "ui/StudioWindow.h"
#include "ui/jobs/JobQueue.h"
#include "ui/jobs/JobsPage.h"
#include "ui/jobs/StandIn.h"
#include "ui/training/TrainingProgressPanel.h"
#include "ui/training/TrainingWorkspace.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace drdm;
using State = QueuedJob::State;

namespace {

constexpr int patient_ms = 240000;

std::unique_ptr<StudioWindow> shown() {
    auto window = std::make_unique<StudioWindow>();
    window->resize(1280, 800);
    window->show();
    return window;
}

}  // namespace

/// Films, exports and training in the queue: seen, cancelled, tried again, and training over a restart.
class JobKindsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
        QFile::remove(folder + "/jobs.json");
        PhantomSettings settings;
        settings.subjects = 2;
        settings.slices = 2;
        settings.size = 48;
        settings.frames = 1;
        writePhantom(settings, path("study").toStdString());
    }

    void aStandInPassesOnWhatItIsTold() {
        JobQueue queue;
        queue.setKind("movie", {{}, false, false, false, {}});
        auto* stand = new StandIn("film", this);
        const int number = queue.adopt("movie", "film", {}, stand->task());
        stand->progress(0.5, "Step 2 of 4");
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(number)->fraction, 0.5, patient_ms);
        QVERIFY(!queue.canPause(*queue.job(number)));
        stand->succeed();
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(number)->state, State::Succeeded, patient_ms);

        stand = new StandIn("film", this);
        const int failing = queue.adopt("movie", "film", {}, stand->task());
        stand->fail("the disk is full");
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(failing)->state, State::Failed, patient_ms);
        QCOMPARE(queue.job(failing)->text, QString("the disk is full"));

        stand = new StandIn("film", this);
        QSignalSpy cancelled(stand, &StandIn::cancelWanted);
        const int stopped = queue.adopt("movie", "film", {}, stand->task());
        queue.cancel(stopped);
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(stopped)->state, State::Cancelled, patient_ms);
        QCOMPARE(cancelled.size(), 1);

        stand = new StandIn("film", this);
        const int gone = queue.adopt("movie", "film", {}, stand->task());
        delete stand;
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(gone)->state, State::Cancelled, patient_ms);
    }

    void filmsAndExportsAreCancelledAndTriedAgain() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
        auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
        window->openSample();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        window->generatePanel()->setText("level", "6");
        window->generate();
        QTRY_VERIFY_WITH_TIMEOUT(window->settled() && window->jobs()->unfinished() == 0, patient_ms);

        // A film, cancelled on the page of the jobs.
        const QString film = path("film.gif");
        window->findChild<QAction*>("exportMovie")->trigger();
        auto* dialog = window->findChild<MovieDialog*>();
        QVERIFY(dialog);
        dialog->setPath(film);
        QTest::mouseClick(dialog->findChild<QPushButton*>("startMovie"), Qt::LeftButton);
        const int number = window->jobs()->jobs().back().number;
        QCOMPARE(window->jobs()->job(number)->kind, QString("movie"));
        QTRY_VERIFY_WITH_TIMEOUT(window->jobs()->job(number)->fraction > 0, patient_ms);
        pressOnJob(*window, number, "jobCancel");
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Cancelled, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QLabel*>("movieSummary")->text().contains("Cancelled"), patient_ms);
        QVERIFY(!QFile::exists(film));
        QTest::mouseClick(dialog->findChild<QPushButton*>("closeMovie"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->findChild<MovieDialog*>(), patient_ms);

        // And again, as it was.
        pressOnJob(*window, number, "jobRetry");
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Succeeded, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(film), patient_ms);
        const auto films = std::ranges::count(window->jobs()->jobs(), QString("movie"), &QueuedJob::kind);
        QCOMPARE(films, 1);
        window->findChild<MovieDialog*>()->close();

        // An export into a place that is a file; then the file is gone.
        QFile inTheWay(path("out"));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        inTheWay.close();
        window->findChild<QAction*>("export")->trigger();
        auto* exporting = window->findChild<ExportDialog*>();
        exporting->setFolder(path("out"));
        QTest::mouseClick(exporting->findChild<QPushButton*>("startExport"), Qt::LeftButton);
        const int write = window->jobs()->jobs().back().number;
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(write)->state, State::Failed, patient_ms);
        QTest::mouseClick(exporting->findChild<QPushButton*>("closeExport"), Qt::LeftButton);
        QVERIFY(inTheWay.remove());
        window->variations()->clear();  // it was asked for; what becomes of the list does not matter
        pressOnJob(*window, write, "jobRetry");
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(write)->state, State::Succeeded, patient_ms);
        QVERIFY(QFile::exists(path("out/seed-0001/field.nii.gz")));

        // The film's variation is gone: said, not done.
        window->jobs()->remove(number);
        window->jobs()->add("movie", "film", {{"variation", 99}});
        QCOMPARE(window->jobs()->jobs().back().state, State::Failed);
        QVERIFY(window->jobs()->jobs().back().text.contains("gone"));
    }

    void pausingTrainingLeavesACheckpointAndResumeGoesOn() {
        auto window = shown();
        QVERIFY(window->trainingPage()->startRun(plan("run", 1'000'000)));
        const int number = window->jobs()->jobs().back().number;
        QCOMPARE(window->jobs()->job(number)->kind, QString("train"));
        QTRY_VERIFY_WITH_TIMEOUT(window->trainingPage()->progress()->step() >= 5, patient_ms);
        pressOnJob(*window, number, "jobPause");
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Paused, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!window->trainingPage()->task(), patient_ms);
        const long long paused = trainedSteps(path("run").toStdString());
        QVERIFY(paused >= 5);
        const QString details = window->findChild<QPlainTextEdit*>("jobDetails")->toPlainText();
        QVERIFY2(details.contains(path("run")) && details.contains("grid: 32"), qPrintable(details));
        pressOnJob(*window, number, "jobResume");
        QTRY_VERIFY_WITH_TIMEOUT(window->trainingPage()->progress()->step() > paused, patient_ms);
        QCOMPARE(window->jobs()->job(number)->state, State::Running);
        // Paused on its own page and resumed there, it is the same job.
        window->trainingPage()->pause();
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Paused, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!window->trainingPage()->task(), patient_ms);
        window->trainingPage()->resume();
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Running, patient_ms);
        QCOMPARE(window->jobs()->rowCount(), 1);
        pressOnJob(*window, number, "jobCancel");
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Cancelled, patient_ms);
    }

    void trainingSurvivesARestart_data() {
        QTest::addColumn<bool>("orderly");
        QTest::newRow("closed") << true;
        QTest::newRow("died") << false;
    }
    void trainingSurvivesARestart() {
        QFETCH(bool, orderly);
        const QString folder = orderly ? "closed" : "died";
        long long seen = 0;
        {
            auto window = shown();
            window->beginSession();
            QVERIFY(window->trainingPage()->startRun(plan(folder, 60)));
            QTRY_VERIFY_WITH_TIMEOUT(window->trainingPage()->progress()->step() >= 4, patient_ms);
            if (orderly) {
                window->close();
                auto* ask = window->findChild<QMessageBox*>("closeDialog");
                QVERIFY(ask);
                QTest::mouseClick(ask->findChild<QPushButton*>("closeDiscard"), Qt::LeftButton);
                QTRY_VERIFY(!window->isVisible());
            }
            seen = window->trainingPage()->progress()->step();
        }
        const long long kept = trainedSteps(path(folder).toStdString());
        QVERIFY2(kept >= seen && kept < 60, qPrintable(QString("%1 %2").arg(kept).arg(seen)));
        auto window = shown();
        window->beginSession();
        QCOMPARE(window->jobs()->rowCount(), 1);
        const int number = window->jobs()->jobs().front().number;
        QCOMPARE(window->jobs()->job(number)->kind, QString("train"));
        QCOMPARE(window->jobs()->job(number)->state, State::Paused);  // nothing begins by itself
        QVERIFY(window->jobs()->job(number)->text.contains("checkpoint"));
        pressOnJob(*window, number, "jobResume");
        QTRY_VERIFY_WITH_TIMEOUT(window->trainingPage()->progress()->step() >= kept, patient_ms);
        QCOMPARE(window->jobs()->rowCount(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Succeeded, patient_ms);
        QCOMPARE(trainedSteps(path(folder).toStdString()), 60LL);
        const auto history = readTrainingHistory(path(folder).toStdString());
        QCOMPARE(history.steps.size(), std::size_t{60});  // none lost, none twice
        window->jobs()->clearFinished();
        window->jobs()->closeOrderly();
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    [[nodiscard]] TrainingPlan plan(const QString& folder, int steps) const {
        TrainingPlan plan;
        plan.paths = {path("study").toStdString()};
        plan.folder = path(folder).toStdString();
        plan.device = "cpu";
        for (const auto& [name, text] : std::initializer_list<std::pair<const char*, const char*>>{{"name", "tiny"},
                                                                                                   {"grid", "32"},
                                                                                                   {"width", "5"},
                                                                                                   {"patch", "1"},
                                                                                                   {"batch", "1"},
                                                                                                   {"log-every", "1"},
                                                                                                   {"threads", "1"}}) {
            plan.values.setFromText(name, text);
        }
        plan.values.set("steps", static_cast<long long>(steps));
        return plan;
    }

    static void pressOnJob(StudioWindow& window, int number, const char* button) {
        window.showWorkspace(StudioWindow::Workspace::Jobs);
        window.findChild<JobsPage*>()->select(number);
        auto* wanted = window.findChild<QToolButton*>(button);
        QVERIFY2(wanted->isEnabled(), button);
        // A film's dialog keeps the mouse from the window: the button is pressed as the keyboard would.
        wanted->click();
    }

    QTemporaryDir m_folder;
};

DRDM_GUI_TEST_MAIN(JobKindsTest)
#include "tst_job_kinds.moc"
