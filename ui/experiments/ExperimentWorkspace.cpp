#include "ui/experiments/ExperimentWorkspace.h"

#include "errors/Error.h"
#include "render/PlotView.h"
#include "tasks/Experiment.h"
#include "tasks/StagedFolder.h"
#include "ui/Icons.h"
#include "ui/PlotTheme.h"
#include "ui/experiments/ExperimentJob.h"
#include "ui/experiments/ExperimentPlot.h"
#include "ui/experiments/ExperimentResults.h"
#include "ui/experiments/ExperimentSettings.h"
#include "ui/jobs/JobQueue.h"
#include "ui/training/ErrorCard.h"

#include <QComboBox>
#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace drdm {
namespace {

constexpr int settingsWidth = 352;

}  // namespace

ExperimentWorkspace::ExperimentWorkspace(JobQueue* queue, QWidget* parent)
    : QWidget(parent),
      m_queue(queue),
      m_error(new ErrorCard),
      m_settings(new ExperimentSettings),
      m_results(new ExperimentResults(this)),
      m_table(new QTableView),
      m_plot(new PlotView),
      m_label(new QComboBox),
      m_title(new QLabel),
      m_said(new QLabel),
      m_bar(new QProgressBar),
      m_poll(new QTimer(this)) {
    setObjectName("experimentWorkspace");
    m_table->setObjectName("experimentTable");
    m_table->setModel(m_results);
    m_table->setAlternatingRowColors(true);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setHighlightSections(false);
    m_plot->setObjectName("experimentPlot");
    m_plot->setMinimumSize(200, 140);
    m_label->setObjectName("experimentLabel");
    m_label->setToolTip(tr("Which label the plot is of"));
    m_label->setMinimumWidth(110);
    m_said->setObjectName("experimentSaid");
    m_said->setProperty("role", "muted");
    m_said->setWordWrap(true);
    m_bar->setObjectName("experimentBar");
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_settings->setFixedWidth(settingsWidth);
    m_settings->setFoot(makeFoot());

    auto* plotCard = new QFrame;
    plotCard->setProperty("role", "card");
    auto* heading = new QLabel(tr("DICE BY TRAINING SUBJECTS"));
    heading->setProperty("role", "heading");
    auto* top = new QHBoxLayout;
    top->addWidget(heading);
    top->addStretch();
    top->addWidget(m_label);
    auto* plot = new QVBoxLayout(plotCard);
    plot->setContentsMargins(12, 9, 8, 6);
    plot->addLayout(top);
    plot->addWidget(m_plot, 1);
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(makeHeader());
    left->addWidget(m_error);
    left->addWidget(m_table, 5);
    left->addWidget(plotCard, 6);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 0, 8, 6);
    layout->setSpacing(8);
    layout->addLayout(left, 1);
    layout->addWidget(m_settings);

    connect(m_label, &QComboBox::currentIndexChanged, this, &ExperimentWorkspace::draw);
    connect(m_settings, &ExperimentSettings::failed, this, &ExperimentWorkspace::showError);
    connect(m_queue, &JobQueue::changed, this, &ExperimentWorkspace::followJob);
    connect(m_queue, &JobQueue::rowsRemoved, this, &ExperimentWorkspace::followJob);
    connect(m_poll, &QTimer::timeout, this, &ExperimentWorkspace::look);
    m_poll->setInterval(1000);
    followJob();
    draw();
}

QWidget* ExperimentWorkspace::makeHeader() {
    m_title->setProperty("role", "heading");
    m_title->setObjectName("experimentTitle");
    m_open = new QPushButton(icon("folder"), tr("Open experiment …"));
    m_open->setObjectName("openExperiment");
    m_open->setToolTip(tr("The folder of an experiment: to look at its table and to go on with it"));
    connect(m_open, &QPushButton::clicked, this, &ExperimentWorkspace::chooseFolder);
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_title, 1);
    layout->addWidget(m_open);
    return row;
}

QWidget* ExperimentWorkspace::makeFoot() {
    const auto button = [this](const QString& picture, const QString& text, const char* name, const QString& tip,
                               auto slot) {
        auto* made = new QPushButton(icon(picture), text);
        made->setObjectName(name);
        made->setToolTip(tip);
        connect(made, &QPushButton::clicked, this, slot);
        return made;
    };
    m_start = button("play", tr("Start"), "startExperiment",
                     tr("Put the experiment into the queue; in a folder that holds it already it goes on"),
                     [this] { start(); });
    m_start->setProperty("role", "primary");
    m_start->setIcon(icon("play", &Theme::onAccent));
    m_pause =
        button("pause", tr("Pause"), "pauseExperiment", tr("Keep every run's state and stop; resume goes on"), [this] {
            const int number = jobOf(m_folder);
            if (const QueuedJob* job = m_queue->job(number)) {
                job->state == QueuedJob::State::Paused ? m_queue->resume(number) : m_queue->pause(number);
            }
        });
    m_cancel = button("cancel", tr("Cancel"), "cancelExperiment", tr("Stop; what is finished stays in the folder"),
                      [this] { m_queue->cancel(jobOf(m_folder)); });
    auto* foot = new QWidget;
    auto* layout = new QVBoxLayout(foot);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(7);
    layout->addWidget(m_said);
    layout->addWidget(m_bar);
    auto* verbs = new QHBoxLayout;
    verbs->setSpacing(8);
    for (QPushButton* verb : {m_start, m_pause, m_cancel}) {
        verbs->addWidget(verb, 1);
    }
    layout->addLayout(verbs);
    return foot;
}

