#include "CuttingProxy.h"
#include "Orthanc.h"
#include "io/IoChecks.h"
#include "io/Phantom.h"
#include "io/Series.h"
#include "network/Listener.h"

#include <QElapsedTimer>
#include <QtTest>

#include <algorithm>
#include <filesystem>

using namespace drdm;

namespace {

constexpr int phantomObjects = 3 * 4;

/// What lies in a folder, with what is hidden.
QStringList entries(const QString& folder) {
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

bool sameImage(const Image& a, const Image& b) {
    return cornerDistance_mm(a.geometry(), b.geometry()) < 1e-9 && a.phases() == b.phases() &&
           std::ranges::equal(a.voxels(), b.voxels());
}

}  // namespace

class TestNetwork : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Orthanc> m_orthanc;
    std::string m_source;
    SeriesInfo m_series;
    Image m_image;

    [[nodiscard]] DicomServer server() const { return m_orthanc->server(); }
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    /// How many folders and files lie beside each other: what is half-stored would be one more.
    [[nodiscard]] QString out() const { return m_folder.filePath("out"); }
    [[nodiscard]] RetrieveRequest request(RetrieveWay way) const {
        return {m_series.studyUid, m_series.uid, (out() + "/fetched").toStdString(), way};
    }

    static void ways() {
        QTest::addColumn<int>("way");
        QTest::newRow("get") << static_cast<int>(RetrieveWay::Get);
        QTest::newRow("move") << static_cast<int>(RetrieveWay::Move);
    }
    static RetrieveWay way() {
        QFETCH(int, way);
        return static_cast<RetrieveWay>(way);
    }

private Q_SLOTS:
    void initTestCase() {
        if (Orthanc::program().isEmpty()) {
            QSKIP("the DICOM server Orthanc is not installed (Debian: orthanc)");
        }
        m_orthanc = std::make_unique<Orthanc>();
        const QString why = m_orthanc->start();
        QVERIFY2(why.isEmpty(), qPrintable(why));
        PhantomSettings settings;
        settings.slices = 4;
        settings.frames = 3;
        settings.size = 128;
        m_source = writePhantom(settings, path("phantom")).front();
        m_series = scan({m_source}).series.at(0);
        m_image = readSeries(m_series);
        QCOMPARE(storeFiles(server(), {m_source}).objects, static_cast<std::size_t>(phantomObjects));
    }
    void init() {
        QDir(out()).removeRecursively();
        QVERIFY(QDir().mkpath(out()));
    }
    void cleanupTestCase() { m_orthanc.reset(); }

    void echoAnswers() { QVERIFY(echoServer(server()).time_s < 20); }

    void whatWasStoredIsFound() {
        StudySearch search;
        search.patientName = "PHANTOM";
        const StudyList found = findStudies(server(), search);
        QCOMPARE(found.studies.size(), std::size_t{1});
        QVERIFY(!found.cutShort);
        QCOMPARE(found.studies[0].studyUid, m_series.studyUid);
        QCOMPARE(found.studies[0].patientName, m_series.patientName);
        QCOMPARE(found.studies[0].images, phantomObjects);
        const auto series = findSeries(server(), m_series.studyUid);
        QCOMPARE(series.size(), std::size_t{1});
        QCOMPARE(series[0].seriesUid, m_series.uid);
        QCOMPARE(series[0].modality, std::string("MR"));
        QCOMPARE(series[0].images, phantomObjects);
    }

    void whatDoesNotMatchIsNotFound() {
        StudySearch search;
        search.patientName = "NOBODY";
        QVERIFY(findStudies(server(), search).studies.empty());
        search = {};
        search.modality = "CT";
        QVERIFY(findStudies(server(), search).studies.empty());
        search = {};
        search.dateTo = "19000101";
        QVERIFY(findStudies(server(), search).studies.empty());
        search.dateTo = "19000101-";
        QVERIFY(errorOf([&] { findStudies(server(), search); }).contains("YYYYMMDD"));
    }

    void aLongListIsCutShortAndSaysSo() {
        QTemporaryDir more;
        PhantomSettings settings;
        settings.subjects = 4;
        settings.slices = 1;
        settings.frames = 1;
        settings.size = 32;
        settings.seed = 7;
        storeFiles(server(), writePhantom(settings, more.path().toStdString()));
        StudySearch search;
        QCOMPARE(findStudies(server(), search).studies.size(), std::size_t{5});
        search.most = 3;
        const StudyList found = findStudies(server(), search);
        QCOMPARE(found.studies.size(), std::size_t{3});
        QVERIFY(found.cutShort);
    }

