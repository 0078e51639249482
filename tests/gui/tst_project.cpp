#include "GuiTest.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/OverlayPanel.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/project/ProjectKeeper.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>

#include <csignal>
#include <sys/resource.h>

using namespace drdm;

namespace {

constexpr int patient_ms = 240000;

std::unique_ptr<StudioWindow> shown() {
    auto window = std::make_unique<StudioWindow>();
    window->resize(1280, 800);
    window->show();
    return window;
}

bool atRest(StudioWindow& window) {
    return QTest::qWaitFor([&] { return window.settled() && window.jobs()->unfinished() == 0; }, patient_ms);
}

bool openSample(StudioWindow& window) {
    QSignalSpy opened(&window, &StudioWindow::imageOpened);
    window.openSample();
    return QTest::qWaitFor([&] { return opened.size() == 1; }, patient_ms) && atRest(window);
}

bool generate(StudioWindow& window, int count) {
    window.generatePanel()->setText("level", "9");
    window.generatePanel()->setText("count", QString::number(count));
    window.generate();
    return atRest(window);
}

/// What `--crash` does in a process of its own: makes variations, and dies without a word.
[[noreturn]] void crash() {
    auto window = shown();
    if (openSample(*window) && generate(*window, 2)) {
        window->variations()->setStarred(1, true);
        window->keeper()->flush();
        window->generatePanel()->setText("count", "200");
        window->generate();  // killed while it works
        const bool working = QTest::qWaitFor([&] { return window->variations()->rowCount() > 2; }, patient_ms);
        std::raise(working ? SIGKILL : SIGABRT);
    }
    std::abort();
}

double difference(const QImage& a, const QImage& b) {
    double sum = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            sum += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y)));
        }
    }
    return sum / (a.width() * a.height());
}

}  // namespace

class ProjectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QDir(ProjectKeeper::sessionsFolder()).removeRecursively();
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
    }

    void whatWasSavedIsThereAgain() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("hearts.drdm");
        QImage before;
        {
            const auto window = shown();
            QVERIFY(openSample(*window));
            QVERIFY(generate(*window, 4));
            QVERIFY(window->isWindowModified());
            window->variations()->setStarred(2, true);
            window->goToSlice(4);
            window->goToStep(6);
            window->overlayPanel()->setOn(OverlayPanel::Jacobian, true);
            window->overlayPanel()->setOn(OverlayPanel::Grid, true);
            window->findChild<QAction*>("compareCurtain")->trigger();
            window->views()->setCurtain(60);
            window->views()->zoomBy(1.6);
            window->views()->setMeasurements({{Measurement::Kind::Ellipse, 1, 4, 40, 40, 160, 120}});
            QVERIFY(atRest(*window));
            before = window->views()->variationView()->grabFramebuffer();
            QSignalSpy saved(window->keeper(), &ProjectKeeper::saved);
            window->saveProjectTo(path);
            QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, patient_ms);
            QVERIFY(!window->isWindowModified());
        }
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::projectOpened);
        window->openPaths({path});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(atRest(*window));
        QCOMPARE(window->variations()->rowCount(), 4);
        QVERIFY(window->variations()->find(2)->starred);
        QVERIFY(!window->variations()->find(1)->starred);
        const QImage after = window->views()->variationView()->grabFramebuffer();
        QCOMPARE(after.size(), before.size());
        QVERIFY2(difference(before, after) < 0.5, qPrintable(QString::number(difference(before, after))));
        QVERIFY(!window->isWindowModified());
        QVERIFY(window->overlayPanel()->isOn(OverlayPanel::Grid));
        QVERIFY(!window->overlayPanel()->isOn(OverlayPanel::Arrows));
        QVERIFY(window->findChild<QAction*>("compareCurtain")->isChecked());
        QCOMPARE(window->views()->measurements().size(), std::size_t{1});
        QCOMPARE(window->views()->measurements().front(),
                 (Measurement{Measurement::Kind::Ellipse, 1, 4, 40, 40, 160, 120}));
        QVERIFY(!window->findChild<QAction*>("undo")->isEnabled());  // opening is not undone
        // It goes on where it was: the next one has the next number.
        QVERIFY(generate(*window, 1));
        QCOMPARE(window->variations()->all().back().number, 5);
    }

    void movedSourcesCanBePointedTo() {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath("a"));
        const QString path = folder.filePath("p.drdm");
        {
            const auto window = shown();
            QVERIFY(openSample(*window));
            QVERIFY(generate(*window, 1));
            QSignalSpy saved(window->keeper(), &ProjectKeeper::saved);
            window->saveProjectTo(path);
            QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, patient_ms);
        }
        // The file says another place for the image than where it is.
        StoredProject stored = readProject(path.toStdString());
        const QString real = QString::fromStdString(stored.sources.at(0).path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray content = file.readAll();
        const QByteArray place = real.toUtf8().right(30);
        QVERIFY(content.count(place) >= 1);
        content.replace(place, QByteArray(place).replace('s', 'z'));
        file.seek(0);
        file.write(content);
        file.close();
        const auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::projectOpened);
        window->openProject(path);
        QTRY_VERIFY_WITH_TIMEOUT(window->findChild<QPushButton*>("pointToSource"), patient_ms);
        QCOMPARE(opened.size(), 0);
        QTest::mouseClick(window->findChild<QPushButton*>("pointToSource"), Qt::LeftButton);
        auto* dialog = window->findChild<QFileDialog*>("pointDialog");
        QVERIFY(dialog);
        Q_EMIT dialog->fileSelected(real);
        dialog->close();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QCOMPARE(window->variations()->rowCount(), 1);
    }

    void aCrashLosesNothing() {
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(QCoreApplication::applicationFilePath(), {"--crash"});
        QVERIFY(child.waitForFinished(patient_ms));
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);
        QCOMPARE(child.exitCode(), SIGKILL);

        const auto window = shown();
        window->offerRecovery();
        auto* recover = window->findChild<QPushButton*>("recover");
        QVERIFY(recover);
        QVERIFY(window->findChild<QMessageBox*>("recoverDialog")->text().contains("2 variations"));
        QSignalSpy opened(window.get(), &StudioWindow::projectOpened);
        QTest::mouseClick(recover, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QCOMPARE(window->variations()->rowCount(), 2);
        QVERIFY(window->variations()->find(1)->starred);
        QCOMPARE(window->variations()->find(2)->trajectory.stepCount(), std::size_t{18});
        QVERIFY(window->isWindowModified());  // it asks before it is lost
        QVERIFY(atRest(*window));

        // Leaving asks; staying stays; going in good order leaves nothing to recover.
        window->close();
        auto* stay = window->findChild<QPushButton*>("closeStay");
        QVERIFY(stay && window->isVisible());
        QTest::mouseClick(stay, Qt::LeftButton);
        QVERIFY(window->isVisible());
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        window->close();
        QTest::mouseClick(window->findChild<QPushButton*>("closeDiscard"), Qt::LeftButton);
        QVERIFY(!window->isVisible());
        const auto next = shown();
        next->offerRecovery();
        QVERIFY(!next->findChild<QPushButton*>("recover"));
    }

    void aFullDiskAtAutosaveIsSaidOnceAndWorkGoesOn() {
        const auto window = shown();
        QVERIFY(openSample(*window));
        QSignalSpy failed(window.get(), &StudioWindow::failed);
        QVERIFY(generate(*window, 1));
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{100'000, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const bool flushed = window->keeper()->flush();
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!flushed);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(window->variations()->rowCount(), 1);
        QVERIFY(window->keeper()->flush());  // there is room again
        window->keeper()->closeOrderly();
    }
};

int main(int argc, char** argv) {
    qputenv("QT_XCB_GL_INTEGRATION", "xcb_glx");
    qputenv("QTEST_FUNCTION_TIMEOUT", "900000");
    QSurfaceFormat::setDefaultFormat(VtkWidget::surfaceFormat());
    QApplication application(argc, argv);
    QApplication::setOrganizationName("DRDM");
    QApplication::setApplicationName("ProjectTest");
    QStandardPaths::setTestModeEnabled(true);
    applyTheme(application);
    if (application.arguments().contains("--crash")) {
        crash();
    }
    QSettings().clear();
    ProjectTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_project.moc"
