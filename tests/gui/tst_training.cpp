#include "GuiTest.h"
#include "diffusion/Recovery.h"
#include "io/Phantom.h"
#include "tasks/Sample.h"
#include "ui/BackgroundTask.h"
#include "ui/training/ErrorCard.h"
#include "ui/training/SliceStrip.h"
#include "ui/training/TrainingCurves.h"
#include "ui/training/TrainingDataPanel.h"
#include "ui/training/TrainingPictureView.h"
#include "ui/training/TrainingProgressPanel.h"
#include "ui/training/TrainingSettingsPanel.h"
#include "ui/training/TrainingTable.h"
#include "ui/training/TrainingWorkspace.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

using namespace drdm;
using State = TrainingWorkspace::State;
using Role = TrainingTable::Role;

namespace {

constexpr int patient_ms = 240000;  // two busy cores and a debug build

QByteArrayList lossesOf(const QString& folder) {
    QFile file(folder + "/loss.csv");
    QByteArrayList values;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().trimmed().split('\n').mid(1)) {
            values << line.split(',').mid(0, 5).join(',');  // all but the seconds and the rate
        }
    }
    return values;
}

}  // namespace

/// Training by mouse: data chosen, run started, paused, resumed, ended, its model used.
class TrainingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_DATA_HOME", path("share").toUtf8());
        PhantomSettings settings;
        settings.subjects = 3;
        settings.slices = 2;
        settings.size = 48;
        settings.frames = 2;
        settings.labels = true;
        writePhantom(settings, path("study").toStdString());
        QFile note(path("study/notes.txt"));
        QVERIFY(note.open(QIODevice::WriteOnly) && note.write("no image\n") > 0);
        note.close();
        TrainingImage small;
        small.voxels.assign(20 * 20, 0.0F);
        for (std::size_t i = 0; i < small.voxels.size(); ++i) {
            small.voxels[i] = static_cast<float>(i % 37);
        }
        small.size[0] = small.size[1] = 20;
        small.modality = "MR";
        std::vector<TrainingImage> pack;
        for (const char* name : {"one slice 0", "one slice 1", "two slice 0"}) {
            small.name = name;
            pack.push_back(small);
        }
        small.modality = "CT";
        small.name = "chest slice 0";
        pack.push_back(small);
        writePack(pack, path("set.safetensors").toStdString());
    }

    void init() {
        m_page = std::make_unique<TrainingWorkspace>();
        m_page->resize(1200, 650);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_errors = std::make_unique<QSignalSpy>(m_page.get(), &TrainingWorkspace::failed);
    }

    void cleanup() {
        QVERIFY(!m_page || m_page->width() == 1200);  // nothing has asked for more
        m_page.reset();
    }

    void dataAreListedWithReasons() {
        const QAbstractItemModelTester tester(table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(!button("startTraining")->isEnabled());
        QVERIFY(!button("startTraining")->toolTip().isEmpty());
        addStudy();
        QCOMPARE(table()->rowCount(), 3 + labelFiles());
        QStringList used;
        for (int row = 0; row < table()->rowCount(); ++row) {
            const TrainingSeries& series = table()->series(row);
            if (series.format == "nifti") {
                QVERIFY(table()->role(row) == Role::LeftOut);
                QVERIFY2(table()->reason(row).contains("labels"), qPrintable(table()->reason(row)));
            } else {
                QVERIFY(table()->reason(row).isEmpty());
                QCOMPARE(imageCount(series, 2), 4);
                used << QString::number(row);
            }
        }
        QCOMPARE(used.size(), 3);
        QCOMPARE(label("trainingSkipped")->text(), QString("1 file holds no image"));
        QVERIFY(label("trainingSkipped")->toolTip().contains("notes.txt"));
        // One of the three subjects is kept for validation, with all its images.
        QCOMPARE(table()->totals().trainingImages, 8);
        QCOMPARE(table()->totals().validationImages, 4);
        QCOMPARE(table()->totals().subjects, 3);
        QVERIFY(button("startTraining")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(m_page->findChild<SliceStrip*>()->count() == 2, patient_ms);

        picture("data");

        // A series is left out by its box, and back in again.
        auto* view = m_page->findChild<QTableView*>("trainingData");
        const int row = used.front().toInt();
        const QRect cell = view->visualRect(table()->index(row, TrainingTable::Series));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, {cell.left() + 14, cell.center().y()});
        QVERIFY(table()->role(row) == Role::LeftOut);
        QCOMPARE(table()->totals().training + table()->totals().validation, 2);
        QCOMPARE(table()->leftOut().size(), std::size_t{1});
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, {cell.left() + 14, cell.center().y()});
        QCOMPARE(table()->totals().training + table()->totals().validation, 3);

        // Another kind of model needs other images.
        choose("parameter-modality", "CT");
        QCOMPARE(table()->totals().trainingImages, 0);
        QVERIFY2(table()->reason(row).contains("MR"), qPrintable(table()->reason(row)));
        QVERIFY(!button("startTraining")->isEnabled());
        choose("parameter-modality", "MR");
        choose("parameter-dims", "3");
        QVERIFY2(table()->reason(row).contains("too small"), qPrintable(table()->reason(row)));
        choose("parameter-dims", "2");
        QCOMPARE(table()->totals().trainingImages, 8);
        choose("validationKind", "none");
        QCOMPARE(table()->totals().trainingImages, 12);

        QTest::mouseClick(button("clearTrainingData"), Qt::LeftButton);
        QCOMPARE(table()->rowCount(), 0);
    }

    void packsCanBeDropped() {
        auto* data = new QMimeData;
        data->setUrls({QUrl::fromLocalFile(path("set.safetensors")), QUrl::fromLocalFile(path("study"))});
        QDragEnterEvent enter({600, 300}, Qt::CopyAction, data, Qt::LeftButton, {});
        QApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({600, 300}, Qt::CopyAction, data, Qt::LeftButton, {});
        QApplication::sendEvent(m_page.get(), &drop);
        QTRY_COMPARE_WITH_TIMEOUT(table()->rowCount(), 6 + labelFiles(), patient_ms);
        QCOMPARE(imageCount(table()->series(0), 2), 2);  // packs first: "one" with two slices,
        QCOMPARE(imageCount(table()->series(1), 2), 1);  // "two" with one
        QCOMPARE(imageCount(table()->series(0), 3), 0);
        QVERIFY2(table()->reason(2).contains("CT"), qPrintable(table()->reason(2)));
        m_page->findChild<QTableView*>("trainingData")->selectRow(1);
        QTRY_COMPARE_WITH_TIMEOUT(m_page->findChild<SliceStrip*>()->count(), 1, patient_ms);
        delete data;
    }

    void subjectsAreNeverSplit() {
        std::vector<TrainingSeries> series(20);
        for (std::size_t i = 0; i < series.size(); ++i) {
            series[i].id = std::to_string(i);
            series[i].subject = "patient " + std::to_string(i / 2);
        }
        const std::vector<bool> held = heldBack(series, 0.3);
        QCOMPARE(std::ranges::count(held, true), 6);
        for (std::size_t i = 0; i < series.size(); i += 2) {
            QCOMPARE(static_cast<bool>(held[i]), static_cast<bool>(held[i + 1]));
        }
        std::ranges::reverse(series);
        std::vector<bool> again = heldBack(series, 0.3);
        std::reverse(again.begin(), again.end());
        QVERIFY(held == again);
        QCOMPARE(std::ranges::count(heldBack(series, 0.0001), true), 2);  // at least one subject
        series.resize(2);
        QCOMPARE(std::ranges::count(heldBack(series, 0.5), true), 0);  // of one subject none
    }

    void settingsReachThePlan() {
        auto* preset = m_page->findChild<QComboBox*>("trainingPreset");
        QVERIFY(preset->count() >= 3);
        TrainingPlan plan;
        m_page->settings()->into(plan);
        QCOMPARE(plan.values.integer("steps"), 1500);
        m_page->settings()->choosePreset(1);
        m_page->settings()->into(plan);
        QCOMPARE(plan.values.number("learning-rate-final"), 1e-5);  // small numbers survive their box
        QCOMPARE(plan.values.integer("patch"), 8);
        setNumber("parameter-batch", 3);
        QCOMPARE(preset->currentIndex(), preset->count() - 1);  // settings of one's own
        m_page->settings()->into(plan);
        const TrainingPlan same = TrainingPlan::fromJson(Json::parse(plan.json().dump()));
        for (const Parameter& parameter : trainingParameters().all()) {
            QCOMPARE(same.values.asText(parameter.name), plan.values.asText(parameter.name));
        }
        if (!installedModels().empty()) {
            m_page->settings()->choosePreset(2);
            m_page->settings()->into(plan);
            QCOMPARE(plan.values.text("warm-start"), installedModels().front().file);
            QCOMPARE(plan.values.integer("grid"),
                     DeformationModel::load(installedModels().front().file).info().gridSide);
        }
    }

    void trainPauseResumeKeepUse() {
        addStudy();
        smallRun(path("run"));
        QSignalSpy started(m_page.get(), &TrainingWorkspace::runStarted);
        QSignalSpy ended(m_page.get(), &TrainingWorkspace::runEnded);
        QSignalSpy used(m_page.get(), &TrainingWorkspace::useModel);
        QTest::mouseClick(button("startTraining"), Qt::LeftButton);
        QCOMPARE(started.size(), 1);
        QVERIFY(m_page->task() != nullptr && m_page->state() == State::Running);
        QVERIFY(!m_page->startRun({}));  // one at a time
        QTRY_VERIFY_WITH_TIMEOUT(curves()->steps().size() >= 6 && curves()->validations() >= 2, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(pictures()->count() >= 2 && !pictures()->shown().isNull(), patient_ms);
        QCOMPARE(pictures()->shown().width(), 3 * 32);
        QTest::mouseClick(tool("olderPicture"), Qt::LeftButton);
        const long long older = pictures()->shownStep();
        QTRY_VERIFY_WITH_TIMEOUT(pictures()->count() >= 4, patient_ms);
        QCOMPARE(pictures()->shownStep(), older);  // it stays where one has stepped to
        QTest::mouseClick(tool("newestPicture"), Qt::LeftButton);
        QVERIFY(pictures()->shownStep() > older);
        // The model so far, while it trains.
        QTest::mouseClick(button("useModel"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(used.size(), 1, patient_ms);
        QCOMPARE(DeformationModel::load(used[0][0].toString().toStdString()).info().gridSide, 32);
        picture("running");

        QTest::mouseClick(button("pauseTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->state() == State::Paused && m_page->task() == nullptr, patient_ms);
        QCOMPARE(ended.size(), 1);
        QVERIFY(m_errors->isEmpty());
        const long long paused = trainedSteps(path("run").toStdString());
        QVERIFY(paused > 0);
        QCOMPARE(m_page->progress()->step(), paused);
        QVERIFY(!m_page->findChild<QWidget*>("parameter-grid")->isEnabled());
        QVERIFY(m_page->findChild<QWidget*>("parameter-steps")->isEnabled());

        QTest::mouseClick(button("resumeTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->progress()->step() >= paused + 5, patient_ms);
        QTest::mouseClick(button("keepTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->state() == State::Done && m_page->task() == nullptr, patient_ms);
        for (std::size_t i = 0; i < curves()->steps().size(); ++i) {
            QCOMPARE(curves()->steps()[i], static_cast<double>(i + 1));  // no step lost, none twice
        }
        QCOMPARE(static_cast<qsizetype>(curves()->steps().size()), lossesOf(path("run")).size());

        QTest::mouseClick(button("useModel"), Qt::LeftButton);
        QCOMPARE(used.size(), 2);
        const QString model = used[1][0].toString();
        QCOMPARE(DeformationModel::load(model.toStdString()).info().name, std::string("tiny"));
        QSignalSpy installed(m_page.get(), &TrainingWorkspace::modelInstalled);
        for (const char* name : {"tiny", "tiny-2"}) {  // nothing is overwritten
            QTest::mouseClick(button("installModel"), Qt::LeftButton);
            QTRY_COMPARE_WITH_TIMEOUT(installed.isEmpty() ? QString() : installed.last()[0].toString(), QString(name),
                                      patient_ms);
            QVERIFY(QFile::exists(QString::fromStdString(resolveModel(name))));
        }
        QVERIFY(m_errors->isEmpty());
        picture("done");
    }

    /// Needs the run above: the same run without its break had the same losses.
    void resumedIsAsUnbroken() {
        const QByteArrayList broken = lossesOf(path("run"));
        QVERIFY(broken.size() > 6);
        addStudy();
        smallRun(path("unbroken"));
        QTest::mouseClick(button("startTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->progress()->step() >= broken.size(), patient_ms);
        QTest::mouseClick(button("pauseTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->state() == State::Paused, patient_ms);
        QCOMPARE(lossesOf(path("unbroken")).mid(0, broken.size()), broken);
        QTest::mouseClick(button("keepPausedTraining"), Qt::LeftButton);
        QVERIFY(m_page->state() == State::Done);
        QTest::mouseClick(button("newTraining"), Qt::LeftButton);
        QVERIFY(m_page->state() == State::Idle);
        QVERIFY(button("startTraining")->isEnabled());  // the data are still there
    }

    /// Needs the first run: it is opened in a new window, resumed there, and the window closed while it trains.
    void openedRunGoesOnAndClosingKeepsIt() {
        const std::string folder = path("run").toStdString();
        const long long before = trainedSteps(folder);
        m_page->openRun(path("run"));
        QTRY_VERIFY_WITH_TIMEOUT(m_page->state() == State::Paused && !m_page->data()->scanning(), patient_ms);
        QTRY_COMPARE_WITH_TIMEOUT(table()->rowCount(), 3 + labelFiles(), patient_ms);
        QCOMPARE(table()->totals().validation, 1);
        QCOMPARE(m_page->progress()->step(), before);
        QCOMPARE(static_cast<long long>(curves()->steps().size()), before);
        QVERIFY(curves()->validations() >= 2 && pictures()->count() >= 2);
        QTRY_VERIFY_WITH_TIMEOUT(button("resumeTraining")->isEnabled(), patient_ms);
        QTest::mouseClick(button("resumeTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->progress()->step() > before, patient_ms);
        const long long seen = m_page->progress()->step();
        m_page.reset();
        QVERIFY(trainedSteps(folder) >= seen);
        QVERIFY(!lossesOf(path("run")).isEmpty());
    }

    void badInputIsSaid() {
        QDir().mkpath(path("empty"));
        m_page->addData({path("empty")});
        QTRY_COMPARE_WITH_TIMEOUT(m_errors->size(), 1, patient_ms);
        QVERIFY(m_errors->last()[0].toString().contains("empty"));
        auto* card = m_page->findChild<ErrorCard*>();
        QVERIFY(card->isVisible());
        QTest::mouseClick(tool("closeError"), Qt::LeftButton);
        QVERIFY(!card->isVisible());

        m_page->addData({path("nowhere")});
        QTRY_COMPARE_WITH_TIMEOUT(m_errors->size(), 2, patient_ms);
        QVERIFY(m_errors->last()[1].toString().contains("nowhere"));
        m_page->addData({path("study/notes.txt")});
        QTRY_COMPARE_WITH_TIMEOUT(m_errors->size(), 3, patient_ms);
        QVERIFY(m_errors->last()[0].toString().contains("notes.txt"));
        m_page->openRun(path("empty"));
        QTRY_COMPARE_WITH_TIMEOUT(m_errors->size(), 4, patient_ms);
        QVERIFY(m_errors->last()[1].toString().contains("state.safetensors"));

        QDir().mkpath(path("taken"));
        QFile state(path("taken/state.safetensors"));
        QVERIFY(state.open(QIODevice::WriteOnly));

        // A file in the place of the folder; a folder that is taken; the page goes on after each.
        addStudy();
        smallRun(path("set.safetensors") + "/run");
        for (const char* part : {"set.safetensors", "holds a training run already"}) {
            const qsizetype before = m_errors->size();
            QVERIFY(button("startTraining")->isEnabled());
            QTest::mouseClick(button("startTraining"), Qt::LeftButton);
            QTRY_VERIFY_WITH_TIMEOUT(m_errors->size() == before + 1 && m_page->task() == nullptr, patient_ms);
            QVERIFY2(m_errors->last()[1].toString().contains(part), qPrintable(m_errors->last()[1].toString()));
            QVERIFY(m_page->state() == State::Idle);
            QVERIFY(card->isVisible());
            smallRun(path("taken"));
        }
        QVERIFY(!button("useModel")->isEnabled());
        picture("error");

        // Something that the trainer refuses, while it begins.
        smallRun(path("refused"));
        setNumber("parameter-grid", 33);
        QTest::mouseClick(button("startTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_errors->last()[1].toString().contains("multiple of 8"), patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->state() == State::Idle && m_page->task() == nullptr, patient_ms);

        // Cancelled before it could begin: nothing is left to resume.
        smallRun(path("early"));
        QTest::mouseClick(button("startTraining"), Qt::LeftButton);
        QTest::mouseClick(button("pauseTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->task() == nullptr, patient_ms);
        QVERIFY(m_page->state() == State::Idle || m_page->state() == State::Paused);
        QCOMPARE(m_page->state() == State::Paused, m_page->progress()->step() > 0);
    }

    /// Larger, for the eye alone.
    void gallery() {
        if (!qEnvironmentVariableIsSet("DRDM_TEST_PICTURES")) {
            QSKIP("pictures for people: set DRDM_TEST_PICTURES to a folder");
        }
        PhantomSettings settings;
        settings.subjects = 5;
        settings.slices = 6;
        settings.size = 128;
        settings.frames = 2;
        writePhantom(settings, path("gallery").toStdString());
        m_page->addData({path("gallery")});
        QTRY_COMPARE_WITH_TIMEOUT(table()->rowCount(), 5, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->findChild<SliceStrip*>()->count() > 3, patient_ms);
        m_page->settings()->setFolder(path("gallery-run"));
        m_page->settings()->setText("validate-every", "25");
        m_page->settings()->setText("log-every", "1");
        picture("gallery-data");
        QTest::mouseClick(button("expertSettings"), Qt::LeftButton);
        picture("gallery-expert");
        auto* last = m_page->findChild<QWidget*>("parameter-threads");
        for (QWidget* each = last; each != nullptr; each = each->parentWidget()) {
            if (auto* area = qobject_cast<QScrollArea*>(each)) {
                area->ensureWidgetVisible(last);
            }
        }
        picture("gallery-expert-below");
        QTest::mouseClick(button("startTraining"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->progress()->step() >= 160, patient_ms);
        picture("gallery-running");
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] QPushButton* button(const char* name) const { return m_page->findChild<QPushButton*>(name); }
    [[nodiscard]] QToolButton* tool(const char* name) const { return m_page->findChild<QToolButton*>(name); }
    [[nodiscard]] QLabel* label(const char* name) const { return m_page->findChild<QLabel*>(name); }
    [[nodiscard]] TrainingTable* table() const { return m_page->data()->table(); }
    [[nodiscard]] TrainingCurves* curves() const { return m_page->progress()->curves(); }
    [[nodiscard]] TrainingPictureView* pictures() const { return m_page->progress()->pictures(); }
    [[nodiscard]] int labelFiles() const {
        int count = 0;
        for (const QFileInfo& subject : QDir(path("study")).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            count += static_cast<int>(QDir(subject.filePath()).entryList({"*.nii.gz"}, QDir::Files).size());
        }
        return count;
    }

    void addStudy() {
        m_page->addData({path("study")});
        QTRY_COMPARE_WITH_TIMEOUT(table()->rowCount(), 3 + labelFiles(), patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->data()->scanning(), patient_ms);
    }

    void choose(const char* name, const char* data) {
        auto* combo = m_page->findChild<QComboBox*>(name);
        combo->setCurrentIndex(combo->findData(data));
    }

    void setNumber(const QString& name, double value) { m_page->findChild<QDoubleSpinBox*>(name)->setValue(value); }

    void smallRun(const QString& folder) {
        for (const auto& [name, text] :
             std::initializer_list<std::pair<const char*, const char*>>{{"name", "tiny"},
                                                                        {"grid", "32"},
                                                                        {"width", "5"},
                                                                        {"patch", "1"},
                                                                        {"batch", "1"},
                                                                        {"steps", "1000000"},
                                                                        {"validate-every", "2"},
                                                                        {"log-every", "1"},
                                                                        {"threads", "1"}}) {
            m_page->settings()->setText(name, text);
        }
        m_page->settings()->setFolder(folder);
    }

    void picture(const QString& name) const {
        if (const QString folder = qEnvironmentVariable("DRDM_TEST_PICTURES"); !folder.isEmpty()) {
            QTest::qWait(400);
            m_page->grab().save(folder + "/training-" + name + ".png");
        }
    }

    QTemporaryDir m_folder;
    std::unique_ptr<TrainingWorkspace> m_page;
    std::unique_ptr<QSignalSpy> m_errors;
};

DRDM_GUI_TEST_MAIN(TrainingTest)
#include "tst_training.moc"
