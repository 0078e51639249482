#include "GuiTest.h"
#include "TestData.h"
#include "diffusion/Schedule.h"
#include "io/Phantom.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/OverlayPanel.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineWidget.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/project/ProjectKeeper.h"
#include "ui/schedule/ScheduleEditor.h"
#include "ui/schedule/SchedulePreview.h"
#include "ui/variations/VariationDelegate.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QCheckBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

#include <csignal>
#include <sys/resource.h>

using namespace drdm;

namespace {

constexpr int patient_ms = 240000;

/// Mean difference of the greys; −1 for pictures of two sizes.
double difference(const QImage& a, const QImage& b) {
    if (a.size() != b.size()) {
        return -1;
    }
    double sum = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            sum += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y)));
        }
    }
    return sum / (a.width() * a.height());
}

std::unique_ptr<StudioWindow> shown() {
    auto window = std::make_unique<StudioWindow>();
    window->resize(1280, 800);
    window->show();
    return window;
}

bool atRest(StudioWindow& window) {
    return QTest::qWaitFor([&] { return window.settled() && window.jobs()->unfinished() == 0; }, patient_ms);
}

/// The picture once nothing changes any more.
QImage atRest(SliceView* view) {
    QImage before, now;
    const bool quiet = QTest::qWaitFor(
        [&] {
            before = now;
            QCoreApplication::processEvents();  // the layout
            now = view->grabFramebuffer();
            return view->isVisible() && now.size() == view->size() && now == before;
        },
        patient_ms);
    return quiet ? now : QImage();
}

