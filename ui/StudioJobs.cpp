#include "tasks/TrainingPlan.h"
#include "ui/BackgroundTask.h"
#include "ui/ExportDialog.h"
#include "ui/MovieDialog.h"
#include "ui/StudioWindow.h"
#include "ui/augment/AugmentJob.h"
#include "ui/experiments/ExperimentJob.h"
#include "ui/experiments/ExperimentWorkspace.h"
#include "ui/jobs/JobQueue.h"
#include "ui/training/TrainingWorkspace.h"
#include "ui/variations/VariationStore.h"

#include <QFile>
#include <QJsonDocument>
#include <QScopeGuard>
#include <QStatusBar>

namespace drdm {

namespace {

QJsonObject toQt(const Json& json) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(json.dump())).object();
}

Json fromQt(const QJsonObject& object) {
    return Json::parse(QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString());
}

}  // namespace

/// Work that its own window or page begins, and that the queue can begin again.
void StudioWindow::buildOtherKinds() {
    JobQueue::Kind exporting;
    exporting.run = [this](const QueuedJob& job) { return exportAgain(job.number); };
    m_queue->setKind("export", exporting);

    JobQueue::Kind movie;
    movie.canPause = false;  // it waits for the screen at every step anyway
    movie.run = [this](const QueuedJob& job) { return recordAgain(job.what); };
    m_queue->setKind("movie", movie);

    JobQueue::Kind training;
    training.canKeep = true;
    training.survives = true;
    training.keepsCheckpoint = true;
    training.run = [this](const QueuedJob& job) { return trainOn(job); };
    m_queue->setKind("train", training);

    JobQueue::Kind augmenting;
    augmenting.canKeep = true;
    augmenting.survives = true;
    augmenting.keepsCheckpoint = true;  // what is finished stays in the folder
    augmenting.run = [this](const QueuedJob& job) {
        BackgroundTask* task = beginAugmentJob(this, job.title, job.what,
                                               [this](const QString& said) { statusBar()->showMessage(said, 8000); });
        connect(task, &BackgroundTask::failed, this,
                [this](const QString& message) { showError(tr("The copies are not complete"), message); });
        return task;
    };
    m_queue->setKind("augment", augmenting);

    buildNetwork();
    JobQueue::Kind experimenting;
    experimenting.survives = true;
    experimenting.keepsCheckpoint = true;
    experimenting.run = [this](const QueuedJob& job) {
        BackgroundTask* task =
            beginExperimentJob(this, job.title, job.what, [this](const QString& folder, const QString& said) {
                m_experiments->runsEnded(folder);
                statusBar()->showMessage(said, 8000);
            });
        connect(task, &BackgroundTask::failed, this,
                [this](const QString& message) { showError(tr("The experiment is not complete"), message); });
        return task;
    };
    m_queue->setKind("experiment", experimenting);

    // Begun by their own windows; the queue shows them.
    for (const char* kind : {"sheet", "open", "save"}) {
        JobQueue::Kind shown;
        shown.canKeep = qstrcmp(kind, "sheet") == 0;
        m_queue->setKind(kind, shown);
    }
    connect(m_queue, &JobQueue::rowsRemoved, this,
            [this] { std::erase_if(m_exports, [this](const auto& entry) { return !m_queue->job(entry.first); }); });
}

void StudioWindow::exportBegun(const QString& title, BackgroundTask* task, const ExportRequest& request) {
    QStringList forms{tr("field"), tr("Jacobian"), tr("report")};
    for (const auto& [on, name] : {std::pair{request.dicom, tr("DICOM")},
                                   {request.nifti, tr("NIfTI")},
                                   {request.png, tr("PNG")},
                                   {request.segmentation, tr("segmentation")},
                                   {request.registration, tr("registration")},
                                   {request.parametricMap, tr("parametric map")},
                                   {request.metaImage, tr("MetaImage")},
                                   {request.itkField, tr("ITK field")},
                                   {request.wholeTrajectory, tr("every step")},
                                   {request.deidentify.has_value(), tr("de-identified")}}) {
        if (on) {
            forms << name;
        }
    }
    const int number = m_queue->adopt("export", title,
                                      {{tr("folder"), QString::fromStdString(request.folder)},
                                       {tr("variations"), static_cast<int>(request.trajectories.size())},
                                       {tr("forms"), forms.join(", ")}},
                                      task);
    m_exports[number] = std::make_shared<const ExportRequest>(request);
}

BackgroundTask* StudioWindow::exportAgain(int number) {
    const auto found = m_exports.find(number);
    if (found == m_exports.end()) {
        throw Error(tr("what was to be exported is gone; export it anew").toStdString());
    }
    const QString folder = QString::fromStdString(found->second->folder);
    BackgroundTask* task = ExportDialog::begin(this, *found->second, [this, folder](const Json&) {
        statusBar()->showMessage(tr("Exported to %1").arg(folder), 8000);
    });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("Nothing was exported"), message); });
    return task;
}

BackgroundTask* StudioWindow::recordAgain(const QJsonObject& what) {
    const int number = what["variation"].toInt();
    const Variation* variation = m_store->find(number);
    if (!variation || !variation->finished()) {
        throw Error(tr("the variation that the film shows is gone; make it again first").toStdString());
    }
    if (findChild<MovieDialog*>()) {
        throw Error(tr("another film is being made; wait until it is done").toStdString());
    }
    showWorkspace(Workspace::Images);
    if (m_current != number) {
        showVariation(number);
    }
    MovieDialog* dialog = openMovie();
    if (!dialog) {
        throw Error(tr("there are no steps to film").toStdString());
    }
    dialog->setSettings(what);
    m_again = true;  // the queue has it already
    const auto after = qScopeGuard([this] { m_again = false; });
    try {
        return dialog->startNow();
    } catch (const std::exception&) {
        dialog->close();
        throw;
    }
}

void StudioWindow::trainingStarted(const QString& title, BackgroundTask* task) {
    if (m_again) {
        return;
    }
    const TrainingPlan& plan = m_training->plan();
    const QString folder = QString::fromStdString(plan.folder);
    const QJsonObject what{{"folder", folder}, {"plan", toQt(plan.json())}};
    for (const QueuedJob& job : m_queue->jobs()) {
        if (job.kind == "train" && job.state == QueuedJob::State::Paused && !m_queue->task(job.number) &&
            job.what["folder"].toString() == folder) {
            m_queue->readopt(job.number, what, task);
            return;
        }
    }
    m_queue->adopt("train", title, what, task);
}

BackgroundTask* StudioWindow::trainOn(const QueuedJob& job) {
    if (m_training->task()) {
        m_queue->hold(job.number, tr("Waits until the other training has ended"));
        return nullptr;
    }
    TrainingPlan plan = TrainingPlan::fromJson(fromQt(job.what["plan"].toObject()));
    plan.folder = job.what["folder"].toString().toStdString();
    plan.resume = QFile::exists(QString::fromStdString(plan.folder) + "/state.safetensors");
    m_again = true;
    const auto after = qScopeGuard([this] { m_again = false; });
    if (!m_training->goOn(plan)) {
        throw Error(tr("the training page says why it cannot go on").toStdString());
    }
    return m_training->task();
}

}  // namespace drdm
