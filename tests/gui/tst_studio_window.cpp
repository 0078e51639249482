#include "GuiTest.h"
#include "TestData.h"
#include "io/Phantom.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/MessageBanner.h"
#include "ui/OverlayPanel.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineWidget.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/variations/GalleryPage.h"
#include "ui/variations/VariationDelegate.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDirIterator>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolBar>
#include <QToolButton>
#include <QTreeView>

using namespace drdm;

namespace {

constexpr int patient_ms = 240000;  // two busy cores and a debug build

/// A model to sample with: the shipped one, else the authors' from the reference data.
QString someModel() {
    if (!installedModels().empty()) {
        return QString::fromStdString(installedModels().front().name);
    }
    const QString released = referenceData() + "/released_cmr_2d.pth";
    return QFile::exists(released) ? released : QString();
}

/// How many pixels of a view are not grey.
int colouredPixels(SliceView* view) {
    const QImage picture = view->grabFramebuffer();
    int count = 0;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const QColor c = picture.pixelColor(x, y);
            count += std::max({c.red(), c.green(), c.blue()}) - std::min({c.red(), c.green(), c.blue()}) > 24 ? 1 : 0;
        }
    }
    return count;
}

}  // namespace

/// The whole way of a user, by mouse and keyboard.
class StudioWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_model = someModel();
        m_window = std::make_unique<StudioWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(m_window->findChild<QLabel*>("researchNotice")->isVisible());
        QVERIFY(!button("generate")->isEnabled());

        QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
        QTest::mouseClick(button("welcomeSample"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QCOMPARE(m_window->findChild<QTreeView*>("series")->model()->rowCount(), 1);
        QVERIFY(button("generate")->isEnabled());
        QVERIFY(mean(view("originalView")) > 10);
    }

    void init() {
        if (m_model.isEmpty() && QByteArray(QTest::currentTestFunction()) != "badInputIsSaidAndTheWindowGoesOn") {
            QSKIP("no model: neither resources/models nor the reference data (DRDM_SHARED) has one");
        }
        m_window->generatePanel()->setText("model", m_model);
        m_window->generatePanel()->setText("count", "1");
        m_window->generatePanel()->setText("seed", "1");
    }

    void keysAndSlidersMoveThroughSlicesAndPhases() {
        auto* slice = m_window->findChild<QSlider*>("sliceSlider");
        auto* phase = m_window->findChild<QSlider*>("phaseSlider");
        SliceView* original = view("originalView");
        m_window->activateWindow();
        QTest::mouseClick(original, Qt::LeftButton);
        original->setFocus();
        const int before = slice->value();
        QTest::keyClick(original, Qt::Key_Up);
        QCOMPARE(slice->value(), before + 1);
        QTest::keyClick(original, Qt::Key_Down);
        QCOMPARE(slice->value(), before);
        QTest::keyClick(original, Qt::Key_PageUp);
        QCOMPARE(phase->value(), 1);
        QTest::keyClick(original, Qt::Key_PageDown);
        QTest::keyClick(original, Qt::Key_PageDown);
        QCOMPARE(phase->value(), phase->maximum());  // round the heart beat
        QTest::keyClick(original, Qt::Key_PageUp);
        QCOMPARE(phase->value(), 0);
    }

    void dragSetsWindowInBothViews() {
        const DisplayWindow before = m_window->views()->displayWindow();
        SliceView* original = view("originalView");
        QTest::mousePress(original, Qt::RightButton, {}, {100, 200});
        QTest::mouseMove(original, {200, 200});
        QTest::mouseRelease(original, Qt::RightButton, {}, {200, 200});
        QVERIFY(m_window->views()->displayWindow().width > before.width * 1.2);
        m_window->views()->setWindow(before);
    }

    void generateStepOverlayExport() {
        setLevel(24);  // enough for |J| to leave the grey middle of the colour map, whatever the model
        generateAndWait(true);
        QCOMPARE(timeline()->count(), 48);  // 24 diffusion steps and 24 recovery steps
        QCOMPARE(timeline()->current(), 47);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled() && m_window->views()->showsVariation(), patient_ms);
        QCOMPARE(m_window->findChild<QLabel*>("statStrict")->text(), QString("none"));

        // Steps by key, mouse and button.
        QSignalSpy shown(m_window.get(), &StudioWindow::stepShown);
        QTest::mouseClick(timeline(), Qt::LeftButton, {},
                          {static_cast<int>(timeline()->xOf(3)), timeline()->height() / 2});
        QCOMPARE(timeline()->current(), 3);
        QTest::keyClick(timeline(), Qt::Key_Right);
        QCOMPARE(timeline()->current(), 4);
        QTest::mouseClick(m_window->findChild<QToolButton*>("previousStepButton"), Qt::LeftButton);
        QCOMPARE(timeline()->current(), 3);
        QTRY_VERIFY_WITH_TIMEOUT(!shown.isEmpty() && shown.last()[0].toInt() == 3, patient_ms);
        QTest::mouseClick(m_window->findChild<QToolButton*>("playButton"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(timeline()->current() >= 7, patient_ms);  // it plays by itself
        QTest::mouseClick(m_window->findChild<QToolButton*>("playButton"), Qt::LeftButton);
        QTest::mouseClick(m_window->findChild<QToolButton*>("lastStepButton"), Qt::LeftButton);
        QCOMPARE(timeline()->current(), 47);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);

        // Overlays: each colours the variation, and only while it is on.
        SliceView* variation = view("variationView");
        const int plain = colouredPixels(variation);
        for (const char* name : {"overlay-jacobian", "overlay-displacement", "overlay-grid"}) {
            auto* box = m_window->findChild<QCheckBox*>(name);
            QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
            QVERIFY(box->isChecked());
            QTRY_VERIFY2_WITH_TIMEOUT(m_window->settled() && colouredPixels(variation) > plain + 500, name, patient_ms);
            QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
            QTRY_VERIFY2_WITH_TIMEOUT(m_window->settled() && colouredPixels(variation) <= plain + 50, name, patient_ms);
        }

        // What is under the pointer.
        QTest::mouseMove(variation, {variation->width() / 2, variation->height() / 2});
        QTRY_VERIFY(m_window->findChild<QLabel*>("pointer")->text().contains("|J|"));

        // Export.
        QTemporaryDir folder;
        const QString target = folder.filePath("out");
        clickTool("export");
        auto* dialog = m_window->findChild<QDialog*>("exportDialog");
        QVERIFY(dialog && !dialog->isModal());
        auto* edit = dialog->findChild<QLineEdit*>("exportFolder");
        edit->selectAll();
        QTest::keyClicks(edit, target);
        picture(dialog, "export");
        const QString promise = dialog->findChild<QLabel*>("exportText")->text();
        QTest::mouseClick(dialog->findChild<QPushButton*>("startExport"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("showFolder")->isVisible(), patient_ms);
        QVERIFY(QFile::exists(target + "/report.json"));
        for (const char* name : {"field.nii.gz", "jacobian.nii.gz", "image.nii.gz"}) {
            QVERIFY2(QFile::exists(target + "/seed-0001/" + name), name);
        }
        QCOMPARE(QDir(target + "/seed-0001/dicom").entryList(QDir::Files).size(), 8);  // one slice, 8 phases
        // As many files as it said beforehand, and about as large.
        int files = 0;
        double bytes = 0;
        QDirIterator each(target, QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            each.next();
            ++files;
            bytes += static_cast<double>(each.fileInfo().size());
        }
        const auto said = QRegularExpression("^([0-9]+) files, about ([0-9.]+) (.)").match(promise);
        QVERIFY2(said.hasMatch() && promise.contains(target), qPrintable(promise));
        QCOMPARE(said.captured(1).toInt(), files);
        const double unit = said.captured(3) == "M" ? 1024 * 1024 : 1024;
        const double ratio = said.captured(2).toDouble() * unit / bytes;
        QVERIFY2(ratio > 0.4 && ratio < 2.5, qPrintable(QString::number(ratio)));
        picture(dialog, "exported");
        QTest::mouseClick(dialog->findChild<QPushButton*>("closeExport"), Qt::LeftButton);
    }

    void movieOfTheStepsIsWritten() {
        setLevel(3);
        generateAndWait(true);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled() && m_window->views()->showsVariation(), patient_ms);
        m_window->overlayPanel()->setOn(OverlayPanel::Jacobian, true);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        const int before = timeline()->current();
        QTemporaryDir folder;
        m_window->findChild<QAction*>("exportMovie")->trigger();
        auto* dialog = m_window->findChild<QDialog*>("movieDialog");
        QVERIFY(dialog && dialog->isVisible());
        dialog->findChild<QLineEdit*>("moviePath")->setText(folder.filePath("steps"));
        dialog->findChild<QComboBox*>("movieFormat")->setCurrentIndex(2);
        QVERIFY(dialog->findChild<QCheckBox*>("movieColourBars")->isChecked());
        picture(dialog, "movie");
        QTest::mouseClick(dialog->findChild<QPushButton*>("startMovie"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("openMovieFolder")->isVisible(), patient_ms);
        const QStringList files = QDir(folder.filePath("steps")).entryList(QDir::Files);
        QCOMPARE(files.size(), 6 + 10);  // three steps in each half, and the last one held for a second
        // Each picture shows its own step: the first and the last differ where the variation is.
        const QImage first(folder.filePath("steps/" + files.front())), last(folder.filePath("steps/" + files.back()));
        QCOMPARE(first.size(), last.size());
        int differing = 0;
        for (int y = 0; y < first.height(); ++y) {
            for (int x = first.width() / 2; x < first.width(); ++x) {
                differing += first.pixel(x, y) != last.pixel(x, y) ? 1 : 0;
            }
        }
        QVERIFY2(differing > 1000, qPrintable(QString::number(differing)));
        // The colour bar stands in it, with the swatch of folded voxels.
        int folded = 0;
        for (int y = 0; y < last.height(); ++y) {
            for (int x = 0; x < last.width(); ++x) {
                const QColor c = last.pixelColor(x, y);
                folded += c.red() > 240 && c.green() < 20 && c.blue() > 200 ? 1 : 0;
            }
        }
        QVERIFY2(folded > 100, qPrintable(QString::number(folded)));
        if (const QByteArray pictures = qgetenv("DRDM_PICTURES"); !pictures.isEmpty()) {
            last.save(QString::fromLocal8Bit(pictures) + "/movie-frame.png");
        }
        picture(dialog, "movie-written");
        QTest::mouseClick(dialog->findChild<QPushButton*>("closeMovie"), Qt::LeftButton);
        QTRY_COMPARE(timeline()->current(), before);
        m_window->overlayPanel()->setOn(OverlayPanel::Jacobian, false);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
    }

    void cancelThrowsAwayAndLeavesTheWindowUsable() {
        const int before = count();
        setLevel(80);
        QSignalSpy ended(m_window.get(), &StudioWindow::samplingEnded);
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(count() == before + 1 && timeline()->count() >= 3, patient_ms);
        picture(m_window.get(), "running");
        QTest::mouseClick(button("cancel"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, patient_ms);
        QCOMPARE(ended[0][0].toBool(), false);
        QCOMPARE(count(), before);
        QVERIFY(button("generate")->isVisible() && button("generate")->isEnabled());
        setLevel(2);
        generateAndWait(true);
        QCOMPARE(count(), before + 1);
    }

    void stopAndKeepKeeps() {
        const int before = count();
        setLevel(80);
        QSignalSpy ended(m_window.get(), &StudioWindow::samplingEnded);
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(count() == before + 1 && timeline()->count() >= 5, patient_ms);
        QTest::mouseClick(button("stopAndKeep"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, patient_ms);
        QCOMPARE(ended[0][0].toBool(), true);
        QCOMPARE(count(), before + 1);
        QVERIFY(timeline()->count() >= 5 && timeline()->count() < 159);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled() && m_window->views()->showsVariation(), patient_ms);
    }

    void severalVariationsCanBeChosenAndRemoved() {
        const int before = count();
        setLevel(2);
        m_window->generatePanel()->setText("count", "3");
        m_window->generatePanel()->setText("seed", "10");
        generateAndWait(true);
        QCOMPARE(count(), before + 3);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        clickVariation(before + 1);
        QVERIFY(m_window->findChild<QLabel*>("variationViewCaption")->text().contains("seed 11"));
        QTest::mouseClick(m_window->findChild<QToolButton*>("removeVariation"), Qt::LeftButton);
        QCOMPARE(count(), before + 2);
        m_window->findChild<QAction*>("undo")->trigger();
        QCOMPARE(count(), before + 3);
        QCOMPARE(m_window->variations()->all()[static_cast<std::size_t>(before + 1)].seed, 11U);
        m_window->findChild<QAction*>("redo")->trigger();
        QCOMPARE(count(), before + 2);
        QVERIFY(!m_window->findChild<QLabel*>("variationViewCaption")->text().contains("seed 11"));
    }

    void ordersWaitForEachOtherAndOneCanBeCancelled() {
        const int before = count();
        setLevel(80);
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        setLevel(3);
        m_window->generatePanel()->setText("seed", "21");
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        m_window->generatePanel()->setText("seed", "22");
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        const auto& jobs = m_window->jobs()->jobs();
        QCOMPARE(m_window->jobs()->unfinished("sample"), 3);
        m_window->jobs()->cancel(jobs[jobs.size() - 2].number);  // seed 21, which waits
        QCOMPARE(m_window->jobs()->unfinished("sample"), 2);
        QTRY_VERIFY_WITH_TIMEOUT(count() == before + 1 && timeline()->count() >= 3, patient_ms);
        QTest::mouseClick(button("cancel"), Qt::LeftButton);  // the one that runs
        QTRY_COMPARE_WITH_TIMEOUT(m_window->jobs()->unfinished("sample"), 0, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        QCOMPARE(count(), before + 1);
        QCOMPARE(m_window->variations()->all().back().seed, 22U);
        m_window->jobs()->clearFinished();
        QCOMPARE(m_window->jobs()->rowCount(), 0);
    }

    void starGalleryAndCompare() {
        setLevel(6);
        m_window->generatePanel()->setText("count", "2");
        m_window->generatePanel()->setText("seed", "31");
        generateAndWait(true);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        const auto& all = m_window->variations()->all();
        const int last = count() - 1;

        // A click on the star stars, undo takes it away.
        auto* delegate = qobject_cast<VariationDelegate*>(list()->itemDelegate());
        clickVariation(last);
        const QRect star = delegate->starRect(list()->visualRect(list()->model()->index(last, 0)));
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, star.center());
        QVERIFY(all.back().starred);
        m_window->findChild<QAction*>("undo")->trigger();
        QVERIFY(!all.back().starred);
        m_window->findChild<QAction*>("star")->trigger();
        QVERIFY(all.back().starred);

        // The gallery shows all of them, or the starred alone.
        QTest::mouseClick(m_window->findChild<QToolButton*>("showGallery"), Qt::LeftButton);
        auto* gallery = m_window->findChild<QListView*>("gallery");
        QVERIFY(gallery->isVisible());
        QCOMPARE(gallery->model()->rowCount(), count());
        for (const Variation& variation : all) {
            QVERIFY(!variation.preview.isNull());
        }
        QCoreApplication::processEvents();
        picture(m_window.get(), "gallery");
        const QImage sheet = m_window->findChild<GalleryPage*>("galleryPage")->contactSheet();
        QVERIFY(sheet.width() > 380 && sheet.height() > 190);
        m_window->findChild<QToolButton*>("starredOnly")->setChecked(true);
        QCOMPARE(gallery->model()->rowCount(), 1);
        m_window->findChild<QToolButton*>("starredOnly")->setChecked(false);

        // Two chosen ones stand side by side.
        const QModelIndex first = gallery->model()->index(last - 1, 0), second = gallery->model()->index(last, 0);
        gallery->selectionModel()->setCurrentIndex(first, QItemSelectionModel::ClearAndSelect);
        gallery->selectionModel()->select(second, QItemSelectionModel::Select);
        QTest::mouseClick(m_window->findChild<QToolButton*>("gallery-compare"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled() && !gallery->isVisible(), patient_ms);
        QTRY_VERIFY2_WITH_TIMEOUT(m_window->findChild<QLabel*>("originalViewCaption")->text().contains("Seed 31"),
                                  qPrintable(m_window->findChild<QLabel*>("originalViewCaption")->text()), patient_ms);
        QVERIFY(m_window->findChild<QLabel*>("variationViewCaption")->text().contains("seed 32"));
        m_window->findChild<QAction*>("compare")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QLabel*>("originalViewCaption")->text().startsWith("slice"),
                                 patient_ms);
    }

    void anotherSeriesKeepsTheVariations() {
        const int before = count();
        QVERIFY(before > 0);
        QTemporaryDir folder;
        PhantomSettings settings;
        settings.seed = 77;
        settings.slices = 1;
        settings.frames = 1;
        settings.size = 64;
        writePhantom(settings, folder.path().toStdString());
        QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
        m_window->openPaths({folder.path()});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QCOMPARE(count(), 0);
        QCOMPARE(static_cast<int>(m_window->variations()->all().size()), before);
        m_window->openSample();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 2, patient_ms);
        QCOMPARE(count(), before);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled() && m_window->views()->showsVariation(), patient_ms);
    }

    void seedButtonsChangeTheSeed() {
        auto* seed = m_window->generatePanel()->findChild<QWidget*>("parameter-seed")->findChild<QDoubleSpinBox*>();
        m_window->generatePanel()->setText("count", "2");  // what was done to the seed before is a step of its own
        QTest::mouseClick(m_window->findChild<QToolButton*>("seedPlus"), Qt::LeftButton);
        QCOMPARE(seed->value(), 2.0);
        QTest::mouseClick(m_window->findChild<QToolButton*>("seedMinus"), Qt::LeftButton);
        QCOMPARE(seed->value(), 1.0);
        QTest::mouseClick(m_window->findChild<QToolButton*>("seedRandom"), Qt::LeftButton);
        QVERIFY(seed->value() > 2);
        m_window->findChild<QAction*>("undo")->trigger();  // one step: edits of one setting in a row are one
        QCOMPARE(seed->value(), 1.0);
        m_window->findChild<QAction*>("redo")->trigger();
        QVERIFY(seed->value() > 2);
    }

    void otherSliceOffersTheWayBack() {
        auto* slice = m_window->findChild<QSlider*>("sliceSlider");
        const int made = slice->value();
        m_window->goToSlice(made == 0 ? 1 : made - 1);
        auto* back = button("noticeButton");
        QTRY_VERIFY(back->isVisible());
        QTest::mouseClick(back, Qt::LeftButton);
        QCOMPARE(slice->value(), made);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views()->showsVariation(), patient_ms);
    }

    void missingModelIsSaidAndNothingIsLeft() {
        const int before = count();
        m_window->generatePanel()->setText("model", "/nowhere/model.safetensors");
        QSignalSpy failed(m_window.get(), &StudioWindow::failed);
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patient_ms);
        QVERIFY(failed[0][0].toString().contains("/nowhere/model.safetensors"));
        closeErrors();
        QCOMPARE(count(), before);
        QVERIFY(button("generate")->isEnabled());
    }

    void badInputIsSaidAndTheWindowGoesOn() {
        QTemporaryDir folder;
        QFile text(folder.filePath("note.dcm"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("this is no image");
        text.close();
        QSignalSpy failed(m_window.get(), &StudioWindow::failed);
        m_window->openPaths({folder.path()});
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patient_ms);
        QVERIFY(failed[0][0].toString().contains("note.dcm"));
        auto* card = m_window->findChild<MessageBanner*>("errorBanner");
        QVERIFY(card && card->isVisible());
        QVERIFY(QApplication::activeModalWidget() == nullptr);
        picture(m_window.get(), "error");
        m_window->openPaths({folder.filePath("absent")});
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 2, patient_ms);
        closeErrors();
        QTRY_VERIFY(m_window->settled());
    }

    void everyMenuEntryAnswers() {
        m_window->findChild<QAction*>("about")->trigger();
        auto* about = m_window->findChild<QMessageBox*>("aboutDialog");
        QVERIFY(about && about->isVisible() && !about->isModal());
        picture(about, "about");
        about->close();
        m_window->findChild<QAction*>("shortcuts")->trigger();
        const QPointer<QWidget> sheet = m_window->findChild<QWidget*>("shortcutsOverlay");
        QVERIFY(sheet && sheet->isVisible());
        picture(m_window.get(), "shortcuts");
        QTest::keyClick(sheet, Qt::Key_A);
        QTRY_VERIFY(sheet.isNull());
        auto* views = m_window->views();
        m_window->findChild<QAction*>("layoutVariation")->trigger();
        QVERIFY(!view("originalView")->isVisible());
        m_window->findChild<QAction*>("layoutOriginal")->trigger();
        QVERIFY(view("originalView")->isVisible() && views->mode() == ViewPair::Mode::Original);
        m_window->findChild<QAction*>("layoutBoth")->trigger();
        QVERIFY(view("originalView")->isVisible());
        const double before = view("originalView")->camera().halfHeight_mm;
        m_window->findChild<QAction*>("zoomIn")->trigger();
        QVERIFY(view("originalView")->camera().halfHeight_mm < before * 0.9);
        m_window->findChild<QAction*>("fit")->trigger();
        QVERIFY(std::abs(view("originalView")->camera().halfHeight_mm - before) < before * 0.05);
        QTest::mouseClick(m_window->generatePanel()->findChild<QPushButton*>("expertSettings"), Qt::LeftButton);
        QVERIFY(m_window->generatePanel()->findChild<QWidget*>("parameter-stride")->isVisible());
        QCoreApplication::processEvents();
        picture(m_window.get(), "expert");
        QTest::mouseClick(m_window->generatePanel()->findChild<QPushButton*>("expertSettings"), Qt::LeftButton);
        // Every entry has a name, and those that are switched off say so by being grey.
        for (const QAction* action : m_window->findChildren<QAction*>()) {
            QVERIFY(action->isSeparator() || !action->text().isEmpty() || action->parent() != m_window.get());
        }
    }

