#include "ui/TimelineBar.h"

#include "ui/ActionTips.h"
#include "ui/Icons.h"
#include "ui/TimelineLegend.h"
#include "ui/TimelineWidget.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

TimelineBar::TimelineBar(QWidget* parent)
    : QFrame(parent),
      m_timeline(new TimelineWidget),
      m_legend(new TimelineLegend),
      m_film(new Filmstrip(m_timeline, this)),
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
    auto* start = action(tr("Start of the recovery"), "recovery", "recoveryStart", Qt::Key_Backspace, [this] {
        const auto& points = m_timeline->points();
        const auto at = std::ranges::find(points, StepKind::Recovery, &TimelinePoint::kind);
        choose(static_cast<int>(at - points.begin()) - (at == points.end() ? 1 : 0), By::User);
    });
    setTip(start, tr("Go to the first recovery step"));
    m_loop = action(tr("Loop"), "loop", "loop", {}, [](bool) {});
    setTip(m_loop, tr("Start again after the last step"));
    m_pingPong = action(tr("Ping-pong"), "pingpong", "pingPong", {}, [](bool) {});
    setTip(m_pingPong, tr("Play forwards, then backwards, and so on"));
    auto* ends = new QActionGroup(this);
    ends->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
    for (QAction* each : {m_loop, m_pingPong}) {
        each->setCheckable(true);
        ends->addAction(each);
    }
    m_loop->setChecked(true);
    m_filmToggle = action(tr("Filmstrip"), "film", "filmstrip", {}, [this](bool on) {
        m_timeline->setFilmVisible(on);
        rememberLook();
    });
    m_filmToggle->setCheckable(true);
    setTip(m_filmToggle, tr("Small pictures of the steps below the curves"));

    auto* row = new QHBoxLayout;
    row->setSpacing(2);
    const auto button = [row](QAction* each) {
        auto* result = new QToolButton;
        result->setDefaultAction(each);
        result->setIconSize({20, 20});
        result->setObjectName(each->objectName() + "Button");
        row->addWidget(result);
    };
    for (QAction* each : m_actions) {
        if (each != m_filmToggle) {
            button(each);
        }
    }
    m_label->setObjectName("stepLabel");
    m_label->setProperty("role", "muted");
    m_label->setMinimumWidth(40);
    row->addSpacing(8);
    row->addWidget(m_label, 1);
    button(m_filmToggle);
    row->addSpacing(4);
    for (const int rate : {2, 5, 10, 20, 40, 60}) {
        m_speed->addItem(tr("%1 /s").arg(rate), rate);
    }
    m_speed->setCurrentIndex(2);
    m_speed->setToolTip(tr("Speed of playing, in steps per second"));
    m_speed->setAccessibleName(tr("Speed of playing"));
    m_speed->setObjectName("speed");
    row->addWidget(m_speed);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 6, 10, 6);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_legend);
    column->addWidget(m_timeline);

    connect(m_timeline, &TimelineWidget::stepChosen, this, [this](int index) { choose(index, By::User); });
    connect(m_timer, &QTimer::timeout, this, &TimelineBar::advance);
    connect(m_speed, &QComboBox::currentIndexChanged, this,
            [this] { m_timer->setInterval(1000 / m_speed->currentData().toInt()); });
    m_timer->setInterval(100);
    connect(m_legend, &TimelineLegend::shownChanged, this, [this] {
        m_timeline->setShownCurves(m_legend->shown());
        m_legend->setScale(m_timeline->scale().text(m_timeline->shownCurves()));
        rememberLook();
    });
    const QSettings settings;
    m_filmToggle->setChecked(settings.value("timeline/film", true).toBool());
    m_timeline->setFilmVisible(m_filmToggle->isChecked());
    if (const QVariant stored = settings.value("timeline/curves"); stored.isValid()) {
        std::set<TimelineCurve> shown;
        for (const QString& each : stored.toStringList()) {
            shown.insert(static_cast<TimelineCurve>(each.toInt()));
        }
        m_legend->setShown(shown);
        m_timeline->setShownCurves(m_legend->shown());
    }
    clear();
}

void TimelineBar::clear() {
    play(false);
    m_growing = false;
    m_timeline->setPoints({});
    m_timeline->setExpected(0, 0);
    m_film->clear();
    m_legend->setScale({});
    for (QAction* each : m_actions) {
        setAvailable(each, each->isCheckable() && each != m_play, tr("Generate a variation first."));
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
    std::vector<TimelinePoint> points(trajectory.stepCount());
    for (std::size_t i = 0; i < points.size(); ++i) {
        const TrajectoryStep& step = trajectory.step(i);
        points[i] = {step.kind, step.t, step.statistics};
    }
    m_timeline->setPoints(std::move(points));
    m_timeline->setExpected(expectedDiffusion, expectedRecovery);
    m_legend->setScale(trajectory.stepCount() > 0 ? m_timeline->scale().text(m_timeline->shownCurves()) : QString());
    m_film->setTrajectory(trajectory);
    for (QAction* each : m_actions) {
        setAvailable(each, trajectory.stepCount() > 0 || (each->isCheckable() && each != m_play),
                     tr("The first step is still being made."));
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
        m_backwards = false;
        m_timer->start();
    } else {
        m_timer->stop();
    }
}

void TimelineBar::advance() {
    if (!m_drawn) {
        return;
    }
    const int last = m_timeline->count() - 1;
    if (m_pingPong->isChecked()) {
        // At the newest step of a growing variation it turns round, too: there is enough to see behind it.
        m_backwards = current() >= last || (m_backwards && current() > 0);
        choose(std::clamp(current() + (m_backwards ? -1 : 1), 0, last), By::Player);
        return;
    }
    const bool atEnd = current() >= last;
    if (atEnd && m_growing) {
        return;  // the next step is still being made
    }
    if (atEnd && !m_loop->isChecked()) {
        play(false);
        return;
    }
    choose(atEnd ? 0 : current() + 1, By::Player);
}

void TimelineBar::setFilmSubject(const FilmSubject& subject) {
    m_film->setSubject(subject);
}

void TimelineBar::setFilmWindow(const DisplayWindow& window) {
    m_film->setWindow(window);
}

bool TimelineBar::filmBusy() const {
    return m_film->busy();
}

void TimelineBar::rememberLook() {
    QSettings settings;
    settings.setValue("timeline/film", m_filmToggle->isChecked());
    QStringList shown;
    for (const TimelineCurve curve : m_legend->shown()) {
        shown << QString::number(static_cast<int>(curve));
    }
    settings.setValue("timeline/curves", shown);
}

void TimelineBar::describe() {
    if (current() < 0) {
        m_label->setText(m_growing ? tr("Waiting for the first step …") : tr("No variation yet"));
        return;
    }
    const TimelinePoint& point = m_timeline->points()[static_cast<std::size_t>(current())];
    m_label->setText(tr("%1 · t %2 · %3/%4")
                         .arg(point.kind == StepKind::Diffusion ? tr("Diffusion") : tr("Recovery"))
                         .arg(point.t)
                         .arg(current() + 1)
                         .arg(m_timeline->count()));
}

}  // namespace drdm
