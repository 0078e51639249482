#include "GuiTest.h"
#include "tasks/Sample.h"
#include "ui/GeneratePanel.h"
#include "ui/Manners.h"
#include "ui/MessageBanner.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/variations/VariationStore.h"

#include <QAbstractButton>
#include <QAction>
#include <QActionGroup>
#include <QCheckBox>
#include <QCryptographicHash>
#include <QDataStream>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStatusBar>
#include <QToolBar>

#include <algorithm>
#include <set>

using namespace drdm;

namespace {

constexpr int patient_ms = 60000;
constexpr int madeOn = 4;  ///< the slice that is shown first, of eight

}  // namespace

/// No dead control: every action of every menu and tool bar does something that can be seen, or is off and says why.
class ActionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QApplication::setCursorFlashTime(0);  // nothing moves by itself
        m_window = std::make_unique<StudioWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->findChild<QWidget*>("statusMeter")->hide();  // counts on
    }

    void namesAreThereAndDifferent() {
        std::set<QString> names, keys;
        for (const QAction* action : actions()) {
            if (action->objectName().isEmpty()) {
                continue;  // made when the menu opens
            }
            QVERIFY2(names.insert(action->objectName()).second, qPrintable(action->objectName()));
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
            for (const QKeySequence& key : action->shortcuts()) {
                QVERIFY2(keys.insert(key.toString()).second, qPrintable(key.toString() + " is two actions' key"));
                QVERIFY2(
                    key != action->shortcut() || action->toolTip().contains(key.toString(QKeySequence::NativeText)),
                    qPrintable(action->objectName()));
            }
        }
        QVERIFY(names.size() > 35);
    }

    void nothingIsDeadWithNothingOpen() {
        walk();
        if (QTest::currentTestFailed()) {
            return;
        }
        QVERIFY(m_works.contains("openFolder") && m_works.contains("preferences") && m_works.contains("themeLight"));
        QVERIFY(m_off.contains("export") && m_off.contains("generate") && m_off.contains("play"));
    }

    void nothingIsDeadWithAVariation() {
        if (installedModels().empty()) {
            QSKIP("no model to make a variation with");
        }
        openAndGenerate();
        walk();
        if (QTest::currentTestFailed()) {
            return;
        }
        for (const char* name :
             {"export", "generate", "play", "fit", "sliceUp", "remove", "savePicture", "layoutBoth"}) {
            QVERIFY2(m_works.contains(name), name);
        }
        m_off.erase("redo");  // whether something was taken back is chance
        // The sample's labels have no structures to choose from: tst_labels.
        QCOMPARE(m_off, (std::set<QString>{"cancelSampling", "chooseStructures", "keepSampling", "lockClear"}));
    }

    void everyButtonSaysWhatItIs() {
        for (QAction* checkable : {action("messages"), action("preferences")}) {
            checkable->trigger();
        }
        QCoreApplication::processEvents();
        int seen = 0;
        for (QWidget* top : QApplication::topLevelWidgets()) {
            for (const QAbstractButton* button : top->findChildren<QAbstractButton*>()) {
                const bool own = !button->objectName().startsWith("qt_") && button->isVisible();
                seen += own ? 1 : 0;
                QVERIFY2(!own || !button->toolTip().isEmpty() || !button->text().isEmpty() ||
                             button->inherits("QTableCornerButton"),
                         qPrintable(button->objectName() + " in " + button->parentWidget()->objectName()));
            }
        }
        QVERIFY(seen > 30);
        putAway();
    }

    void quitAsksOnlyWhereSomethingWouldBeLost() {
        const auto answer = [this](const char* button) {
            auto* box = m_window->findChild<QWidget*>("closeDialog");
            QVERIFY(box && box->isVisible());
            QTest::mouseClick(box->findChild<QAbstractButton*>(button), Qt::LeftButton);
        };
        if (m_window->variations()->rowCount() > 0) {
            action("quit")->trigger();
            answer("closeStay");
            QVERIFY(m_window->isVisible());
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            action("quit")->trigger();
            answer("closeDiscard");
        } else {
            action("quit")->trigger();
        }
        QTRY_VERIFY(!m_window->isVisible());
    }

