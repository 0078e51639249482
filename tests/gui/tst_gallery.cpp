#include "GuiTest.h"
#include "io/Phantom.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/OverlayPanel.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/training/ElidedLabel.h"
#include "ui/training/TrainingWorkspace.h"
#include "ui/variations/VariationStore.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace drdm;

namespace {

constexpr int patient_ms = 240000;

/// Share of the pixels that are neither the ground nor next to it: a page that shows nothing has next to none.
double busyShare(const QImage& picture, const QColor& ground) {
    int count = 0;
    for (int y = 0; y < picture.height(); y += 2) {
        for (int x = 0; x < picture.width(); x += 2) {
            const QColor c = picture.pixelColor(x, y);
            count += std::abs(c.red() - ground.red()) + std::abs(c.green() - ground.green()) +
                                 std::abs(c.blue() - ground.blue()) >
                             40
                         ? 1
                         : 0;
        }
    }
    return 4.0 * count / (picture.width() * picture.height());
}

/// Labels and buttons on screen whose text does not fit.
QStringList cutOff(const QWidget& window) {
    QStringList found;
    for (const QLabel* label : window.findChildren<QLabel*>()) {
        const QString text = QString(label->text()).remove('&');
        const bool plain = label->isVisible() && !label->visibleRegion().isEmpty() && !text.isEmpty() &&
                           !label->wordWrap() && !Qt::mightBeRichText(text) &&
                           dynamic_cast<const ElidedLabel*>(label) == nullptr;
        for (const QString& line : plain ? text.split('\n') : QStringList()) {
            if (label->contentsRect().width() + 1 < label->fontMetrics().horizontalAdvance(line)) {
                found << QString("%1: “%2”").arg(label->objectName(), line);
            }
        }
    }
    for (const QAbstractButton* button : window.findChildren<QAbstractButton*>()) {
        const auto* tool = qobject_cast<const QToolButton*>(button);
        const bool iconOnly = tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly;
        const bool beside =
            !button->icon().isNull() && (!tool || tool->toolButtonStyle() == Qt::ToolButtonTextBesideIcon);
        const int needed = button->fontMetrics().horizontalAdvance(QString(button->text()).remove('&')) +
                           (beside ? button->iconSize().width() + 4 : 0);
        if (button->isVisible() && !button->visibleRegion().isEmpty() && !iconOnly && button->width() < needed) {
            found << QString("%1: “%2”").arg(button->objectName(), button->text());
        }
    }
    return found;
}

}  // namespace

/// A picture of every workspace in both themes. They stand in tests/gui/gallery for whoever wants to look; with
/// DRDM_GALLERY=FOLDER they are made anew there.
class GalleryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyWorkspaceInBothThemes() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
        // DRDM_GALLERY_SIZE=1920x1200 for another size; QT_SCALE_FACTOR=2 as on a dense screen.
        const QStringList wanted = QString::fromLatin1(qgetenv("DRDM_GALLERY_SIZE")).split('x');
        const QSize size = wanted.size() == 2 ? QSize(wanted[0].toInt(), wanted[1].toInt()) : QSize(1280, 800);
        StudioWindow window;
        window.resize(size);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QSignalSpy opened(&window, &StudioWindow::imageOpened);
        window.openSample();
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        window.generatePanel()->setText("level", "40");
        window.generatePanel()->setText("count", "6");
        window.generate();
        QTRY_VERIFY_WITH_TIMEOUT(window.settled() && window.jobs()->unfinished() == 0, patient_ms);
        QCOMPARE(window.variations()->rowCount(), 6);
        window.overlayPanel()->setOn(OverlayPanel::Jacobian, true);
        window.overlayPanel()->setOn(OverlayPanel::Grid, true);
        window.generatePanel()->setText("seed", "50");
        window.generatePanel()->setText("count", "2");
        window.generate();
        window.jobs()->pause(window.jobs()->jobs().back().number);  // something to see on the page of the jobs
        const std::array<std::pair<const char*, StudioWindow::Workspace>, 6> pages{
            {{"images", StudioWindow::Workspace::Images},
             {"gallery", StudioWindow::Workspace::Gallery},
             {"schedule", StudioWindow::Workspace::Schedule},
             {"training", StudioWindow::Workspace::Training},
             {"experiments", StudioWindow::Workspace::Experiments},
             {"jobs", StudioWindow::Workspace::Jobs}}};
        const QTemporaryDir study;
        PhantomSettings hearts;
        hearts.subjects = 3;
        hearts.slices = 2;
        hearts.frames = 1;
        hearts.size = 128;
        writePhantom(hearts, study.filePath("hearts").toStdString());
        window.showWorkspace(StudioWindow::Workspace::Training);
        auto* training = window.findChild<TrainingWorkspace*>();
        training->addData({study.filePath("hearts")});
        QTRY_VERIFY_WITH_TIMEOUT(training->findChild<QAbstractItemView*>()->model()->rowCount() > 0, patient_ms);
        for (const auto& [theme, choice] : {std::pair{"dark", ThemeChoice::Dark}, {"light", ThemeChoice::Light}}) {
            setTheme(choice);
            QImage before;
            for (const auto& [name, page] : pages) {
                window.showWorkspace(page);
                QImage now;
                // At rest: two looks in a row find the same.
                QTRY_VERIFY_WITH_TIMEOUT(std::exchange(now, window.grab().toImage()) == now, patient_ms);
                QCOMPARE(now.size(), size * window.devicePixelRatio());
                QVERIFY2(cutOff(window).isEmpty(), qPrintable(cutOff(window).join('\n')));
                QVERIFY2(now != before, name);
                QVERIFY2(busyShare(now, Theme::current().ground) > 0.02, name);
                before = now;
                if (const QByteArray folder = qgetenv("DRDM_GALLERY"); !folder.isEmpty()) {
                    QVERIFY(now.save(QString("%1/%2-%3.png").arg(QString::fromLocal8Bit(folder), name, theme)));
                }
            }
        }
        setTheme(ThemeChoice::Dark);
        window.jobs()->cancel(window.jobs()->jobs().back().number);
        QTRY_VERIFY_WITH_TIMEOUT(window.jobs()->unfinished() == 0, patient_ms);
    }
};

DRDM_GUI_TEST_MAIN(GalleryTest)
#include "tst_gallery.moc"
