#include "GuiTest.h"
#include "io/Phantom.h"
#include "render/PlotView.h"
#include "tasks/Experiment.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/experiments/ExperimentPlot.h"
#include "ui/experiments/ExperimentResults.h"
#include "ui/experiments/ExperimentSettings.h"
#include "ui/experiments/ExperimentWorkspace.h"
#include "ui/jobs/JobQueue.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

#include <cmath>
#include <fstream>

using namespace drdm;
using State = QueuedJob::State;

namespace {

constexpr int patient_ms = 240000;

/// As an experiment writes it: two methods that train, one that does not.
Json someTable() {
    return Json::parse(R"({"kind":"registration","reference":"mrbs","steps":100,"runs":5,"missing":2,"rows":[
      {"method":"unregistered","subjects":0,"labels":{"1":{"dice":{"mean":0.5,"sd_over_seeds":null,"seeds":1,"missed":0}},
        "field":{"folded_percent":{"mean":0,"sd_over_seeds":null,"seeds":1,"missed":0}}}},
      {"method":"drdm","subjects":1,"labels":{"1":{"dice":{"mean":0.6,"sd_over_seeds":0.02,"seeds":2,"missed":0,"p":0.03}}}},
      {"method":"drdm","subjects":3,"labels":{"1":{"dice":{"mean":0.8,"sd_over_seeds":0.01,"seeds":2,"missed":0,"p":0.01}}}}]})");
}

}  // namespace