private:
    QPushButton* button(const char* name) { return m_window->findChild<QPushButton*>(name); }
    SliceView* view(const char* name) { return m_window->findChild<SliceView*>(name); }
    TimelineWidget* timeline() { return m_window->findChild<TimelineWidget*>("timeline"); }
    QListView* list() { return m_window->findChild<QListView*>("variations"); }
    int count() { return list()->model()->rowCount(); }
    void clickVariation(int row) {
        const QModelIndex index = list()->model()->index(row, 0);
        list()->scrollTo(index);
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualRect(index).center());
    }

    /// Keeps a picture for whoever wants to look: DRDM_PICTURES=FOLDER.
    static void picture(QWidget* widget, const QString& name) {
        if (const QByteArray folder = qgetenv("DRDM_PICTURES"); !folder.isEmpty()) {
            widget->grab().save(QString::fromLocal8Bit(folder) + "/" + name + ".png");
        }
    }

    static double mean(SliceView* view) {
        const QImage picture = view->grabFramebuffer();
        return drdmtest::meanColour(picture, picture.rect())[0];
    }

    void setLevel(int level) {
        auto* spin = m_window->generatePanel()->findChild<QWidget*>("parameter-level")->findChild<QDoubleSpinBox*>();
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, QString::number(level));
        QTest::keyClick(spin, Qt::Key_Tab);
        QCOMPARE(spin->value(), static_cast<double>(level));
    }

    void generateAndWait(bool kept) {
        QSignalSpy ended(m_window.get(), &StudioWindow::samplingEnded), failed(m_window.get(), &StudioWindow::failed);
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, patient_ms);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));
        QCOMPARE(ended[0][0].toBool(), kept);
    }

    void clickTool(const QString& action) {
        auto* bar = m_window->findChild<QToolBar*>("toolbar");
        auto* widget = bar->widgetForAction(m_window->findChild<QAction*>(action));
        QVERIFY(widget && widget->isEnabled());
        QTest::mouseClick(widget, Qt::LeftButton);
    }

    void closeErrors() {
        auto* close = m_window->findChild<QToolButton*>("errorClose");
        QVERIFY(close->isVisible());
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!close->isVisible());
    }

    std::unique_ptr<StudioWindow> m_window;
    QString m_model;
};

DRDM_GUI_TEST_MAIN(StudioWindowTest)
#include "tst_studio_window.moc"
