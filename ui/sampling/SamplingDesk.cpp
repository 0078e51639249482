#include "ui/sampling/SamplingDesk.h"

#include "ui/BackgroundTask.h"
#include "ui/variations/VariationStore.h"

#include <QTimer>

#include <algorithm>

namespace drdm {

namespace {

constexpr int pollEvery_ms = 60;

/// The number of time steps of the models that the registry's range of levels is made for.
int timeSteps() {
    return static_cast<int>(samplingParameters().at("level").maximum.value_or(80));
}

RecoveryRange recovery(const SampleSettings& settings) {
    const auto start = settings.start == "full" ? Start::Full : Start::Level;
    return recoveryRange(settings.level, start, settings.stride, settings.stop, timeSteps());
}

}  // namespace

SamplingDesk::SamplingDesk(VariationStore* store, QObject* parent)
    : QObject(parent), m_store(store), m_poll(new QTimer(this)) {
    m_poll->setInterval(pollEvery_ms);
    connect(m_poll, &QTimer::timeout, this, qOverload<>(&SamplingDesk::collect));
}

SamplingDesk::~SamplingDesk() {
    // Ask all to end before the first join waits.
    for (const auto& [job, run] : m_runs) {
        if (run.task) {
            run.task->cancel();
        }
    }
}

BackgroundTask* SamplingDesk::begin(int job, const SampleOrder& order, const Image& image) {
    const SampleRequest request = order.request();  // what does not fit is said before anything begins
    Run run;
    run.mailbox = std::make_shared<Mailbox>();
    run.series = order.series.toStdString();
    run.settings = request.settings;
    run.allSlices = request.allSlices;
    run.task = BackgroundTask::start(
        this, order.title(),
        [order, image, mailbox = run.mailbox](const JobContext& context) {
            return sample(order.request(image), context, [&mailbox](int index, const Trajectory& trajectory) {
                const std::lock_guard lock(mailbox->mutex);
                mailbox->newest[index] = trajectory;
            });
        },
        [this, job](const std::vector<Trajectory>& trajectories) { takeResult(job, trajectories); });
    connect(run.task, &BackgroundTask::failed, this, [this, job] { end(job, Kept::Finished); });
    connect(run.task, &BackgroundTask::cancelled, this, [this, job] { end(job, Kept::None); });
    BackgroundTask* task = run.task;
    m_runs[job] = std::move(run);
    m_poll->start();
    return task;
}

bool SamplingDesk::makes(int variation) const {
    return std::ranges::any_of(m_runs, [variation](const auto& run) {
        return std::ranges::any_of(run.second.variationOf,
                                   [variation](const auto& entry) { return entry.second == variation; });
    });
}

void SamplingDesk::collect() {
    for (auto& [job, run] : m_runs) {
        collect(job, run);
    }
    if (m_runs.empty()) {
        m_poll->stop();
    }
}

void SamplingDesk::collect(int job, Run& run) {
    std::map<int, Trajectory> newest;
    {
        const std::lock_guard lock(run.mailbox->mutex);
        newest.swap(run.mailbox->newest);
    }
    for (const auto& [sample, trajectory] : newest) {
        const auto known = run.variationOf.find(sample);
        if (known == run.variationOf.end()) {
            Q_EMIT variationAdded(job, add(job, run, sample, trajectory));
        } else {
            m_store->setTrajectory(known->second, trajectory);
            Q_EMIT variationGrown(known->second);
        }
    }
}

int SamplingDesk::add(int job, Run& run, int sample, const Trajectory& trajectory) {
    Variation variation;
    variation.job = job;
    variation.series = run.series;
    variation.seed = run.settings.seed + static_cast<std::uint64_t>(sample);
    variation.trajectory = trajectory;
    variation.expectedDiffusion = run.allSlices ? 0 : run.settings.level;
    variation.expectedRecovery = run.allSlices ? 0 : recovery(run.settings).count();
    variation.running = true;
    const int number = m_store->add(std::move(variation));
    run.variationOf[sample] = number;
    return number;
}

void SamplingDesk::takeResult(int job, const std::vector<Trajectory>& trajectories) {
    const auto found = m_runs.find(job);
    if (found == m_runs.end()) {
        return;
    }
    Run& run = found->second;
    collect(job, run);
    for (int sample = 0; sample < static_cast<int>(trajectories.size()); ++sample) {
        const Trajectory& trajectory = trajectories[static_cast<std::size_t>(sample)];
        if (trajectory.stepCount() == 0) {
            continue;
        }
        const auto known = run.variationOf.find(sample);
        if (known == run.variationOf.end()) {
            Q_EMIT variationAdded(job, add(job, run, sample, trajectory));
        } else {
            m_store->setTrajectory(known->second, trajectory);
        }
    }
    end(job, Kept::All);
}

bool SamplingDesk::whole(const Run& run, int sample, const Trajectory& trajectory) {
    // One after the other is made: whoever has a successor is done.
    if (run.allSlices || sample < run.variationOf.rbegin()->first) {
        return true;
    }
    const TrajectoryStep& last = trajectory.step(trajectory.stepCount() - 1);
    const RecoveryRange range = recovery(run.settings);
    return last.kind == StepKind::Recovery && last.t <= range.first - (range.count() - 1) * range.stride;
}

void SamplingDesk::end(int job, Kept kept) {
    const auto found = m_runs.find(job);
    if (found == m_runs.end()) {
        return;
    }
    if (kept == Kept::Finished) {
        collect(job, found->second);
    }
    const Run run = std::move(found->second);
    m_runs.erase(found);
    int count = 0;
    for (const auto& [sample, number] : run.variationOf) {
        const Variation* variation = m_store->find(number);
        if (!variation) {
            continue;
        }
        if (kept == Kept::All || (kept == Kept::Finished && whole(run, sample, variation->trajectory))) {
            m_store->setRunning(number, false);
            ++count;
        } else {
            m_store->take(number);
        }
    }
    Q_EMIT runEnded(job, kept == Kept::None || (kept == Kept::Finished && count == 0) ? -1 : count);
}

}  // namespace drdm
