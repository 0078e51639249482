#include "ui/ActionTips.h"
#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Icons.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/UndoStep.h"
#include "ui/ViewPair.h"
#include "ui/sampling/LockEditor.h"

#include <QActionGroup>
#include <QFileDialog>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QUndoStack>

namespace drdm {

/// Tools and verbs for the region that stays unchanged, in a menu and in the expert settings.
void StudioWindow::buildLock(QMenu* menu) {
    m_lock = new LockEditor(m_views, m_undo, this);
    const auto make = [this, menu](const QString& name, const QString& text, const QString& picture,
                                   const QString& tip) {
        auto* action = new QAction(icon(picture), text, this);
        action->setObjectName(name);
        setTip(action, tip);
        m_actions[name] = action;
        menu->addAction(action);
        return action;
    };
    const std::array<std::tuple<QString, QString, QString, QString, SliceView::Tool>, 3> tools{
        {{"lockEllipse", tr("Draw an &ellipse"), "ellipse",
          tr("Keep a region unchanged: drag an ellipse on the image; nothing moves inside"),
          SliceView::Tool::LockEllipse},
         {"lockRectangle", tr("Draw a &rectangle"), "rectangle",
          tr("Keep a region unchanged: drag a rectangle on the image; nothing moves inside"),
          SliceView::Tool::LockRectangle},
         {"lockBrush", tr("&Paint with a brush"), "brush",
          tr("Keep a region unchanged: paint it on the image; nothing moves inside"), SliceView::Tool::LockBrush}}};
    QList<QAction*> all;
    for (const auto& [name, text, picture, tip, tool] : tools) {
        QAction* action = make(name, text, picture, tip);
        action->setCheckable(true);
        m_tools->addAction(action);
        connect(action, &QAction::triggered, this, [this, tool = tool] {
            if (m_viewStack->currentWidget() != m_views) {
                m_actions.at("layoutBoth")->trigger();  // there is no drawing in the three planes
            }
            m_views->setTool(tool);
            statusBar()->showMessage(tr("Drag on the image: what lies inside stays as it is. W goes back."), 8000);
        });
        all << action;
    }
    all << make("lockLoad", tr("&Load a mask …"), "folder",
                tr("Keep unchanged where a NIfTI mask is not 0; on another grid it is resampled"));
    connect(all.back(), &QAction::triggered, this, &StudioWindow::chooseLockMask);
    all << make("lockClear", tr("&Clear"), "trash", tr("Nothing is kept unchanged any more"));
    connect(all.back(), &QAction::triggered, this, [this] {
        m_undo->beginMacro(tr("clearing of the locked region"));
        m_lock->setRegion({});
        m_generate->setText("lock-mask", {});
        m_undo->endMacro();
    });
    m_generate->setLockActions(all);
    connect(m_lock, &LockEditor::changed, this, [this] {
        m_generate->setLockText(m_lock->description());
        updateActions();
    });
    connect(m_lock, &LockEditor::failed, this,
            [this](const QString& message) { showError(tr("The mask cannot be shown"), message); });
    connect(m_generate->form(), &ParameterForm::changed, this, [this](const QString& name) {
        if (name == "lock-mask") {
            m_lock->setFile(m_generate->form()->text("lock-mask"));
        }
    });
    connect(m_generate, &GeneratePanel::seedLockToggled, this, [this](bool locked) {
        const auto set = [this](bool on) { m_generate->setSeedLocked(on); };
        m_undo->push(undoStep(
            locked ? tr("lock of the seed") : tr("unlocking of the seed"), [set, locked] { set(locked); },
            [set, locked] { set(!locked); }));
    });
}

void StudioWindow::chooseLockMask() {
    auto* box =
        new QFileDialog(this, tr("Keep unchanged where this mask is not 0"), QSettings().value("lastFolder").toString(),
                        tr("Labels (*.nii *.nii.gz *.mha *.mhd *.dcm);;All files (*)"));
    box->setObjectName("lockDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setFileMode(QFileDialog::ExistingFile);
    connect(box, &QFileDialog::fileSelected, this, &StudioWindow::loadLockMask);
    box->open();
}

void StudioWindow::loadLockMask(const QString& file) {
    if (!m_open) {
        return;
    }
    // Read once before it becomes a setting: what cannot be read changes nothing.
    BackgroundTask* task = BackgroundTask::start(
        this, tr("Mask"),
        [file = file.toStdString(), grid = m_open->image.geometry()](const JobContext&) {
            const LabelMap mask = LockEditor::readMask(file, grid);
            if (mask.values().empty()) {
                throw Error("the mask " + file + " is 0 everywhere on this image; choose one that lies on it");
            }
            return true;
        },
        [this, file](bool) { m_generate->setText("lock-mask", file); });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The mask cannot be used"), message); });
}

}  // namespace drdm
