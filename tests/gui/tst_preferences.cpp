#include "GuiTest.h"
#include "SmallTrajectory.h"
#include "diffusion/Recovery.h"
#include "io/Phantom.h"
#include "io/Series.h"
#include "tasks/Export.h"
#include "tasks/Sample.h"
#include "ui/ExportDialog.h"
#include "ui/GeneratePanel.h"
#include "ui/Log.h"
#include "ui/Manners.h"
#include "ui/PictureNote.h"
#include "ui/PreferencesDialog.h"
#include "ui/Shortcuts.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>

#include <algorithm>
#include <thread>

using namespace drdm;

class PreferencesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        QSettings().clear();
        setTheme(ThemeChoice::Dark);
        setTextSize(100);
        setThreads(0);
        setModelFolder({});
    }
    void cleanup() { init(); }

    void whatIsSavedComesBack() {
        QCOMPARE(Preferences::load(), Preferences());
        Preferences p;
        p.theme = ThemeChoice::Light;
        p.textSize = 115;
        p.smooth = false;
        p.threads = 1;
        p.device = "cpu";
        p.seriesLabel = "STUDY";
        p.exportPng = true;
        p.picturesWithoutSource = true;
        p.modelFolder = "/models";
        p.save();
        QCOMPARE(Preferences::load(), p);
        p.textSize = 100;
        p.save();
        QVERIFY(!QSettings().contains("view/textSize"));  // as at first: a later version's standard is taken
        QSettings().setValue("view/theme", "mauve");
        QSettings().setValue("view/textSize", 9000);
        QCOMPARE(Preferences::load().theme, ThemeChoice::Dark);
        QCOMPARE(Preferences::load().textSize, 160);
        QVERIFY(Preferences::isHarmless("view/theme") && Preferences::isHarmless("shortcuts/open"));
        QVERIFY(!Preferences::isHarmless("recent") && !Preferences::isHarmless("paths/models"));
    }

    void everyControlChangesItsValueAtOnce() {
        openWindow();
        PreferencesDialog* dialog = openDialog();
        QSignalSpy changed(m_window->manners(), &Manners::preferencesChanged);
        const auto now = [this] { return m_window->manners()->preferences(); };

        dialog->findChild<QComboBox*>("prefTheme")->setCurrentIndex(1);
        QCOMPARE(themeChoice(), ThemeChoice::Light);
        QVERIFY(m_window->findChild<QAction*>("themeLight")->isChecked());
        m_window->findChild<QAction*>("themeDark")->trigger();  // the menu and the dialog agree
        QCOMPARE(dialog->findChild<QComboBox*>("prefTheme")->currentIndex(), 0);
        QCOMPARE(themeChoice(), ThemeChoice::Dark);

        dialog->findChild<QComboBox*>("prefTextSize")->setCurrentIndex(2);
        QCOMPARE(textSize(), 115);

        auto* layout = dialog->findChild<QComboBox*>("prefLayout");
        layout->setCurrentIndex(layout->findData("layoutOriginal"));
        QCOMPARE(m_window->views()->mode(), ViewPair::Mode::Original);
        m_window->findChild<QAction*>("layoutVariation")->trigger();
        dialog->findChild<QComboBox*>("prefTextSize")->setCurrentIndex(1);
        QCOMPARE(m_window->views()->mode(), ViewPair::Mode::Variation);  // another choice leaves the layout alone

        QVERIFY(m_window->findChild<QAction*>("smooth")->isChecked());
        click(dialog, "prefSmooth", 0);
        QVERIFY(!m_window->findChild<QAction*>("smooth")->isChecked());

        page(dialog, PreferencesDialog::Computing);
        auto* device = dialog->findChild<QComboBox*>("prefDevice");
        QVERIFY(device->findData("cpu") > 0);
        QCOMPARE(device->findData("cuda:7"), -1);  // only what is there
        device->setCurrentIndex(device->findData("cpu"));
        QCOMPARE(QString::fromStdString(m_window->generatePanel()->values().text("device")), QString("cpu"));
        dialog->findChild<QSpinBox*>("prefThreads")->setValue(1);
        QCOMPARE(threadCount(), 1);
        QTRY_VERIFY(m_window->findChild<QLabel*>("statusDevice")->text().contains("1 thread"));
        QVERIFY(dialog->findChild<QLabel*>("prefMemory")->text().contains("B of memory"));

        page(dialog, PreferencesDialog::Export);
        type(dialog, "prefSeriesLabel", "TRIAL");
        dialog->findChild<QSpinBox*>("prefSeriesNumber")->setValue(700);
        click(dialog, "prefExportPng", PreferencesDialog::Export);
        QCOMPARE(now().seriesLabel, QString("TRIAL"));
        QCOMPARE(now().seriesNumber, 700);
        QVERIFY(now().exportPng);
        const Trajectory shown = drdmtest::shiftingTrajectory(1, 1);
        QVERIFY(pictureNote(shown).at("source").find("voxels_sha256"));
        click(dialog, "prefNameless", PreferencesDialog::Export);
        QVERIFY(!pictureNote(shown).at("source").find("voxels_sha256"));
        QVERIFY(pictureNote(shown).find("settings"));
        QCOMPARE(Preferences::load(), now());
        QVERIFY(changed.size() >= 9);
    }

    void defaultsAreRestoredPageByPage() {
        openWindow();
        PreferencesDialog* dialog = openDialog();
        dialog->findChild<QComboBox*>("prefTheme")->setCurrentIndex(1);
        page(dialog, PreferencesDialog::Export);
        type(dialog, "prefSeriesLabel", "TRIAL");
        Shortcuts* shortcuts = m_window->manners()->shortcuts();
        auto* fit = m_window->findChild<QAction*>("fit");
        shortcuts->set(fit, QKeySequence("Ctrl+F"));
        QTest::mouseClick(dialog->findChild<QPushButton*>("restoreDefaults"), Qt::LeftButton);
        QCOMPARE(Preferences::load().seriesLabel, QString("DRDM"));
        QCOMPARE(dialog->findChild<QLineEdit*>("prefSeriesLabel")->text(), QString("DRDM"));
        QCOMPARE(themeChoice(), ThemeChoice::Light);  // of another page
        QCOMPARE(fit->shortcut(), QKeySequence("Ctrl+F"));
        page(dialog, PreferencesDialog::Keys);
        QTest::mouseClick(dialog->findChild<QPushButton*>("restoreDefaults"), Qt::LeftButton);
        QCOMPARE(fit->shortcut(), QKeySequence(Qt::Key_F));
        page(dialog, PreferencesDialog::Display);
        QTest::mouseClick(dialog->findChild<QPushButton*>("restoreDefaults"), Qt::LeftButton);
        QCOMPARE(themeChoice(), ThemeChoice::Dark);
        QCOMPARE(Preferences::load(), Preferences());
    }

    void preferencesHoldAtTheNextStart() {
        Preferences p;
        p.theme = ThemeChoice::Light;
        p.layout = "layoutVariation";
        p.smooth = false;
        p.device = "cpu";
        p.save();
        openWindow();
        QVERIFY(!Theme::current().dark);
        QCOMPARE(m_window->views()->mode(), ViewPair::Mode::Variation);
        QVERIFY(!m_window->findChild<QAction*>("smooth")->isChecked());
        QCOMPARE(QString::fromStdString(m_window->generatePanel()->values().text("device")), QString("cpu"));
    }

    void modelsOfTheFolderAreOffered() {
        QTemporaryDir folder;
        QFile file(folder.filePath("my-own.safetensors"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        openWindow();
        auto* combo = m_window->findChild<QComboBox*>("parameter-model");
        QCOMPARE(combo->findText("my-own"), -1);
        PreferencesDialog* dialog = openDialog();
        page(dialog, PreferencesDialog::Paths);
        type(dialog, "prefModels", folder.path());
        QVERIFY(combo->findText("my-own") > 0);
        QCOMPARE(QString::fromStdString(resolveModel("my-own")), file.fileName());
        type(dialog, "prefModels", "");
        QCOMPARE(combo->findText("my-own"), -1);
    }

    void cacheIsMeasuredAndCleared() {
        QDir().mkpath(Preferences::cacheFolder());
        QFile file(Preferences::cacheFolder() + "/old");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(300 * 1024, 'x'));
        file.close();
        QVERIFY(Preferences::cacheSize() >= 300 * 1024);
        openWindow();
        PreferencesDialog* dialog = openDialog();
        page(dialog, PreferencesDialog::Paths);
        auto* size = dialog->findChild<QLabel*>("prefCacheSize");
        QTRY_VERIFY(size->text().contains("B"));
        QTest::mouseClick(dialog->findChild<QPushButton*>("prefClearCache"), Qt::LeftButton);
        QTRY_COMPARE(size->text(), QString("empty"));
        QVERIFY(!QFile::exists(file.fileName()));
    }

    void threadsReachTheNetwork() {
        if (installedModels().empty()) {
            QSKIP("no model is installed");
        }
        const auto used = [] {
            int threads = 0;
            std::thread([&threads] {  // as a job would
                static_cast<void>(DeformationModel::load(installedModels().front().file, "cpu"));
                threads = threadsInUse();
            })
                .join();
            return threads;
        };
        setThreads(1);
        QCOMPARE(used(), 1);
        setThreads(2);
        QCOMPARE(used(), 2);
        setThreads(0);
        QCOMPARE(used(), coreCount());
    }

    void exportDialogStartsAsPreferred() {
        Preferences p;
        p.exportDicom = false;
        p.exportPng = true;
        p.exportFolder = "/somewhere/else";
        p.save();
        const ExportDialog dialog(Trajectory(), {Trajectory()});
        QVERIFY(!dialog.findChild<QCheckBox*>("exportDicom")->isChecked());
        QVERIFY(dialog.findChild<QCheckBox*>("exportNifti")->isChecked());
        QVERIFY(dialog.findChild<QCheckBox*>("exportPng")->isChecked());
        QCOMPARE(dialog.findChild<QLineEdit*>("exportFolder")->text(), QString("/somewhere/else"));
    }

    void derivedSeriesAreCalledAsPreferred() {
        QTemporaryDir folder;
        PhantomSettings phantom;
        phantom.size = 32;
        phantom.slices = 1;
        phantom.frames = 1;
        writePhantom(phantom, folder.filePath("source").toStdString());
        const Image image = readSeries(scan({folder.filePath("source").toStdString()}).series.front());
        TrajectoryStep step;
        step.onModelGrid =
            DisplacementField(image.geometry(), 2, std::vector<float>(2 * static_cast<std::size_t>(32 * 32)));
        step.statistics = statistics(step.onModelGrid);
        ExportRequest request;
        request.trajectories = {Trajectory(image, nullptr, {}).appended(step)};
        request.folder = folder.filePath("out").toStdString();
        request.seriesLabel = "TRIAL";
        request.seriesNumber = 700;
        exportSamples(request);
        const ScanResult written = scan({folder.filePath("out").toStdString()});
        QVERIFY(std::ranges::any_of(written.series, [](const SeriesInfo& series) {
            return series.format == "dicom" && series.description.ends_with(" TRIAL level 64 seed 1");
        }));
    }

    void exportDialogOffersOtherFormatsAndHidesThePatient() {
        Preferences().save();
        QTemporaryDir folder;
        PhantomSettings phantom;
        phantom.size = 32;
        phantom.slices = 1;
        phantom.frames = 1;
        writePhantom(phantom, folder.filePath("source").toStdString());
        const Image image = readSeries(scan({folder.filePath("source").toStdString()}).series.front());
        TrajectoryStep step;
        step.onModelGrid =
            DisplacementField(image.geometry(), 2, std::vector<float>(2 * static_cast<std::size_t>(32 * 32)));
        step.statistics = statistics(step.onModelGrid);
        const Trajectory trajectory = Trajectory(image, nullptr, {}).appended(step);
        ExportDialog dialog(trajectory, {trajectory});
        dialog.setFolder(folder.filePath("out"));
        dialog.show();
        const auto box = [&dialog](const char* name) { return dialog.findChild<QCheckBox*>(name); };
        QVERIFY(!box("exportSegmentation")->isEnabled());  // there are no labels yet
        QVERIFY(!box("keepDates")->isEnabled());
        dialog.setLabels(LabelMap(image.geometry(), std::vector<std::uint16_t>(32 * 32, 4)));
        for (const char* name : {"exportSegmentation", "exportRegistration", "exportMap", "exportMeta", "exportItk",
                                 "deidentify", "keepDates"}) {
            QVERIFY2(box(name)->isEnabled(), name);
            box(name)->setChecked(true);
        }
        if (const QString pictures = qEnvironmentVariable("DRDM_PICTURES"); !pictures.isEmpty()) {
            dialog.grab().save(pictures + "/export.png");
        }
        QTest::mouseClick(dialog.findChild<QPushButton*>("startExport"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(dialog.findChild<QPushButton*>("closeExport")->text(), QString("Close"), 60000);
        for (const char* name : {"labels.dcm", "field.dcm", "jacobian.dcm", "image.mha", "field.mha", "jacobian.mha",
                                 "labels.mha", "labels.nii.gz", "field_itk.nii.gz"}) {
            QVERIFY2(QFile::exists(folder.filePath(QString("out/seed-0001/") + name)), name);
        }
        QFile field(folder.filePath("out/seed-0001/field.dcm"));
        QVERIFY(field.open(QIODevice::ReadOnly));
        QVERIFY(!field.readAll().contains("PHANTOM^0001"));
        QVERIFY(dialog.findChild<QLabel*>("exportText")->text().contains("Labels as DICOM segmentation"));
    }

    void errorsAreACardAndStayInTheList() {
        openWindow();
        QSignalSpy failed(m_window.get(), &StudioWindow::failed);
        for (const char* name : {"a", "b", "c"}) {
            m_window->openPaths({QString("/nowhere/") + name});
            QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), 60000);
        }
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 3, 60000);
        QCOMPARE(m_window->findChildren<QFrame*>("errorBanner").size(), 1);
        auto* banner = m_window->findChild<QFrame*>("errorBanner");
        QVERIFY(banner->isVisible());
        QCOMPARE(m_window->manners()->messages()->count(MessageModel::Kind::Error), 3);
        for (const QWidget* top : QApplication::topLevelWidgets()) {
            QVERIFY(!top->isVisible() || top == m_window.get());  // no dialog
        }
        QTest::mouseClick(banner->findChild<QPushButton*>("errorDetails"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        QVERIFY(m_window->findChild<QWidget*>("messagesDock")->isVisible());
    }

    void statusBarTellsDeviceAndMemory() {
        openWindow();
        QTRY_VERIFY(m_window->findChild<QLabel*>("statusDevice")->text().contains("thread"));
        const QString memory = m_window->findChild<QLabel*>("statusMemory")->text();
        QVERIFY2(memory.contains("MB of") || memory.contains("GB of"), qPrintable(memory));
    }

    /// Pictures for whoever wants to look: DRDM_PICTURES=FOLDER.
    void pictures() {
        const QString folder = qEnvironmentVariable("DRDM_PICTURES");
        if (folder.isEmpty()) {
            QSKIP("DRDM_PICTURES names no folder");
        }
        for (const bool dark : {true, false}) {
            init();
            Log::start(folder + "/log");
            Log::write(Log::Level::Info, "DRDM Studio " DRDM_VERSION " starts");
            openWindow();
            const QString kind = folder + (dark ? "/dark-" : "/light-");
            setTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            m_window->grab().save(kind + "welcome.png");
            m_window->findChild<QAction*>("shortcuts")->trigger();
            QTest::qWait(50);
            m_window->grab().save(kind + "shortcuts.png");
            m_window->findChild<QWidget*>("shortcutsOverlay")->close();
            QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
            m_window->openSample();
            QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 60000);
            m_window->manners()->error(tr("The image could not be opened"),
                                       "/data/heart/IM-0003.dcm: the pixel data ends after 12 of 51 slices.\nCopy the "
                                       "series again from the archive, or open the slices that are there.");
            m_window->manners()->error(tr("The picture could not be saved"),
                                       "cannot write /media/stick/a.png: no room");
            m_window->manners()->error(tr("The image could not be opened"),
                                       "/data/heart/IM-0003.dcm: the pixel data ends after 12 of 51 slices.\nCopy the "
                                       "series again from the archive, or open the slices that are there.");
            QTest::qWait(100);
            m_window->grab().save(kind + "banner.png");
            QTest::mouseClick(m_window->findChild<QPushButton*>("errorDetails"), Qt::LeftButton);
            QTest::qWait(100);
            m_window->grab().save(kind + "messages.png");
            m_window->findChild<QAction*>("log")->trigger();
            m_window->findChild<QWidget*>("logDialog")->grab().save(kind + "log.png");
            PreferencesDialog* dialog = openDialog();
            setTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            for (int i = PreferencesDialog::Display; i <= PreferencesDialog::Keys; ++i) {
                page(dialog, static_cast<PreferencesDialog::Page>(i));
                QTest::qWait(100);
                dialog->grab().save(kind + "preferences-" + QString::number(i) + ".png");
            }
        }
    }

private:
    void openWindow() {
        m_window.reset();
        m_window = std::make_unique<StudioWindow>();
        m_window->resize(1280, 800);
        QSignalSpy devices(m_window->manners(), &Manners::devicesKnown);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_COMPARE(devices.size(), 1);
    }

    PreferencesDialog* openDialog() {
        m_window->findChild<QAction*>("preferences")->trigger();
        auto* dialog = m_window->findChild<PreferencesDialog*>();
        return dialog != nullptr && QTest::qWaitForWindowExposed(dialog) && !dialog->isModal() ? dialog : nullptr;
    }

    static void page(PreferencesDialog* dialog, PreferencesDialog::Page page) {
        dialog->findChild<QListWidget*>("preferencesPages")->setCurrentRow(page);
        QCoreApplication::processEvents();
    }

    static void click(PreferencesDialog* dialog, const char* name, int onPage) {
        page(dialog, static_cast<PreferencesDialog::Page>(onPage));
        auto* box = dialog->findChild<QCheckBox*>(name);
        QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
    }

    static void type(PreferencesDialog* dialog, const char* name, const QString& text) {
        auto* edit = dialog->findChild<QLineEdit*>(name);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }

    std::unique_ptr<StudioWindow> m_window;
};

DRDM_GUI_TEST_MAIN(PreferencesTest)
#include "tst_preferences.moc"
