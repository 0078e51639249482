#include "ui/StudioWindow.h"

#include "io/Phantom.h"
#include "render/DeformedGrid.h"
#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/GreyImage.h"
#include "ui/Manners.h"
#include "ui/MeasurementPanel.h"
#include "ui/MessageBanner.h"
#include "ui/OverlayPanel.h"
#include "ui/PlanesView.h"
#include "ui/StatisticsPanel.h"
#include "ui/StepWorker.h"
#include "ui/StudyBrowser.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/WorkspaceRail.h"
#include "ui/jobs/JobQueue.h"
#include "ui/project/ProjectKeeper.h"
#include "ui/sampling/LockEditor.h"
#include "ui/sampling/SamplingDesk.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationStore.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLockFile>
#include <QMimeData>
#include <QProgressBar>
#include <QSettings>
#include <QSignalBlocker>
#include <QSlider>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QUndoStack>

#include <algorithm>
#include <cmath>
#include <limits>

namespace drdm {

namespace {

/// What a scan brought, and which series is meant ("" = any).
struct Found {
    ScanResult result;
    std::string uid;
    bool settingsAlone = false;  ///< one file of the program's own that is no image, such as a displacement field
};

/// One file of a DICOM series stands for its whole series: its neighbours are looked at, too.
Found findImages(const std::vector<std::string>& given, const JobContext& context) {
    Found found{scan(given, context), {}};
    const QFileInfo file(QString::fromStdString(given.front()));
    const auto readable = [](const SeriesInfo& series) { return series.unreadable.empty(); };
    if (given.size() == 1 && file.isFile() && std::ranges::none_of(found.result.series, readable)) {
        found.settingsAlone = holdsSettings(given.front());
    }
    if (given.size() == 1 && file.isFile() && file.fileName() != "DICOMDIR" && found.result.series.size() == 1 &&
        found.result.series.front().format == "dicom") {
        found.uid = found.result.series.front().uid;
        std::vector<std::string> neighbours;
        for (const QFileInfo& each : file.dir().entryInfoList(QDir::Files)) {
            neighbours.push_back(each.absoluteFilePath().toStdString());
        }
        found.result = scan(neighbours, context);
    }
    return found;
}

}  // namespace

StudioWindow::StudioWindow(QWidget* parent) : QMainWindow(parent) {
    setAcceptDrops(true);
    m_steps = new StepWorker(this);
    m_previews = new StepWorker(this);
    m_references = new StepWorker(this);
    m_store = new VariationStore(this);
    m_filter = new VariationFilter(m_store, this);
    m_selection = new QItemSelectionModel(m_filter, this);
    m_undo = new QUndoStack(this);
    buildQueue();
    buildKeeper();
    buildInterface();
    buildActions();
    buildState();
    connect(m_steps, &StepWorker::frameReady, this, &StudioWindow::showFrame);
    connect(m_previews, &StepWorker::frameReady, this, [this](const std::shared_ptr<const StepFrame>& frame) {
        m_previewing = 0;
        if (frame->error.empty()) {
            listPreview(*frame);
        }
        nextPreview();
    });
    connect(m_references, &StepWorker::frameReady, this,
            [this](const std::shared_ptr<const StepFrame>& frame) { showReference(*frame); });
    connect(m_selection, &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        if (const int number = m_filter->numberAt(index); number != 0 && number != m_current) {
            showVariation(number);
        }
    });
    connect(m_selection, &QItemSelectionModel::selectionChanged, this, &StudioWindow::updateActions);
    connect(m_store, &QAbstractItemModel::rowsRemoved, this, &StudioWindow::variationsRemoved);
    connect(m_store, &QAbstractItemModel::rowsInserted, this, &StudioWindow::updateActions);
    updateActions();
}