private:
    QAction* action(const char* name) { return m_window->findChild<QAction*>(name); }

    static void addMenu(QMenu* menu, QList<QAction*>& found) {
        Q_EMIT menu->aboutToShow();
        for (QAction* each : menu->actions()) {
            if (each->menu() != nullptr) {
                found << each;
                addMenu(each->menu(), found);
            } else if (!each->isSeparator() && !found.contains(each)) {
                found << each;
            }
        }
    }

    QList<QAction*> actions() {
        QList<QAction*> found;
        for (const QAction* top : m_window->menuBar()->actions()) {
            addMenu(top->menu(), found);
        }
        for (const QToolBar* bar : m_window->findChildren<QToolBar*>()) {
            for (QAction* each : bar->actions()) {
                if (!each->isSeparator() && !found.contains(each) && !each->inherits("QWidgetAction")) {
                    found << each;
                }
            }
        }
        return found;
    }

    void openAndGenerate() {
        if (m_window->variations()->rowCount() > 0) {
            return;
        }
        if (!action("generate")->isEnabled()) {
            QSignalSpy opened(m_window.get(), &StudioWindow::imageOpened);
            m_window->openSample();
            QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        }
        m_window->generatePanel()->setText("level", "2");
        m_window->generatePanel()->setText("count", "1");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        QSignalSpy ended(m_window.get(), &StudioWindow::samplingEnded);
        m_window->generate();
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
    }

    /// A state from which every action leads somewhere else: zoomed in, in the middle of slices and steps.
    void stir(const QAction* action) {
        m_window->showWorkspace(StudioWindow::Workspace::Images);
        if (m_loaded) {
            openAndGenerate();
            if (this->action("compare")->isChecked()) {
                this->action("compare")->trigger();
            }
            m_window->goToSlice(madeOn);
            this->action("layoutBoth")->trigger();
            m_window->goToStep(1);
            m_window->views()->fit();
            m_window->views()->zoomBy(1.4);
            m_window->views()->setWindow({90, 33});
        }
        m_window->generatePanel()->setText("seed", "5");
        m_window->statusBar()->clearMessage();
        if (action->isChecked() && action->actionGroup() != nullptr) {
            for (QAction* other : action->actionGroup()->actions()) {
                if (other != action) {
                    other->trigger();  // of several, the one that is chosen does nothing
                    break;
                }
            }
        }
    }

    /// Everything that somebody at the screen could notice.
    QByteArray seen() {
        QCoreApplication::processEvents();
        QByteArray all;
        QDataStream out(&all, QIODevice::WriteOnly);
        out << m_window->isVisible() << static_cast<int>(m_window->windowState()) << m_window->settled();
        for (const QWidget* top : QApplication::topLevelWidgets()) {
            if (top->isVisible() && !top->inherits("QTipLabel")) {
                out << QString(top->metaObject()->className()) << top->windowTitle();
            }
        }
        for (const QAction* each : m_window->findChildren<QAction*>()) {
            out << each->isChecked();
        }
        if (m_window->isVisible()) {
            out << m_window->grab().toImage();
        }
        return QCryptographicHash::hash(all, QCryptographicHash::Sha1);
    }

    /// Waits until nothing changes any more.
    QByteArray seenAtRest() {
        QByteArray before, now;
        const bool quiet = QTest::qWaitFor(
            [&] {
                before = now;
                now = seen();
                return m_window->settled() && before == now;
            },
            patient_ms);
        return quiet ? now : QByteArray();
    }

    void putAway() {
        for (QWidget* top : QApplication::topLevelWidgets()) {
            if (top != m_window.get() && top->isVisible()) {
                top->close();
            }
        }
        if (auto* sheet = m_window->findChild<QWidget*>("shortcutsOverlay")) {
            sheet->close();
        }
        m_window->findChild<QDockWidget*>("messagesDock")->hide();
        m_window->manners()->banner()->dismiss();
        m_window->setWindowState(m_window->windowState() & ~Qt::WindowFullScreen);
        if (action("play")->isChecked()) {
            action("play")->trigger();
        }
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    void walk() {
        m_works.clear();
        m_off.clear();
        m_loaded = m_window->variations()->rowCount() > 0;
        // By name, or by text where a menu makes its entries anew each time: what an action does may replace others.
        std::vector<std::pair<QString, QString>> found;
        for (const QAction* each : actions()) {
            if (!each->isEnabled()) {
                mustSayWhy(each);
                if (!each->objectName().isEmpty()) {
                    m_off.insert(each->objectName());
                }
            } else if (each->menu() != nullptr) {
                QVERIFY2(!each->menu()->isEmpty(), qPrintable(each->text() + " is an empty menu"));
            } else if (each->objectName() != "quit") {  // has a test of its own, the last one
                found.emplace_back(each->objectName(), each->text());
            }
            if (QTest::currentTestFailed()) {
                return;
            }
        }
        // Last, because then something is open.
        std::ranges::stable_partition(found, [](const auto& each) { return each.first != "openSample"; });
        for (const auto& [name, text] : found) {
            tryAction(name, text);
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }

    QAction* actionOf(const QString& name, const QString& text) {
        if (!name.isEmpty()) {
            return m_window->findChild<QAction*>(name);
        }
        const QList<QAction*> all = actions();
        const auto found = std::ranges::find_if(
            all, [&](const QAction* each) { return each->objectName().isEmpty() && each->text() == text; });
        return found == all.end() ? nullptr : *found;
    }

    void mustSayWhy(const QAction* action) {
        const QString why = action->property("reason").toString();
        QVERIFY2(!why.isEmpty() && action->toolTip().endsWith(why),
                 qPrintable(action->text() + " is off and does not say why: " + action->toolTip()));
    }

    void tryAction(const QString& name, const QString& text) {
        QAction* action = actionOf(name, text);
        QVERIFY2(action != nullptr && action->isEnabled(), qPrintable(name + text));
        stir(action);
        const QByteArray before = seenAtRest();
        QVERIFY2(!before.isEmpty(), qPrintable("the window does not come to rest before " + text));
        actionOf(name, text)->trigger();
        const bool changed = QTest::qWaitFor([&] { return seen() != before; }, 5000);
        QVERIFY2(changed, qPrintable(name + " (" + text + ") has no effect that can be seen"));
        m_works.insert(name);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->settled(), patient_ms);
        putAway();
    }

    std::unique_ptr<StudioWindow> m_window;
    std::set<QString> m_works, m_off;
    bool m_loaded = false;
};

DRDM_GUI_TEST_MAIN(ActionsTest)
#include "tst_actions.moc"
