#include "ui/schedule/ScheduleEditor.h"

#include "errors/Error.h"
#include "ui/Icons.h"
#include "ui/schedule/CurveEditor.h"
#include "ui/schedule/PresetPanel.h"
#include "ui/schedule/ScaleEditor.h"
#include "ui/schedule/SchedulePreview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr std::size_t longestHistory = 200;

QToolButton* historyButton(const QString& picture, const QString& tip, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(picture));
    button->setIconSize({18, 18});
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setObjectName(name);
    return button;
}

}  // namespace

ScheduleEditor::ScheduleEditor(QWidget* parent)
    : QWidget(parent),
      m_presets(new PresetPanel),
      m_deformation(new CurveEditor(CurveEditor::Quantity::Deformation)),
      m_label(new CurveEditor(CurveEditor::Quantity::Label)),
      m_scales(new ScaleEditor),
      m_preview(new SchedulePreview),
      m_undo(historyButton("undo", tr("Undo the last change of the schedule (Ctrl+Z)"), "undoSchedule")),
      m_redo(historyButton("redo", tr("Redo (Ctrl+Shift+Z)"), "redoSchedule")),
      m_message(new QLabel),
      m_fit(new QLabel),
      m_sampling(new QPushButton(tr("Use for sampling"))),
      m_training(new QPushButton(tr("Use for training"))) {
    setObjectName("scheduleEditor");
    m_presets->setFixedWidth(200);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 8);
    row->setSpacing(8);
    row->addWidget(m_presets);
    row->addWidget(makeMiddle(), 3);
    row->addWidget(makeRight(), 2);

    const auto onCurve = [this](TimeCurve Schedule::*which) {
        return [this, which](const TimeCurve& curve, bool finished) {
            Schedule wanted = schedule();
            wanted.*which = curve;
            change(std::move(wanted), finished);
        };
    };
    connect(m_deformation, &CurveEditor::edited, this, onCurve(&Schedule::deformation));
    connect(m_label, &CurveEditor::edited, this, onCurve(&Schedule::label));
    connect(m_scales, &ScaleEditor::edited, this, [this](const std::vector<ScheduleScale>& scales, bool finished) {
        Schedule wanted = schedule();
        wanted.scales = scales;
        change(std::move(wanted), finished);
    });
    for (CurveEditor* editor : {m_deformation, m_label}) {
        connect(editor, &CurveEditor::refused, this, [this](const QString& why) { tell(why, true); });
        connect(editor, &CurveEditor::levelClicked, m_preview, &SchedulePreview::setLevel);
        editor->setLevel(m_preview->level());
        connect(m_preview, &SchedulePreview::levelChanged, editor, &CurveEditor::setLevel);
    }
    connect(m_scales, &ScaleEditor::refused, this, [this](const QString& why) { tell(why, true); });
    connect(m_presets, &PresetPanel::chosen, this, &ScheduleEditor::setSchedule);
    connect(m_presets, &PresetPanel::told, this, &ScheduleEditor::tell);
    connect(m_presets, &PresetPanel::renamed, this, [this](const QString& name) {
        m_history[m_now].name = name.toStdString();
        m_presets->setCurrent(schedule());
    });
    connect(m_presets, &PresetPanel::compared, this, [this](const std::optional<Schedule>& other) {
        const QString name = other ? QString::fromStdString(other->name) : QString();
        m_deformation->setComparison(other ? std::optional(other->deformation) : std::nullopt, name);
        m_label->setComparison(other ? std::optional(other->label) : std::nullopt, name);
        m_scales->setComparison(other ? other->scales : std::vector<ScheduleScale>{});
    });
    connect(m_undo, &QToolButton::clicked, this, &ScheduleEditor::undo);
    connect(m_redo, &QToolButton::clicked, this, &ScheduleEditor::redo);
    for (const auto& [keys, slot] :
         {std::pair{QKeySequence::Undo, &ScheduleEditor::undo}, std::pair{QKeySequence::Redo, &ScheduleEditor::redo}}) {
        auto* shortcut = new QShortcut(QKeySequence(keys), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    }
    connect(m_sampling, &QPushButton::clicked, this, [this] {
        Q_EMIT useForSampling(schedule());
        tell(tr("The next variations are made with “%1”.").arg(QString::fromStdString(schedule().name)), false);
    });
    connect(m_training, &QPushButton::clicked, this, [this] {
        Q_EMIT useForTraining(schedule());
        tell(tr("The next training uses “%1”.").arg(QString::fromStdString(schedule().name)), false);
    });
    refresh();
}

QWidget* ScheduleEditor::makeMiddle() {
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_message->setObjectName("scheduleMessage");
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(4);
    bottom->addWidget(m_undo, 0, Qt::AlignTop);
    bottom->addWidget(m_redo, 0, Qt::AlignTop);
    bottom->addWidget(m_message, 1);
    column->addWidget(m_deformation, 1);
    column->addWidget(m_label, 1);
    column->addWidget(m_scales);
    column->addLayout(bottom);
    return middle;
}

