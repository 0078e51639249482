#pragma once

#include "ui/training/TrainingRun.h"

#include <QWidget>

#include <deque>

class QLabel;
class QProgressBar;
class QPushButton;

namespace drdm {

class TrainingCurves;
class TrainingPictureView;

/// How a run gets on: step, speed, time left, curves, pictures, and what to do with its model.
class TrainingProgressPanel : public QWidget {
    Q_OBJECT

public:
    explicit TrainingProgressPanel(QWidget* parent = nullptr);

    /// Forgets what is shown; `history` up to `step` is what an earlier part of the run left.
    void begin(const TrainingPlan& plan, TrainingHistory history, long long step);
    void add(const TrainingNews& news);
    void setState(const QString& state);  ///< a word or two: "Running", "Paused at a checkpoint"
    void setRunning(bool running);        ///< whether speed and time left mean anything
    void setModel(bool there, const QString& why);
    void say(const QString& text);  ///< a line below, also for screen readers
    [[nodiscard]] const TrainingHistory& history() const { return m_history; }  ///< of the run shown, all of it
    [[nodiscard]] long long step() const { return m_step; }
    [[nodiscard]] TrainingCurves* curves() const { return m_curves; }
    [[nodiscard]] TrainingPictureView* pictures() const { return m_pictures; }

Q_SIGNALS:
    void useWanted();
    void installWanted();

private:
    void describe();

    QLabel *m_state, *m_place, *m_speed, *m_note;
    QProgressBar* m_bar;
    QPushButton *m_use, *m_install;
    TrainingCurves* m_curves;
    TrainingPictureView* m_pictures;
    TrainingHistory m_history;
    std::deque<TrainingStep> m_recent;
    TrainingStep m_last;
    long long m_step = 0, m_steps = 1, m_logEvery = 1;
    bool m_running = false;
};

/// "45 s", "12 min", "3 h 20 min", "2 days 4 h"
QString durationText(double seconds);

}  // namespace drdm