    void roundTripKeepsEveryPixel_data() { ways(); }
    void roundTripKeepsEveryPixel() {
        std::vector<double> fractions;
        JobContext context;
        context.report = [&](double fraction, const std::string&) { fractions.push_back(fraction); };
        const Retrieved got = retrieve(server(), request(way()), context);
        QCOMPARE(got.objects, static_cast<std::size_t>(phantomObjects));
        QCOMPARE(entries(out()), QStringList{"fetched"});
        QVERIFY(sameImage(readImage({got.folder}), m_image));
        QVERIFY(fractions.size() > 2 && std::ranges::is_sorted(fractions));
    }

    void aWholeStudyIsFetched() {
        RetrieveRequest all = request(RetrieveWay::Get);
        all.seriesUid.clear();
        QCOMPARE(retrieve(server(), all).objects, static_cast<std::size_t>(phantomObjects));
    }

    void whatIsNotThereIsSaid_data() { ways(); }
    void whatIsNotThereIsSaid() {
        RetrieveRequest unknown = request(way());
        unknown.studyUid = "1.2.3.4";
        unknown.seriesUid = "1.2.3.4.5";
        const QString message = errorOf([&] { retrieve(server(), unknown); });
        QVERIFY2(isUseful(message, "test server", ""), qPrintable(message));
        QVERIFY(entries(out()).isEmpty());
    }

    void wrongTitlesAreSaid() {
        DicomServer wrong = server();
        wrong.theirTitle = "ELSEWHERE";
        QVERIFY(isUseful(errorOf([&] { echoServer(wrong); }), "ELSEWHERE", "correct its AE title"));
        wrong = server();
        wrong.ourTitle = "STRANGER";
        for (const auto& work : std::vector<std::function<void()>>{
                 [&] { echoServer(wrong); }, [&] { findStudies(wrong, {}); },
                 [&] { retrieve(wrong, request(RetrieveWay::Get)); },
                 [&] { retrieve(wrong, request(RetrieveWay::Move)); }, [&] { storeFiles(wrong, {m_source}); }}) {
            QVERIFY(isUseful(errorOf(work), "STRANGER", "have it entered at the server"));
        }
        QVERIFY(entries(out()).isEmpty());
    }

    void aRefusedAssociationIsSaidAndARetryCompletes() {
        DicomServer closed = server();
        closed.port = Orthanc::freePort();
        QVERIFY(isUseful(errorOf([&] { retrieve(closed, request(RetrieveWay::Get)); }),
                         std::to_string(closed.port).c_str(), "check host and port"));
        QVERIFY(entries(out()).isEmpty());
        closed.host = "no-such-host.invalid";
        QVERIFY(isUseful(errorOf([&] { echoServer(closed); }), "no-such-host.invalid", "check the name"));
        QCOMPARE(retrieve(server(), request(RetrieveWay::Get)).objects, static_cast<std::size_t>(phantomObjects));
    }

    void aDroppedConnectionLeavesNothing_data() {
        QTest::addColumn<int>("limit");
        QTest::newRow("in the greeting") << 100;
        QTest::newRow("in the first object") << 40'000;
        QTest::newRow("in the midst") << 250'000;
    }
    void aDroppedConnectionLeavesNothing() {
        QFETCH(int, limit);
        const CuttingProxy proxy(server().port, limit, CuttingProxy::Then::Cut);
        DicomServer through = server();
        through.port = proxy.port();
        const QString fetched = errorOf([&] { retrieve(through, request(RetrieveWay::Get)); });
        QVERIFY(isUseful(fetched, "test server", "try again"));
        QVERIFY(proxy.reached());
        QVERIFY(entries(out()).isEmpty());
        const QString sent = errorOf([&] { storeFiles(through, {m_source}); });
        QVERIFY(isUseful(sent, "test server", "sending again"));
        QCOMPARE(retrieve(server(), request(RetrieveWay::Get)).objects, static_cast<std::size_t>(phantomObjects));
        QCOMPARE(storeFiles(server(), {m_source}).objects, static_cast<std::size_t>(phantomObjects));
    }

