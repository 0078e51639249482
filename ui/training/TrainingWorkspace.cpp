#include "ui/training/TrainingWorkspace.h"

#include "errors/Error.h"
#include "tasks/Sample.h"
#include "ui/BackgroundTask.h"
#include "ui/training/ErrorCard.h"
#include "ui/training/TrainingDataPanel.h"
#include "ui/training/TrainingProgressPanel.h"
#include "ui/training/TrainingRun.h"
#include "ui/training/TrainingSettingsPanel.h"
#include "ui/training/TrainingTable.h"

#include <QDragEnterEvent>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>

#include <filesystem>

namespace drdm {

TrainingWorkspace::TrainingWorkspace(QWidget* parent) : QWidget(parent) {
    setAcceptDrops(true);
    buildInterface();
    connect(m_data, &TrainingDataPanel::changed, this, &TrainingWorkspace::refresh);
    connect(m_data, &TrainingDataPanel::failed, this, &TrainingWorkspace::showError);
    connect(m_settings, &TrainingSettingsPanel::failed, this, &TrainingWorkspace::showError);
    connect(m_settings, &TrainingSettingsPanel::edited, this, &TrainingWorkspace::refresh);
    connect(m_settings, &TrainingSettingsPanel::needsChanged, m_data, &TrainingDataPanel::setNeeds);
    connect(m_progress, &TrainingProgressPanel::useWanted, this, &TrainingWorkspace::use);
    connect(m_progress, &TrainingProgressPanel::installWanted, this, &TrainingWorkspace::install);
    m_data->setNeeds(m_settings->dims(), m_settings->modality());
    setState(State::Idle, tr("NO RUN YET"));
}

TrainingWorkspace::~TrainingWorkspace() {
    disconnect(m_data, nullptr, this, nullptr);
    delete m_run;  // joins after its checkpoint
}

void TrainingWorkspace::addData(const QStringList& paths) {
    if (m_state == State::Idle && !paths.isEmpty()) {
        showPage(0);
        m_data->addPaths(paths);
    }
}

void TrainingWorkspace::setScheduleFile(const QString& file) {
    if (trainingParameters().contains("schedule") && m_state == State::Idle) {
        m_settings->setText("schedule", file);
    }
}

BackgroundTask* TrainingWorkspace::task() const {
    return m_run ? m_run->task() : nullptr;
}

void TrainingWorkspace::start() {
    if (const QString problem = m_data->problem(); !problem.isEmpty()) {
        showError(tr("Training cannot begin"), problem);
        return;
    }
    TrainingPlan plan;
    try {
        m_settings->into(plan);
    } catch (const Error& error) {
        showError(tr("Training cannot begin"), QString::fromUtf8(error.what()));
        return;
    }
    m_data->into(plan);
    startRun(plan);
}

void TrainingWorkspace::resume() {
    if (m_state != State::Paused) {
        return;
    }
    TrainingPlan plan = m_plan;
    try {
        m_settings->into(plan);
    } catch (const Error& error) {
        showError(tr("Training cannot go on"), QString::fromUtf8(error.what()));
        return;
    }
    plan.folder = m_plan.folder;
    m_data->into(plan);
    plan.resume = true;
    startRun(plan);
}

bool TrainingWorkspace::startRun(const TrainingPlan& plan) {
    if (m_run) {
        return false;
    }
    const bool shown = plan.resume && plan.folder == m_plan.folder;
    m_error->hide();
    m_plan = plan;
    m_model.clear();
    m_began = plan.resume;
    TrainingHistory history;
    long long step = 0;
    if (plan.resume) {
        try {
            step = trainedSteps(plan.folder);
            history = shown ? m_progress->history() : readTrainingHistory(plan.folder);
        } catch (const Error& error) {
            showError(tr("Training cannot go on"), QString::fromUtf8(error.what()));
            return false;
        }
    }
    m_progress->begin(plan, std::move(history), step);
    m_progress->say({});
    m_run = TrainingRun::start(this, plan);
    connect(m_run, &TrainingRun::news, this, [this](const TrainingNews& news) {
        m_began = m_began || !news.steps.empty();
        m_progress->add(news);
        if (m_state == State::Running && !news.steps.empty()) {
            m_progress->setState(tr("TRAINING"));
        }
        m_progress->setModel(!currentModel().isEmpty(), tr("There is no checkpoint yet"));
    });
    connect(m_run, &TrainingRun::paused, this, [this] {
        if (m_began && hasCheckpoint()) {
            m_plan.resume = true;
            setState(State::Paused, tr("PAUSED AT A CHECKPOINT"));
        } else {
            setState(State::Idle, tr("STOPPED BEFORE THE FIRST STEP"));
        }
    });
    connect(m_run, &TrainingRun::succeeded, this, [this](const QString& model) {
        m_model = model;
        m_plan.resume = true;
        setState(State::Done,
                 m_progress->step() < m_plan.values.integer("steps") ? tr("STOPPED AND KEPT") : tr("FINISHED"));
    });
    connect(m_run, &TrainingRun::failed, this, [this](const QString& message) {
        const bool kept = m_began && hasCheckpoint();
        m_plan.resume = kept;
        setState(kept ? State::Paused : State::Idle, tr("FAILED"));
        showError(kept ? tr("Training has stopped; the last checkpoint is kept") : tr("Training could not begin"),
                  message);
    });
    connect(m_run, &TrainingRun::ended, this, [this] {
        m_run = nullptr;
        refresh();
        Q_EMIT runEnded();
    });
    setState(State::Running, tr("READING THE IMAGES"));
    showPage(1);
    Q_EMIT runStarted(tr("Train %1").arg(QString::fromStdString(plan.values.text("name"))), m_run->task());
    return true;
}

bool TrainingWorkspace::goOn(const TrainingPlan& plan) {
    if (m_run) {
        return false;
    }
    m_settings->show(plan);
    m_data->show(plan);
    return startRun(plan);
}

void TrainingWorkspace::pause() {
    if (m_run && m_state == State::Running) {
        m_run->pause();
        setState(State::Ending, tr("PAUSING …"));
    }
}

void TrainingWorkspace::stopAndKeep() {
    if (m_run && m_state == State::Running) {
        m_run->stopAndKeep();
        setState(State::Ending, tr("STOPPING …"));
    } else if (m_state == State::Paused) {
        m_model = currentModel();
        setState(State::Done, tr("STOPPED AND KEPT"));
    }
}

void TrainingWorkspace::newRun() {
    if (m_run) {
        return;
    }
    m_plan = {};
    m_model.clear();
    m_error->hide();
    m_settings->suggestFolder();
    m_progress->begin({}, {}, 0);
    m_progress->say({});
    setState(State::Idle, tr("NO RUN YET"));
    showPage(0);
}

void TrainingWorkspace::openRun(const QString& folder) {
    if (m_run || m_opening) {
        return;
    }
    using Found = std::pair<TrainingPlan, TrainingHistory>;
    m_opening = BackgroundTask::start(
        this, tr("Open a training run"),
        [folder = folder.toStdString()](const JobContext& /*context*/) -> Found {
            return {readTrainingPlan(folder), readTrainingHistory(folder)};
        },
        [this](const Found& found) { takeRun(found.first, found.second); });
    connect(m_opening, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("This run cannot be opened"), message); });
}