/// An experiment from the page to the finished table.
class ExperimentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.subjects = 3;
        settings.slices = 2;
        settings.size = 48;
        settings.frames = 1;
        settings.labels = true;
        writePhantom(settings, path("study").toStdString());
    }

    void theTableIsAModel() {
        ExperimentResults results;
        QAbstractItemModelTester tester(&results, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(results.rowCount(), 0);
        results.setTable(someTable());
        QCOMPARE(results.rowCount(), 4);
        QCOMPARE(results.columnCount(), 6);  // method, subjects, label, Dice, p, folded
        const auto text = [&results](int row, int column) {
            return results.index(row, column).data(Qt::DisplayRole).toString();
        };
        QCOMPARE(text(0, 1), QString("–"));
        QCOMPARE(text(0, 3), QString("0.500"));
        QCOMPARE(text(1, 2), QString("field"));
        QCOMPARE(text(1, 5), QString("0.000"));
        QCOMPARE(text(2, 3), QString("0.600 ± 0.020"));
        QCOMPARE(text(3, 4), QString("0.0100"));
        QCOMPARE(experimentLabels(results.table()), QStringList{"1"});
        QVERIFY_EXCEPTION_THROWN(results.setTable(Json::object()), std::exception);
        QCOMPARE(results.rowCount(), 4);
        results.clear();
        QCOMPARE(results.rowCount(), 0);
    }

    void thePlotShowsMeansAndSpread() {
        const auto curves = experimentCurves(someTable(), "1", {});
        QCOMPARE(curves.size(), std::size_t{3});  // unregistered, drdm, drdm's bars
        QVERIFY(curves[0].dashed && curves[0].y.front() == 0.5);
        QCOMPARE(curves[1].x, (std::vector<double>{1, 3}));
        QCOMPARE(curves[1].y, (std::vector<double>{0.6, 0.8}));
        QVERIFY(std::abs(curves[2].y[0] - 0.58) < 1e-9 && std::abs(curves[2].y[1] - 0.62) < 1e-9);
        QVERIFY(std::isnan(curves[2].y[2]));
        QVERIFY(experimentCurves(someTable(), "7", {}).empty());
        const QStringList files = writeExperimentPlots(someTable(), m_folder.path());
        QCOMPARE(files, QStringList{path("dice-1.png")});
        const QImage picture(files.front());
        drdmtest::keepPicture(picture, "experiment-plot");
        QCOMPARE(picture.size(), QSize(900, 600));
        for (const QPoint corner : {QPoint(2, 2), QPoint(897, 2), QPoint(2, 597), QPoint(897, 597)}) {
            QCOMPARE(picture.pixelColor(corner), QColor(Qt::white));
        }
        int coloured = 0;
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x) {
                const QColor c = picture.pixelColor(x, y);
                coloured += c.red() > c.blue() + 60 ? 1 : 0;
            }
        }
        QVERIFY2(coloured > 500, qPrintable(QString::number(coloured)));
        QVERIFY_EXCEPTION_THROWN(writeExperimentPlots(someTable(), path("nowhere")), std::exception);
        // The same from the command line.
        QDir().mkpath(path("finished"));
        std::ofstream(path("finished/table.json").toStdString()) << someTable().dump();
        const QString studio = qEnvironmentVariable("DRDM_BIN") + "/drdm-studio";
        QCOMPARE(QProcess::execute(studio, {"--plots", path("finished")}), 0);
        QCOMPARE(QImage(path("finished/dice-1.png")).size(), QSize(900, 600));
        QCOMPARE(QProcess::execute(studio, {"--plots", path("nowhere")}), 1);
    }

    void anExperimentIsMadePausedAndGoneOnWith() {
        StudioWindow window;
        window.resize(1280, 800);
        window.show();
        window.findChild<QAction*>("workspaceExperiments")->trigger();
        auto* page = window.findChild<ExperimentWorkspace*>();
        QVERIFY(page && page->isVisible());
        auto* start = page->findChild<QPushButton*>("startExperiment");
        auto* error = page->findChild<QLabel*>("errorText");
        const auto type = [page](const char* name, const QString& text) {
            auto* line = page->findChild<QLineEdit*>(name);
            line->setFocus();
            line->selectAll();
            QTest::keyClicks(line, text);
        };
        type("experimentData", "x");
        page->findChild<QLineEdit*>("experimentData")->clear();
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY2(error->text().contains("no data set"), qPrintable(error->text()));
        type("experimentData", path("study"));
        type("experimentFolder", path("runs"));
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY2(error->text().contains("no split"), qPrintable(error->text()));
        QSignalSpy folds(page->settings(), &ExperimentSettings::foldsMade);
        QTest::mouseClick(page->findChild<QToolButton*>("makeFolds"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(folds.size(), 1, patient_ms);
        QCOMPARE(readSubjectSplit(path("runs-folds.json").toStdString()).folds.size(), std::size_t{3});
        for (const char* method : {"bigaug", "drdm", "drdm-intensity"}) {
            auto* box = page->findChild<QCheckBox*>(QString("method-") + method);
            QVERIFY(box->isChecked());
            box->click();
        }
        type("experimentSubjects", "1,2");
        type("experimentSeeds", "1");
        type("experimentSteps", "400");
        type("experimentBatch", "2");
        type("experimentSide", "30");
        type("experimentWidth", "2");
        type("experimentDepth", "2");
        page->settings()->findChild<ParameterForm*>()->setText("levels", "20");
        page->settings()->findChild<ParameterForm*>()->setText("copies", "1");
        page->settings()->findChild<ParameterForm*>()->setText("device", "cpu");
        type("experimentSubjects", "one");
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY2(error->text().contains("1,3,5"), qPrintable(error->text()));
        type("experimentSubjects", "1,2");
        type("experimentMixing", "1.5");
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY2(error->text().contains("from 0 to 1"), qPrintable(error->text()));
        type("experimentMixing", "0.75");
        type("experimentRate", "0.002");
        QVERIFY(!page->findChild<QLineEdit*>("experimentTuning")->isVisible());
        page->settings()->findChild<ParameterForm*>()->setText("turn", "15");
        type("experimentSide", "32");
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window.jobs()->jobs().empty(), patient_ms);
        const int number = window.jobs()->jobs().back().number;
        QCOMPARE(window.jobs()->job(number)->kind, QString("experiment"));
        QVERIFY(!start->isEnabled());
        // The table fills while runs come in.
        QTRY_VERIFY_WITH_TIMEOUT(page->results()->rowCount() > 0, patient_ms);
        auto* pause = page->findChild<QPushButton*>("pauseExperiment");
        QTest::mouseClick(pause, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs()->job(number)->state, State::Paused, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!window.jobs()->task(number), patient_ms);
        const int paused = runs("runs");
        QVERIFY2(paused >= 1 && paused < 12, qPrintable(QString::number(paused)));
        QCOMPARE(pause->text(), QString("Resume"));
        QTest::mouseClick(pause, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs()->job(number)->state, State::Succeeded, patient_ms);
        QCOMPARE(runs("runs"), 12);                                              // 2 methods × 2 numbers × 3 folds
        QTRY_COMPARE_WITH_TIMEOUT(page->results()->rowCount(), 12, patient_ms);  // × 3 labels
        QVERIFY(QFile::exists(path("runs/dice-1.png")));
        QVERIFY(start->isEnabled());
        auto* label = page->findChild<QComboBox*>("experimentLabel");
        QCOMPARE(label->count(), 3);
        QVERIFY(page->findChild<PlotView*>("experimentPlot")->curves().size() >= 2);
        drdmtest::keepPictures(&window, "experiments");
    }

    /// Another day: the folder says what it is.
    void aFolderIsOpenedAgain() {
        JobQueue queue;
        ExperimentWorkspace page(&queue);
        page.show();
        page.openFolder(path("study"));
        QVERIFY(page.findChild<QLabel*>("errorText")->text().contains("table.json"));
        page.openFolder(path("runs"));
        QCOMPARE(page.results()->rowCount(), 12);
        QCOMPARE(page.settings()->plan().json().dump(), readExperimentPlan(path("runs").toStdString()).json().dump());
        QCOMPARE(page.settings()->plan().mixing, 0.75);
        QCOMPARE(page.settings()->plan().rate, 0.002);
        QCOMPARE(page.settings()->plan().copies.number("turn"), 15.0);
        // What has no field is kept.
        ExperimentPlan planned = page.settings()->plan();
        planned.copies.set("dims", 2LL);
        page.settings()->show(planned);
        QCOMPARE(page.settings()->plan().copies.integer("dims"), 2LL);
        // The other kind has its own methods and numbers.
        auto* kind = page.findChild<QComboBox*>("experimentKind");
        kind->setCurrentIndex(1);
        QVERIFY(!page.findChild<QCheckBox*>("method-bigaug"));
        QVERIFY(page.findChild<QCheckBox*>("method-elastix")->isChecked());
        QVERIFY(page.findChild<QLineEdit*>("experimentTuning")->isVisible());
        QVERIFY(!page.findChild<QLineEdit*>("experimentMixing")->isVisible());
        QCOMPARE(page.settings()->plan().kind, std::string("registration"));
        // A damaged table is an error, not a crash, and what is shown stays.
        QDir().mkpath(path("damaged"));
        std::ofstream(path("damaged/table.json").toStdString()) << "{\"rows\": [{}";
        page.openFolder(path("damaged"));
        QVERIFY(page.findChild<QLabel*>("errorText")->text().contains("table.json"));
        QCOMPARE(page.results()->rowCount(), 12);
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] int runs(const QString& folder) const {
        return static_cast<int>(QDir(path(folder + "/runs")).entryList({"*.json"}, QDir::Files).size());
    }

    QTemporaryDir m_folder;
};

DRDM_GUI_TEST_MAIN(ExperimentsTest)
#include "tst_experiments.moc"
