#include "ui/StallMeter.h"

#include <QTimer>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <ctime>
#endif

namespace drdm {

namespace {

/// Processor time of the calling thread.
double threadTime_ms() {
#ifdef Q_OS_UNIX
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
#else
    return 0;
#endif
}

}  // namespace

StallMeter::StallMeter(QObject* parent) : QObject(parent), m_timer(new QTimer(this)) {
    m_timer->setTimerType(Qt::PreciseTimer);
    m_timer->setInterval(5);
    connect(m_timer, &QTimer::timeout, this, [this] {
        const double gap_ms = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
        m_clock.restart();
        m_longest_ms = std::max(m_longest_ms, gap_ms);
        const double work_ms = threadTime_ms();
        m_longestWork_ms = std::max(m_longestWork_ms, work_ms - m_work_ms);
        m_work_ms = work_ms;
        m_over += gap_ms > 50 ? 1 : 0;
        ++m_ticks;
    });
}

void StallMeter::start() {
    m_longest_ms = m_longestWork_ms = 0;
    m_work_ms = threadTime_ms();
    m_over = m_ticks = 0;
    m_clock.start();
    m_timer->start();
}

void StallMeter::stop() {
    m_timer->stop();
}

}  // namespace drdm