void TrainingWorkspace::takeRun(const TrainingPlan& plan, TrainingHistory history) {
    m_error->hide();
    m_plan = plan;
    m_model.clear();
    m_settings->show(plan);
    m_data->show(plan);
    long long step = 0;
    try {
        step = trainedSteps(plan.folder);
    } catch (const Error& error) {
        showError(tr("This run cannot be opened"), QString::fromUtf8(error.what()));
        return;
    }
    m_progress->begin(plan, std::move(history), step);
    m_progress->say(plan.paths.empty()
                        ? tr("This run does not say which images it was trained on: add them before it goes on.")
                        : QString());
    setState(State::Paused, tr("PAUSED AT A CHECKPOINT"));
    showPage(plan.paths.empty() ? 0 : 1);
}

void TrainingWorkspace::setState(State state, const QString& said) {
    m_state = state;
    m_progress->setState(said);
    m_progress->setRunning(state == State::Running || state == State::Ending);
    refresh();
    Q_EMIT stateChanged();
}

bool TrainingWorkspace::hasCheckpoint() const {
    return !m_plan.folder.empty() && std::filesystem::exists(m_plan.folder + "/state.safetensors");
}

QString TrainingWorkspace::currentModel() const {
    if (!m_model.isEmpty()) {
        return m_model;
    }
    // A folder that another run has filled is not this run's before its own first step.
    if (m_plan.folder.empty() || (m_state == State::Running && !m_began)) {
        return {};
    }
    for (const char* name : {"/best.safetensors", "/model.safetensors"}) {
        if (std::filesystem::exists(m_plan.folder + name)) {
            return QString::fromStdString(m_plan.folder + name);
        }
    }
    return {};
}

void TrainingWorkspace::use() {
    const QString model = currentModel();
    if (model.isEmpty()) {
        return;
    }
    if (m_state == State::Done) {
        Q_EMIT useModel(model);
        return;
    }
    // The run writes this file again and again: what is used must stay as it is.
    const QString name = QString::fromStdString(m_plan.values.text("name"));
    const QString copy = QFileInfo(model).path() +
                         QString("/%1-step-%2.safetensors").arg(QFileInfo(name).fileName()).arg(m_progress->step());
    auto* task = BackgroundTask::start(
        this, tr("Keep a checkpoint"),
        [from = model.toStdString(), to = copy.toStdString()](const JobContext& /*context*/) {
            const std::string beside = to + ".partial";
            std::error_code code;
            std::filesystem::copy_file(from, beside, std::filesystem::copy_options::overwrite_existing, code);
            if (!code) {
                std::filesystem::rename(beside, to, code);
            }
            if (code) {
                throw Error("cannot copy the checkpoint to '" + to + "': " + code.message() +
                            "; free some space or check the folder's rights");
            }
            return to;
        },
        [this](const std::string& file) { Q_EMIT useModel(QString::fromStdString(file)); });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The model cannot be used"), message); });
}

void TrainingWorkspace::install() {
    auto* task = BackgroundTask::start(
        this, tr("Install a model"),
        [model = currentModel().toStdString(), name = m_plan.values.text("name")](const JobContext& /*context*/) {
            return installModel(model, name);
        },
        [this](const InstalledModel& installed) {
            m_progress->say(tr("Installed as %1 in %2")
                                .arg(QString::fromStdString(installed.name), QString::fromStdString(installed.file)));
            Q_EMIT modelInstalled(QString::fromStdString(installed.name));
        });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The model cannot be installed"), message); });
}

void TrainingWorkspace::showError(const QString& title, const QString& text) {
    m_error->show(title, text);
    Q_EMIT failed(title, text);
}

void TrainingWorkspace::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && m_state == State::Idle) {
        event->acceptProposedAction();
    }
}

void TrainingWorkspace::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    if (paths.size() == 1 && QFile::exists(paths.front() + "/state.safetensors")) {
        openRun(paths.front());
    } else {
        addData(paths);
    }
    event->acceptProposedAction();
}

}  // namespace drdm
