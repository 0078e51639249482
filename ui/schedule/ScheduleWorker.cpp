#include "ui/schedule/ScheduleWorker.h"

#include "analysis/FieldStatistics.h"
#include "imaging/ModelGrid.h"
#include "imaging/Warp.h"
#include "render/DeformedGrid.h"
#include "ui/StepFrame.h"

#include <QMetaObject>

#include <chrono>
#include <exception>

namespace drdm {

namespace {

using Clock = std::chrono::steady_clock;

/// What the preview is on where no image is open: a square of the model's side.
Geometry square(int side) {
    Geometry grid;
    grid.size = {side, side, 1};
    return grid;
}

}  // namespace

ScheduleWorker::ScheduleWorker(QObject* parent)
    : QObject(parent), m_thread([this](const std::stop_token& stop) { run(stop); }) {}

ScheduleWorker::~ScheduleWorker() {
    m_thread.request_stop();
    m_thread.join();
}

void ScheduleWorker::preview(PreviewRequest request) {
    {
        const std::lock_guard lock(m_mutex);
        m_preview = std::move(request);
    }
    m_wake.notify_one();
}

void ScheduleWorker::forecast(ForecastRequest request) {
    {
        const std::lock_guard lock(m_mutex);
        m_forecast = std::move(request);
    }
    m_wake.notify_one();
}

PreviewFrame ScheduleWorker::make(const PreviewRequest& request) {
    PreviewFrame frame;
    const auto start = Clock::now();
    try {
        const Geometry imageGrid =
            request.image.empty() ? square(request.side) : request.image.geometry().slice(request.slice);
        const ModelGrid grid(imageGrid, 2, request.side, Fit::KeepAspect);
        const auto onModel = scheduleField(request.schedule, request.level, request.seed, grid.model);
        const auto numbers = statistics(onModel);
        frame.mean_percent = numbers.mean_percent;
        frame.max_percent = numbers.max_percent;
        frame.folded_central = numbers.folded_fraction_central;
        frame.folded_strict = numbers.folded_fraction_strict;
        const auto field = grid.toImage(onModel);
        if (!request.image.empty()) {
            frame.image = planeOf(warp(request.image.slice(request.slice, request.phase), field), 0, 0);
        }
        frame.grid = deformedGrid(planeGrid(imageGrid), field.component_vox(componentOfAxis(0, 2)),
                                  field.component_vox(componentOfAxis(1, 2)));
    } catch (const std::exception& failure) {
        frame = {};
        frame.error = failure.what();
    }
    frame.number = request.number;
    frame.time_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    return frame;
}

bool ScheduleWorker::advance(Running& running) {
    const ForecastRequest& request = running.request;
    const int level = request.levels[running.level];
    const LevelForecast one =
        drdm::forecast(request.schedule, level, request.side, static_cast<std::uint64_t>(running.seed) + 1, 1);
    LevelForecast& sum = running.sum;
    sum.level = level;
    sum.mean_percent += one.mean_percent / request.seeds;
    sum.max_percent += one.max_percent / request.seeds;
    sum.folded_central += one.folded_central / request.seeds;
    sum.folded_strict += one.folded_strict / request.seeds;
    if (++running.seed == request.seeds) {
        QMetaObject::invokeMethod(
            this, [this, sum] { Q_EMIT levelReady(sum); }, Qt::QueuedConnection);
        running.seed = 0;
        running.sum = {};
        ++running.level;
    }
    return running.level < request.levels.size();
}

void ScheduleWorker::run(const std::stop_token& stop) {
    std::optional<Running> running;
    for (;;) {
        std::unique_lock lock(m_mutex);
        if (!running && !m_wake.wait(lock, stop, [this] { return m_preview || m_forecast; })) {
            return;
        }
        if (stop.stop_requested()) {
            return;
        }
        if (m_forecast) {
            running = Running{std::move(*m_forecast), 0, 0, {}};
            m_forecast.reset();
        }
        const auto request = std::exchange(m_preview, std::nullopt);
        lock.unlock();

        if (request) {
            auto frame = std::make_shared<const PreviewFrame>(make(*request));
            QMetaObject::invokeMethod(
                this, [this, frame] { Q_EMIT previewReady(frame); }, Qt::QueuedConnection);
        } else if (running) {
            try {
                if (!advance(*running)) {
                    running.reset();
                }
            } catch (const std::exception&) {
                running.reset();  // a schedule that does not pass its check has no forecast; the editor says why
            }
        }
    }
}

}  // namespace drdm
