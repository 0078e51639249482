#include "parameters/NumberFromText.h"
#include "ui/ActionTips.h"
#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Manners.h"
#include "ui/MessageBanner.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/jobs/JobQueue.h"
#include "ui/restore/RestoreDialog.h"
#include "ui/schedule/ScheduleEditor.h"
#include "ui/schedule/ScheduleLibrary.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>
#include <QStatusBar>
#include <QUndoStack>

namespace drdm {

void StudioWindow::askForSettings() {
    auto* box = new QFileDialog(this, tr("Restore settings from a file of DRDM Studio"),
                                QSettings().value("lastFolder").toString(),
                                tr("Images, fields, reports, projects, pictures, films, models "
                                   "(*.dcm *.nii *.nii.gz *.json *.drdm *.png *.gif *.mp4 *.safetensors);;All files "
                                   "(*)"));
    box->setObjectName("restoreFileDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setFileMode(QFileDialog::ExistingFile);
    connect(box, &QFileDialog::fileSelected, this, &StudioWindow::restoreSettings);
    box->open();
}

bool StudioWindow::holdsNoImage(const QString& path) {
    static const QStringList endings{"json", "png", "gif", "mp4", "safetensors"};
    const QFileInfo file(path);
    return file.isFile() && endings.contains(file.suffix().toLower());
}

void StudioWindow::restoreSettings(const QString& path) {
    const QStringList recent = QSettings().value("recent").toStringList();
    BackgroundTask* task = BackgroundTask::start(
        this, tr("Settings"),
        [path, recent, open = m_open ? m_open->image : Image()](const JobContext& context) {
            return findSettings(path, open, recent, context);
        },
        [this](const FoundSettings& found) { showSettings(found); });
    m_queue->adopt("open", tr("Reading settings …"), {}, task);
    statusBar()->showMessage(tr("Reading settings …"), 4000);
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("No settings were restored"), message); });
}

void StudioWindow::showSettings(const FoundSettings& found) {
    auto* dialog = new RestoreDialog(
        found, [this](const std::string& name) { return settingNow(name); }, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RestoreDialog::restoreWanted, this,
            [this, path = found.path](const FoundSettings::Choice& choice, bool openImage) {
                applySettings(choice, QFileInfo(path).fileName());
                if (openImage) {
                    openPaths({choice.imagePath});
                    m_placeWanted = recordedPlace(choice);
                } else if (choice.sameImage.value_or(false)) {
                    goToPlace(recordedPlace(choice));
                }
            });
    dialog->setModal(false);
    dialog->show();
    statusBar()->clearMessage();
    Q_EMIT settingsShown();
}

QString StudioWindow::settingNow(const std::string& name) const {
    if (name == "slice" && !m_generate->allSlices()) {
        return m_open ? QString::number(m_slice) : QString();
    }
    return name == "phase" ? QString::number(m_phase) : m_generate->form()->text(name);
}

void StudioWindow::applySettings(const FoundSettings::Choice& choice, const QString& from) {
    const RecordedSettings& settings = choice.settings;
    QString schedule;
    if (settings.schedule) {
        try {
            schedule = m_schedule->library()->fileFor(*settings.schedule);
        } catch (const std::exception& error) {
            showError(tr("The noise schedule could not be kept"), QString::fromUtf8(error.what()));
            return;
        }
    }
    m_undo->beginMacro(tr("settings of “%1”").arg(from));
    for (const auto& [name, planned] : choice.planned()) {
        const bool shown = name == "slice" && planned != "all";  // the view says which one, not the panel
        const QString text = name == "schedule" ? schedule : shown ? QString() : planned;
        if (m_generate->form()->text(name) != text) {
            m_generate->setText(name, text);
        }
    }
    m_undo->endMacro();
    statusBar()->showMessage(tr("The settings are those of %1; Undo takes them back.").arg(from), 8000);
    showWorkspace(Workspace::Images);
    Q_EMIT settingsRestored();
}

StudioWindow::Place StudioWindow::recordedPlace(const FoundSettings::Choice& choice) {
    const std::string slice = choice.settings.text("slice"), phase = choice.settings.text("phase");
    Place place;
    if (const Json* uid =
            choice.settings.source.isObject() ? choice.settings.source.find("series_instance_uid") : nullptr;
        uid && uid->isString()) {
        place.series = uid->string();
    }
    place.slice = numberFromText<std::int64_t>(slice);
    place.phase = numberFromText<std::int64_t>(phase);
    return place;
}

void StudioWindow::goToPlace(const Place& place) {
    if (place.slice) {
        goToSlice(*place.slice);
    }
    if (place.phase) {
        goToPhase(*place.phase);
    }
}

void StudioWindow::offerSettings(const QString& path) {
    m_manners->offer(tr("DRDM Studio made this image"),
                     tr("It knows how: model, strength, seed and all other settings."), tr("Restore its settings …"),
                     [this, path] { restoreSettings(path); });
}

}  // namespace drdm