StudioWindow::~StudioWindow() {
    m_store->disconnect(this);
    m_selection->disconnect(this);
    m_queue->disconnect(this);
    m_desk->disconnect(this);
    m_keeper->disconnect(this);
    m_undo->disconnect(this);
    // Ask all work to end before the first join waits.
    if (m_loading) {
        m_loading->cancel();
    }
}

void StudioWindow::openPaths(const QStringList& paths) {
    if (paths.isEmpty()) {
        return;
    }
    const auto project =
        std::ranges::find_if(paths, [](const QString& path) { return path.endsWith(".drdm", Qt::CaseInsensitive); });
    if (project != paths.end()) {
        openProject(QFileInfo(*project).absoluteFilePath());
        return;
    }
    if (paths.size() == 1 && holdsNoImage(paths.front())) {
        restoreSettings(QFileInfo(paths.front()).absoluteFilePath());
        return;
    }
    if (m_loading) {
        m_loading->abandon();
    }
    m_placeWanted.reset();
    QStringList absolute;
    std::vector<std::string> given;
    for (const QString& path : paths) {
        absolute << QFileInfo(path).absoluteFilePath();
        given.push_back(absolute.back().toStdString());
    }
    m_loading = BackgroundTask::start(
        this, tr("Scan"), [given](const JobContext& context) { return findImages(given, context); },
        [this, absolute](const Found& found) {
            if (found.settingsAlone) {
                restoreSettings(absolute.front());
            } else {
                takeScan(found.result, m_placeWanted ? m_placeWanted->series : found.uid, absolute);
            }
        });
    watch(m_loading, tr("Looking for images …"));
}

void StudioWindow::openSample() {
    if (m_loading) {
        m_loading->abandon();
    }
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    const QString folder = QDir(cache).filePath("sample-study-labels-" DRDM_VERSION);
    m_loading = BackgroundTask::start(
        this, tr("Sample study"),
        [cache, folder](const JobContext& context) {
            if (!QFileInfo::exists(folder)) {
                QDir().mkpath(cache);
                // Complete or not at all: a half-written study must not be taken for the whole one next time.
                const QString half = folder + ".partial";
                QDir(half).removeRecursively();
                PhantomSettings settings;
                settings.labels = true;
                writePhantom(settings, half.toStdString(), context);
                context.throwIfCancelled();
                if (!QDir().rename(half, folder)) {
                    throw Error("cannot write the sample study to " + folder.toStdString() +
                                "; check that the folder can be written");
                }
            }
            return scan({(folder + "/subject-001/dicom").toStdString()}, context);
        },
        [this](const ScanResult& result) { takeScan(result, {}, {}); });
    watch(m_loading, tr("Making the sample study …"));
}

void StudioWindow::watch(BackgroundTask* task, const QString& title) {
    m_busyText->setText(title);
    m_busyBar->setRange(0, 0);
    m_busy->setVisible(true);
    updateActions();
    m_queue->adopt("open", title, {}, task);
    connect(task, &BackgroundTask::progressed, this, [this, title](double fraction, const QString& text) {
        m_busyBar->setRange(0, fraction > 0 ? 1000 : 0);
        m_busyBar->setValue(static_cast<int>(1000 * fraction));
        m_busyText->setText(text.isEmpty() ? title : text);
    });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The image could not be opened"), message); });
    connect(task, &BackgroundTask::cancelled, this,
            [this] { statusBar()->showMessage(tr("Opening was cancelled."), 4000); });
    connect(task, &BackgroundTask::ended, this, [this, task] {
        if (m_loading == task) {
            m_loading = nullptr;
            m_busy->setVisible(false);
            if (!m_open) {
                m_pages->setCurrentIndex(m_series->series().empty() ? 0 : 2);  // the list offers the other series
            }
            updateActions();
        }
    });
}

