#include "diffusion/ModelInfo.h"
#include "diffusion/Recovery.h"
#include "tasks/Sample.h"
#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Icons.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/WorkspaceRail.h"
#include "ui/experiments/ExperimentWorkspace.h"
#include "ui/jobs/JobQueue.h"
#include "ui/jobs/JobsPage.h"
#include "ui/schedule/ScheduleEditor.h"
#include "ui/training/TrainingWorkspace.h"
#include "ui/variations/GalleryPage.h"
#include "ui/variations/VariationFilter.h"

#include <QStackedWidget>
#include <QStatusBar>

namespace drdm {

void StudioWindow::buildPages() {
    m_workspaces = new QStackedWidget;
    m_rail = new WorkspaceRail;
    const auto add = [this](const char* name, const QString& text, const char* picture, const QString& tip,
                            QWidget* page) {
        m_rail->add(name, text, icon(picture), tip);
        m_workspaces->addWidget(page);
    };
    m_gallery = new GalleryPage(m_filter, m_selection);
    m_schedule = new ScheduleEditor;
    m_training = new TrainingWorkspace;
    m_experiments = new ExperimentWorkspace(m_queue);
    m_jobsPage = new JobsPage(m_queue);
    add("workspaceImages", tr("Images"), "images", tr("The image and the variation chosen"), m_pages);
    add("workspaceGallery", tr("Gallery"), "gallery", tr("All variations beside each other"), m_gallery);
    add("workspaceSchedule", tr("Schedule"), "schedule", tr("How the random deformations grow: for researchers"),
        m_schedule);
    add("workspaceTraining", tr("Training"), "training", tr("Train a model on your own images"), m_training);
    add("workspaceExperiments", tr("Experiments"), "compare", tr("Find out what copies do for other networks"),
        m_experiments);
    add("workspaceJobs", tr("Jobs"), "jobs", tr("What runs, waits and has ended"), m_jobsPage);
    connect(m_rail, &WorkspaceRail::chosen, this, [this](int index) { showWorkspace(static_cast<Workspace>(index)); });

    const auto hand = [this](auto parameter, auto use) {
        try {
            use((m_schedule->*parameter)());
        } catch (const std::exception& error) {
            showError(tr("The schedule cannot be used"), QString::fromUtf8(error.what()));
        }
    };
    connect(m_schedule, &ScheduleEditor::useForSampling, this, [this, hand] {
        hand(&ScheduleEditor::samplingParameter, [this](const QString& file) {
            m_generate->setText("schedule", file);
            showWorkspace(Workspace::Images);
            statusBar()->showMessage(tr("The next variations are made with this schedule."), 8000);
        });
    });
    connect(m_schedule, &ScheduleEditor::useForTraining, this, [this, hand] {
        hand(&ScheduleEditor::trainingParameter, [this](const QString& file) {
            m_training->setScheduleFile(file);
            showWorkspace(Workspace::Training);
            statusBar()->showMessage(tr("The next training run uses this schedule."), 8000);
        });
    });
    connect(m_training, &TrainingWorkspace::useModel, this, [this](const QString& file) {
        m_generate->setText("model", file);
        showWorkspace(Workspace::Images);
        statusBar()->showMessage(tr("The next variations are made with this model."), 8000);
    });
    connect(m_training, &TrainingWorkspace::modelInstalled, m_generate, &GeneratePanel::offerModels);
    connect(m_training, &TrainingWorkspace::runStarted, this, &StudioWindow::trainingStarted);
    connect(m_training, &TrainingWorkspace::failed, this, &StudioWindow::showError);
    connect(m_experiments, &ExperimentWorkspace::failed, this, &StudioWindow::showError);
    connect(m_generate->form(), &ParameterForm::edited, this, [this](const QString& name) {
        if (name == "model" && m_workspaces->currentWidget() == m_schedule) {
            feedSchedule();
        }
    });
}

void StudioWindow::showWorkspace(Workspace workspace) {
    m_workspaces->setCurrentIndex(static_cast<int>(workspace));
    m_rail->setCurrent(static_cast<int>(workspace));
    if (workspace == Workspace::Schedule) {
        feedSchedule();
    }
}

void StudioWindow::feedSchedule() {
    m_schedule->setImage(m_open ? m_open->image : Image(), m_slice, m_phase);
    const std::string model = m_generate->form()->text("model").toStdString();
    BackgroundTask::start(
        this, tr("Model"),
        [model](const JobContext&) { return DeformationModel::load(resolveModel(model), "cpu").info(); },
        [this](const ModelInfo& info) {
            m_schedule->setModel(
                QString::fromStdString(info.name),
                info.process == Process::Released ? std::nullopt : std::optional<Schedule>(info.schedule),
                static_cast<int>(info.gridSide));
        });
}

}  // namespace drdm
