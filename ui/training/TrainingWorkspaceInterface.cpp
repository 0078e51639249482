#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/Theme.h"
#include "ui/training/ErrorCard.h"
#include "ui/training/TrainingDataPanel.h"
#include "ui/training/TrainingProgressPanel.h"
#include "ui/training/TrainingRun.h"
#include "ui/training/TrainingSettingsPanel.h"
#include "ui/training/TrainingTable.h"
#include "ui/training/TrainingWorkspace.h"

#include <QButtonGroup>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

#include <cmath>

namespace drdm {

namespace {

constexpr int settingsWidth = 322;

QPushButton* verb(const QString& picture, const QString& text, const char* name, const QString& tip) {
    auto* button = new QPushButton(icon(picture), text);
    button->setObjectName(name);
    button->setToolTip(tip);
    return button;
}

/// A row of buttons of the same width.
QWidget* verbs(std::initializer_list<QPushButton*> buttons) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (QPushButton* button : buttons) {
        layout->addWidget(button, 1);
    }
    return row;
}

QString sizeText(double bytes) {
    return bytes < 1e9 ? QObject::tr("%1 MB").arg(std::max(1.0, std::round(bytes / 1e6)), 0, 'f', 0)
                       : QObject::tr("%1 GB").arg(bytes / 1e9, 0, 'f', 1);
}

}  // namespace

void TrainingWorkspace::buildInterface() {
    setObjectName("trainingWorkspace");
    m_error = new ErrorCard;
    m_data = new TrainingDataPanel;
    m_settings = new TrainingSettingsPanel;
    m_progress = new TrainingProgressPanel;
    m_settings->setFixedWidth(settingsWidth);
    m_settings->setFoot(makeFoot());
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_data);
    m_pages->addWidget(m_progress);
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(makeHeader());
    left->addWidget(m_error);
    left->addWidget(m_pages, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 0, 8, 6);
    layout->setSpacing(8);
    layout->addLayout(left, 1);
    layout->addWidget(m_settings);
}

QWidget* TrainingWorkspace::makeHeader() {
    const auto tab = [](const QString& text, const char* name, const QString& tip) {
        auto* button = new QToolButton;
        button->setText(text);
        button->setObjectName(name);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setMinimumWidth(92);
        return button;
    };
    m_showData = tab(tr("Data"), "showTrainingData", tr("What is trained on"));
    m_showProgress = tab(tr("Progress"), "showTrainingProgress", tr("How the run gets on"));
    auto* group = new QButtonGroup(this);
    group->addButton(m_showData);
    group->addButton(m_showProgress);
    m_open = verb("folder", tr("Open run …"), "openTrainingRun",
                  tr("A folder in which a model was trained: to look at it and to go on with it"));
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_showData);
    layout->addWidget(m_showProgress);
    layout->addStretch();
    layout->addWidget(m_open);
    connect(m_showData, &QToolButton::clicked, this, [this] { showPage(0); });
    connect(m_showProgress, &QToolButton::clicked, this, [this] { showPage(1); });
    connect(m_open, &QPushButton::clicked, this, &TrainingWorkspace::chooseRun);
    showPage(0);
    return row;
}

