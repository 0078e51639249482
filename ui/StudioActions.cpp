#include "tasks/FileNotes.h"
#include "tasks/Report.h"
#include "ui/ActionTips.h"
#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Icons.h"
#include "ui/Manners.h"
#include "ui/OverlayPanel.h"
#include "ui/PictureNote.h"
#include "ui/PlanesView.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/WorkspaceRail.h"
#include "ui/augment/AugmentDialog.h"
#include "ui/augment/AugmentJob.h"
#include "ui/jobs/JobQueue.h"
#include "ui/sampling/LockEditor.h"
#include "ui/variations/GalleryPage.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationList.h"
#include "ui/variations/VariationStore.h"

#include <QAbstractButton>
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QItemSelectionModel>
#include <QLabel>
#include <QListView>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

#include <optional>

namespace drdm {

namespace {

constexpr int recentLength = 8;

}  // namespace

void StudioWindow::buildActions() {
    const auto make = [this](const QString& name, const QString& text, const QString& picture, const QKeySequence& key,
                             auto triggered) {
        auto* action = new QAction(text, this);
        if (!picture.isEmpty()) {
            action->setIcon(icon(picture));
        }
        action->setObjectName(name);
        action->setShortcut(key);
        setTip(action, {});
        connect(action, &QAction::triggered, this, triggered);
        m_actions[name] = action;
        return action;
    };
    const auto dialog = [this](QFileDialog::FileMode mode, const QString& title, const QString& filter) {
        auto* box = new QFileDialog(this, title, QSettings().value("lastFolder").toString(), filter);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setFileMode(mode);
        if (mode == QFileDialog::Directory) {
            box->setOption(QFileDialog::ShowDirsOnly);
        }
        connect(box, &QFileDialog::filesSelected, this, &StudioWindow::openPaths);
        box->open();
    };

    // File
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(make("openFolder", tr("Open &folder …"), "folder", QKeySequence::Open,
                         [dialog] { dialog(QFileDialog::Directory, tr("Open a folder with images"), {}); }));
    file->addAction(make("openFile", tr("Open f&ile …"), "file", QKeySequence("Ctrl+Shift+O"), [dialog] {
        dialog(QFileDialog::ExistingFiles, tr("Open a DICOM or NIfTI file"),
               tr("All files (*);;NIfTI, MetaImage (*.nii *.nii.gz *.mha *.mhd);;DICOM (*.dcm DICOMDIR)"));
    }));
    file->addAction(make("openServer", tr("Open from ser&ver …"), "fetch", QKeySequence("Ctrl+Shift+D"),
                         [this] { openFromServer(); }));
    setTip(m_actions.at("openServer"), tr("Search a DICOM server (PACS) and fetch studies or series"));
    file->addAction(make("openSample", tr("Open &sample study (phantom)"), "phantom", QKeySequence("Ctrl+P"),
                         [this] { openSample(); }));
    file->addAction(make("openProject", tr("Open &project …"), "project", QKeySequence("Ctrl+Shift+P"), [this] {
        auto* box = new QFileDialog(this, tr("Open a project"), QSettings().value("projectFolder").toString(),
                                    tr("DRDM Studio project (*.drdm)"));
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setFileMode(QFileDialog::ExistingFile);
        connect(box, &QFileDialog::fileSelected, this, &StudioWindow::openProject);
        box->open();
    }));
    file->addAction(make("restoreSettings", tr("Restore se&ttings from …"), "import", QKeySequence("Ctrl+Shift+R"),
                         [this] { askForSettings(); }));
    setTip(m_actions.at("restoreSettings"),
           tr("Take over how an exported image, field, picture or film was made, or a report or project"));
    file->addAction(
        make("openLabels", tr("Open &labels …"), "labels", QKeySequence("Ctrl+L"), [this] { chooseLabels(); }));
    QAction* structures = make("chooseStructures", tr("Choose s&tructures …"), {}, {}, [this] { chooseStructures(); });
    setTip(structures, tr("Which structures of the open label file are shown, exported and in which order"));
    file->addAction(structures);
    m_recentMenu = file->addMenu(tr("Open &recent"));
    fillRecent();
    file->addSeparator();
    file->addAction(make("saveProject", tr("&Save project"), "save", QKeySequence::Save, [this] { saveProject(); }));
    file->addAction(
        make("saveProjectAs", tr("Save project &as …"), {}, QKeySequence("Ctrl+Shift+S"), [this] { saveProjectAs(); }));
    file->addSeparator();
    file->addAction(
        make("export", tr("&Export variations …"), "export", QKeySequence("Ctrl+E"), [this] { exportVariations(); }));
    file->addAction(
        make("sendServer", tr("Se&nd to server …"), "send", QKeySequence("Ctrl+Shift+E"), [this] { sendToServer(); }));
    setTip(m_actions.at("sendServer"), tr("Store variations, or an export, on a DICOM server (PACS)"));
    file->addAction(
        make("exportMovie", tr("Export &movie …"), "movie", QKeySequence("Ctrl+M"), [this] { exportMovie(); }));
    file->addAction(make("savePicture", tr("Save &picture of the views …"), "camera", QKeySequence("Ctrl+Shift+C"),
                         [this] { savePicture(); }));
    file->addSeparator();
    file->addAction(m_manners->preferencesAction());
    file->addSeparator();
    file->addAction(make("quit", tr("&Quit"), "quit", QKeySequence::Quit, [this] { close(); }));

    // Edit
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addAction(make("undo", tr("&Undo"), "undo", QKeySequence::Undo, [this] { m_undo->undo(); }));
    edit->addAction(make("redo", tr("&Redo"), "redo", QKeySequence::Redo, [this] { m_undo->redo(); }));
    connect(m_undo, &QUndoStack::indexChanged, this, &StudioWindow::updateActions);

    // View
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addActions(m_rail->placeActions());
    view->addSeparator();
    for (QAction* action : m_overlays->overlayActions()) {
        view->addAction(action);
    }
    view->addSeparator();
    m_layouts = new QActionGroup(this);
    const std::array<std::tuple<QString, QString, QString, QKeySequence, ViewPair::Mode>, 8> layouts{
        {{"layoutBoth", tr("&Side by side"), "both", Qt::Key_1, ViewPair::Mode::Both},
         {"layoutOriginal", tr("&Original alone"), "original", Qt::Key_2, ViewPair::Mode::Original},
         {"layoutVariation", tr("&Variation alone"), "variation", Qt::Key_3, ViewPair::Mode::Variation},
         {"compareBlend", tr("&Blend"), "blend", Qt::Key_4, ViewPair::Mode::Blend},
         {"compareCheckerboard", tr("&Checkerboard"), "checkerboard", Qt::Key_5, ViewPair::Mode::Checkerboard},
         {"compareCurtain", tr("C&urtain"), "curtain", Qt::Key_6, ViewPair::Mode::Curtain},
         {"compareFlicker", tr("&Flicker"), "flicker", Qt::Key_7, ViewPair::Mode::Flicker},
         {"compareDifference", tr("&Difference"), "difference", Qt::Key_8, ViewPair::Mode::Difference}}};
    for (const auto& [name, text, picture, key, mode] : layouts) {
        QAction* action = make(name, text, picture, key, [this, mode = mode] {
            m_viewStack->setCurrentWidget(m_views);
            m_views->setMode(mode);
        });
        action->setCheckable(true);
        m_layouts->addAction(action);
        view->addAction(action);
    }
    QAction* planes = make("layoutPlanes", tr("Three &planes and 3-D"), "planes", Qt::Key_9, [this] {
        m_viewStack->setCurrentWidget(m_planes);
        askForStep();  // the frame at hand knows one slice only
    });
    planes->setCheckable(true);
    m_layouts->addAction(planes);
    view->addAction(planes);
    m_actions["layoutBoth"]->setChecked(true);
    view->addSeparator();
    m_tools = new QActionGroup(this);
    const std::array<std::tuple<QString, QString, QString, QKeySequence, SliceView::Tool>, 6> tools{
        {{"toolWindow", tr("Drag sets &window and level"), "window", Qt::Key_W, SliceView::Tool::Window},
         {"toolPan", tr("Drag &pans"), "pan", Qt::Key_P, SliceView::Tool::Pan},
         {"toolZoom", tr("Drag &zooms"), "zoom", Qt::Key_Z, SliceView::Tool::Zoom},
         {"toolDistance", tr("Drag measures a &distance"), "distance", Qt::Key_M, SliceView::Tool::Distance},
         {"toolEllipse", tr("Drag measures inside an &ellipse"), "ellipse", Qt::Key_E, SliceView::Tool::Ellipse},
         {"toolRectangle", tr("Drag measures inside a &rectangle"), "rectangle", Qt::Key_R,
          SliceView::Tool::Rectangle}}};
    for (const auto& [name, text, picture, key, tool] : tools) {
        QAction* action = make(name, text, picture, key, [this, tool = tool] { m_views->setTool(tool); });
        action->setCheckable(true);
        m_tools->addAction(action);
        view->addAction(action);
    }
    m_actions["toolWindow"]->setChecked(true);
    m_presetMenu = view->addMenu(tr("Window pre&sets"));
    connect(m_presetMenu, &QMenu::aboutToShow, this, [this] {
        m_presetMenu->clear();
        for (int i = 0; m_open && i < static_cast<int>(m_open->presets.size()); ++i) {
            m_presetMenu->addAction(m_open->presets[static_cast<std::size_t>(i)].name, this,
                                    [this, i] { m_presets->activated(i); });
        }
        if (m_presetMenu->isEmpty()) {
            setAvailable(m_presetMenu->addAction(tr("None yet")), false,
                         tr("The windows to choose from depend on the image; open one first."));
        }
    });
    view->addSeparator();
    view->addAction(make("fit", tr("&Fit to the view"), "fit", Qt::Key_F, [this] { m_views->fit(); }));
    view->addAction(make("zoomIn", tr("Zoom &in"), {}, QKeySequence::ZoomIn, [this] { m_views->zoomBy(1.25); }));
    view->addAction(make("zoomOut", tr("Zoom o&ut"), {}, QKeySequence::ZoomOut, [this] { m_views->zoomBy(0.8); }));
    QAction* smooth =
        make("smooth", tr("S&mooth between voxels"), {}, Qt::Key_S, [this](bool on) { m_views->setSmooth(on); });
    smooth->setCheckable(true);
    smooth->setChecked(true);
    view->addAction(smooth);
    QAction* full = make("fullScreen", tr("F&ull screen"), {}, QKeySequence(Qt::Key_F11), [this](bool on) {
        setWindowState(on ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
    });
    full->setCheckable(true);
    view->addAction(full);
    view->addSeparator();
    view->addMenu(m_manners->themeMenu());

    // Image: arrow and page keys work where the image is, and leave lists and fields alone.
    QMenu* image = menuBar()->addMenu(tr("&Image"));
    const std::array<std::tuple<QString, QString, QKeySequence, int, int>, 4> moves{
        {{"sliceUp", tr("Next slice"), Qt::Key_Up, 1, 0},
         {"sliceDown", tr("Previous slice"), Qt::Key_Down, -1, 0},
         {"phaseUp", tr("Next phase"), Qt::Key_PageUp, 0, 1},
         {"phaseDown", tr("Previous phase"), Qt::Key_PageDown, 0, -1}}};
    for (const auto& [name, text, key, slices, phases] : moves) {
        QAction* action = make(name, text, {}, key, [this, slices = slices, phases = phases] {
            if (slices != 0) {
                goToSlice(m_slice + slices);
            } else {
                goToPhase(m_phase + phases);
            }
        });
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        m_viewer->addAction(action);
        image->addAction(action);
    }

    // Variation
    QMenu* variation = menuBar()->addMenu(tr("V&ariation"));
    variation->addAction(
        make("generate", tr("&Generate"), "generate", QKeySequence("Ctrl+Return"), [this] { generate(); }));
    variation->addAction(
        make("sheet", tr("X/&Y sheet …"), "gallery", QKeySequence("Ctrl+Shift+Y"), [this] { makeSheet(); }));
    variation->addAction(make("augment", tr("Augment a &data set …"), "gallery", QKeySequence("Ctrl+Shift+A"), [this] {
        auto* box = new AugmentDialog(this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        connect(box, &AugmentDialog::wanted, this,
                [this](const AugmentPlan& plan) { m_queue->add("augment", augmentTitle(plan), augmentJob(plan)); });
        box->open();
    }));
    setTip(m_actions.at("augment"), tr("Make copies of many labelled images, for training other programs"));
    variation->addAction(make("cancelSampling", tr("&Cancel"), "cancel", Qt::Key_Escape, [this] { cancelSampling(); }));
    variation->addAction(
        make("keepSampling", tr("Stop and &keep"), "keep", QKeySequence("Ctrl+K"), [this] { keepSampling(); }));
    variation->addSeparator();
    variation->addAction(make("seedPrevious", tr("&Previous seed"), "minus", QKeySequence("Ctrl+Down"),
                              [this] { m_generate->stepSeed(-1); }));
    variation->addAction(
        make("seedNext", tr("&Next seed"), "plus", QKeySequence("Ctrl+Up"), [this] { m_generate->stepSeed(1); }));
    variation->addAction(
        make("seedRandom", tr("&Random seed"), "dice", QKeySequence("Ctrl+R"), [this] { m_generate->randomSeed(); }));
    QMenu* lock = variation->addMenu(icon("lock"), tr("&Keep a region unchanged"));
    variation->addSeparator();
    QList<QAction*> chosen;
    chosen << make("star", tr("&Star"), "star", Qt::Key_T, [this] { starChosen(); })
           << make("name", tr("&Name …"), "name", QKeySequence(Qt::Key_F2), [this] { renameChosen(); })
           << make("compare", tr("C&ompare with …"), "compare", Qt::Key_C, [this] { compareChosen(); })
           << make("again", tr("Make again with the ne&xt seed"), "again", QKeySequence("Ctrl+G"),
                   [this] { makeAgain(); })
           << m_actions.at("export")
           << make("remove", tr("Re&move"), "trash", QKeySequence::Delete, [this] { removeChosen(); });
    m_actions.at("compare")->setCheckable(true);
    m_actions.at("compare")->setToolTip(
        tr("Show the chosen variation on the left instead of the original; with two chosen, compare them (C)"));
    variation->addActions(chosen);
    m_gallery->addActions(chosen);
    for (QAction* action : chosen) {
        m_list->view()->addAction(action);
    }

    // Timeline
    QMenu* timeline = menuBar()->addMenu(tr("&Timeline"));
    for (QAction* action : m_timeline->timelineActions()) {
        timeline->addAction(action);
        m_viewer->addAction(action);
    }

    // Help
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions(m_manners->helpActions());
    help->addSeparator();
    help->addAction(make("about", tr("&About DRDM Studio"), "info", {}, [this] { showAbout(); }));

    // Toolbar: the few that are used all the time.
    auto* bar = addToolBar(tr("Tools"));
    bar->setObjectName("toolbar");
    bar->setMovable(false);
    bar->setIconSize({20, 20});
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    for (const char* name : {"openFolder", "openFile", "openSample", "export", "savePicture"}) {
        bar->addAction(m_actions.at(name));
    }
    bar->addSeparator();
    bar->addActions(m_tools->actions());
    bar->addAction(m_actions.at("fit"));
    bar->addSeparator();
    auto* compare = new QToolButton;
    compare->setObjectName("compareSelector");
    compare->setToolTip(tr("How original and variation are compared (1 to 9)"));
    compare->setPopupMode(QToolButton::InstantPopup);
    compare->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto* ways = new QMenu(compare);
    ways->addActions(m_layouts->actions());
    compare->setMenu(ways);
    const auto showWay = [compare](const QAction* way) {
        compare->setIcon(way->icon());
        compare->setText(plainText(way));
    };
    showWay(m_layouts->checkedAction());
    for (QAction* way : m_layouts->actions()) {
        connect(way, &QAction::toggled, this, [showWay, way](bool on) {
            if (on) {
                showWay(way);
            }
        });
    }
    bar->addWidget(compare);
    bar->addSeparator();
    bar->addActions(m_overlays->overlayActions());
    bar->addSeparator();
    m_presets = new QComboBox;
    m_presets->setObjectName("windowPresets");
    m_presets->setMinimumWidth(140);
    m_presets->setToolTip(tr("Window and level"));
    connect(m_presets, &QComboBox::activated, this, [this](int index) {
        if (m_open && index >= 0 && index < static_cast<int>(m_open->presets.size())) {
            m_presets->setCurrentIndex(index);
            setWindowing(m_open->presets[static_cast<std::size_t>(index)].window);
        }
    });
    auto* presetLabel = new QLabel(tr("Window"));
    presetLabel->setProperty("role", "muted");
    presetLabel->setContentsMargins(6, 0, 6, 0);
    bar->addWidget(presetLabel);
    bar->addWidget(m_presets);
    auto* windowText = new QLabel;
    windowText->setObjectName("windowText");
    windowText->setProperty("role", "muted");
    windowText->setContentsMargins(10, 0, 6, 0);
    bar->addWidget(windowText);
    connect(m_views, &ViewPair::windowChanged, this, [windowText](const DisplayWindow& window) {
        windowText->setText(tr("centre %1 · width %2")
                                .arg(window.centre, 0, 'f', window.width < 10 ? 2 : 0)
                                .arg(window.width, 0, 'f', window.width < 10 ? 2 : 0));
    });
    buildLock(lock);
    setTip(m_actions.at("smooth"), tr("Off, every voxel is a square of its own grey"));
    setTip(m_actions.at("fit"), tr("Fit the image to the view"));
    setTip(m_actions.at("keepSampling"), tr("Stop now; the steps made so far stay"));
    setTip(m_actions.at("cancelSampling"), tr("Stop and throw away what this run has made"));
    const std::array<std::pair<const char*, const char*>, 5> twins{{{"generate", "generate"},
                                                                    {"cancel", "cancelSampling"},
                                                                    {"stopAndKeep", "keepSampling"},
                                                                    {"seedRandom", "seedRandom"},
                                                                    {"removeVariation", "remove"}}};
    for (const auto& [button, action] : twins) {
        followShortcut(findChild<QAbstractButton*>(button), m_actions.at(action));
    }
    takePreferences();
}

/// What the preferences decide beyond what Manners does by itself.
void StudioWindow::takePreferences() {
    connect(m_manners, &Manners::devicesKnown, m_generate, &GeneratePanel::setDevices);
    connect(m_manners, &Manners::preferencesChanged, this,
            [this, before = std::optional<Preferences>()](const Preferences& now) mutable {
                if (!before || before->smooth != now.smooth) {
                    m_actions.at("smooth")->setChecked(now.smooth);
                    m_views->setSmooth(now.smooth);
                }
                if (!before || before->device != now.device) {
                    m_generate->setText("device", now.device);
                }
                if (!before || before->modelFolder != now.modelFolder) {
                    m_generate->offerModels();
                }
                before = now;
            });
    m_manners->menusComplete(m_layouts->actions());
}

void StudioWindow::updateActions() {
    const bool open = m_open != nullptr;
    const bool running = m_queue->running("sample") != 0;
    const Variation* variation = currentVariation();
    const QString noImage = tr("Open an image first.");
    const QString noVariation = !open     ? noImage
                                : running ? tr("A variation is being made; wait, or stop it.")
                                          : tr("Generate a variation first.");
    for (const char* name :
         {"savePicture", "openLabels", "fit", "zoomIn", "zoomOut", "seedPrevious", "seedNext", "seedRandom"}) {
        setAvailable(m_actions.at(name), open, noImage);
    }
    const bool slices = open && m_open->image.geometry().size[2] > 1, phases = open && m_open->image.phases() > 1;
    for (const char* name : {"sliceUp", "sliceDown"}) {
        setAvailable(m_actions.at(name), slices, open ? tr("This image has one slice.") : noImage);
    }
    for (const char* name : {"phaseUp", "phaseDown"}) {
        setAvailable(m_actions.at(name), phases, open ? tr("This image has one phase.") : noImage);
    }
    setAvailable(m_actions.at("generate"), open, noImage);
    for (const char* name : {"lockEllipse", "lockRectangle", "lockBrush", "lockLoad"}) {
        setAvailable(m_actions.at(name), open, noImage);
    }
    setAvailable(m_actions.at("lockClear"), open && !m_lock->empty(),
                 open ? tr("Nothing is kept unchanged.") : noImage);
    setAvailable(m_actions.at("chooseStructures"), m_structures.size() > 1,
                 !m_labels.empty() ? tr("The open labels are one structure, or do not name theirs.")
                                   : tr("Open a DICOM file of labels first."));
    for (const char* name : {"saveProject", "saveProjectAs"}) {
        setAvailable(m_actions.at(name), open, tr("There is nothing to save yet."));
    }
    setAvailable(m_actions.at("sheet"), open, noImage);
    m_generate->setReady(open, noImage);
    const QString undone = m_undo->undoText(), redone = m_undo->redoText();
    m_actions.at("undo")->setText(undone.isEmpty() ? tr("&Undo") : tr("&Undo: %1").arg(undone));
    m_actions.at("redo")->setText(redone.isEmpty() ? tr("&Redo") : tr("&Redo: %1").arg(redone));
    setAvailable(m_actions.at("undo"), m_undo->canUndo(), tr("There is nothing to undo."));
    setAvailable(m_actions.at("redo"), m_undo->canRedo(), tr("Nothing was undone."));
    setAvailable(m_actions.at("cancelSampling"), running, tr("Nothing is being made now."));
    setAvailable(m_actions.at("keepSampling"), running, tr("Nothing is being made now."));
    const auto chosen = m_selection->selectedIndexes().size();
    const QString noChoice = m_filter->rowCount() > 0 ? tr("Choose a variation first.") : noVariation;
    for (const char* name : {"export", "exportMovie", "again"}) {
        setAvailable(m_actions.at(name), variation && variation->finished(), noVariation);
    }
    setAvailable(m_actions.at("star"), chosen > 0, noChoice);
    setAvailable(m_actions.at("name"), chosen == 1, chosen > 1 ? tr("Choose one variation alone.") : noChoice);
    setAvailable(m_actions.at("remove"), chosen > 0, noChoice);
    setAvailable(m_actions.at("compare"), chosen == 1 || chosen == 2 || m_reference != 0,
                 chosen > 2 ? tr("Choose one or two variations.") : noChoice);
    m_actions.at("compare")->setChecked(m_reference != 0);
    m_presets->setEnabled(open);
}

void StudioWindow::remember(const QStringList& paths) {
    QSettings settings;
    QStringList recent = settings.value("recent").toStringList();
    for (const QString& path : paths) {
        recent.removeAll(path);
        recent.prepend(path);
    }
    settings.setValue("recent", QStringList(recent.mid(0, recentLength)));
    settings.setValue("lastFolder", QFileInfo(paths.front()).absolutePath());
    fillRecent();
}

void StudioWindow::fillRecent() {
    m_recentMenu->clear();
    for (const QString& path : QSettings().value("recent").toStringList()) {
        m_recentMenu->addAction(path, this, [this, path] { openPaths({path}); });
    }
    setAvailable(m_recentMenu->menuAction(), !m_recentMenu->isEmpty(), tr("Nothing has been opened yet."));
}

void StudioWindow::savePicture() {
    askForPicture(tr("Save a picture of the views"), "drdm-views.png", [this] {
        Picture picture{m_views->grab().toImage(), {}};
        for (const int number : {m_current, m_reference}) {
            if (const Variation* variation = m_store->find(number);
                variation && variation->trajectory.stepCount() > 0) {
                picture.shown.push_back(variation->trajectory);
            }
        }
        return picture;
    });
}

void StudioWindow::askForPicture(const QString& title, const QString& name, std::function<Picture()> picture) {
    const QString last = QSettings().value("lastPicture").toString();
    auto* box = new QFileDialog(this, title, last.isEmpty() ? name : QFileInfo(last).absolutePath() + "/" + name,
                                tr("PNG picture (*.png)"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setAcceptMode(QFileDialog::AcceptSave);
    box->setDefaultSuffix("png");
    connect(box, &QFileDialog::fileSelected, this, [this, picture = std::move(picture)](const QString& path) {
        QSettings().setValue("lastPicture", path);
        Picture made = picture();
        writePicture(std::move(made.image), path, std::move(made.shown));
    });
    box->open();
}

void StudioWindow::writePicture(QImage picture, const QString& path, std::vector<Trajectory> shown) {
    // Compressing takes longer than the GUI thread may be kept.
    BackgroundTask* task = BackgroundTask::start(
        this, tr("Picture"),
        [picture = std::move(picture), path, shown = std::move(shown)](const JobContext&) {
            const QString half = path + ".partial";
            QImage noted = picture;
            if (!shown.empty()) {
                Json::Array records;
                for (const Trajectory& trajectory : shown) {
                    records.push_back(pictureNote(trajectory));
                }
                noted.setText(noteKeyword, QString::fromStdString(severalRecords(std::move(records)).dump()));
            }
            if (!noted.save(half, "PNG")) {
                QFile::remove(half);
                throw Error("cannot write " + path.toStdString() +
                            "; choose a folder that can be written and has room");
            }
            QFile::remove(path);
            QFile::rename(half, path);
            return true;
        },
        [this, path](bool) { statusBar()->showMessage(tr("Saved %1").arg(path), 6000); });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The picture could not be saved"), message); });
}

void StudioWindow::showAbout() {
    auto* box = new QMessageBox(this);
    box->setObjectName("aboutDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About DRDM Studio"));
    box->setIconPixmap(applicationIcon().pixmap(64, 64));
    box->setText(
        tr("<b>DRDM Studio %1</b><br>Plausible anatomical variations of one image, by deformation-recovery diffusion.")
            .arg(DRDM_VERSION));
    box->setInformativeText(
        tr("<p><b>For research; not for diagnostic use.</b></p>"
           "<p>Method: Zheng et al., Medical Image Analysis 110 (2026) 103987, arXiv 2407.07295.<br>"
           "Fold-free by the strict criterion of Liu et al., arXiv 2212.06060.</p>"
           "<p>Apache License 2.0. Built with Qt, VTK, LibTorch, DCMTK and nifticlib; see THIRD_PARTY for their "
           "licences.</p>"));
    box->setModal(false);
    box->show();
}

}  // namespace drdm
