#include "GuiTest.h"
#include "errors/Error.h"
#include "ui/Log.h"
#include "ui/LogDialog.h"
#include "ui/MessageBanner.h"
#include "ui/MessageModel.h"
#include "ui/MessagePanel.h"
#include "ui/SupportBundle.h"
#include "ui/ZipFile.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace drdm;
using Kind = MessageModel::Kind;

class MessagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        Log::start(m_folder->path());
    }

    void modelIsSoundAndBounded() {
        MessageModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.add(Kind::Error, "The image could not be opened", "/data/scan.dcm: no pixels");
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(model.index(0).data().toString().endsWith("The image could not be opened"));
        QVERIFY(model.index(0).data(Qt::ToolTipRole).toString().contains("/data/scan.dcm"));
        for (int i = 0; i < 1200; ++i) {
            model.add(Kind::News, QString("number %1").arg(i));
        }
        QCOMPARE(model.rowCount(), 1000);
        QCOMPARE(model.count(Kind::Error), 0);  // the oldest went
        QCOMPARE(model.messages().back().title, QString("number 1199"));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void severalErrorsAreOneCard() {
        MessageModel model;
        QWidget area;
        area.resize(900, 500);
        MessageBanner banner(&model, &area);
        area.show();
        QVERIFY(QTest::qWaitForWindowExposed(&area));
        model.add(Kind::News, "Saved");
        QVERIFY(!banner.isVisible());  // news do not stand in the way
        model.add(Kind::Error, "The image could not be opened", "one\ntwo\nthree\nfour\nfive");
        QVERIFY(banner.isVisible());
        QCOMPARE(banner.title(), QString("The image could not be opened"));
        const QString text = banner.findChild<QLabel*>("errorText")->text();
        QVERIFY(text.contains("three") && !text.contains("four"));
        QVERIFY(area.rect().contains(banner.geometry()));
        for (int i = 0; i < 19; ++i) {
            model.add(Kind::Error, QString("Error %1").arg(i), "text");
        }
        QCOMPARE(banner.count(), 20);
        QCOMPARE(area.findChildren<QFrame*>("errorBanner").size(), 1);
        QVERIFY(banner.findChild<QLabel*>("errorCount")->text().contains("19"));
        QTest::mouseClick(banner.findChild<QPushButton*>("errorCopy"), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains("five"));
        QVERIFY(QGuiApplication::clipboard()->text().contains("Error 18"));
        area.resize(500, 400);
        QTRY_VERIFY(area.rect().contains(banner.geometry()));
        QTest::mouseClick(banner.findChild<QToolButton*>("errorClose"), Qt::LeftButton);
        QVERIFY(!banner.isVisible());
        QCOMPARE(banner.count(), 0);
        QSignalSpy wanted(&banner, &MessageBanner::detailsWanted);
        model.add(Kind::Warning, "A warning");
        QTest::mouseClick(banner.findChild<QPushButton*>("errorDetails"), Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(model.rowCount(), 22);  // nothing is lost by closing
    }

    void panelShowsAllOfAMessage() {
        MessageModel model;
        MessagePanel panel(&model);
        panel.resize(800, 240);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* copy = panel.findChild<QPushButton*>("copyMessage");
        auto* details = panel.findChild<QPlainTextEdit*>("messageDetails");
        QVERIFY(!copy->isEnabled());
        model.add(Kind::Error, "First", "with its reason");
        model.add(Kind::News, "Second");
        QCOMPARE(details->toPlainText(), QString("Second"));
        auto* list = panel.findChild<QListView*>("messages");
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(model.index(0)).center());
        QVERIFY(details->toPlainText().contains("with its reason"));
        QTest::mouseClick(copy, Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains("with its reason"));
        QTest::mouseClick(panel.findChild<QPushButton*>("clearMessages"), Qt::LeftButton);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!copy->isEnabled() && details->toPlainText().isEmpty());
    }

    void logNamesNoPathAndNoPatient_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << "3 of 4 steps, 1/2 done"
                               << "3 of 4 steps, 1/2 done";
        QTest::newRow("bare") << "cannot open /home/ann/Doe John/1.dcm"
                              << "cannot open ‹path›";
        QTest::newRow("quoted") << "file \"/home/ann/Doe John/1.dcm\" is gone"
                                << "file \"‹path›\" is gone";
        QTest::newRow("single") << "file '/data/DOE^JOHN' is gone"
                                << "file '‹path›' is gone";
        QTest::newRow("url") << "open file:///data/x y.nii"
                             << "open ‹path›";
        QTest::newRow("windows") << "C:\\Users\\Doe\\x.dcm failed"
                                 << "‹path›";
        QTest::newRow("relative") << "read ../Doe/x.dcm"
                                  << "read ‹path›";
        QTest::newRow("home") << "in ~/scans"
                              << "in ‹path›";
    }

    void logNamesNoPathAndNoPatient() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(Log::withoutPaths(text), expected);
    }

    void messagesAreLoggedByTheirTitleAlone() {
        MessageModel model;
        model.add(Kind::Error, "The image could not be opened", "/data/DOE^JOHN/1.dcm of Doe, John is no image");
        qWarning("QFile: cannot read /data/DOE^JOHN/2.dcm");
        const QString text = logText();
        QVERIFY(text.contains("error    The image could not be opened"));
        QVERIFY(text.contains("warning  QFile: cannot read ‹path›"));
        QVERIFY(!text.contains("DOE") && !text.contains("Doe"));
    }

    void logStartsAnewWhenItIsLong() {
        const QString line(1000, 'x');
        for (int i = 0; i < 6 * 1100; ++i) {
            Log::write(Log::Level::Info, line);
        }
        QCOMPARE(Log::files().size(), 5);  // the newest and four old ones
        for (const QString& file : Log::files()) {
            QVERIFY(QFileInfo(file).size() < (1 << 20) + 2000);
        }
    }

    void withoutAFolderNothingFails() {
        QFile file(m_folder->filePath("taken"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        Log::start(m_folder->filePath("taken") + "/log");
        Log::write(Log::Level::Error, "nowhere to write");
        QVERIFY(Log::files().isEmpty());
    }

    void dialogFiltersAndFollows() {
        Log::write(Log::Level::Info, "quiet");
        Log::write(Log::Level::Warning, "look here");
        Log::write(Log::Level::Error, "broken");
        LogDialog dialog;
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        auto* text = dialog.findChild<QPlainTextEdit*>("logText");
        QCOMPARE(text->toPlainText().split('\n').size(), 3);
        auto* level = dialog.findChild<QComboBox*>("logLevel");
        level->setCurrentIndex(1);
        QCOMPARE(text->toPlainText().split('\n').size(), 2);
        level->setCurrentIndex(2);
        QVERIFY(text->toPlainText().endsWith("broken") && !text->toPlainText().contains("look"));
        Log::write(Log::Level::Error, "again");
        Log::write(Log::Level::Info, "and quiet");
        QTRY_VERIFY(text->toPlainText().endsWith("again"));
        level->setCurrentIndex(0);
        QTest::keyClicks(dialog.findChild<QLineEdit*>("logWords"), "QUIET");
        QCOMPARE(text->toPlainText().split('\n').size(), 2);
        QTest::mouseClick(dialog.findChild<QPushButton*>("copyLog"), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), text->toPlainText());
    }

    void bundleHoldsLogAndVersionsAndNoPath() {
        Log::write(Log::Level::Info, "something happened");
        QSettings().setValue("recent", QStringList{"/data/DOE^JOHN"});
        QSettings().setValue("exportFolder", "/data/Doe");
        QSettings().setValue("compute/threads", 2);
        const QString path = m_folder->filePath("bundle.zip");
        writeSupportBundle(path, supportReport());
        QProcess unzip;
        unzip.start("unzip", {"-t", path});
        if (unzip.waitForStarted()) {  // an independent reader, where there is one
            QVERIFY(unzip.waitForFinished());
            QCOMPARE(unzip.exitCode(), 0);
        }
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray zip = file.readAll();  // stored, so that its texts can be searched
        QVERIFY(zip.startsWith("PK\x03\x04"));
        for (const char* word : {"report.txt", "log/drdm-studio.log", "something happened", DRDM_VERSION, "Qt 6",
                                 "LibTorch 1", "VTK 9", "compute/threads = 2"}) {
            QVERIFY2(zip.contains(word), word);
        }
        QVERIFY(!zip.contains("DOE") && !zip.contains("/data/"));
        QVERIFY_EXCEPTION_THROWN(writeSupportBundle("/nowhere/x.zip", {}), Error);
    }

private:
    static QString logText() {
        QFile file(Log::file());
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

DRDM_GUI_TEST_MAIN(MessagesTest)
#include "tst_messages.moc"
