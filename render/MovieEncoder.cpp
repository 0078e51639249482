#include "render/MovieEncoder.h"

#include "jobs/ThreadPriority.h"

#include <QMetaObject>

#include <exception>

namespace drdm {

namespace {

constexpr std::size_t mostWaiting = 4;

}  // namespace

MovieEncoder::MovieEncoder(const MovieSettings& settings, QObject* parent)
    : QObject(parent), m_settings(settings), m_thread([this](const std::stop_token& stop) { run(stop); }) {}

MovieEncoder::~MovieEncoder() {
    m_thread.request_stop();
    m_thread.join();
}

bool MovieEncoder::hasRoom() const {
    const std::lock_guard lock(m_mutex);
    return m_items.size() < mostWaiting;
}

void MovieEncoder::add(std::function<QImage()> picture, int repeats) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_over) {
            return;
        }
        m_items.push_back({std::move(picture), repeats});
    }
    m_wake.notify_one();
}

void MovieEncoder::finish() {
    {
        const std::lock_guard lock(m_mutex);
        m_complete = true;
    }
    m_wake.notify_one();
}

void MovieEncoder::cancel() {
    m_thread.request_stop();
}

template <typename Call>
void MovieEncoder::tell(Call call) {
    QMetaObject::invokeMethod(this, call, Qt::QueuedConnection);
}

void MovieEncoder::run(const std::stop_token& stop) {
    stepBehind();
    const auto over = [this] {
        const std::lock_guard lock(m_mutex);
        m_over = true;
        m_items.clear();
    };
    try {
        MovieWriter writer(m_settings);
        for (;;) {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, stop, [this] { return !m_items.empty() || m_complete; });
            if (stop.stop_requested()) {
                break;
            }
            if (m_items.empty()) {
                lock.unlock();
                writer.finish();
                over();
                tell([this, frames = writer.frames()] { Q_EMIT finished(frames); });
                return;
            }
            const Item item = std::move(m_items.front());
            m_items.pop_front();
            lock.unlock();
            tell([this] { Q_EMIT roomMade(); });
            writer.add(item.picture(), item.repeats);
        }
    } catch (const std::exception& error) {
        over();
        tell([this, text = QString::fromUtf8(error.what())] { Q_EMIT failed(text); });
        return;
    }
    over();  // the writer is gone, and with it what it had written
    tell([this] { Q_EMIT cancelled(); });
}

}  // namespace drdm