QWidget* ScheduleEditor::makeRight() {
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* use = new QFrame;
    use->setProperty("role", "card");
    auto* card = new QVBoxLayout(use);
    card->setContentsMargins(12, 9, 12, 10);
    card->setSpacing(7);
    m_fit->setObjectName("scheduleFit");
    m_fit->setWordWrap(true);
    m_fit->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_fit->setMinimumHeight(3 * m_fit->fontMetrics().lineSpacing());
    m_sampling->setObjectName("useForSampling");
    m_sampling->setToolTip(tr("Make the next variations with this schedule"));
    m_training->setObjectName("useForTraining");
    m_training->setToolTip(tr("Hand this schedule to the training page; the model then learns to undo it"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_sampling, 1);
    buttons->addWidget(m_training, 1);
    card->addWidget(m_fit);
    card->addLayout(buttons);
    column->addWidget(m_preview, 1);
    column->addWidget(use);
    return right;
}

void ScheduleEditor::setSchedule(const Schedule& wanted) {
    check(wanted);
    m_dragging = false;
    if (sameNumbers(wanted, schedule()) && wanted.name == schedule().name) {
        refresh();
        return;
    }
    m_history.resize(m_now + 1);
    m_history.push_back(wanted);
    go(m_now + 1);
}

void ScheduleEditor::change(Schedule wanted, bool finished) {
    try {
        check(wanted);
    } catch (const Error& refusal) {
        m_dragging = false;
        refresh();
        tell(QString::fromStdString(refusal.what()), true);
        return;
    }
    const ScheduleLibrary* saved = m_presets->library();
    if (saved->rowOf(QString::fromStdString(wanted.name)) == 0) {
        wanted.name = saved->freeName(tr("My schedule")).toStdString();  // the built-in one stays what it is
    }
    if (!m_dragging) {
        m_history.resize(m_now + 1);
        m_history.push_back(schedule());
        ++m_now;
    }
    m_dragging = !finished;
    m_history[m_now] = std::move(wanted);
    if (finished && m_now > 0 && sameNumbers(m_history[m_now], m_history[m_now - 1])) {
        m_history.resize(m_now--);  // dragged back to where it was
    }
    if (m_history.size() > longestHistory) {
        m_history.erase(m_history.begin());
        --m_now;
    }
    tell({}, false);
    refresh();
    Q_EMIT scheduleChanged(schedule());
}

void ScheduleEditor::go(std::size_t to) {
    m_now = to;
    m_dragging = false;
    tell({}, false);
    refresh();
    Q_EMIT scheduleChanged(schedule());
}

void ScheduleEditor::undo() {
    if (m_now > 0) {
        go(m_now - 1);
    }
}

void ScheduleEditor::redo() {
    if (m_now + 1 < m_history.size()) {
        go(m_now + 1);
    }
}

void ScheduleEditor::refresh() {
    const Schedule& now = schedule();
    if (!m_dragging) {  // a plot keeps its range while a point is dragged
        m_deformation->setCurve(now.deformation);
        m_label->setCurve(now.label);
    }
    m_scales->setScales(now.scales);
    m_preview->setSchedule(now);
    m_presets->setCurrent(now);
    m_undo->setEnabled(m_now > 0);
    m_redo->setEnabled(m_now + 1 < m_history.size());
    showFit();
}

void ScheduleEditor::setImage(const Image& image, std::int64_t slice, std::int64_t phase) {
    m_preview->setImage(image, slice, phase);
}

void ScheduleEditor::setModel(const QString& name, const std::optional<Schedule>& trainedWith, int gridSide) {
    m_modelName = name;
    m_modelSchedule = trainedWith;
    m_preview->setModelSide(gridSide);
    showFit();
}

void ScheduleEditor::showFit() {
    bool fits = true;
    if (m_modelName.isEmpty()) {
        m_fit->setText(tr("No model is chosen. The shipped models were trained with the schedule “Standard”."));
    } else if (!m_modelSchedule) {
        fits = false;
        m_fit->setText(tr("%1 was trained with the authors' process, which has no schedule to choose: sampling with "
                          "this one needs the process “Diffeomorphic”, and the recovery does not fit.")
                           .arg(m_modelName));
    } else if (sameNumbers(*m_modelSchedule, schedule())) {
        m_fit->setText(tr("%1 was trained with this schedule: its recovery fits.").arg(m_modelName));
    } else {
        fits = false;
        m_fit->setText(tr("%1 was trained with the schedule “%2”: its recovery does not fit this one, and variations "
                          "may look less plausible.")
                           .arg(m_modelName, QString::fromStdString(m_modelSchedule->name)));
    }
    m_fit->setProperty("role", fits ? "muted" : "notice");
    m_fit->style()->polish(m_fit);
}

void ScheduleEditor::tell(const QString& text, bool bad) {
    m_message->setText(text);
    m_message->setProperty("role", bad ? "notice" : "muted");
    m_message->style()->polish(m_message);
}

ScheduleLibrary* ScheduleEditor::library() const {
    return m_presets->library();
}

QString ScheduleEditor::samplingParameter() const {
    const Schedule own = m_modelSchedule.value_or(Schedule{});
    return sameNumbers(own, schedule()) ? QString() : library()->fileFor(schedule());
}

QString ScheduleEditor::trainingParameter() const {
    return isStandard(schedule()) ? QString() : library()->fileFor(schedule());
}

QString ScheduleEditor::message() const {
    return m_message->text();
}

}  // namespace drdm
