#include "GuiTest.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "tasks/Export.h"
#include "tasks/FileNotes.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/Manners.h"
#include "ui/MessageBanner.h"
#include "ui/ParameterForm.h"
#include "ui/StallMeter.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/project/ProjectKeeper.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>

#include <algorithm>

using namespace drdm;

namespace {

constexpr int patient_ms = 240000;

QByteArray gentle() {
    return R"({"format": "drdm-schedule-1", "name": "Gentle", "deformation": {"factor": 0.3, "power": 1.3},
               "label": {"factor": 1, "power": 0.6},
               "scales": [{"nodes": 4, "sigma": 3e-4}, {"nodes": 8, "sigma": 1e-4}]})";
}

}  // namespace

/// Files that the window wrote go back into it, by menu and by dropping them.
class RestoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
        QDir(ProjectKeeper::sessionsFolder()).removeRecursively();
        PhantomSettings phantom;
        phantom.subjects = 2;
        phantom.slices = 4;
        phantom.frames = 2;
        phantom.size = 96;
        writePhantom(phantom, path("study").toStdString());
        m_first = path("study/subject-001/dicom");
        m_second = path("study/subject-002/dicom");
        QFile schedule(path("gentle.json"));
        QVERIFY(schedule.open(QIODevice::WriteOnly) && schedule.write(gentle()) > 0);
        schedule.close();
        m_window = std::make_unique<StudioWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        open(m_first);
        set("level", "7");
        set("seed", "12");
        set("stride", "2");
        set("interpolation", "cubic");
        set("schedule", path("gentle.json"));
        m_window->goToSlice(1);
        m_window->goToPhase(1);
        m_window->generate();
        QVERIFY(atRest());
        const Variation& made = m_window->variations()->all().back();
        const DisplacementField field = lastField(made);
        m_field.assign(field.values_vox().begin(), field.values_vox().end());
        ExportRequest request;
        request.trajectories = {made.trajectory};
        request.folder = path("exported").toStdString();
        request.png = true;
        exportSamples(request);
    }

    void init() { m_window->manners()->banner()->dismiss(); }

    void theMenuRestoresAndUndoTakesItBack() {
        disturb();
        const QStringList before = settings();
        m_window->goToSlice(3);
        m_window->findChild<QAction*>("restoreSettings")->trigger();
        auto* files = m_window->findChild<QFileDialog*>("restoreFileDialog");
        QVERIFY(files);
        Q_EMIT files->fileSelected(path("exported/seed-0012/field.nii.gz"));
        files->close();
        QWidget* dialog = restoreDialog();
        QVERIFY(dialog);
        QVERIFY(text("restoreModel").contains("as it is installed"));
        QVERIFY2(text("restoreImage").contains("open image is the one"), qPrintable(text("restoreImage")));
        QVERIFY(!dialog->findChild<QCheckBox*>("restoreOpen")->isVisible());
        QVERIFY(!dialog->findChild<QComboBox*>("restoreChoice")->isVisible());
        QVERIFY(says(dialog, "now 30") && says(dialog, "Gentle") && says(dialog, "now as trained"));
        QCOMPARE(settings(), before);  // nothing before it is agreed to
        savePicture("restore-dialog");
        accept();
        QCOMPARE(value("level"), QString("7"));
        QCOMPARE(value("seed"), QString("12"));
        QCOMPARE(value("stride"), QString("2"));
        QCOMPARE(value("interpolation"), QString("cubic"));
        QVERIFY2(value("schedule").endsWith(".json") && value("schedule") != path("gentle.json"),
                 qPrintable(value("schedule")));
        QCOMPARE(m_window->findChild<QSlider*>("sliceSlider")->value(), 1);
        const QStringList after = settings();
        QVERIFY(m_window->findChild<QAction*>("undo")->text().contains("field.nii.gz"));
        m_window->findChild<QAction*>("undo")->trigger();
        QCOMPARE(settings(), before);
        m_window->findChild<QAction*>("redo")->trigger();
        QCOMPARE(settings(), after);
        // And it is the same variation, bit for bit.
        m_window->generate();
        QVERIFY(atRest());
        QVERIFY(std::ranges::equal(lastField(m_window->variations()->all().back()).values_vox(), m_field));
    }

    void cancellingChangesNothing() {
        disturb();
        const QStringList before = settings();
        drop(path("exported/report.json"));
        QVERIFY(restoreDialog());
        QTest::mouseClick(restoreDialog()->findChild<QPushButton*>("restoreCancel"), Qt::LeftButton);
        QTRY_VERIFY(!m_window->findChild<QDialog*>("restoreDialog"));
        QCOMPARE(settings(), before);
    }

    void anotherImageIsOpenAndTheRecordedOneIsOffered() {
        open(m_second);
        disturb();
        drop(path("exported/seed-0012/image.png"));
        QWidget* dialog = restoreDialog();
        QVERIFY(dialog);
        QVERIFY2(text("restoreImage").contains("Another image"), qPrintable(text("restoreImage")));
        QVERIFY2(text("restoreImage").contains(m_first), qPrintable(text("restoreImage")));
        QVERIFY(dialog->findChild<QCheckBox*>("restoreOpen")->isVisible());
        savePicture("restore-other-image");
        QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
        accept();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(atRest());
        QCOMPARE(value("seed"), QString("12"));
        QCOMPARE(m_window->findChild<QSlider*>("sliceSlider")->value(), 1);
        QCOMPARE(m_window->findChild<QSlider*>("phaseSlider")->value(), 1);
        m_window->generate();
        QVERIFY(atRest());
        QVERIFY(std::ranges::equal(lastField(m_window->variations()->all().back()).values_vox(), m_field));
    }

    void exportsOpenAsImagesAndOfferTheirSettings_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("NIfTI") << path("exported/seed-0012/image.nii.gz");
        QTest::newRow("DICOM file") << path("exported/seed-0012/dicom/phase000_slice000.dcm");
        QTest::newRow("DICOM folder") << path("exported/seed-0012/dicom");
    }

    void exportsOpenAsImagesAndOfferTheirSettings() {
        QFETCH(const QString, file);
        open(m_first);
        auto* banner = m_window->manners()->banner();
        QVERIFY(!banner->isVisible());  // the study itself is not ours
        disturb();
        QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
        drop(file);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QTRY_VERIFY(banner->isVisible());
        QVERIFY2(banner->title().contains("made this image"), qPrintable(banner->title()));
        auto* verb = banner->findChild<QPushButton*>("bannerVerb");
        QVERIFY(verb && verb->isVisible());
        savePicture("restore-banner");
        QTest::mouseClick(verb, Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        QVERIFY(restoreDialog());
        accept();
        QCOMPARE(value("seed"), QString("12"));
        QVERIFY(atRest());
        open(m_first);
        QVERIFY(!banner->isVisible());
    }

    void fieldsAreNoImagesAndRestoreAtOnce() {
        disturb();
        drop(path("exported/seed-0012/field.nii.gz"));
        QVERIFY(restoreDialog());
        accept();
        QCOMPARE(value("seed"), QString("12"));
    }

    void picturesOfTheWindowKeepWhatTheyShow() {
        open(m_first);
        m_window->findChild<QAction*>("savePicture")->trigger();
        const QString file = path("views.png");
        auto* box = m_window->findChild<QFileDialog*>();
        QVERIFY(box);
        Q_EMIT box->fileSelected(file);
        box->close();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file), patient_ms);
        disturb();
        drop(file);
        QVERIFY(restoreDialog());
        accept();
        QCOMPARE(value("level"), QString("7"));
    }

    void projectsAreOpenedAndTheirSettingsToo() {
        open(m_first);
        set("level", "3");
        set("seed", "40");
        set("stride", "1");
        set("schedule", "");
        set("count", "2");
        m_window->generate();
        QVERIFY(atRest());
        const QString file = path("hearts.drdm");
        QSignalSpy saved(m_window->keeper(), &ProjectKeeper::saved);
        m_window->saveProjectTo(file);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, patient_ms);
        // By the menu: whose settings?
        disturb();
        m_window->restoreSettings(file);
        QWidget* dialog = restoreDialog();
        QVERIFY(dialog);
        auto* choice = dialog->findChild<QComboBox*>("restoreChoice");
        QVERIFY(choice->isVisible() && choice->count() == static_cast<int>(m_window->variations()->all().size()));
        choice->setCurrentIndex(choice->count() - 1);
        QVERIFY(!says(dialog, "Gentle"));
        set("schedule", path("gentle.json"));  // the window works on below
        choice->setCurrentIndex(0);
        choice->setCurrentIndex(choice->count() - 1);
        QVERIFY(says(dialog, "now gentle"));
        savePicture("restore-project");
        accept();
        QCOMPARE(value("seed"), QString("41"));
        QCOMPARE(value("level"), QString("3"));
        QCOMPARE(value("schedule"), QString());
        // Dropped, it is opened.
        QSignalSpy opened(m_window.get(), &StudioWindow::projectOpened);
        drop(file);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(atRest());
    }

    void modelsAreChosen() {
        const QString file = QString::fromStdString(installedModels().front().file);
        const QString copy = path("a-copy.safetensors");
        QVERIFY(QFile::copy(file, copy));
        set("model", "");
        drop(copy);
        QVERIFY(restoreDialog());
        accept();
        QCOMPARE(value("model"), QString::fromStdString(installedModels().front().name));
        m_window->findChild<QAction*>("undo")->trigger();
        QCOMPARE(value("model"), QString());
    }

    void otherFilesAreRefused() {
        const QStringList before = settings();
        QFile broken(path("broken.png"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("\x89PNG no") > 0);
        broken.close();
        for (const QString& file : {path("gentle.json"), path("broken.png")}) {
            QSignalSpy failed(m_window.get(), &StudioWindow::failed);
            drop(file);
            QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patient_ms);
            QVERIFY2(failed[0][0].toString().contains(QFileInfo(file).fileName()), qPrintable(failed[0][0].toString()));
            QVERIFY(m_window->manners()->banner()->isVisible());
            QVERIFY(!m_window->manners()->banner()->findChild<QPushButton*>("bannerVerb")->isVisible());
        }
        QVERIFY(!m_window->findChild<QDialog*>("restoreDialog"));
        QCOMPARE(settings(), before);
    }

    void theWindowNeverWaits() {
        open(m_first);
        StallMeter meter;
        meter.start();
        drop(path("exported/report.json"));
        QVERIFY(restoreDialog());
        accept();
        meter.stop();
        qInfo("longest stall %.1f ms, longest work %.1f ms", meter.longest_ms(), meter.longestWork_ms());
        QVERIFY(meter.longestWork_ms() < 50);
    }

    void theProgramTakesFilesOnItsCommandLine() {
        const QString program = QString::fromLocal8Bit(qgetenv("DRDM_BIN")) + "/drdm-studio";
        QVERIFY2(QFile::exists(program), "DRDM_BIN names no folder with drdm-studio");
        for (const QString& file : {path("exported/report.json"), path("hearts.drdm"), m_first}) {
            const QString picture = path("window.png");
            QFile::remove(picture);
            QProcess run;
            run.start(program, {"--window-size", "1280x800", "--screenshot", picture, file});
            QVERIFY(run.waitForFinished(patient_ms));
            QVERIFY2(run.exitCode() == 0, run.readAllStandardError().constData());
            QVERIFY2(QImage(picture).width() == 1280, qPrintable(file));
        }
        QProcess wrong;
        wrong.start(program, {"--screenshot", path("window.png"), path("gentle.json")});
        QVERIFY(wrong.waitForFinished(patient_ms));
        QCOMPARE(wrong.exitCode(), 1);
        QVERIFY(wrong.readAllStandardError().contains("holds no settings"));
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    void set(const std::string& name, const QString& text) { m_window->generatePanel()->setText(name, text); }
    [[nodiscard]] QString value(const std::string& name) const { return m_window->generatePanel()->form()->text(name); }
    [[nodiscard]] QStringList settings() const {
        QStringList all;
        for (const Parameter& parameter : samplingParameters().all()) {
            all << value(parameter.name);
        }
        return all;
    }
    /// Other settings than those that are restored.
    void disturb() {
        set("level", "30");
        set("seed", "99");
        set("stride", "4");
        set("interpolation", "linear");
        set("schedule", "");
        set("count", "3");
        set("slice", "all");
        set("start", "full");
    }
    bool atRest() {
        return QTest::qWaitFor([this] { return m_window->settled() && m_window->jobs()->unfinished() == 0; },
                               patient_ms);
    }
    void open(const QString& folder) {
        QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
        m_window->openPaths({folder});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(atRest());
    }
    void drop(const QString& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter({600, 400}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event({600, 400}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &event);
        QVERIFY(event.isAccepted());
    }
    QWidget* restoreDialog() {
        QWidget* dialog = nullptr;
        (void)QTest::qWaitFor([&] { return (dialog = m_window->findChild<QDialog*>("restoreDialog")) != nullptr; },
                              patient_ms);
        return dialog && QTest::qWaitForWindowExposed(dialog) ? dialog : nullptr;
    }
    static bool says(const QWidget* dialog, const QString& text) {
        return std::ranges::any_of(dialog->findChildren<QLabel*>(),
                                   [&](const QLabel* label) { return label->text() == text; });
    }
    [[nodiscard]] QString text(const char* label) { return m_window->findChild<QLabel*>(label)->text(); }
    void accept() {
        QSignalSpy restored(m_window.get(), &StudioWindow::settingsRestored);
        QTest::mouseClick(m_window->findChild<QPushButton*>("restoreAccept"), Qt::LeftButton);
        QCOMPARE(restored.size(), 1);
        QTRY_VERIFY(!m_window->findChild<QDialog*>("restoreDialog"));
    }
    /// Pictures to look at, where a folder is named.
    void savePicture(const QString& name) {
        const QString folder = qEnvironmentVariable("DRDM_PICTURES");
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            for (const auto& [theme, ending] :
                 {std::pair{ThemeChoice::Light, "-light.png"}, {ThemeChoice::Dark, "-dark.png"}}) {
                setTheme(theme);
                QTest::qWait(100);
                m_window->screen()->grabWindow(0).save(folder + "/" + name + ending);
            }
        }
    }
    static DisplacementField lastField(const Variation& variation) {
        return variation.trajectory.field(variation.trajectory.stepCount() - 1);
    }

    QTemporaryDir m_folder;
    QString m_first, m_second;
    std::vector<float> m_field;
    std::unique_ptr<StudioWindow> m_window;
};

DRDM_GUI_TEST_MAIN(RestoreTest)
#include "tst_restore.moc"
