#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Icons.h"
#include "ui/Manners.h"
#include "ui/MeasurementPanel.h"
#include "ui/OverlayPanel.h"
#include "ui/ParameterCommand.h"
#include "ui/ParameterForm.h"
#include "ui/PlanesView.h"
#include "ui/StatisticsPanel.h"
#include "ui/StudioWindow.h"
#include "ui/StudyBrowser.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/WelcomePage.h"
#include "ui/WorkspaceRail.h"
#include "ui/jobs/JobQueue.h"
#include "ui/jobs/JobsPage.h"
#include "ui/variations/GalleryPage.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationList.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QSettings>
#include <QSlider>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr int leftWidth = 248;
constexpr int rightWidth = 322;

/// "Slice ──●── 4 of 0–7"
QWidget* sliderRow(const QString& name, QSlider* slider, QLabel* value, const QString& tip) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    auto* label = new QLabel(name);
    label->setProperty("role", "muted");
    value->setMinimumWidth(value->fontMetrics().horizontalAdvance("888 of 0–888") + 4);
    layout->addWidget(label);
    layout->addWidget(slider, 1);
    layout->addWidget(value);
    slider->setToolTip(tip);
    slider->setAccessibleName(name);
    return row;
}

}  // namespace

void StudioWindow::buildInterface() {
    m_manners = new Manners(this);
    setObjectName("studio");
    setWindowTitle(tr("DRDM Studio[*]"));
    setMinimumSize(1024, 660);
    resize(1360, 860);
    restoreGeometry(QSettings().value("window/geometry").toByteArray());

    // Left: what there is, and the step shown in numbers.
    m_series = new StudyBrowser;
    m_list = new VariationList(m_filter, m_selection);
    m_statistics = new StatisticsPanel;
    auto* left = new QWidget;
    left->setFixedWidth(leftWidth);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(8);
    leftLayout->addWidget(m_series, 2);
    leftLayout->addWidget(m_list, 3);
    leftLayout->addWidget(m_statistics);

    // Middle: the views, slice and phase, the timeline.
    m_views = new ViewPair;
    m_sliceSlider = new QSlider(Qt::Horizontal);
    m_sliceSlider->setObjectName("sliceSlider");
    m_phaseSlider = new QSlider(Qt::Horizontal);
    m_phaseSlider->setObjectName("phaseSlider");
    m_sliceLabel = new QLabel;
    m_phaseLabel = new QLabel;
    m_timeline = new TimelineBar;
    auto* positions = new QFrame;
    positions->setProperty("role", "card");
    auto* positionLayout = new QHBoxLayout(positions);
    positionLayout->setContentsMargins(12, 7, 12, 7);
    positionLayout->setSpacing(26);
    positionLayout->addWidget(
        sliderRow(tr("Slice"), m_sliceSlider, m_sliceLabel, tr("Slice (mouse wheel, Up and Down)")), 1);
    positionLayout->addWidget(
        sliderRow(tr("Phase"), m_phaseSlider, m_phaseLabel, tr("Phase of the heart beat (Page Up and Page Down)")), 1);
    m_viewer = new QWidget;
    auto* middle = new QVBoxLayout(m_viewer);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(8);
    m_planes = new PlanesView;
    m_viewStack = new QStackedWidget;
    m_viewStack->addWidget(m_views);
    m_viewStack->addWidget(m_planes);
    middle->addWidget(m_viewStack, 1);
    connect(m_views, &ViewPair::windowChanged, m_planes, &PlanesView::setWindow);
    connect(m_planes, &PlanesView::sliceWanted, this, &StudioWindow::goToSlice);
    middle->addWidget(positions);
    middle->addWidget(m_timeline);

    // Right: what to do and what to see.
    m_generate = new GeneratePanel;
    m_overlays = new OverlayPanel;
    m_measurements = new MeasurementPanel(m_views);
    auto* panels = new QWidget;
    auto* panelLayout = new QVBoxLayout(panels);
    panelLayout->setContentsMargins(0, 0, 0, 0);
    panelLayout->setSpacing(8);
    panelLayout->addWidget(m_generate);
    panelLayout->addWidget(m_overlays);
    panelLayout->addWidget(m_measurements);
    panelLayout->addStretch();
    auto* right = new QScrollArea;
    right->setWidget(panels);
    right->setWidgetResizable(true);
    right->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    right->setFixedWidth(rightWidth);
    right->setFocusPolicy(Qt::NoFocus);

    auto* studio = new QWidget;
    auto* row = new QHBoxLayout(studio);
    row->setContentsMargins(8, 0, 8, 6);
    row->setSpacing(8);
    row->addWidget(left);
    row->addWidget(m_viewer, 1);
    row->addWidget(right);

    auto* welcome = new WelcomePage;
    auto* reading = new QLabel(tr("Reading the image …"));
    reading->setProperty("role", "muted");
    reading->setAlignment(Qt::AlignCenter);
    m_pages = new QStackedWidget;
    m_pages->addWidget(welcome);
    m_pages->addWidget(reading);
    m_pages->addWidget(studio);

    buildPages();
    auto* centre = new QWidget;
    auto* centreLayout = new QHBoxLayout(centre);
    centreLayout->setContentsMargins(0, 0, 0, 0);
    centreLayout->setSpacing(0);
    centreLayout->addWidget(m_rail);
    centreLayout->addWidget(m_workspaces, 1);
    setCentralWidget(centre);
    showWorkspace(Workspace::Images);
    m_manners->showMessagesOver(centre);

    // Status bar: what runs, what is under the pointer, and what this program is not.
    m_pointer = new QLabel;
    m_pointer->setObjectName("pointer");
    m_pointer->setProperty("role", "muted");
    m_busy = new QWidget;
    auto* busyLayout = new QHBoxLayout(m_busy);
    busyLayout->setContentsMargins(0, 0, 0, 0);
    m_busyText = new QLabel;
    m_busyBar = new QProgressBar;
    m_busyBar->setFixedWidth(140);
    m_busyBar->setTextVisible(false);
    auto* stop = new QToolButton;
    stop->setIcon(icon("cancel"));
    stop->setObjectName("cancelLoading");
    stop->setToolTip(tr("Stop opening"));
    connect(stop, &QToolButton::clicked, this, [this] {
        if (m_loading) {
            m_loading->cancel();
        }
    });
    busyLayout->addWidget(m_busyText);
    busyLayout->addWidget(m_busyBar);
    busyLayout->addWidget(stop);
    m_busy->setVisible(false);
    auto* notice = new QLabel(tr("For research; not for diagnostic use"));
    notice->setObjectName("researchNotice");
    notice->setProperty("role", "notice");
    notice->setContentsMargins(10, 0, 8, 0);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_busy);
    statusBar()->addPermanentWidget(m_pointer);
    statusBar()->addPermanentWidget(notice);

    connect(welcome, &WelcomePage::sampleWanted, this, &StudioWindow::openSample);
    connect(welcome, &WelcomePage::folderWanted, this, [this] { m_actions.at("openFolder")->trigger(); });
    connect(welcome, &WelcomePage::fileWanted, this, [this] { m_actions.at("openFile")->trigger(); });
    connect(m_series, &StudyBrowser::chosen, this, &StudioWindow::openSeries);
    const auto star = [this](int number, bool starred) { starVariations({number}, starred); };
    connect(m_list, &VariationList::removeWanted, this, &StudioWindow::removeChosen);
    connect(m_list, &VariationList::starWanted, this, star);
    connect(m_list, &VariationList::galleryWanted, this, [this] { showWorkspace(Workspace::Gallery); });
    connect(m_gallery, &GalleryPage::starWanted, this, star);
    connect(m_gallery, &GalleryPage::sheetWanted, this, &StudioWindow::saveGallery);
    connect(m_gallery, &GalleryPage::opened, this, [this](int number) {
        showVariation(number);
        showWorkspace(Workspace::Images);
    });
    connect(m_generate, &GeneratePanel::generateWanted, this, &StudioWindow::generate);
    connect(m_generate, &GeneratePanel::cancelWanted, this, &StudioWindow::cancelSampling);
    connect(m_generate, &GeneratePanel::keepWanted, this, &StudioWindow::keepSampling);
    connect(m_generate->form(), &ParameterForm::edited, this,
            [this](const QString& name, const QString& before, const QString& after) {
                m_undo->push(parameterCommand(m_generate->form(), name, before, after));
            });
    connect(m_overlays, &OverlayPanel::contentsChanged, this, &StudioWindow::showOriginal);
    const auto opacities = [this] {
        for (const auto& [layer, opacity] : m_overlays->opacities()) {
            m_views->setOpacity(layer, opacity);
            m_planes->setOpacity(layer, opacity);
        }
    };
    opacities();
    connect(m_overlays, &OverlayPanel::opacityChanged, this, opacities);
    connect(m_overlays, &OverlayPanel::foldedWanted, m_views, &ViewPair::jumpToNextFolded);
    connect(m_timeline, &TimelineBar::stepWanted, this, &StudioWindow::askForStep);
    connect(m_views, &ViewPair::windowChanged, m_timeline, &TimelineBar::setFilmWindow);
    connect(m_views, &ViewPair::sliceStepped, this, [this](int steps) { goToSlice(m_slice + steps); });
    connect(m_views, &ViewPair::pointedAt, this, &StudioWindow::pointAt);
    connect(m_views, &ViewPair::pointerLeft, m_pointer, &QLabel::clear);
    connect(m_views, &ViewPair::noticeButtonClicked, this, [this] {
        if (const Variation* variation = currentVariation()) {
            goToSlice(variation->trajectory.settings().slice);
        }
    });
    connect(m_sliceSlider, &QSlider::valueChanged, this, [this](int value) {
        m_slice = value;
        showOriginal();
    });
    connect(m_phaseSlider, &QSlider::valueChanged, this, [this](int value) {
        m_phase = value;
        showOriginal();
    });
}

}  // namespace drdm
