#include "GuiTest.h"
#include "io/Phantom.h"
#include "io/Series.h"
#include "network/CuttingProxy.h"
#include "network/Orthanc.h"
#include "network/ServerList.h"
#include "ui/DeidentifyRow.h"
#include "ui/GeneratePanel.h"
#include "ui/MessageBanner.h"
#include "ui/PreferencesDialog.h"
#include "ui/StudioWindow.h"
#include "ui/jobs/JobQueue.h"
#include "ui/network/FetchDialog.h"
#include "ui/network/FoundModel.h"
#include "ui/network/SendDialog.h"
#include "ui/network/ServerPage.h"
#include "ui/variations/VariationStore.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>
#include <QTreeView>

using namespace drdm;
using State = QueuedJob::State;

namespace {

constexpr int patient_ms = 240000;

void press(const QWidget* in, const char* name) {
    auto* button = in->findChild<QAbstractButton*>(name);
    QVERIFY2(button && button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

void type(const QWidget* in, const char* name, const QString& text) {
    auto* line = in->findChild<QLineEdit*>(name);
    QVERIFY2(line, name);
    line->clear();
    QTest::keyClicks(line, text);
}

FoundStudy study(const char* uid, int series) {
    return {uid, "DOE^JANE", "7", "20110301", "Heart", "MR\\SEG", "", series, -1};
}

}  // namespace

/// DICOM servers in the window: the list and its test, searching and fetching, sending. Against Orthanc on the
/// loopback.
class NetworkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("DRDM_DICOM_SERVERS", path("servers.json").toUtf8());
        QFile::remove(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + "/jobs.json");
        PhantomSettings settings;
        settings.slices = 3;
        settings.size = 64;
        settings.frames = 1;
        m_study = writePhantom(settings, path("study").toStdString()).front();
        m_series = scan({m_study}).series.at(0);
    }
    void init() { QFile::remove(path("servers.json")); }
    void cleanupTestCase() { m_orthanc.reset(); }

    void whatIsFoundIsATreeThatGrows() {
        FoundModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy wanted(&model, &FoundModel::seriesWanted);
        model.setStudies({study("1.2", 2), study("1.3", 1)});
        QCOMPARE(model.rowCount(), 2);
        const QModelIndex first = model.index(0, 0), second = model.index(1, 0);
        QCOMPARE(first.data().toString(), QString("DOE JANE"));
        QCOMPARE(model.index(0, FoundModel::Date).data().toString(), QString("2011-03-01"));
        QCOMPARE(model.index(0, FoundModel::Modality).data().toString(), QString("MR, SEG"));
        QVERIFY(model.hasChildren(second));  // not known yet
        if (model.canFetchMore(second)) {
            model.fetchMore(second);
        }
        QVERIFY(!model.canFetchMore(second));  // asked for once
        QCOMPARE(wanted.back().front().toString(), QString("1.3"));
        model.forgetSeries("1.3");
        QVERIFY(model.canFetchMore(second));  // it did not work: again
        model.setSeries("1.3", {{"1.3", "1.3.1", "MR", "cine", "4", 80}, {"1.3", "1.3.2", "SEG", "", "5", -1}});
        QCOMPARE(model.rowCount(second), 2);
        const QModelIndex cine = model.index(0, 0, second);
        QCOMPARE(cine.data().toString(), QString("Series 4"));
        QCOMPARE(model.index(0, FoundModel::Images, second).data().toInt(), 80);
        QVERIFY(!model.index(1, FoundModel::Images, second).data().isValid());
        QCOMPARE(model.series(cine)->seriesUid, std::string("1.3.1"));
        QCOMPARE(model.study(cine)->studyUid, std::string("1.3"));
        QVERIFY(!model.series(second));
        model.setSeries("1.2", {});
        QVERIFY(!model.hasChildren(first));
        model.setSeries("9.9", {{}});  // of an earlier search
        model.setStudies({});
        QCOMPARE(model.rowCount(), 0);
    }

