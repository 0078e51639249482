#include "ui/training/TrainingProgressPanel.h"

#include "ui/Icons.h"
#include "ui/training/ElidedLabel.h"
#include "ui/training/TrainingCurves.h"
#include "ui/training/TrainingPictureView.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr int picturesWidth = 296;
constexpr double speedWindow_s = 20;

QLabel* label(const char* name, const char* role) {
    auto* made = new ElidedLabel;
    made->setObjectName(name);
    made->setProperty("role", role);
    return made;
}

QString whole(long long number) {
    return QLocale(QLocale::English).toString(number);
}

}  // namespace

QString durationText(double seconds) {
    const auto s = static_cast<long long>(std::llround(std::max(0.0, seconds)));
    if (s < 60) {
        return QObject::tr("%1 s").arg(s);
    }
    if (s < 3600) {
        return QObject::tr("%1 min").arg(s / 60);
    }
    if (s < 48 * 3600) {
        return QObject::tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
    }
    return QObject::tr("%1 days %2 h").arg(s / 86400).arg(s % 86400 / 3600);
}

TrainingProgressPanel::TrainingProgressPanel(QWidget* parent)
    : QWidget(parent),
      m_state(label("trainingState", "heading")),
      m_place(label("trainingStep", "value")),
      m_speed(label("trainingSpeed", "muted")),
      m_note(label("trainingNote", "muted")),
      m_bar(new QProgressBar),
      m_use(new QPushButton(icon("variation"), tr("Use for sampling"))),
      m_install(new QPushButton(icon("keep"), tr("Install"))),
      m_curves(new TrainingCurves),
      m_pictures(new TrainingPictureView) {
    QFont large = font();
    large.setPointSizeF(1.35 * font().pointSizeF());
    m_place->setFont(large);
    m_use->setObjectName("useModel");
    m_install->setObjectName("installModel");
    m_bar->setObjectName("trainingBar");
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);

    auto* card = new QFrame;
    card->setProperty("role", "card");
    auto* texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addWidget(m_state);
    texts->addWidget(m_place);
    texts->addWidget(m_speed);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addLayout(texts, 1);
    row->addWidget(m_use, 0, Qt::AlignVCenter);
    row->addWidget(m_install, 0, Qt::AlignVCenter);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(12, 10, 12, 12);
    inside->setSpacing(9);
    inside->addLayout(row);
    inside->addWidget(m_bar);
    m_pictures->setFixedWidth(picturesWidth);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(8);
    middle->addWidget(m_curves, 1);
    middle->addWidget(m_pictures);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(card);
    layout->addLayout(middle, 1);
    layout->addWidget(m_note);
    connect(m_use, &QPushButton::clicked, this, &TrainingProgressPanel::useWanted);
    connect(m_install, &QPushButton::clicked, this, &TrainingProgressPanel::installWanted);
    begin({}, {}, 0);
    setState(tr("NO RUN YET"));
    setModel(false, {});
    say({});
}

void TrainingProgressPanel::begin(const TrainingPlan& plan, TrainingHistory history, long long step) {
    std::erase_if(history.steps, [step](const TrainingStep& s) { return s.step > step; });
    std::erase_if(history.validations, [step](const ValidationPoint& v) { return v.step > step; });
    std::erase_if(history.pictures, [step](const TrainingPicture& p) { return p.step > step; });
    m_steps = std::max(1LL, plan.values.integer("steps"));
    m_logEvery = std::max(1LL, plan.values.integer("log-every"));
    m_step = step;
    m_recent.clear();
    m_last = history.steps.empty() ? TrainingStep{} : history.steps.back();
    m_pictures->clear();
    m_pictures->add(history.pictures);
    m_pictures->setHint(
        plan.validationShare > 0 || !plan.validationPaths.empty()
            ? tr("The first pictures come after %1 steps.").arg(whole(plan.values.integer("validate-every")))
            : tr("No pictures without validation images."));
    m_speed->setToolTip({});
    m_history = std::move(history);
    m_curves->setHistory(m_history);
    describe();
}

void TrainingProgressPanel::add(const TrainingNews& news) {
    std::vector<TrainingStep> logged;
    for (const TrainingStep& step : news.steps) {
        m_step = step.step;
        m_last = step;
        m_recent.push_back(step);
        if (step.step % m_logEvery == 0) {
            logged.push_back(step);
        }
    }
    while (m_recent.size() > 2 && m_recent.back().seconds - m_recent[1].seconds > speedWindow_s) {
        m_recent.pop_front();
    }
    const auto remember = [](auto& all, const auto& fresh) { all.insert(all.end(), fresh.begin(), fresh.end()); };
    remember(m_history.steps, logged);
    remember(m_history.validations, news.validations);
    remember(m_history.pictures, news.pictures);
    m_curves->add(logged, news.validations);
    m_pictures->add(news.pictures);
    if (!news.notes.isEmpty()) {
        say(news.notes.back());
        m_note->setToolTip(news.notes.mid(std::max<qsizetype>(0, news.notes.size() - 20)).join('\n'));
    }
    describe();
}

void TrainingProgressPanel::setState(const QString& state) {
    m_state->setText(state);
}

void TrainingProgressPanel::setRunning(bool running) {
    m_running = running;
    m_recent.clear();
    describe();
}

void TrainingProgressPanel::setModel(bool there, const QString& why) {
    m_use->setEnabled(there);
    m_install->setEnabled(there);
    m_use->setToolTip(there ? tr("Take this model for the next variations") : why);
    m_install->setToolTip(there ? tr("Copy it among your models, so that it can be chosen by its name from now on")
                                : why);
}

void TrainingProgressPanel::say(const QString& text) {
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void TrainingProgressPanel::describe() {
    m_place->setText(tr("Step %1 of %2").arg(whole(m_step), whole(m_steps)));
    m_bar->setValue(static_cast<int>(1000 * std::min(1.0, static_cast<double>(m_step) / static_cast<double>(m_steps))));
    QStringList parts;
    if (m_running && m_recent.size() > 1 && m_recent.back().seconds > m_recent.front().seconds) {
        const double speed = static_cast<double>(m_recent.back().step - m_recent.front().step) /
                             (m_recent.back().seconds - m_recent.front().seconds);
        parts << tr("%1 steps per second").arg(speed, 0, 'g', 3);
        parts << tr("%1 left").arg(durationText(static_cast<double>(m_steps - m_step) / speed));
    }
    if (m_last.step > 0) {
        parts << tr("loss %1").arg(m_last.loss, 0, 'g', 4);
        parts << tr("cosine %1").arg(m_last.angle, 0, 'f', 3);
    }
    if (const ValidationPoint* best = m_curves->best()) {
        parts << tr("best validation %1").arg(best->cosine, 0, 'f', 3);
        m_speed->setToolTip(
            tr("The best mean cosine in validation was at step %1; that model is kept.").arg(whole(best->step)));
    }
    m_speed->setText(parts.isEmpty() ? tr("Speed and losses appear with the first steps.")
                                     : parts.join("  ·  ").replace('-', QChar(0x2212)));
}

}  // namespace drdm
