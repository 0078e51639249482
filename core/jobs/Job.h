#pragma once

#include "jobs/JobContext.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace drdm {

enum class JobState { Waiting, Running, Succeeded, Failed, Cancelled };

/// A snapshot of a job, safe to hand between threads.
struct JobStatus {
    JobState state = JobState::Waiting;
    double fraction = 0;  ///< 0…1
    std::string text;     ///< what is being done, or the error message when failed
    double elapsed_s = 0;
};

/// One piece of work on its own worker thread (std::jthread). Progress is passed on at most 10 times a second (the last
/// report always). The destructor cancels and joins.
class Job {
public:
    using Work = std::function<void(const JobContext&)>;
    using Listener = std::function<void(const JobStatus&)>;  ///< called on the worker's thread; hand over, don't work

    Job(std::string title, Work work, Listener listener = {});
    ~Job();
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void start();
    void cancel();  ///< answers within one step of the work
    void finish();  ///< "stop and keep"
    void pause();   ///< the work waits at its next step, until resumed, cancelled or finished
    void resume();
    [[nodiscard]] bool paused() const;
    void wait();  ///< joins
    [[nodiscard]] JobStatus status() const;
    [[nodiscard]] const std::string& title() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