    void withoutAServerTheDialogsSayWhatToDo() {
        FetchDialog fetch;
        QVERIFY(!fetch.findChild<QPushButton*>("search")->isEnabled());
        QVERIFY(fetch.findChild<QLabel*>("fetchText")->text().contains("no server is set up"));
        SendDialog send({}, {}, {});
        QVERIFY(!send.findChild<QPushButton*>("send")->isEnabled());
        QFile broken(path("servers.json"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("{\"servers\": 7}");
        broken.close();
        ServerPage page;
        QVERIFY(page.findChild<QLabel*>("serverText")->text().contains("servers.json"));
        QVERIFY(!page.findChild<QToolButton*>("addServer")->isEnabled());  // it would replace what is there
        QVERIFY(broken.open(QIODevice::ReadOnly));
        QCOMPARE(broken.readAll(), QByteArray("{\"servers\": 7}"));
    }

    void aServerIsEnteredTestedAndKept() {
        if (const QString why = startOrthanc(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        auto window = shown();
        window->findChild<QAction*>("preferences")->trigger();
        auto* preferences = window->findChild<PreferencesDialog*>();
        preferences->showPage(PreferencesDialog::Servers);
        auto* page = preferences->findChild<ServerPage*>();
        const auto said = [page] { return page->findChild<QLabel*>("serverText")->text(); };
        QVERIFY(!preferences->findChild<QPushButton*>("restoreDefaults")->isEnabled());
        press(page, "addServer");
        type(page, "serverName", "ward");
        QVERIFY(said().contains("Not stored"));
        QVERIFY(readServers(serverListPath()).empty());
        const DicomServer right = m_orthanc->server();
        type(page, "serverHost", "127.0.0.1");
        page->findChild<QSpinBox*>("serverPort")->setValue(right.port);
        type(page, "serverTitle", "ORTHANC");
        QTRY_COMPARE(readServers(serverListPath()).size(), std::size_t{1});
        QTRY_COMPARE(readServers(serverListPath()).front().theirTitle, std::string("ORTHANC"));
        QCOMPARE(readServers(serverListPath()).front().host, std::string("127.0.0.1"));
        QCOMPARE(page->findChild<QListWidget*>("serverList")->item(0)->text(), QString("ward"));
        QSignalSpy tested(page, &ServerPage::tested);
        press(page, "testServer");
        QTRY_COMPARE_WITH_TIMEOUT(tested.size(), 1, patient_ms);
        QVERIFY2(tested.back().front().toBool(), qPrintable(said()));
        QVERIFY(said().contains("ward answers"));
        drdmtest::keepPicture(preferences, "servers");
        // Somebody whom the server does not know.
        type(page, "serverTitle", "NOBODY");
        press(page, "testServer");
        QTRY_COMPARE_WITH_TIMEOUT(tested.size(), 2, patient_ms);
        QVERIFY(!tested.back().front().toBool());
        QVERIFY2(said().contains("NOBODY"), qPrintable(said()));
        drdmtest::keepPicture(preferences, "servers-refused");
        // Emptied, it makes no sense, and what was stored stays.
        type(page, "serverTitle", "ORTHANC");
        page->findChild<QLineEdit*>("serverHost")->clear();
        QTest::keyClick(page->findChild<QLineEdit*>("serverHost"), Qt::Key_Space);
        QVERIFY(said().contains("Not stored"));
        QCOMPARE(readServers(serverListPath()).front().host, std::string("127.0.0.1"));
        press(page, "addServer");
        press(page, "removeServer");
        QCOMPARE(readServers(serverListPath()).size(), std::size_t{1});
        page->findChild<QListWidget*>("serverList")->setCurrentRow(0);
        press(page, "removeServer");
        QVERIFY(readServers(serverListPath()).empty());
    }

    void aSeriesIsFoundFetchedAndOpened_data() {
        QTest::addColumn<bool>("byMove");
        QTest::newRow("get") << false;
        QTest::newRow("move") << true;
    }
    void aSeriesIsFoundFetchedAndOpened() {
        QFETCH(bool, byMove);
        if (const QString why = startOrthanc(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        storeFiles(m_orthanc->server(), {m_study});
        writeServers(serverListPath(), {m_orthanc->server()});
        auto window = shown();
        window->findChild<QAction*>("openServer")->trigger();
        auto* dialog = window->findChild<FetchDialog*>();
        QVERIFY(dialog);
        QSignalSpy searched(dialog, &FetchDialog::searched);
        type(dialog, "patientName", "NOBODY");
        press(dialog, "search");
        QTRY_COMPARE_WITH_TIMEOUT(searched.size(), 1, patient_ms);
        QCOMPARE(searched.back().front().toInt(), 0);
        QVERIFY(!dialog->findChild<QPushButton*>("fetch")->isEnabled());
        dialog->findChild<QLineEdit*>("patientName")->clear();
        press(dialog, "search");
        QTRY_COMPARE_WITH_TIMEOUT(searched.size(), 2, patient_ms);
        QCOMPARE(searched.back().front().toInt(), 1);
        auto* tree = dialog->findChild<QTreeView*>("foundStudies");
        const QModelIndex found = tree->model()->index(0, 0);
        tree->expand(found);
        QTRY_COMPARE_WITH_TIMEOUT(tree->model()->rowCount(found), 1, patient_ms);
        const QModelIndex series = tree->model()->index(0, 0, found);
        QCOMPARE(series.siblingAtColumn(FoundModel::Images).data().toInt(), 3);
        tree->setCurrentIndex(series);
        type(dialog, "fetchFolder", path(byMove ? "moved" : "got"));
        auto* way = dialog->findChild<QComboBox*>("fetchWay");
        way->setCurrentIndex(way->findData(byMove));
        drdmtest::keepPicture(dialog, "fetch");
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
        press(dialog, "fetch");
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        const QueuedJob& job = window->jobs()->jobs().front();
        QCOMPARE(job.kind, QString("fetch"));
        QVERIFY(job.title.contains("test server"));
        const QString folder = path(byMove ? "moved/" : "got/") + QString::fromStdString(m_series.uid);
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 3);
        const Image fetched = readSeries(scan({folder.toStdString()}).series.at(0));
        const Image original = readSeries(m_series);
        QVERIFY(std::ranges::equal(fetched.voxels(), original.voxels()));
        // The same once more goes beside it.
        press(dialog, "fetch");
        QTRY_VERIFY_WITH_TIMEOUT(window->jobs()->unfinished() == 0 && QDir(folder + "-2").exists(), patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(window->settled(), patient_ms);
    }

    void aServerThatIsGoneIsSaid() {
        DicomServer gone;
        gone.name = "gone";
        gone.host = "127.0.0.1";
        gone.port = Orthanc::freePort();
        gone.theirTitle = "GONE";
        gone.connectTimeout_s = 2;
        writeServers(serverListPath(), {gone});
        auto window = shown();
        window->findChild<QAction*>("openServer")->trigger();
        auto* dialog = window->findChild<FetchDialog*>();
        QSignalSpy searched(dialog, &FetchDialog::searched);
        press(dialog, "search");
        QTRY_COMPARE_WITH_TIMEOUT(searched.size(), 1, patient_ms);
        QCOMPARE(searched.back().front().toInt(), -1);
        const QString said = dialog->findChild<QLabel*>("fetchText")->text();
        QVERIFY2(said.contains("gone") && said.contains(QString::number(gone.port)), qPrintable(said));
        QVERIFY(dialog->findChild<QPushButton*>("search")->isEnabled());
        // A job that was fetching fails with the reason, and its folder is not there.
        FetchOrder order;
        order.server = gone;
        order.request = {"1.2.3", "", path("never").toStdString(), RetrieveWay::Get};
        const int number = window->jobs()->add("fetch", fetchTitle(order), fetchJob(order));
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Failed, patient_ms);
        QVERIFY(window->jobs()->job(number)->text.contains("gone"));
        QVERIFY(!QDir(path("never")).exists());
        QVERIFY(window->jobs()->canRetry(*window->jobs()->job(number)));
    }

    void aVariationIsSentAlsoAfterTheConnectionBroke() {
        if (const QString why = startOrthanc(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        CuttingProxy proxy(m_orthanc->server().port, 9000, CuttingProxy::Then::Cut);
        DicomServer server = m_orthanc->server();
        server.name = "far";
        server.port = proxy.port();
        writeServers(serverListPath(), {server});
        auto window = shown();
        QSignalSpy opened(window.get(), &StudioWindow::imageOpened);
        window->openPaths({QString::fromStdString(m_study)});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        window->generatePanel()->setText("level", "6");
        window->generate();
        QTRY_VERIFY_WITH_TIMEOUT(window->settled() && window->jobs()->unfinished() == 0, patient_ms);
        const std::size_t before = seriesThere();

        window->findChild<QAction*>("sendServer")->trigger();
        auto* dialog = window->findChild<SendDialog*>();
        QVERIFY(dialog->findChild<QRadioButton*>("sendOne")->isChecked());
        QVERIFY(!dialog->findChild<QCheckBox*>("sendSegmentation")->isEnabled());  // no labels are open
        press(dialog, "sendImages");
        QVERIFY(!dialog->findChild<QPushButton*>("send")->isEnabled());  // nothing is left
        press(dialog, "sendImages");
        press(dialog, "sendRegistration");
        press(dialog, "sendMap");
        drdmtest::keepPicture(dialog, "send");
        press(dialog, "send");
        const int number = window->jobs()->jobs().back().number;
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Failed, patient_ms);
        QVERIFY(proxy.reached());
        QVERIFY2(window->jobs()->job(number)->text.contains("far"), qPrintable(window->jobs()->job(number)->text));
        proxy.setLimit(LONG_MAX);
        window->jobs()->retry(number);
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Succeeded, patient_ms);
        QCOMPARE(seriesThere(), before + 3);  // images, registration, map: once each
        QVERIFY(QDir(Preferences::cacheFolder()).entryList({"send-*"}, QDir::Dirs).isEmpty());
    }

    void aFolderIsSent() {
        if (const QString why = startOrthanc(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        writeServers(serverListPath(), {m_orthanc->server()});
        PhantomSettings settings;
        settings.subjects = 1;
        settings.slices = 2;
        settings.size = 32;
        settings.frames = 1;
        settings.seed = 99;
        const QString other = QString::fromStdString(writePhantom(settings, path("other").toStdString()).front());
        auto window = shown();
        window->findChild<QAction*>("sendServer")->trigger();
        auto* dialog = window->findChild<SendDialog*>();
        QVERIFY(!dialog->findChild<QRadioButton*>("sendOne")->isEnabled());  // there is no variation
        QVERIFY(!dialog->findChild<DeidentifyRow*>()->isEnabled());
        type(dialog, "sendFolder", path("not there"));
        QVERIFY(!dialog->findChild<QPushButton*>("send")->isEnabled());
        type(dialog, "sendFolder", other);
        press(dialog, "send");
        const int number = window->jobs()->jobs().back().number;
        QTRY_COMPARE_WITH_TIMEOUT(window->jobs()->job(number)->state, State::Succeeded, patient_ms);
        StudySearch search;
        search.studyUid = scan({other.toStdString()}).series.at(0).studyUid;
        QCOMPARE(findStudies(m_orthanc->server(), search).studies.size(), std::size_t{1});
    }

private:
    /// Empty if the server runs, else why it cannot.
    QString startOrthanc() {
        if (m_orthanc) {
            return {};
        }
        if (Orthanc::program().isEmpty()) {
            return "the DICOM server Orthanc is not installed (Debian: orthanc)";
        }
        m_orthanc = std::make_unique<Orthanc>();
        const QString why = m_orthanc->start();
        if (!why.isEmpty()) {
            m_orthanc.reset();
        }
        return why;
    }
    static std::unique_ptr<StudioWindow> shown() {
        auto window = std::make_unique<StudioWindow>();
        window->resize(1280, 800);
        window->show();
        return window;
    }
    [[nodiscard]] std::size_t seriesThere() const { return findSeries(m_orthanc->server(), m_series.studyUid).size(); }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    std::unique_ptr<Orthanc> m_orthanc;
    std::string m_study;
    SeriesInfo m_series;
};

DRDM_GUI_TEST_MAIN(NetworkTest)
#include "tst_network.moc"
