#pragma once

#include "tasks/Trajectory.h"
#include "ui/Filmstrip.h"

#include <QFrame>

class QAction;
class QComboBox;
class QLabel;
class QTimer;

namespace drdm {

class TimelineLegend;
class TimelineWidget;

/// The timeline with its buttons: first, previous, play, next, last, start of the recovery, loop, ping-pong, speed,
/// curves and filmstrip. While sampling runs it follows the newest step until the user touches it.
class TimelineBar : public QFrame {
    Q_OBJECT

public:
    explicit TimelineBar(QWidget* parent = nullptr);

    void clear();
    /// Another variation: the step shown is the newest (while it grows) or the last.
    void show(const Trajectory& trajectory, int expectedDiffusion, int expectedRecovery, bool growing);
    /// The same variation, grown or finished. Stays where it is if the user has touched the timeline.
    void grow(const Trajectory& trajectory, int expectedDiffusion, int expectedRecovery, bool growing);

    /// What the filmstrip shows; the trajectory comes from show() and grow().
    void setFilmSubject(const FilmSubject& subject);
    void setFilmWindow(const DisplayWindow& window);
    /// The filmstrip still lacks pictures.
    [[nodiscard]] bool filmBusy() const;

    [[nodiscard]] int current() const;
    void goTo(int index);  ///< as if the user had chosen it
    /// A step was drawn: playing waits for this before it goes on, so that no step is skipped.
    void stepDrawn(int index);
    [[nodiscard]] bool playing() const;

    /// For the menus: first, previous, play, next, last, start of the recovery, loop, ping-pong, filmstrip.
    [[nodiscard]] QList<QAction*> timelineActions() const { return m_actions; }

Q_SIGNALS:
    void stepWanted(int index);

private:
    void take(const Trajectory& trajectory, int expectedDiffusion, int expectedRecovery);
    enum class By { Program, User, Player };
    void choose(int index, By whom);
    void play(bool on);
    void advance();
    void describe();
    void rememberLook();

    TimelineWidget* m_timeline;
    TimelineLegend* m_legend;
    Filmstrip* m_film;
    QLabel* m_label;
    QComboBox* m_speed;
    QTimer* m_timer;
    QList<QAction*> m_actions;
    QAction *m_play, *m_loop, *m_pingPong, *m_filmToggle;
    bool m_follow = true;
    bool m_growing = false;
    bool m_drawn = true;
    bool m_backwards = false;  ///< on its way back in ping-pong
};

}  // namespace drdm