void StudioWindow::takeScan(const ScanResult& result, const std::string& preferredUid, const QStringList& paths) {
    const auto readable = [](const SeriesInfo& series) { return series.unreadable.empty(); };
    if (std::ranges::none_of(result.series, readable)) {
        QString text = tr("No image that can be read was found in %1.")
                           .arg(paths.size() == 1 ? paths.front() : tr("the %1 places").arg(paths.size()));
        for (const SeriesInfo& series : result.series) {
            text += "\n" + QString::fromStdString(series.description + ": " + series.unreadable);
        }
        for (std::size_t i = 0; i < result.skipped.size() && i < 5; ++i) {
            const auto& [path, reason] = result.skipped[i];
            const bool named = reason.find(path) != std::string::npos;
            text += "\n" + QString::fromStdString(named ? reason : path + ": " + reason);
        }
        if (result.skipped.size() > 5) {
            text += "\n" + tr("… and %1 more files.").arg(result.skipped.size() - 5);
        }
        text += "\n\n" + tr("Choose a folder with a DICOM series, a DICOM file, or a NIfTI file (.nii, .nii.gz).");
        showError(tr("Nothing to open"), text);
        return;
    }
    if (!paths.isEmpty()) {
        remember(paths);
    }
    m_series->show(result);
    // Open the largest at once: most folders hold one series, and the list stays for the others.
    std::size_t best = 0;
    const auto voxels = [&preferredUid](const SeriesInfo& s) {
        const std::int64_t count = s.size[0] * s.size[1] * s.size[2] * std::max<std::int64_t>(1, s.size[3]);
        return !s.unreadable.empty() ? -1 : s.uid == preferredUid ? std::numeric_limits<std::int64_t>::max() : count;
    };
    for (std::size_t i = 1; i < result.series.size(); ++i) {
        if (voxels(result.series[i]) > voxels(result.series[best])) {
            best = i;
        }
    }
    // After this task has ended, so that its end does not hide the next one's progress.
    QMetaObject::invokeMethod(
        this, [this, series = result.series[best]] { m_series->select(m_series->numberOf(series)); },
        Qt::QueuedConnection);
}

void StudioWindow::openSeries(int index) {
    if (index < 0 || index >= static_cast<int>(m_series->series().size())) {
        return;
    }
    if (m_loading) {
        m_loading->abandon();
    }
    if (!m_open) {
        m_pages->setCurrentIndex(1);
    }
    showWorkspace(Workspace::Images);
    const SeriesInfo series = m_series->series()[static_cast<std::size_t>(index)];
    m_loading = BackgroundTask::start(
        this, tr("Read"),
        [series](const JobContext& context) {
            auto opened = std::make_shared<OpenImage>();
            opened->series = series;
            opened->image = readSeries(series, context);
            opened->hash = imageHash(opened->image);
            opened->presets = windowPresets(opened->image);
            opened->hasSettings = !series.files.empty() && holdsSettings(series.files.front());
            return opened;
        },
        [this](const std::shared_ptr<OpenImage>& opened) {
            showImage(opened);
            if (opened->hasSettings) {
                offerSettings(QString::fromStdString(opened->series.files.front()));
            }
            if (const auto place = std::exchange(m_placeWanted, {})) {
                goToPlace(*place);
            }
        });
    watch(m_loading, tr("Reading the series …"));
}

