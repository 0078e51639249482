#include "ui/TimelineBar.h"

#include "ui/ActionTips.h"
#include "ui/Icons.h"
#include "ui/TimelineWidget.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

TimelineBar::TimelineBar(QWidget* parent)
    : QFrame(parent),
      m_timeline(new TimelineWidget),
      m_label(new QLabel),
      m_speed(new QComboBox),
      m_timer(new QTimer(this)) {
    setProperty("role", "card");
    const auto action = [this](const QString& text, const QString& picture, const QString& name, QKeySequence key,
                               auto triggered) {
        auto* result = new QAction(icon(picture), text, this);
        result->setObjectName(name);
        result->setShortcut(key);
        // Arrow and space keys belong to the views; lists and buttons keep their own.
        result->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        setTip(result, {});
        connect(result, &QAction::triggered, this, triggered);
        m_actions << result;
        return result;
    };
    action(tr("First step"), "first", "firstStep", Qt::Key_Home, [this] { choose(0, By::User); });
    action(tr("Previous step"), "previous", "previousStep", Qt::Key_Left, [this] { choose(current() - 1, By::User); });
    m_play = action(tr("Play"), "play", "play", Qt::Key_Space, [this](bool on) { play(on); });
    m_play->setCheckable(true);
    action(tr("Next step"), "next", "nextStep", Qt::Key_Right, [this] { choose(current() + 1, By::User); });
    action(tr("Last step"), "last", "lastStep", Qt::Key_End, [this] { choose(m_timeline->count() - 1, By::User); });
    m_loop = action(tr("Loop"), "loop", "loop", {}, [](bool) {});
    m_loop->setCheckable(true);
    m_loop->setChecked(true);
    setTip(m_loop, tr("Start again after the last step"));
    auto* start = action(tr("Start of the recovery"), "heart", "recoveryStart", Qt::Key_Backspace, [this] {
        const auto& points = m_timeline->points();
        const auto at = std::ranges::find(points, StepKind::Recovery, &TimelineWidget::Point::kind);
        choose(static_cast<int>(at - points.begin()) - (at == points.end() ? 1 : 0), By::User);
    });
    setTip(start, tr("Go to the first recovery step"));

    auto* row = new QHBoxLayout;
    row->setSpacing(2);
    for (QAction* each : m_actions) {
        if (each == start) {
            continue;
        }
        auto* button = new QToolButton;
        button->setDefaultAction(each);
        button->setIconSize({20, 20});
        button->setObjectName(each->objectName() + "Button");
        row->addWidget(button);
    }
    m_label->setObjectName("stepLabel");
    m_label->setProperty("role", "muted");
    row->addSpacing(10);
    row->addWidget(m_label, 1);
    for (const int rate : {5, 10, 20, 40}) {
        m_speed->addItem(tr("%1 steps/s").arg(rate), rate);
    }
    m_speed->setCurrentIndex(1);
    m_speed->setToolTip(tr("Speed of playing"));
    m_speed->setObjectName("speed");
    row->addWidget(m_speed);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(m_timeline);

    connect(m_timeline, &TimelineWidget::stepChosen, this, [this](int index) { choose(index, By::User); });
    connect(m_timer, &QTimer::timeout, this, &TimelineBar::advance);
    connect(m_speed, &QComboBox::currentIndexChanged, this,
            [this] { m_timer->setInterval(1000 / m_speed->currentData().toInt()); });
    m_timer->setInterval(100);
    clear();
}

void TimelineBar::clear() {
    play(false);
    m_growing = false;
    m_timeline->setPoints({});
    m_timeline->setExpected(0, 0);
    for (QAction* each : m_actions) {
        setAvailable(each, each == m_loop, tr("Generate a variation first."));
    }
    describe();
}

int TimelineBar::current() const {
    return m_timeline->current();
}

bool TimelineBar::playing() const {
    return m_timer->isActive();
}

void TimelineBar::take(const Trajectory& trajectory, int expectedDiffusion, int expectedRecovery) {
    std::vector<TimelineWidget::Point> points(trajectory.stepCount());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const TrajectoryStep& step = trajectory.step(i);
        points[i] = {step.kind, step.t, step.statistics.mean_percent, step.statistics.max_percent,
                     step.statistics.folded_voxels_strict > 0};
    }
    m_timeline->setPoints(std::move(points));
    m_timeline->setExpected(expectedDiffusion, expectedRecovery);
    for (QAction* each : m_actions) {
        setAvailable(each, trajectory.stepCount() > 0 || each == m_loop, tr("The first step is still being made."));
    }
}

void TimelineBar::show(const Trajectory& trajectory, int expectedDiffusion, int expectedRecovery, bool growing) {
    play(false);
    m_growing = growing;
    m_follow = true;
    take(trajectory, expectedDiffusion, expectedRecovery);
    choose(m_timeline->count() - 1, By::Program);
}

void TimelineBar::grow(const Trajectory& trajectory, int expectedDiffusion, int expectedRecovery, bool growing) {
    const int before = current();
    m_growing = growing;
    take(trajectory, expectedDiffusion, expectedRecovery);
    if (m_follow && before != m_timeline->count() - 1) {
        choose(m_timeline->count() - 1, By::Program);
    } else {
        describe();
    }
}

void TimelineBar::choose(int index, By whom) {
    if (m_timeline->count() == 0) {
        describe();
        return;
    }
    if (whom != By::Program) {
        // Back at the newest step, it follows again.
        m_follow = m_growing && index >= m_timeline->count() - 1;
    }
    if (whom == By::User) {
        play(false);
    }
    m_timeline->setCurrent(index);
    m_drawn = false;
    describe();
    Q_EMIT stepWanted(m_timeline->current());
}

void TimelineBar::goTo(int index) {
    choose(index, By::User);
}

void TimelineBar::stepDrawn(int index) {
    m_drawn = m_drawn || index == current();
}

void TimelineBar::play(bool on) {
    on = on && m_timeline->count() > 0;
    m_play->setChecked(on);
    m_play->setText(on ? tr("Pause") : tr("Play"));
    m_play->setIcon(icon(on ? "pause" : "play"));
    setTip(m_play, on ? tr("Pause") : tr("Play all steps"));
    if (on) {
        m_drawn = true;
        m_timer->start();
    } else {
        m_timer->stop();
    }
}

void TimelineBar::advance() {
    if (!m_drawn) {
        return;
    }
    const bool atEnd = current() >= m_timeline->count() - 1;
    if (atEnd && m_growing) {
        return;  // the next step is still being made
    }
    if (atEnd && !m_loop->isChecked()) {
        play(false);
        return;
    }
    choose(atEnd ? 0 : current() + 1, By::Player);
}

void TimelineBar::describe() {
    if (current() < 0) {
        m_label->setText(m_growing ? tr("Waiting for the first step …") : tr("No variation yet"));
        return;
    }
    const TimelineWidget::Point& point = m_timeline->points()[static_cast<std::size_t>(current())];
    m_label->setText(tr("%1 · t = %2 · step %3 of %4")
                         .arg(point.kind == StepKind::Diffusion ? tr("Diffusion") : tr("Recovery"))
                         .arg(point.t)
                         .arg(current() + 1)
                         .arg(m_timeline->count()));
}

}  // namespace drdm
