#include "GuiTest.h"
#include "ui/ActionTips.h"
#include "ui/ShortcutEditor.h"
#include "ui/Shortcuts.h"
#include "ui/ShortcutsModel.h"
#include "ui/ShortcutsOverlay.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenuBar>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

using namespace drdm;

namespace {

/// A window with two menus, one of them with a submenu.
struct Window : QMainWindow {
    QAction *open, *save, *fit, *plain;
    Shortcuts shortcuts;

    Window() {
        QMenu* file = menuBar()->addMenu("&File");
        open = add(file, "open", "&Open …", QKeySequence("Ctrl+O"));
        save = add(file->addMenu("&As"), "save", "&Save", QKeySequence("Ctrl+S"));
        QMenu* view = menuBar()->addMenu("&View");
        fit = add(view, "fit", "&Fit", QKeySequence(Qt::Key_F));
        view->addSeparator();
        plain = add(view, "plain", "Plain", {});
        view->addAction("recent/file");  // no name: not to be set
        shortcuts.take(this);
    }
    QAction* add(QMenu* menu, const QString& name, const QString& text, const QKeySequence& keys) {
        QAction* action = menu->addAction(text);
        action->setObjectName(name);
        action->setShortcut(keys);
        return action;
    }
};

}  // namespace

class ShortcutsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QSettings().clear(); }

    void tooltipsShowTheKeyAndTheReason() {
        QAction action("&Save …");
        action.setShortcut(QKeySequence("Ctrl+S"));
        setTip(&action, {});
        QCOMPARE(action.toolTip(), QString("Save (Ctrl+S)"));
        action.setShortcut(QKeySequence("F2"));
        QCOMPARE(action.toolTip(), QString("Save (F2)"));
        setTip(&action, "Keep the work");
        setAvailable(&action, false, "Nothing is open.");
        QVERIFY(!action.isEnabled());
        QCOMPARE(action.toolTip(), QString("Keep the work (F2)\nNothing is open."));
        setAvailable(&action, true, "Nothing is open.");
        QCOMPARE(action.toolTip(), QString("Keep the work (F2)"));
        QPushButton button;
        button.setToolTip("Keep it");
        followShortcut(&button, &action);
        QCOMPARE(button.toolTip(), QString("Keep it (F2)"));
        action.setShortcut({});
        QCOMPARE(button.toolTip(), QString("Keep it"));
    }

    void menusAreTakenInOrder() {
        const Window window;
        QStringList found;
        for (const Shortcuts::Entry& entry : window.shortcuts.entries()) {
            found << entry.menu + ": " + plainText(entry.action);
        }
        QCOMPARE(found, QStringList({"File: Open", "File › As: Save", "View: Fit", "View: Plain"}));
    }

    void changesAreKeptAndTakenBack() {
        {
            Window window;
            QSignalSpy changed(&window.shortcuts, &Shortcuts::changed);
            window.shortcuts.set(window.open, QKeySequence("Ctrl+L"));
            window.shortcuts.set(window.fit, {});
            QCOMPARE(changed.size(), 2);
            QVERIFY(!window.shortcuts.isStandard(window.open));
            QCOMPARE(window.shortcuts.holderOf(QKeySequence("Ctrl+L")), window.open);
            QCOMPARE(window.shortcuts.holderOf(QKeySequence("Ctrl+L"), window.open), nullptr);
            QCOMPARE(window.shortcuts.holderOf(QKeySequence("Ctrl+O")), nullptr);
        }
        Window window;  // the next start
        QCOMPARE(window.open->shortcut(), QKeySequence("Ctrl+L"));
        QCOMPARE(window.open->toolTip(), QString("Open (Ctrl+L)"));
        QVERIFY(window.fit->shortcut().isEmpty());
        QCOMPARE(window.save->shortcut(), QKeySequence("Ctrl+S"));
        window.shortcuts.reset(window.fit);
        QCOMPARE(window.fit->shortcut(), QKeySequence(Qt::Key_F));
        QVERIFY(!window.shortcuts.isStandard(window.open));
        window.shortcuts.resetAll();
        QCOMPARE(window.open->shortcut(), QKeySequence("Ctrl+O"));
        QVERIFY(QSettings().allKeys().filter("shortcuts").isEmpty());
    }

    void modelIsSound() {
        Window window;
        ShortcutsModel model(&window.shortcuts);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.index(0, ShortcutsModel::Keys).data().toString(), QString("Ctrl+O"));
        window.shortcuts.set(window.open, QKeySequence("Ctrl+L"));
        QCOMPARE(model.index(0, ShortcutsModel::Keys).data().toString(), QString("Ctrl+L"));
        delete window.fit;
        QCOMPARE(model.rowCount(), 3);
    }

    void editorSaysWhoHasTheKey() {
        Window window;
        ShortcutEditor editor(&window.shortcuts);
        editor.resize(560, 380);
        editor.show();
        QVERIFY(QTest::qWaitForWindowExposed(&editor));
        auto* keys = editor.findChild<QKeySequenceEdit*>("shortcutKeys");
        auto* message = editor.findChild<QLabel*>("shortcutMessage");
        auto* take = editor.findChild<QPushButton*>("shortcutTake");
        editor.choose(window.plain);
        QVERIFY(keys->keySequence().isEmpty());
        keys->setFocus();
        QTest::keyClick(keys, Qt::Key_B, Qt::ControlModifier);
        QTRY_COMPARE(window.plain->shortcut(), QKeySequence("Ctrl+B"));
        QTest::keyClick(keys, Qt::Key_O, Qt::ControlModifier);  // belongs to Open
        QTRY_VERIFY(take->isVisible());
        QVERIFY(message->text().contains("Open") && message->text().contains("Ctrl+O"));
        QCOMPARE(window.plain->shortcut(), QKeySequence("Ctrl+B"));  // not before the user says so
        QCOMPARE(window.open->shortcut(), QKeySequence("Ctrl+O"));
        QTest::mouseClick(take, Qt::LeftButton);
        QCOMPARE(window.plain->shortcut(), QKeySequence("Ctrl+O"));
        QVERIFY(window.open->shortcut().isEmpty());
        QTest::mouseClick(editor.findChild<QPushButton*>("shortcutReset"), Qt::LeftButton);
        QVERIFY(window.plain->shortcut().isEmpty());
        auto* filter = editor.findChild<QLineEdit*>("shortcutFilter");
        QTest::keyClicks(filter, "save");
        QCOMPARE(editor.findChild<QTableView*>("shortcutTable")->model()->rowCount(), 1);
    }

    void overlayClosesOnAnyKeyAndClick() {
        Window window;
        window.resize(1000, 640);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        int opened = 0;
        connect(window.open, &QAction::triggered, &window, [&opened] { ++opened; });
        QPointer<ShortcutsOverlay> sheet = new ShortcutsOverlay(window.shortcuts, &window);
        QCOMPARE(sheet->size(), window.size());
        QStringList texts;
        for (const QLabel* label : sheet->findChildren<QLabel*>()) {
            texts << label->text();
        }
        for (const char* expected : {"FILE", "Ctrl+O", "Open", "VIEW", "F", "Fit", "Right drag"}) {
            QVERIFY2(texts.contains(expected), expected);
        }
        QVERIFY(!texts.contains("Plain"));  // has no key
        window.resize(1100, 700);
        QTRY_COMPARE(sheet->size(), window.size());
        QTest::keyClick(sheet, Qt::Key_O, Qt::ControlModifier);
        QTRY_VERIFY(sheet.isNull());
        QCOMPARE(opened, 0);  // the key closed the sheet and did nothing else
        sheet = new ShortcutsOverlay(window.shortcuts, &window);
        QTest::mouseClick(sheet, Qt::LeftButton, {}, {5, 5});
        QTRY_VERIFY(sheet.isNull());
        sheet = new ShortcutsOverlay(window.shortcuts, &window);
        QTest::mouseClick(sheet->findChild<QLabel*>(), Qt::LeftButton);
        QTRY_VERIFY(sheet.isNull());
    }
};

DRDM_GUI_TEST_MAIN(ShortcutsTest)
#include "tst_shortcuts.moc"
