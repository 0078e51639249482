#include "ui/StepWorker.h"

#include <QMetaObject>

#include <exception>

namespace drdm {

StepWorker::StepWorker(QObject* parent)
    : QObject(parent), m_thread([this](const std::stop_token& stop) { run(stop); }) {}

StepWorker::~StepWorker() {
    m_thread.request_stop();
    m_thread.join();
}

void StepWorker::request(StepRequest request) {
    {
        const std::lock_guard lock(m_mutex);
        m_request = std::move(request);
    }
    m_wake.notify_one();
}

void StepWorker::forget() {
    const std::lock_guard lock(m_mutex);
    m_request.reset();
}

bool StepWorker::busy() const {
    const std::lock_guard lock(m_mutex);
    return m_busy || m_request || m_undelivered > 0;
}

void StepWorker::run(const std::stop_token& stop) {
    StepFramer framer;
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_busy = false;
        if (!m_wake.wait(lock, stop, [this] { return m_request.has_value(); })) {
            return;
        }
        const StepRequest request = std::move(*m_request);
        m_request.reset();
        m_busy = true;
        lock.unlock();

        auto frame = std::make_shared<StepFrame>();
        try {
            *frame = framer.make(request);
        } catch (const std::exception& failure) {
            frame->variation = request.variation;
            frame->index = request.index;
            frame->error = failure.what();
        }
        {
            const std::lock_guard counting(m_mutex);
            ++m_undelivered;
        }
        QMetaObject::invokeMethod(
            this,
            [this, frame = std::shared_ptr<const StepFrame>(std::move(frame))] {
                {
                    const std::lock_guard counting(m_mutex);
                    --m_undelivered;
                }
                Q_EMIT frameReady(frame);
            },
            Qt::QueuedConnection);
    }
}

}  // namespace drdm
