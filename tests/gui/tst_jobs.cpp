#include "GuiTest.h"
#include "ui/jobs/JobQueue.h"
#include "ui/jobs/JobsPage.h"

#include <QAbstractItemModelTester>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

#include <atomic>

using namespace drdm;
using State = QueuedJob::State;

namespace {

constexpr int patient_ms = 60000;

/// Work that counts its rounds until it is let go.
struct Work {
    std::atomic<long long> rounds = 0;
    std::atomic<bool> go = false;
};

BackgroundTask* start(QObject* owner, const std::shared_ptr<Work>& work) {
    return BackgroundTask::start(
        owner, "work",
        [work](const JobContext& context) {
            while (!work->go && !context.finishEarly()) {
                context.throwIfCancelled();
                ++work->rounds;
                context.progress(0.25, "counting");
                std::this_thread::yield();
            }
            return true;
        },
        [](bool) {});
}

}  // namespace

class JobsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneOfAKindAtATimeAndCancellingOneLeavesTheOthers() {
        JobQueue queue;
        const QAbstractItemModelTester tester(&queue, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::map<int, std::shared_ptr<Work>> works;
        const auto runner = [&](const QueuedJob& job) {
            works[job.number] = std::make_shared<Work>();
            return start(&queue, works[job.number]);
        };
        queue.setKind("a", {runner, true, true, true, {}});
        queue.setKind("b", {runner, false, true, true, {}});
        const int first = queue.add("a", "first", {});
        const int second = queue.add("a", "second", {});
        const int third = queue.add("a", "third", {});
        const int other = queue.add("b", "other", {});
        QCOMPARE(queue.job(first)->state, State::Running);
        QCOMPARE(queue.job(second)->state, State::Waiting);
        QCOMPARE(queue.job(other)->state, State::Running);  // another kind: beside it
        queue.move(third, -1);
        QCOMPARE(queue.jobs()[1].number, third);
        queue.cancel(second);  // it has not begun: nothing else ends (InvokeAI#6049)
        QCOMPARE(queue.job(second)->state, State::Cancelled);
        QCOMPARE(queue.job(first)->state, State::Running);

        queue.cancel(first);
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(first)->state, State::Cancelled, patient_ms);
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(third)->state, State::Running, patient_ms);
        QCOMPARE(queue.job(other)->state, State::Running);
        QVERIFY(queue.canKeep(*queue.job(third)));
        QVERIFY(!queue.canKeep(*queue.job(other)));
        queue.finish(third);
        works[other]->go = true;
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(third)->state, State::Succeeded, patient_ms);
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(other)->state, State::Succeeded, patient_ms);
        QCOMPARE(queue.unfinished(), 0);
        queue.clearFinished();
        QCOMPARE(queue.rowCount(), 0);
    }

    void pausedWorkStandsStillAndGoesOn() {
        JobQueue queue;
        const auto work = std::make_shared<Work>();
        queue.setKind("a", {[&](const QueuedJob&) { return start(&queue, work); }, false, false, true, {}});
        const int number = queue.add("a", "counting", {});
        QTRY_VERIFY_WITH_TIMEOUT(work->rounds > 10, patient_ms);
        queue.pause(number);
        QCOMPARE(queue.job(number)->state, State::Paused);
        // It stands still once two looks in a row find the same number.
        long long before = -1;
        QTRY_VERIFY_WITH_TIMEOUT(std::exchange(before, work->rounds.load()) == work->rounds.load(), patient_ms);
        const int next = queue.add("a", "next", {});
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(next)->state, State::Running, patient_ms);  // the way is free
        queue.cancel(next);
        QTRY_VERIFY_WITH_TIMEOUT(queue.job(next)->over(), patient_ms);
        const long long still = work->rounds;
        queue.resume(number);
        QTRY_VERIFY_WITH_TIMEOUT(work->rounds > still, patient_ms);
        queue.pause(number);
        queue.cancel(number);  // cancelling what is paused works, too
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(number)->state, State::Cancelled, patient_ms);
    }

    void theQueueOutlivesTheProgram_data() {
        QTest::addColumn<bool>("orderly");
        QTest::newRow("closed") << true;
        QTest::newRow("crashed") << false;
    }
    void theQueueOutlivesTheProgram() {
        QFETCH(bool, orderly);
        const QTemporaryDir folder;
        const QString file = folder.filePath("jobs.json");
        const JobQueue::Kind notYet{[](const QueuedJob&) -> BackgroundTask* { return nullptr; }, false, true, true, {}};
        {
            JobQueue queue;
            queue.setKind("a", notYet);
            queue.setKind("gone", {notYet.run, false, false, true, {}});
            queue.keepIn(file);
            queue.add("a", "one", {{"seed", 7}});
            queue.add("a", "two", {});
            queue.add("gone", "not kept", {});
            if (orderly) {
                queue.closeOrderly();
            }
        }
        JobQueue queue;
        QString begun;
        queue.setKind("a", {[&](const QueuedJob& job) {
                                begun += job.title + QString::number(job.what["seed"].toInt()) + " ";
                                return start(&queue, std::make_shared<Work>());
                            },
                            false,
                            true,
                            true,
                            {}});
        queue.keepIn(file);
        QCOMPARE(queue.rowCount(), 2);
        QCOMPARE(queue.jobs()[0].title, QString("one"));
        if (orderly) {
            QCOMPARE(begun, QString("one7 "));
            QCOMPARE(queue.jobs()[1].state, State::Waiting);
        } else {
            QCOMPARE(begun, QString());  // after a crash nothing begins by itself
            QCOMPARE(queue.jobs()[0].state, State::Paused);
            QVERIFY(queue.jobs()[0].text.contains("ended before"));
            queue.resume(queue.jobs()[0].number);
            QCOMPARE(begun, QString("one7 "));
        }
    }

    void aDamagedFileIsSetAside() {
        const QTemporaryDir folder;
        const QString name = folder.filePath("jobs.json");
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{ \"version\": 1, \"jobs\": [");
        file.close();
        JobQueue queue;
        queue.keepIn(name);
        QCOMPARE(queue.rowCount(), 0);
        QVERIFY(QFile::exists(name + ".damaged"));
    }

    void failedWorkCanBeTriedAgainByItsButton() {
        JobQueue queue;
        int tries = 0;
        queue.setKind("a", {[&](const QueuedJob&) {
                                if (++tries == 1) {
                                    throw Error("the disk is full; free some space");
                                }
                                return start(&queue, std::make_shared<Work>());
                            },
                            false,
                            false,
                            true,
                            {}});
        JobsPage page(&queue);
        page.resize(1100, 600);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const int number = queue.add("a", "export", {{"folder", "/tmp/x"}});
        QCOMPARE(queue.job(number)->state, State::Failed);
        const QString details = page.findChild<QPlainTextEdit*>("jobDetails")->toPlainText();
        QVERIFY2(details.contains("disk is full") && details.contains("/tmp/x"), qPrintable(details));
        auto* cancel = page.findChild<QToolButton*>("jobCancel");
        QVERIFY(!cancel->isEnabled());
        QTest::mouseClick(page.findChild<QToolButton*>("jobRetry"), Qt::LeftButton);
        QCOMPARE(queue.job(number)->state, State::Running);
        QTest::mouseClick(page.findChild<QToolButton*>("jobPause"), Qt::LeftButton);
        QCOMPARE(queue.job(number)->state, State::Paused);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(queue.job(number)->state, State::Cancelled, patient_ms);
        auto* remove = page.findChild<QToolButton*>("jobRemove");
        QTRY_VERIFY_WITH_TIMEOUT(remove->isEnabled(), patient_ms);
        QTest::mouseClick(remove, Qt::LeftButton);
        QCOMPARE(queue.rowCount(), 0);
    }
};

DRDM_GUI_TEST_MAIN(JobsTest)
#include "tst_jobs.moc"