void StudioWindow::showImage(const std::shared_ptr<const OpenImage>& opened) {
    // Other series' variations stay where they are, and their jobs go on.
    m_current = 0;
    m_reference = 0;
    m_frame = nullptr;
    m_manners->banner()->withdrawOffer();
    m_steps->forget();
    m_references->forget();
    m_timeline->clear();
    m_statistics->clear();
    m_open = opened;
    std::erase_if(m_images, [this](const auto& kept) {
        return m_store->numbersOf(kept.first).empty() && !m_desk->running() && m_queue->unfinished("sample") == 0;
    });
    m_images[m_open->series.uid] = m_open;
    m_filter->setSeries(QString::fromStdString(m_open->series.uid));

    const Geometry& geometry = m_open->image.geometry();
    m_slice = geometry.size[2] / 2;
    m_phase = 0;
    const auto setRange = [](QSlider* slider, std::int64_t count, std::int64_t value) {
        const QSignalBlocker quiet(slider);
        slider->setRange(0, static_cast<int>(count) - 1);
        slider->setValue(static_cast<int>(value));
        slider->setEnabled(count > 1);
    };
    setRange(m_sliceSlider, geometry.size[2], m_slice);
    setRange(m_phaseSlider, m_open->image.phases(), m_phase);
    {
        const QSignalBlocker quiet(m_presets);
        m_presets->clear();
        for (const WindowPreset& preset : m_open->presets) {
            m_presets->addItem(preset.name);
        }
    }
    m_views->setOrientation(planeOrientation(geometry, m_open->image.source.format != "nifti"));
    m_views->setNotice(tr("Press Generate to make a variation of this slice."));
    m_views->setVariationCaption({});
    forgetLabels();
    m_planes->setImage(m_open->image);
    showDrawn();
    m_views->setUnit(m_open->image.modality == "CT" ? tr("HU") : QString());
    m_measurements->setUnit(m_open->image.modality == "CT" ? tr("HU") : QString());
    m_generate->setImage(geometry, m_open->image.phases(), QString::fromStdString(m_open->image.modality));
    m_lock->setImage(m_open->series.uid, geometry);
    learnGrowth();
    m_manners->setCacheInUse(
        !m_open->series.files.empty() &&
        QString::fromStdString(m_open->series.files.front()).startsWith(Preferences::cacheFolder() + '/'));
    m_pages->setCurrentIndex(2);
    setWindowing(m_open->presets.front().window);
    showOriginal();
    variationsRemoved();
    const QString description = QString::fromStdString(m_open->series.description);
    const QString name = description.isEmpty() ? tr("a series without description") : description;
    describeWindow();
    statusBar()->showMessage(tr("Opened %1").arg(name), 4000);
    m_views->originalView()->setFocus();
    if (!m_open->image.warnings.empty()) {
        QStringList warnings;
        for (const std::string& warning : m_open->image.warnings) {
            warnings << QString::fromStdString(warning);
        }
        m_manners->news(tr("The image has a peculiarity"), warnings.join('\n'));
        statusBar()->showMessage(tr("Warning: %1").arg(warnings.front()), 15000);
    }
    openLabelsBeside();
    m_queue->poke();
    Q_EMIT imageOpened();
}

void StudioWindow::showOriginal() {
    if (!m_open) {
        return;
    }
    const Image& image = m_open->image;
    const Variation* reference = m_store->find(m_reference);
    if (reference && reference->finished()) {
        const bool volume = reference->trajectory.image().geometry().size[2] > 1;
        StepRequest request;
        request.variation = reference->number;
        request.trajectory = reference->trajectory;
        request.index = reference->trajectory.stepCount() - 1;
        request.phase = m_phase;
        request.slice = volume ? m_slice : 0;
        m_references->request(std::move(request));
    } else {
        m_views->setOriginal(planeOf(image, m_slice, m_phase), tr("slice %1 · phase %2").arg(m_slice).arg(m_phase));
    }
    m_sliceLabel->setText(tr("%1 of 0–%2").arg(m_slice).arg(image.geometry().size[2] - 1));
    m_phaseLabel->setText(tr("%1 of 0–%2").arg(m_phase).arg(image.phases() - 1));
    m_views->setSlice(m_slice);
    m_lock->setSlice(m_slice);
    m_planes->setPlace(m_slice, m_phase);
    const double spacing_mm = m_overlays->gridSpacing_mm();
    const PlaneGrid grid = planeGrid(image.geometry());
    m_views->setGridOnOriginal(!m_overlays->isOn(OverlayPanel::Grid) ? LineSet{}
                               : spacing_mm > 0                      ? deformedGridOfSpacing(grid, {}, {}, spacing_mm)
                                                                     : deformedGrid(grid, {}, {}));
    showLabels();
    askForStep();
}

