#include "jobs/Job.h"

#include <QTest>

#include <atomic>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

using namespace drdm;

namespace {

/// Collects what a job tells.
struct Listener {
    std::mutex mutex;
    std::vector<JobStatus> told;
    Job::Listener function() {
        return [this](const JobStatus& status) {
            const std::lock_guard lock(mutex);
            told.push_back(status);
        };
    }
};

}  // namespace

class TestJob : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void succeeds() {
        Listener listener;
        std::thread::id worker;
        Job job(
            "Count",
            [&](const JobContext& context) {
                worker = std::this_thread::get_id();
                context.progress(0.5, "half");
            },
            listener.function());
        QCOMPARE(job.title(), std::string("Count"));
        QVERIFY(job.status().state == JobState::Waiting);
        job.start();
        job.wait();
        QVERIFY(job.status().state == JobState::Succeeded);
        QCOMPARE(job.status().fraction, 1.0);
        QVERIFY(worker != std::this_thread::get_id());
        QVERIFY(listener.told.back().state == JobState::Succeeded);
        job.start();  // a job runs once
        job.wait();
        QVERIFY(job.status().state == JobState::Succeeded);
    }

    void progressIsThrottledButTheLastReportArrives() {
        Listener listener;
        std::chrono::steady_clock::duration taken{};
        Job job(
            "Report",
            [&](const JobContext& context) {
                const auto begun = std::chrono::steady_clock::now();
                int n = 0;
                while (std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(450)) {
                    context.progress(0.001 * (++n % 900), "busy");
                }
                context.progress(0.96875, "the last words");
                taken = std::chrono::steady_clock::now() - begun;
            },
            listener.function());
        job.start();
        job.wait();
        const double seconds = std::chrono::duration<double>(taken).count();
        // Start, last words and end come on top of ten a second.
        QVERIFY2(static_cast<double>(listener.told.size()) <= 10 * seconds + 4,
                 qPrintable(QString::number(listener.told.size())));
        QVERIFY(listener.told.size() >= 4);
        const JobStatus& last = listener.told[listener.told.size() - 2];
        QCOMPARE(last.text, std::string("the last words"));
        QCOMPARE(last.fraction, 0.96875);
        QVERIFY(last.state == JobState::Running);
    }

    void cancelStopsTheWork() {
        std::binary_semaphore running(0);
        Job job("Endless", [&](const JobContext& context) {
            running.release();
            for (;;) {
                context.throwIfCancelled();
                std::this_thread::yield();
            }
        });
        job.start();
        running.acquire();
        QVERIFY(job.status().state == JobState::Running);
        job.cancel();
        job.wait();
        QVERIFY(job.status().state == JobState::Cancelled);
        QVERIFY(job.status().fraction < 1.0);
    }

    void cancelledBeforeItBeginsItDoesNothing() {
        bool worked = false;
        Job job("Never", [&](const JobContext&) { worked = true; });
        job.cancel();
        job.start();
        job.wait();
        QVERIFY(!worked);
        QVERIFY(job.status().state == JobState::Cancelled);
    }

    void finishKeepsWhatIsThere() {
        std::binary_semaphore running(0);
        int result = 0;
        Job job("Stop and keep", [&](const JobContext& context) {
            running.release();
            while (!context.finishEarly()) {
                context.throwIfCancelled();
                std::this_thread::yield();
            }
            result = 7;
        });
        job.start();
        running.acquire();
        job.finish();
        job.wait();
        QVERIFY(job.status().state == JobState::Succeeded);
        QCOMPARE(result, 7);
    }

    void failureCarriesItsMessage() {
        Listener listener;
        Job job(
            "Fail", [](const JobContext&) { throw Error("slice 3 is missing; copy it again"); }, listener.function());
        job.start();
        job.wait();
        QVERIFY(job.status().state == JobState::Failed);
        QCOMPARE(job.status().text, std::string("slice 3 is missing; copy it again"));
        QVERIFY(listener.told.back().state == JobState::Failed);
        Job odd("Odd", [](const JobContext&) { throw 3; });
        odd.start();
        odd.wait();
        QVERIFY(odd.status().state == JobState::Failed);
        QVERIFY(!odd.status().text.empty());
    }

    void aListenerThatThrowsDoesNoHarm() {
        Job job(
            "Throw", [](const JobContext&) {}, [](const JobStatus&) { throw Error("nobody listens"); });
        job.start();
        job.wait();
        QVERIFY(job.status().state == JobState::Failed);
    }

    void destructionCancelsAndJoins() {
        std::atomic<bool> left = false;
        {
            std::binary_semaphore running(0);
            Job job("Endless", [&](const JobContext& context) {
                running.release();
                while (!context.cancel.stop_requested()) {
                    std::this_thread::yield();
                }
                left = true;
            });
            job.start();
            running.acquire();
        }
        QVERIFY(left);
    }
};

QTEST_APPLESS_MAIN(TestJob)
#include "TestJob.moc"
