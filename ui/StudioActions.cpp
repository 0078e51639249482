#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Icons.h"
#include "ui/OverlayPanel.h"
#include "ui/PlanesView.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineBar.h"
#include "ui/VariationList.h"
#include "ui/ViewPair.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>

namespace drdm {

namespace {

constexpr int recentLength = 8;

QString withShortcut(const QString& text, const QKeySequence& key) {
    QString plain = text;
    plain.remove('&').remove(QStringLiteral(" …"));
    return key.isEmpty() ? plain : QObject::tr("%1 (%2)").arg(plain, key.toString(QKeySequence::NativeText));
}

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
        action->setToolTip(withShortcut(text, key));
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
               tr("All files (*);;NIfTI (*.nii *.nii.gz);;DICOM (*.dcm DICOMDIR)"));
    }));
    file->addAction(make("openSample", tr("Open &sample study (phantom)"), "phantom", QKeySequence("Ctrl+P"),
                         [this] { openSample(); }));
    file->addAction(
        make("openLabels", tr("Open &labels …"), "labels", QKeySequence("Ctrl+L"), [this] { chooseLabels(); }));
    m_recentMenu = file->addMenu(tr("Open &recent"));
    fillRecent();
    file->addSeparator();
    file->addAction(
        make("export", tr("&Export variations …"), "export", QKeySequence("Ctrl+E"), [this] { exportVariations(); }));
    file->addAction(make("savePicture", tr("Save &picture of the views …"), "camera", QKeySequence("Ctrl+Shift+S"),
                         [this] { savePicture(); }));
    file->addSeparator();
    file->addAction(make("quit", tr("&Quit"), "quit", QKeySequence::Quit, [this] { close(); }));

    // View
    QMenu* view = menuBar()->addMenu(tr("&View"));
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
    QAction* planes = make("layoutPlanes", tr("Three &planes and 3-D"), "planes", Qt::Key_9,
                           [this] { m_viewStack->setCurrentWidget(m_planes); });
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
            m_presetMenu->addAction(tr("Open an image first"))->setEnabled(false);
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
    variation->addSeparator();
    QAction* remove = make("remove", tr("Re&move the chosen variation"), "trash", QKeySequence::Delete,
                           [this] { removeVariation(m_current); });
    variation->addAction(remove);

    // Timeline
    QMenu* timeline = menuBar()->addMenu(tr("&Timeline"));
    for (QAction* action : m_timeline->timelineActions()) {
        timeline->addAction(action);
        m_viewer->addAction(action);
    }

    // Help
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(make("shortcuts", tr("&Keyboard and mouse"), "keyboard", QKeySequence(Qt::Key_F1),
                         [this] { showShortcuts(); }));
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
        compare->setText(withShortcut(way->text(), {}));
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
}

void StudioWindow::updateActions() {
    const bool open = m_open != nullptr;
    const bool running = m_run != nullptr;
    const Variation* variation = currentVariation();
    for (const char* name :
         {"savePicture", "openLabels", "fit", "zoomIn", "zoomOut", "sliceUp", "sliceDown", "phaseUp", "phaseDown"}) {
        m_actions.at(name)->setEnabled(open);
    }
    m_actions.at("generate")->setEnabled(open && !running);
    m_generate->setReady(open && !running);
    m_actions.at("cancelSampling")->setEnabled(running);
    m_actions.at("keepSampling")->setEnabled(running);
    m_actions.at("export")->setEnabled(variation && !variation->running);
    m_actions.at("remove")->setEnabled(variation && !variation->running);
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
    m_recentMenu->setEnabled(!m_recentMenu->isEmpty());
}

void StudioWindow::savePicture() {
    auto* box =
        new QFileDialog(this, tr("Save a picture of the views"),
                        QSettings().value("lastPicture", "drdm-views.png").toString(), tr("PNG picture (*.png)"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setAcceptMode(QFileDialog::AcceptSave);
    box->setDefaultSuffix("png");
    connect(box, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const QPixmap picture = m_views->grab();
        QSettings().setValue("lastPicture", path);
        // Compressing takes longer than the GUI thread may be kept.
        BackgroundTask* task = BackgroundTask::start(
            this, tr("Picture"),
            [image = picture.toImage(), path](const JobContext&) {
                const QString half = path + ".partial";
                if (!image.save(half, "PNG")) {
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
    });
    box->open();
}

void StudioWindow::showShortcuts() {
    QString rows;
    const auto add = [&rows](const QString& key, const QString& what) {
        rows += QString("<tr><td style='padding:3px 22px 3px 0'><b>%1</b></td><td style='padding:3px 0'>%2</td></tr>")
                    .arg(key.toHtmlEscaped(), what.toHtmlEscaped());
    };
    add(tr("Left drag"), tr("the chosen tool: window and level, pan, or zoom"));
    add(tr("Right drag"), tr("window (sideways) and level (up and down)"));
    add(tr("Middle drag, Shift + left drag"), tr("pan"));
    add(tr("Ctrl + left drag, Ctrl + wheel"), tr("zoom"));
    add(tr("Wheel"), tr("slices; over the timeline: steps"));
    add(tr("Double click"), tr("fit to the view"));
    for (const QMenu* menu : menuBar()->findChildren<QMenu*>(Qt::FindDirectChildrenOnly)) {
        for (const QAction* action : menu->actions()) {
            if (!action->shortcut().isEmpty()) {
                add(action->shortcut().toString(QKeySequence::NativeText), withShortcut(action->text(), {}));
            }
        }
    }
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Keyboard and mouse"), "<table>" + rows + "</table>",
                                QMessageBox::Ok, this);
    box->setObjectName("shortcutsDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setModal(false);
    box->show();
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