void ExperimentWorkspace::start() {
    m_error->hide();
    try {
        const ExperimentPlan plan = m_settings->plan();
        readSubjectSplit(plan.split);
        requireWritable(plan.folder);
        QSettings().setValue("experimentData", QString::fromStdString(plan.data.data.front()));
        m_folder = QString::fromStdString(plan.folder);
        m_seen = {};
        m_results->clear();
        look();
        m_queue->add("experiment", experimentTitle(plan), experimentJob(plan));
        followJob();
    } catch (const Error& error) {
        showError(tr("The experiment cannot begin"), QString::fromUtf8(error.what()));
    }
}

void ExperimentWorkspace::openFolder(const QString& folder) {
    m_error->hide();
    try {
        const Json table = readExperimentTable(folder.toStdString());
        m_results->setTable(table);
        m_folder = folder;
        m_seen = {};
        look();
        followJob();
        if (QFile::exists(folder + "/plan.json")) {
            m_settings->show(readExperimentPlan(folder.toStdString()));
        }
    } catch (const Error& error) {
        showError(tr("This experiment cannot be opened"), QString::fromUtf8(error.what()));
    }
}

void ExperimentWorkspace::runsEnded(const QString& folder) {
    try {
        writeExperimentPlots(readExperimentTable(folder.toStdString()), folder);
        if (folder == m_folder) {
            look();
        }
    } catch (const Error& error) {
        showError(tr("The plots are not complete"), QString::fromUtf8(error.what()));
    }
}

void ExperimentWorkspace::chooseFolder() {
    auto* dialog = new QFileDialog(window(), tr("Open the folder of an experiment"), m_folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &ExperimentWorkspace::openFolder);
    dialog->open();
}

void ExperimentWorkspace::look() {
    const QFileInfo file(m_folder + "/table.json");
    if (m_folder.isEmpty() || !file.exists() || file.lastModified() == m_seen) {
        return;
    }
    try {
        m_results->setTable(readExperimentTable(m_folder.toStdString()));
        m_seen = file.lastModified();
    } catch (const Error&) {
        return;  // openFolder says what is wrong with a table; here one may be about to be replaced
    }
    m_table->resizeColumnsToContents();
    const QString chosen = m_label->currentText();
    {
        const QSignalBlocker quiet(m_label);
        m_label->clear();
        m_label->addItems(experimentLabels(m_results->table()));
        m_label->setCurrentIndex(std::max(0, m_label->findText(chosen)));
    }
    draw();
}

void ExperimentWorkspace::draw() {
    showExperiment(*m_plot, m_results->table(), m_label->currentText(), plotColours());
    m_label->setEnabled(m_label->count() > 0);
    const QString name = QFileInfo(m_folder).fileName();
    QString said = m_folder.isEmpty() ? tr("NO EXPERIMENT YET") : name;
    if (const Json* runs = m_results->table().isObject() ? m_results->table().find("runs") : nullptr) {
        const Json* missing = m_results->table().find("missing");
        const long long left = missing && missing->isInteger() ? missing->integer() : 0;
        said = left > 0 ? tr("%1: %2 of %3 runs").arg(name).arg(runs->integer()).arg(runs->integer() + left)
                        : tr("%1: %2 runs").arg(name).arg(runs->integer());
    }
    m_title->setText(said);
}

int ExperimentWorkspace::jobOf(const QString& folder) const {
    int found = 0;
    for (const QueuedJob& job : m_queue->jobs()) {
        if (job.kind == "experiment" && job.what["folder"].toString() == folder) {
            found = job.number;
        }
    }
    return found;
}

void ExperimentWorkspace::followJob() {
    const QueuedJob* job = m_queue->job(jobOf(m_folder));
    const bool works = job && !job->over();
    const bool paused = works && job->state == QueuedJob::State::Paused;
    m_start->setEnabled(!works);
    m_pause->setEnabled(works && (paused || m_queue->canPause(*job)));
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_pause->setIcon(icon(paused ? "play" : "pause"));
    m_cancel->setEnabled(works);
    m_bar->setVisible(works);
    m_bar->setValue(job ? static_cast<int>(1000 * job->fraction) : 0);
    QString said = job ? job->text : QString();
    if (!job && m_folder.isEmpty()) {
        said = tr("Choose a labelled data set, who is tested (a split), and a folder for the results; then start.");
    }
    if (job && !works && job->state == QueuedJob::State::Succeeded) {
        said = tr("Finished; tables and plots are in %1").arg(m_folder);
    }
    m_said->setText(said);
    if (works && !paused) {
        if (!m_poll->isActive()) {
            m_poll->start();  // started anew at every news it would never ring
        }
    } else {
        m_poll->stop();
        look();
    }
}

void ExperimentWorkspace::showError(const QString& title, const QString& text) {
    m_error->show(title, text);
    Q_EMIT failed(title, text);
}

void ExperimentWorkspace::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        draw();
    }
    QWidget::changeEvent(event);
}

}  // namespace drdm