QWidget* TrainingWorkspace::makeFoot() {
    m_start = verb("play", tr("Start training"), "startTraining", {});
    m_start->setProperty("role", "primary");
    m_start->setIcon(icon("play", &Theme::onAccent));
    m_pause = verb("pause", tr("Pause"), "pauseTraining",
                   tr("Leave a checkpoint and stop; Resume goes on exactly where it was, also another day"));
    m_keep = verb("keep", tr("Stop and keep"), "keepTraining", tr("End the run now; the model so far is the result"));
    m_resume = verb("play", tr("Resume"), "resumeTraining", tr("Go on exactly where the run was paused"));
    m_resume->setProperty("role", "primary");
    m_resume->setIcon(icon("play", &Theme::onAccent));
    m_keepPaused = verb("keep", tr("Stop and keep"), "keepPausedTraining", m_keep->toolTip());
    m_new = verb("plus", tr("New run"), "newTraining", tr("Begin another one with these images and settings"));
    auto* more = verb("play", tr("Train on"), "trainOn",
                      tr("Go on from the end of this run, with more training steps than it had"));
    m_verbs = new QStackedWidget;
    m_verbs->addWidget(verbs({m_start}));
    m_verbs->addWidget(verbs({m_pause, m_keep}));
    m_verbs->addWidget(verbs({m_resume, m_keepPaused}));
    m_verbs->addWidget(verbs({more, m_new}));
    m_verbs->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_hint = new QLabel;
    m_hint->setObjectName("trainingHint");
    m_hint->setProperty("role", "muted");
    m_hint->setWordWrap(true);
    auto* foot = new QWidget;
    auto* layout = new QVBoxLayout(foot);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(7);
    layout->addWidget(m_hint);
    layout->addWidget(m_verbs);
    connect(m_start, &QPushButton::clicked, this, &TrainingWorkspace::start);
    connect(m_pause, &QPushButton::clicked, this, &TrainingWorkspace::pause);
    connect(m_keep, &QPushButton::clicked, this, &TrainingWorkspace::stopAndKeep);
    connect(m_keepPaused, &QPushButton::clicked, this, &TrainingWorkspace::stopAndKeep);
    connect(m_resume, &QPushButton::clicked, this, &TrainingWorkspace::resume);
    connect(m_new, &QPushButton::clicked, this, &TrainingWorkspace::newRun);
    connect(more, &QPushButton::clicked, this, [this] {
        if (m_state == State::Done) {
            m_model.clear();
            setState(State::Paused, tr("PAUSED AT A CHECKPOINT"));
        }
    });
    return foot;
}

void TrainingWorkspace::chooseRun() {
    auto* dialog = new QFileDialog(window(), tr("Open the folder of a training run"),
                                   QFileInfo(m_settings->folder()).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &TrainingWorkspace::openRun);
    dialog->open();
}

void TrainingWorkspace::showPage(int index) {
    m_pages->setCurrentIndex(index);
    m_showData->setChecked(index == 0);
    m_showProgress->setChecked(index == 1);
}

void TrainingWorkspace::refresh() {
    const bool runs = m_state == State::Running || m_state == State::Ending;
    m_verbs->setCurrentIndex(runs ? 1 : m_state == State::Paused ? 2 : m_state == State::Done ? 3 : 0);
    m_pause->setEnabled(m_state == State::Running);
    m_keep->setEnabled(m_state == State::Running);
    m_open->setEnabled(!m_run);
    m_open->setToolTip(m_run ? tr("Pause or stop the run first")
                             : tr("A folder in which a model was trained: to look at it and to go on with it"));
    m_data->setEditable(m_state == State::Idle || (m_state == State::Paused && m_plan.paths.empty()));
    m_settings->setEditable(m_state == State::Idle     ? TrainingSettingsPanel::Editable::All
                            : m_state == State::Paused ? TrainingSettingsPanel::Editable::Resumable
                                                       : TrainingSettingsPanel::Editable::None);
    const QString problem = m_data->problem();
    const QString busy = m_run ? tr("The run is just ending") : problem;
    m_start->setEnabled(busy.isEmpty());
    m_start->setToolTip(busy.isEmpty() ? tr("Train a model on the images ticked") : busy);
    m_resume->setEnabled(busy.isEmpty());
    m_resume->setToolTip(busy.isEmpty() ? tr("Go on exactly where the run was paused") : busy);
    m_progress->setModel(!currentModel().isEmpty(), tr("There is no checkpoint yet"));
    if (m_state == State::Idle || m_state == State::Paused) {
        const auto totals = m_data->table()->totals();
        const double side = m_settings->gridSide();
        const double bytes = static_cast<double>(totals.trainingImages + totals.validationImages) *
                             std::pow(side, m_settings->dims()) * sizeof(float);
        m_hint->setText(!problem.isEmpty() ? problem + "."
                        : m_state == State::Paused
                            ? tr("Resumed unchanged, the run goes on as if it had never stopped.")
                            : tr("The images take about %1 of memory.").arg(sizeText(bytes)));
    } else {
        m_hint->setText(m_state == State::Done ? tr("The model is in %1").arg(m_model)
                                               : tr("A checkpoint is saved every few minutes."));
    }
}

}  // namespace drdm