    void aSilentServerIsLeftAfterTheTimeout() {
        const CuttingProxy proxy(server().port, 100'000, CuttingProxy::Then::KeepStill);
        DicomServer through = server();
        through.port = proxy.port();
        through.silenceTimeout_s = 1;
        QElapsedTimer clock;
        clock.start();
        QVERIFY(isUseful(errorOf([&] { retrieve(through, request(RetrieveWay::Get)); }), "said nothing for 1 s",
                         "allow longer pauses"));
        QVERIFY2(clock.elapsed() < 10'000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(entries(out()).isEmpty());
    }

    void cancellingWorksWithinAMoment() {
        // The server keeps still for ever: only the cancellation ends it.
        const CuttingProxy proxy(server().port, 100'000, CuttingProxy::Then::KeepStill);
        DicomServer through = server();
        through.port = proxy.port();
        through.silenceTimeout_s = 600;
        std::stop_source stop;
        JobContext context;
        context.cancel = stop.get_token();
        QElapsedTimer clock;
        std::jthread canceller([&] {
            while (!proxy.reached()) {
                std::this_thread::yield();
            }
            clock.start();
            stop.request_stop();
        });
        QVERIFY_EXCEPTION_THROWN(retrieve(through, request(RetrieveWay::Get), context), Cancelled);
        canceller.join();
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(entries(out()).isEmpty());
        QCOMPARE(retrieve(server(), request(RetrieveWay::Get)).objects, static_cast<std::size_t>(phantomObjects));
    }

    void aFullDiskIsSaidAndARetryCompletes_data() { ways(); }
    void aFullDiskIsSaidAndARetryCompletes() {
        QString message;
        {
            const NearlyFullDisk disk(10'000);
            message = errorOf([&] { retrieve(server(), request(way())); });
        }
        QVERIFY(isUseful(message, "out", "free space on this disk"));
        QVERIFY(entries(out()).isEmpty());
        QCOMPARE(retrieve(server(), request(way())).objects, static_cast<std::size_t>(phantomObjects));
    }

    void theListenerLivesOnlyWhileAMoveRuns() {
        DicomServer ours = server();
        ours.port = ours.listenPort;
        retrieve(server(), request(RetrieveWay::Move));
        ours.theirTitle = "DRDM";
        QVERIFY(errorOf([&] { echoServer(ours); }).contains("nothing takes connections"));
        DicomServer unset = server();
        unset.listenPort = 0;
        QDir(out()).removeRecursively();
        QVERIFY(isUseful(errorOf([&] { retrieve(unset, request(RetrieveWay::Move)); }), "C-MOVE", "use C-GET"));
        unset = server();
        unset.listenAddress = "203.0.113.7";  // for documentation: never ours
        QVERIFY(isUseful(errorOf([&] { retrieve(unset, request(RetrieveWay::Move)); }), "203.0.113.7",
                         "an address of this computer"));
    }

    void theListenerTakesOnlyWhatWasAskedForFromWhomItKnows() {
        // Here we call ourselves as the server would.
        const QString folder = out();
        DicomServer known = server();
        ReceivedObjects received(folder.toStdString(), m_series.studyUid, m_series.uid);
        const Listener listener(known, received, {});
        DicomServer ours = known;
        ours.port = known.listenPort;
        ours.theirTitle = "DRDM";
        ours.ourTitle = "ORTHANC";
        DicomServer stranger = ours;
        stranger.ourTitle = "STRANGER";
        QVERIFY(isUseful(errorOf([&] { storeFiles(stranger, {m_source}); }), "STRANGER", "entered at the server"));
        stranger = ours;
        stranger.theirTitle = "OTHER";
        QVERIFY(isUseful(errorOf([&] { storeFiles(stranger, {m_source}); }), "OTHER", "correct its AE title"));
        QCOMPARE(listener.refused(), 2);
        QVERIFY(entries(folder).isEmpty());
        QCOMPARE(storeFiles(ours, {m_source}).objects, static_cast<std::size_t>(phantomObjects));
        QCOMPARE(entries(folder).size(), phantomObjects);
        // Nothing of another study, even from the right caller.
        QTemporaryDir more;
        PhantomSettings settings;
        settings.slices = settings.frames = 1;
        settings.size = 32;
        settings.seed = 99;
        const auto other = writePhantom(settings, more.path().toStdString());
        QVERIFY(errorOf([&] { storeFiles(ours, other); }).contains("A700"));
        QVERIFY(errorOf([&] { received.requireNoFailure(); }).contains("another study"));
        QCOMPARE(entries(folder).size(), phantomObjects);
    }

    void foldersWithContentAreNotTouched() {
        QVERIFY(QDir().mkpath(out() + "/fetched"));
        QFile file(out() + "/fetched/mine");
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("1") == 1);
        file.close();
        QVERIFY(errorOf([&] { retrieve(server(), request(RetrieveWay::Get)); }).contains("not empty"));
        QCOMPARE(entries(out() + "/fetched"), QStringList{"mine"});
    }

    void onlyDicomIsSent() {
        QTemporaryDir empty;
        QVERIFY(errorOf([&] { storeFiles(server(), {empty.path().toStdString()}); }).contains("export as DICOM"));
        QVERIFY(errorOf([&] { storeFiles(server(), {"/nowhere"}); }).contains("/nowhere"));
    }
};

QTEST_GUILESS_MAIN(TestNetwork)
#include "TestNetwork.moc"
