#pragma once

#include "diffusion/ScheduleForecast.h"
#include "imaging/Image.h"
#include "render/Plane.h"
#include "ui/Windowing.h"

#include <QObject>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace drdm {

/// One picture of the live preview.
struct PreviewRequest {
    Image image;  ///< empty: nothing but the field's numbers
    std::int64_t slice = 0, phase = 0;
    Schedule schedule;
    int level = 48;
    std::uint64_t seed = 1;
    int side = 128;  ///< of the model's grid
    int number = 0;  ///< the asker's own; comes back with the frame
};

struct PreviewFrame {
    int number = 0;
    ScalarPlane image;
    LineSet grid;
    double mean_percent = 0, max_percent = 0;
    double folded_central = 0, folded_strict = 0;  ///< shares of the voxels of the model's grid
    double time_ms = 0;
    std::string error;  ///< not empty: nothing else is set
};

/// What a schedule does at several levels.
struct ForecastRequest {
    Schedule schedule;
    std::vector<int> levels;
    int seeds = 6;
    int side = 128;
};

/// Computes previews and forecasts beside the GUI thread. The newest request of each kind takes the place of the one
/// before it; previews go before forecasts, which are made in pieces of a few milliseconds.
class ScheduleWorker : public QObject {
    Q_OBJECT

public:
    explicit ScheduleWorker(QObject* parent = nullptr);
    ~ScheduleWorker() override;  ///< joins

    void preview(PreviewRequest request);
    void forecast(ForecastRequest request);

    /// In the calling thread. Never throws: the frame says what went wrong.
    static PreviewFrame make(const PreviewRequest& request);

Q_SIGNALS:
    void previewReady(std::shared_ptr<const drdm::PreviewFrame> frame);  ///< in the GUI thread
    void levelReady(const drdm::LevelForecast& level);                   ///< in the order of the request

private:
    struct Running {
        ForecastRequest request;
        std::size_t level = 0;
        int seed = 0;
        LevelForecast sum;
    };
    void run(const std::stop_token& stop);
    /// One seed of one level. Returns whether there is more to do.
    bool advance(Running& running);

    std::mutex m_mutex;  ///< guards the requests
    std::condition_variable_any m_wake;
    std::optional<PreviewRequest> m_preview;
    std::optional<ForecastRequest> m_forecast;
    std::jthread m_thread;  ///< last, so that it is joined before the rest goes
};

}  // namespace drdm
