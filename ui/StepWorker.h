#pragma once

#include "ui/StepFrame.h"

#include <QObject>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace drdm {

/// Computes step frames beside the GUI thread. A newer request takes the place of one that still waits.
class StepWorker : public QObject {
    Q_OBJECT

public:
    explicit StepWorker(QObject* parent = nullptr);
    ~StepWorker() override;  ///< joins

    void request(StepRequest request);
    void forget();                    ///< drops what waits
    [[nodiscard]] bool busy() const;  ///< a frame is asked for and not yet handed over

Q_SIGNALS:
    void frameReady(std::shared_ptr<const drdm::StepFrame> frame);  ///< in the GUI thread

private:
    void run(const std::stop_token& stop);

    mutable std::mutex m_mutex;  ///< guards what follows up to the thread
    std::condition_variable_any m_wake;
    std::optional<StepRequest> m_request;
    bool m_busy = false;
    int m_undelivered = 0;  ///< frames that are made but not yet handed over
    std::jthread m_thread;  ///< last, so that it is joined before the rest goes
};

}  // namespace drdm
