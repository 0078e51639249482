#pragma once

#include <QElapsedTimer>
#include <QObject>

class QTimer;

namespace drdm {

/// Measures how long the GUI thread was busy at a stretch: the largest gap between ticks of a 5 ms timer.
class StallMeter : public QObject {
    Q_OBJECT

public:
    explicit StallMeter(QObject* parent = nullptr);
    void start();
    void stop();
    [[nodiscard]] double longest_ms() const { return m_longest_ms; }
    /// The most processor time that the GUI thread used between two ticks: what it did itself, however busy the machine
    /// is.
    [[nodiscard]] double longestWork_ms() const { return m_longestWork_ms; }
    [[nodiscard]] int over50ms() const { return m_over; }
    [[nodiscard]] int ticks() const { return m_ticks; }

private:
    QTimer* m_timer;
    QElapsedTimer m_clock;
    double m_longest_ms = 0, m_longestWork_ms = 0, m_work_ms = 0;
    int m_over = 0, m_ticks = 0;
};

}  // namespace drdm