void StudioWindow::goToSlice(std::int64_t slice) {
    if (m_open) {
        m_sliceSlider->setValue(
            static_cast<int>(std::clamp<std::int64_t>(slice, 0, m_open->image.geometry().size[2] - 1)));
    }
}

void StudioWindow::goToPhase(std::int64_t phase) {
    if (m_open) {
        const std::int64_t count = m_open->image.phases();
        m_phaseSlider->setValue(static_cast<int>(((phase % count) + count) % count));  // a heart beat has no end
    }
}

void StudioWindow::goToStep(int index) {
    m_timeline->goTo(index);
}

const Variation* StudioWindow::currentVariation() const {
    return m_store->find(m_current);
}

void StudioWindow::showReference(const StepFrame& frame) {
    const Variation* reference = m_store->find(m_reference);
    if (!reference || frame.variation != m_reference || frame.phase != m_phase || !frame.error.empty()) {
        return;
    }
    m_views->setOriginal(frame.image, tr("compared: %1").arg(VariationStore::title(*reference)));
}

void StudioWindow::askForStep() {
    const Variation* variation = currentVariation();
    if (!variation || variation->trajectory.stepCount() == 0 || m_timeline->current() < 0) {
        m_statistics->clear();
        if (variation) {
            m_views->setNotice(tr("Waiting for the first step …"));
        } else if (m_open) {
            m_views->setNotice(tr("Press Generate to make a variation of this slice."));
        }
        m_frame = nullptr;
        m_planes->setFrame(nullptr);
        describeVariation();
        return;
    }
    const Trajectory& trajectory = variation->trajectory;
    const auto index = static_cast<std::size_t>(m_timeline->current());
    m_statistics->show(trajectory, index);
    const bool volume = trajectory.image().geometry().size[2] > 1;
    const bool severalSlices = m_open && m_open->image.geometry().size[2] > 1;
    if (!volume && severalSlices && trajectory.settings().slice != m_slice) {
        m_views->setNotice(tr("This variation was made of slice %1.").arg(trajectory.settings().slice),
                           tr("Go to slice %1").arg(trajectory.settings().slice));
        m_frame = nullptr;
        m_planes->setFrame(nullptr);
        m_steps->forget();
        return;
    }
    m_overlays->setDisplacementMax(rangeOf(trajectory));
    StepRequest request;
    request.variation = variation->number;
    request.trajectory = trajectory;
    request.index = index;
    request.phase = m_phase;
    request.slice = volume ? m_slice : 0;
    m_timeline->setFilmSubject({variation->number, request.phase, request.slice});
    m_overlays->fill(request);
    request.inSpace = m_viewStack->currentWidget() == m_planes;
    if (const LabelMap labels = labelsNow(); !labels.empty()) {
        request.labels = volume ? labels : labels.slice(m_slice);
    }
    m_steps->request(std::move(request));
    describeVariation();
}

void StudioWindow::describeVariation() {
    const Variation* variation = currentVariation();
    m_views->setVariationCaption(
        variation ? tr("seed %1 · strength %2").arg(variation->seed).arg(variation->trajectory.settings().level)
                  : QString());
}

void StudioWindow::showFrame(const std::shared_ptr<const StepFrame>& frame) {
    const Variation* variation = currentVariation();
    if (!variation || frame->variation != variation->number) {
        return;  // made for a variation that is not shown any more
    }
    if (!frame->error.empty()) {
        showError(tr("This step cannot be shown"), QString::fromStdString(frame->error));
        return;
    }
    if (frame->phase != m_phase) {
        return;  // the newer one is on its way
    }
    m_frame = frame;
    m_views->setVariation(*frame);
    m_planes->setFrame(frame);
    m_overlays->setFolded(frame->folded->size());
    m_timeline->stepDrawn(static_cast<int>(frame->index));
    if (frame->index + 1 == frame->stepCount) {
        listPreview(*frame);
    }
    Q_EMIT stepShown(static_cast<int>(frame->index));
}