void drop(QWidget* target, const QStringList& paths) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths) {
        urls << QUrl::fromLocalFile(path);
    }
    data.setUrls(urls);
    QDragEnterEvent enter({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event({20, 20}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &event);
}

/// A small study on the disk; its folder of DICOM files.
QString phantom(const QTemporaryDir& folder, int size = 64) {
    PhantomSettings settings;
    settings.slices = 2;
    settings.size = size;
    settings.frames = 1;
    const std::string subject = writePhantom(settings, folder.filePath("study").toStdString())[0];
    return QString::fromStdString(subject) + "/dicom";
}

void click(QWidget* parent, const char* name) {
    auto* button = parent->findChild<QAbstractButton*>(name);
    QVERIFY2(button && button->isVisible() && button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

}  // namespace

/// The ways that users go, from end to end, with what can go wrong on them.
class FlowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
    }

    void fromTheImageToTheProjectAndBack_data() {
        QTest::addColumn<QString>("source");
        QTest::newRow("phantom") << QString();
        QTest::newRow("real cine") << "dicom/cardiac-cine-SCD0000301";
    }

    void fromTheImageToTheProjectAndBack() {
        QFETCH(QString, source);
        const QTemporaryDir folder;
        if (!source.isEmpty()) {
            if (testData().isEmpty() || !QFileInfo::exists(testData() + '/' + source)) {
                QSKIP("the real images are not here: set DRDM_TEST_DATA");
            }
            source = testData() + '/' + source;
        } else {
            source = phantom(folder, 128);
        }
        const QString project = folder.filePath("flow.drdm");
        QImage before;
        {
            const auto window = shown();
            // Open: dropped on the window.
            QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
            drop(window.get(), {source});
            QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
            QVERIFY(atRest(*window));

            // Generate four.
            window->generatePanel()->setText("level", "12");
            window->generatePanel()->setText("count", "4");
            click(window.get(), "generate");
            QVERIFY(atRest(*window));
            QCOMPARE(window->variations()->rowCount(), 4);

            // Scrub: every step by key, each drawn.
            auto* timeline = window->findChild<TimelineWidget*>("timeline");
            QCOMPARE(timeline->count(), 24);
            QSignalSpy drawn(window.get(), &StudioWindow::stepShown);
            timeline->setFocus();
            QTest::keyClick(timeline, Qt::Key_Home);
            for (int step = 1; step < timeline->count(); ++step) {
                QTest::keyClick(timeline, Qt::Key_Right);
                QTRY_VERIFY_WITH_TIMEOUT(!drawn.isEmpty() && drawn.last()[0].toInt() == step, patient_ms);
            }
            QCOMPARE(window->findChild<QLabel*>("statStrict")->text(), QString("none"));

            // Compare: the difference is somewhere else than nowhere.
            QVERIFY(atRest(*window));
            SliceView* view = window->views()->variationView();
            const QImage plain = view->grabFramebuffer();
            window->findChild<QAction*>("compareDifference")->trigger();
            QVERIFY(atRest(*window));
            QVERIFY(difference(plain, view->grabFramebuffer().scaled(plain.size())) > 2);
            window->findChild<QAction*>("compareBlend")->trigger();

            // Star the third.
            auto* list = window->findChild<QListView*>("variations");
            const QModelIndex third = list->model()->index(2, 0);
            list->scrollTo(third);
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(third).center());
            auto* delegate = qobject_cast<VariationDelegate*>(list->itemDelegate());
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                              delegate->starRect(list->visualRect(third)).center());
            QVERIFY(window->variations()->find(3)->starred);

            // Export it.
            window->findChild<QAction*>("export")->trigger();
            auto* dialog = window->findChild<QDialog*>("exportDialog");
            QVERIFY(dialog);
            dialog->findChild<QLineEdit*>("exportFolder")->setText(folder.filePath("out"));
            click(dialog, "startExport");
            QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("showFolder")->isVisible(), patient_ms);
            QVERIFY(QFileInfo(folder.filePath("out/report.json")).size() > 200);
            click(dialog, "closeExport");

            // Save the project by its dialog.
            window->goToStep(15);
            QVERIFY(atRest(*window));
            before = view->grabFramebuffer();
            QSignalSpy saved(window->keeper(), &ProjectKeeper::saved);
            window->findChild<QAction*>("saveProject")->trigger();
            auto* files = window->findChild<QFileDialog*>("saveProjectDialog");
            QVERIFY(files);
            Q_EMIT files->fileSelected(project);
            files->close();
            QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, patient_ms);
        }
        const auto window = shown();
        QSignalSpy again(window.get(), &StudioWindow::projectOpened);
        drop(window.get(), {project});
        QTRY_COMPARE_WITH_TIMEOUT(again.size(), 1, patient_ms);
        QVERIFY(atRest(*window));
        QCOMPARE(window->variations()->rowCount(), 4);
        QVERIFY(window->variations()->find(3)->starred && !window->variations()->find(2)->starred);
        QVERIFY(window->findChild<QAction*>("compareBlend")->isChecked());
        const QImage after = window->views()->variationView()->grabFramebuffer();
        QCOMPARE(after.size(), before.size());
        QVERIFY2(difference(before, after) < 0.5, qPrintable(QString::number(difference(before, after))));
    }

    void editedScheduleIsSeenAndUsed() {
        const QTemporaryDir folder;
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
        window->openPaths({phantom(folder, 128)});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        const auto make = [&] {
            window->generatePanel()->setText("level", "10");
            window->generatePanel()->setText("seed", "3");
            window->generate();
            QVERIFY(atRest(*window));
        };
        make();
        window->showWorkspace(StudioWindow::Workspace::Schedule);
        auto* editor = window->findChild<ScheduleEditor*>("scheduleEditor");
        auto* preview = editor->findChild<SliceView*>("schedulePreview");
        auto* numbers = editor->findChild<QLabel*>("schedulePreviewNumbers");
        QTRY_VERIFY_WITH_TIMEOUT(numbers->text().contains('%'), patient_ms);
        const QString said = numbers->text();
        const QImage picture = atRest(preview);
        auto* sigma = editor->findChild<QLineEdit*>("sigma4");
        QVERIFY(sigma);
        sigma->setFocus();
        sigma->selectAll();
        QTest::keyClicks(sigma, QString::number(sigma->text().toDouble() * 1.5));
        QTest::keyClick(sigma, Qt::Key_Tab);
        QTRY_VERIFY_WITH_TIMEOUT(numbers->text() != said, patient_ms);
        const QImage edited = atRest(preview);
        QCOMPARE(edited.size(), picture.size());
        QVERIFY2(difference(picture, edited) > 1, qPrintable(QString::number(difference(picture, edited))));
        click(editor, "useForSampling");
        window->showWorkspace(StudioWindow::Workspace::Images);
        make();
        const auto& all = window->variations()->all();
        QCOMPARE(all.size(), std::size_t{2});
        // The same seed and level, another schedule: a larger deformation before the recovery.
        const auto largest = [](const Trajectory& trajectory) {
            return trajectory.step(trajectory.diffusionStepCount() - 1).statistics.max_mm;
        };
        const double standard = largest(all[0].trajectory), stronger = largest(all[1].trajectory);
        QVERIFY2(stronger > 1.1 * standard, qPrintable(QString("%1 mm, %2 mm").arg(standard).arg(stronger)));
    }

    void anythingCanBeDropped() {
        const QTemporaryDir folder;
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened), failed(window.get(), &StudioWindow::failed);
        QVERIFY(QDir(folder.path()).mkdir("empty"));
        const auto write = [&](const char* name, const QByteArray& content) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        };
        write("letter.pdf", "%PDF-1.4 nothing");
        write("nothing.dcm", {});
        write("half.nii.gz", QByteArray::fromHex("1f8b0800000000000003"));
        write("false.drdm", "{\"not\": \"a project\"}");
        write("huge.drdm", QByteArray::fromHex("ffffffffffffff7f") + "{}");
        int expected = 0;
        for (const char* name : {"empty", "letter.pdf", "nothing.dcm", "half.nii.gz", "false.drdm", "huge.drdm"}) {
            drop(window.get(), {folder.filePath(name)});
            ++expected;
            QTRY_COMPARE_WITH_TIMEOUT(failed.size(), expected, patient_ms);
            QVERIFY2(failed.last()[0].toString().contains(name), qPrintable(failed.last()[0].toString()));
            QVERIFY(QApplication::activeModalWidget() == nullptr);
        }
        drop(window.get(), {phantom(folder)});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QCOMPARE(failed.size(), expected);
    }

    void aSeriesRemovedWhileOpenStaysUsable() {
        const QTemporaryDir folder;
        const QString source = phantom(folder);
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened), failed(window.get(), &StudioWindow::failed);
        window->openPaths({source});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(QDir(source).removeRecursively());
        window->generatePanel()->setText("level", "4");
        click(window.get(), "generate");
        QVERIFY(atRest(*window));
        QCOMPARE(window->variations()->rowCount(), 1);
        window->goToSlice(0);
        QVERIFY(atRest(*window));
        // Derived DICOM needs the original's headers: it says so, and nothing of the variation is lost.
        window->findChild<QAction*>("export")->trigger();
        auto* dialog = window->findChild<QDialog*>("exportDialog");
        dialog->findChild<QLineEdit*>("exportFolder")->setText(folder.filePath("out"));
        click(dialog, "startExport");
        QTRY_VERIFY_WITH_TIMEOUT(window->jobs()->unfinished() == 0, patient_ms);
        const QueuedJob& job = window->jobs()->jobs().back();
        QCOMPARE(job.state, QueuedJob::State::Failed);
        QVERIFY2(job.text.contains(source), qPrintable(job.text));
        QCOMPARE(window->variations()->rowCount(), 1);
    }

    void aFullDiskAtExportLosesNothing() {
        const QTemporaryDir folder;
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
        window->openPaths({phantom(folder, 128)});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        window->generatePanel()->setText("level", "4");
        click(window.get(), "generate");
        QVERIFY(atRest(*window));
        window->findChild<QAction*>("export")->trigger();
        auto* dialog = window->findChild<QDialog*>("exportDialog");
        dialog->findChild<QLineEdit*>("exportFolder")->setText(folder.filePath("full"));
        // Files end at 20 kB, as on a full disk.
        const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small{20'000, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        QTest::mouseClick(dialog->findChild<QPushButton*>("startExport"), Qt::LeftButton);
        const bool ended = QTest::qWaitFor([&] { return window->jobs()->unfinished() == 0; }, patient_ms);
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, ignored);
        QVERIFY(ended);
        QCOMPARE(window->jobs()->jobs().back().state, QueuedJob::State::Failed);
        QVERIFY2(window->jobs()->jobs().back().text.contains(folder.filePath("full")),
                 qPrintable(window->jobs()->jobs().back().text));
        QCOMPARE(window->variations()->rowCount(), 1);
        // With room again, the same button does it.
        click(dialog, "startExport");
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("showFolder")->isVisible(), patient_ms);
        QVERIFY(QFileInfo::exists(folder.filePath("full/report.json")));
    }

    void aProjectWhoseModelIsMissingOpens() {
        const QTemporaryDir folder;
        const QString model = folder.filePath("mine.safetensors"), project = folder.filePath("p.drdm");
        QVERIFY(QFile::copy(QString::fromStdString(installedModels().front().file), model));
        {
            const auto window = shown();
            QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
            window->openPaths({phantom(folder)});
            QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
            window->generatePanel()->setText("level", "3");
            window->generatePanel()->setText("model", model);
            click(window.get(), "generate");
            QVERIFY(atRest(*window));
            QSignalSpy saved(window->keeper(), &ProjectKeeper::saved);
            window->saveProjectTo(project);
            QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, patient_ms);
        }
        QVERIFY(QFile::remove(model));
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::projectOpened), failed(window.get(), &StudioWindow::failed);
        window->openPaths({project});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(atRest(*window));
        QVERIFY(window->views()->showsVariation());  // what was made is there without the model
        window->generate();
        QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), patient_ms);
        QVERIFY2(failed.last()[0].toString().contains(model), qPrintable(failed.last()[0].toString()));
        QCOMPARE(window->variations()->rowCount(), 1);
        window->generatePanel()->setText("model", QString::fromStdString(installedModels().front().name));
        window->generate();
        QVERIFY(atRest(*window));
        QCOMPARE(window->variations()->rowCount(), 2);
    }
};

DRDM_GUI_TEST_MAIN(FlowsTest)
#include "tst_flows.moc"