void StudioWindow::listPreview(const StepFrame& frame) {
    m_store->setPreview(frame.variation, greyImage(frame.image, m_views->displayWindow(), 384));
}

void StudioWindow::showVariation(int number) {
    m_current = number;
    const Variation* variation = currentVariation();
    choose(number);
    if (!variation) {
        m_timeline->clear();
        askForStep();
        updateActions();
        return;
    }
    if (const std::int64_t slice = variation->trajectory.settings().slice;
        variation->trajectory.stepCount() > 0 && slice >= 0 && slice != m_slice) {
        goToSlice(slice);
    }
    m_timeline->show(variation->trajectory, variation->expectedDiffusion, variation->expectedRecovery,
                     variation->running);
    askForStep();
    updateActions();
}

void StudioWindow::pointAt(QPointF plane_mm) {
    if (!m_open) {
        return;
    }
    const Geometry& geometry = m_open->image.geometry();
    const auto x = static_cast<std::int64_t>(std::lround(plane_mm.x() / geometry.spacing_mm[0]));
    const auto y = static_cast<std::int64_t>(std::lround(plane_mm.y() / geometry.spacing_mm[1]));
    if (x < 0 || y < 0 || x >= geometry.size[0] || y >= geometry.size[1]) {
        m_pointer->clear();
        return;
    }
    const Vec3 patient =
        geometry.toPatient({static_cast<double>(x), static_cast<double>(y), static_cast<double>(m_slice)});
    const auto plane = static_cast<std::size_t>(geometry.size[0] * geometry.size[1]);
    const auto at = static_cast<std::size_t>(y * geometry.size[0] + x);
    const float value = m_open->image.phaseVoxels(m_phase)[static_cast<std::size_t>(m_slice) * plane + at];
    QString text = tr("x %1  y %2  slice %3   (%4, %5, %6) mm   value %7")
                       .arg(x)
                       .arg(y)
                       .arg(m_slice)
                       .arg(patient[0], 0, 'f', 1)
                       .arg(patient[1], 0, 'f', 1)
                       .arg(patient[2], 0, 'f', 1)
                       .arg(static_cast<double>(value), 0, 'f', 0);
    if (m_frame && m_views->showsVariation() && at < m_frame->length_mm->size()) {
        const auto& v = (*m_frame->vector_mm)[at];
        text += tr(" → %1   shift %2 mm (%3, %4, %5)   |J| %6")
                    .arg(static_cast<double>((*m_frame->image.values)[at]), 0, 'f', 0)
                    .arg(static_cast<double>((*m_frame->length_mm)[at]), 0, 'f', 1)
                    .arg(static_cast<double>(v[0]), 0, 'f', 1)
                    .arg(static_cast<double>(v[1]), 0, 'f', 1)
                    .arg(static_cast<double>(v[2]), 0, 'f', 1)
                    .arg(static_cast<double>((*m_frame->jacobianValues)[at]), 0, 'f', 2);
    }
    m_pointer->setText(text);
}

void StudioWindow::setWindowing(const DisplayWindow& window) {
    m_views->setWindow(window);
}

void StudioWindow::showError(const QString& title, const QString& text) {
    m_manners->error(title, text);
    Q_EMIT failed(text);
}

bool StudioWindow::sampling() const {
    return m_desk->running();
}

bool StudioWindow::settled() const {
    return !m_desk->running() && !m_loading && !m_steps->busy() && m_previewing == 0 && !m_previews->busy() &&
           !m_references->busy() && !m_timeline->filmBusy() && !m_series->busy();
}

void StudioWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void StudioWindow::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    event->acceptProposedAction();
    openPaths(paths);
}

void StudioWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    activateWindow();
}

}  // namespace drdm
