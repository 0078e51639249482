#pragma once

#include "io/Labels.h"
#include "io/Series.h"
#include "render/SliceView.h"
#include "tasks/ProjectSession.h"
#include "ui/Measurement.h"
#include "ui/StepFrame.h"
#include "ui/Windowing.h"
#include "ui/restore/FoundSettings.h"
#include "ui/variations/Variation.h"

#include <QMainWindow>
#include <QPointer>

#include <functional>
#include <map>
#include <memory>

class QActionGroup;
class QComboBox;
class QItemSelectionModel;
class QLabel;
class QLockFile;
class QMenu;
class QProgressBar;
class QSlider;
class QStackedWidget;
class QToolButton;
class QUndoStack;

namespace drdm {

class BackgroundTask;
class ExperimentWorkspace;
class ExportDialog;
class GalleryPage;
class GeneratePanel;
class JobQueue;
class JobsPage;
class LockEditor;
class Manners;
class MovieDialog;
class MeasurementPanel;
class OverlayPanel;
class ParameterValues;
class PlanesView;
class ProjectKeeper;
class SamplingDesk;
struct ExportRequest;
struct QueuedJob;
struct SampleOrder;
struct SendOrder;
class ScheduleEditor;
class ServerChoice;
class StateUndo;
class StudyBrowser;
class TrainingWorkspace;
class StatisticsPanel;
class StepWorker;
class TimelineBar;
class VariationFilter;
class VariationList;
class VariationStore;
class ViewPair;
class WorkspaceRail;

/// The program's window. It owns what is open (images, their variations, the queue of jobs) and passes it between
/// workspaces, panels and views; all work beyond a few milliseconds runs in BackgroundTask and StepWorker.
class StudioWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit StudioWindow(QWidget* parent = nullptr);
    ~StudioWindow() override;

    void openPaths(const QStringList& paths);
    void openSample();
    void openProject(const QString& path);
    void saveProjectTo(const QString& path);
    void restoreSettings(const QString& path);  ///< of any file that the program wrote; shows a summary and asks
    /// For the program, not for tests: takes up the jobs that an earlier run left, and offers what a crash left.
    void beginSession();
    void offerRecovery();
    void generate();  ///< puts an order of what the panel says into the queue
    void goToSlice(std::int64_t slice);
    void goToPhase(std::int64_t phase);
    void goToStep(int index);
    void loadLockMask(const QString& file);  ///< NIfTI: nothing moves where it is not 0
    void openLabels(const QString& path);    ///< of the open image (io/Labels.h); …_phase000 brings the others
    [[nodiscard]] GeneratePanel* generatePanel() const { return m_generate; }
    [[nodiscard]] OverlayPanel* overlayPanel() const { return m_overlays; }
    [[nodiscard]] ViewPair* views() const { return m_views; }
    [[nodiscard]] VariationStore* variations() const { return m_store; }
    [[nodiscard]] JobQueue* jobs() const { return m_queue; }
    [[nodiscard]] LockEditor* lock() const { return m_lock; }
    [[nodiscard]] ScheduleEditor* schedulePage() const { return m_schedule; }
    [[nodiscard]] TrainingWorkspace* trainingPage() const { return m_training; }
    [[nodiscard]] ProjectKeeper* keeper() const { return m_keeper; }
    enum class Workspace { Images, Gallery, Schedule, Training, Experiments, Jobs };
    void showWorkspace(Workspace workspace);
    [[nodiscard]] Manners* manners() const { return m_manners; }
    /// No job runs and no frame is being made: what is on the screen is up to date.
    [[nodiscard]] bool settled() const;
    [[nodiscard]] bool sampling() const;

Q_SIGNALS:
    void imageOpened();
    void projectOpened();
    void settingsShown();  ///< the summary of a file's settings asks what to do
    void settingsRestored();
    void samplingEnded(bool kept);
    void stepShown(int index);
    void labelsOpened();
    void failed(const QString& message);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    struct OpenImage {
        SeriesInfo series;
        Image image;
        std::string hash;  ///< of the image
        std::vector<WindowPreset> presets;
        bool hasSettings = false;  ///< the program made it
    };
    struct OpenedProject;

    // StudioWindow.cpp: opening and showing
    void buildInterface();
    void takeScan(const ScanResult& result, const std::string& preferredUid, const QStringList& paths);
    void openSeries(int index);
    void showImage(const std::shared_ptr<const OpenImage>& opened);
    void showOriginal();
    void askForStep();
    void showFrame(const std::shared_ptr<const StepFrame>& frame);
    void listPreview(const StepFrame& frame);
    void pointAt(QPointF plane_mm);
    void showVariation(int number);
    void describeVariation();
    [[nodiscard]] const Variation* currentVariation() const;
    void compareWith(int number);  ///< the left view shows that variation; 0: the original
    void showReference(const StepFrame& frame);
    void setWindowing(const DisplayWindow& window);
    void showError(const QString& title, const QString& text);
    void takePreferences();
    void watch(BackgroundTask* task, const QString& title);

    // StudioPages.cpp: the workspaces beside the images
    void buildPages();
    void feedSchedule();  ///< the image and the model that its page speaks of

    // StudioSampling.cpp
    void buildQueue();
    [[nodiscard]] SampleOrder orderOf(const ParameterValues& values) const;  ///< for the slice shown
    void submit(const SampleOrder& order);
    void variationAdded(int job, int number);
    void runEnded(int job, int kept);
    void learnGrowth();
    void updateRunning();
    void cancelSampling();
    void keepSampling();
    void nextPreview();

    // StudioState.cpp: what is on screen, for undo and for projects
    void buildState();
    void showDrawn();
    [[nodiscard]] QJsonObject displayState() const;
    void setDisplayState(const QJsonObject& state);

    // StudioProject.cpp
    void buildKeeper();
    [[nodiscard]] Project snapshot() const;
    /// A project file, or a session that a crash left; `moved`: where sources lie now, by UID.
    void openStored(const QString& path, const QString& session, const std::map<std::string, std::string>& moved);
    void takeProject(const OpenedProject& opened, const QString& session);
    void askForSource(const QString& path, const QString& session, const std::map<std::string, std::string>& moved,
                      const ProjectSource& source);
    void saveProject();
    void saveProjectAs();
    void describeWindow();
    void askBeforeClosing(int working, bool unsaved);

    // StudioRestore.cpp
    struct Place {
        std::string series;  ///< its UID; "" = any
        std::optional<std::int64_t> slice, phase;
    };
    void askForSettings();
    void showSettings(const FoundSettings& found);
    void applySettings(const FoundSettings::Choice& choice, const QString& from);
    void offerSettings(const QString& path);
    void goToPlace(const Place& place);
    [[nodiscard]] static Place recordedPlace(const FoundSettings::Choice& choice);
    [[nodiscard]] QString settingNow(const std::string& name) const;
    [[nodiscard]] static bool holdsNoImage(const QString& path);  ///< by its ending: only settings can be in it

    // StudioVariations.cpp: what is done with the chosen ones
    [[nodiscard]] std::vector<int> chosenVariations() const;
    void starChosen();
    void starVariations(const std::vector<int>& numbers, bool starred);
    void removeChosen();
    void renameChosen();
    void compareChosen();
    void makeAgain();
    void exportVariations();
    [[nodiscard]] std::vector<Trajectory> meantWith(const Variation& chosen) const;  ///< by "all", finished ones
    [[nodiscard]] LabelMap labelsOf(const Variation& variation) const;               ///< none if they are not open
    void saveGallery();
    void makeSheet();
    void choose(int number);
    void variationsRemoved();
    [[nodiscard]] static double rangeOf(const Trajectory& trajectory);

    // StudioMovie.cpp
    void exportMovie();
    MovieDialog* openMovie();

    // StudioJobs.cpp: what the queue begins again
    void buildOtherKinds();
    void exportBegun(const QString& title, BackgroundTask* task, const ExportRequest& request);
    BackgroundTask* exportAgain(int number);
    BackgroundTask* recordAgain(const QJsonObject& what);
    void trainingStarted(const QString& title, BackgroundTask* task);
    BackgroundTask* trainOn(const QueuedJob& job);

    // StudioNetwork.cpp
    void buildNetwork();
    void openFromServer();
    void sendToServer();
    BackgroundTask* startSending(const std::shared_ptr<SendOrder>& order);
    void feedServers(ServerChoice* choice);

    // StudioLock.cpp
    void buildLock(QMenu* menu);
    void chooseLockMask();
    // StudioLabels.cpp
    void chooseLabels();
    void openLabelsBeside();
    void chooseStructures();
    void readLabels(const QString& path, const QStringList& structures, bool show,
                    const std::function<void()>& then = {});
    [[nodiscard]] LabelMap labelsNow() const;  ///< of the shown phase
    void forgetLabels();
    void showLabels();

    // StudioActions.cpp
    void buildActions();
    void updateActions();
    void fillRecent();
    void remember(const QStringList& paths);
    void savePicture();
    /// `shown`: the variations that the picture shows; how they were made is kept in it, besides what it holds already.
    void writePicture(QImage picture, const QString& path, std::vector<Trajectory> shown);
    struct Picture {
        QImage image;
        std::vector<Trajectory> shown;
    };
    void askForPicture(const QString& title, const QString& name, std::function<Picture()> picture);
    void showAbout();

    // What is open. Images stay as long as they have variations or orders.
    std::shared_ptr<const OpenImage> m_open;
    std::map<std::string, std::shared_ptr<const OpenImage>> m_images;
    std::int64_t m_slice = 0, m_phase = 0;
    VariationStore* m_store = nullptr;
    VariationFilter* m_filter = nullptr;
    QItemSelectionModel* m_selection = nullptr;
    QUndoStack* m_undo = nullptr;
    StateUndo *m_overlayUndo = nullptr, *m_measureUndo = nullptr;
    std::map<std::string, std::vector<Measurement>> m_drawn;  ///< by series
    JobQueue* m_queue = nullptr;
    std::map<int, std::shared_ptr<const ExportRequest>> m_exports;  ///< by job, to be tried again
    std::map<int, std::shared_ptr<SendOrder>> m_sends;              ///< by job, too
    bool m_again = false;                                           ///< the queue is beginning a job itself
    ProjectKeeper* m_keeper = nullptr;
    bool m_closing = false, m_closeAfterSave = false;
    std::unique_ptr<QLockFile> m_queueLock;  ///< one of several running programs keeps the queue
    SamplingDesk* m_desk = nullptr;
    LockEditor* m_lock = nullptr;
    int m_current = 0, m_reference = 0;
    QString m_labelsPath;                      ///< where they came from
    std::vector<NamedStructure> m_structures;  ///< that the file holds
    QStringList m_chosenStructures;            ///< their numbers, in order; empty: all
    std::vector<LabelMap> m_labels;            ///< on the open image's grid: none, one for all phases, or one a phase
    std::shared_ptr<const StepFrame> m_frame;
    int m_previewing = 0;
    std::optional<Place> m_placeWanted;  ///< in the image that is being opened

    // Widgets.
    WorkspaceRail* m_rail = nullptr;
    QStackedWidget *m_workspaces = nullptr, *m_pages = nullptr;
    GalleryPage* m_gallery = nullptr;
    ScheduleEditor* m_schedule = nullptr;
    TrainingWorkspace* m_training = nullptr;
    ExperimentWorkspace* m_experiments = nullptr;
    JobsPage* m_jobsPage = nullptr;
    ViewPair* m_views = nullptr;
    PlanesView* m_planes = nullptr;
    QStackedWidget* m_viewStack = nullptr;  ///< m_views, or m_planes
    StudyBrowser* m_series = nullptr;
    VariationList* m_list = nullptr;
    GeneratePanel* m_generate = nullptr;
    OverlayPanel* m_overlays = nullptr;
    MeasurementPanel* m_measurements = nullptr;
    StatisticsPanel* m_statistics = nullptr;
    TimelineBar* m_timeline = nullptr;
    QSlider *m_sliceSlider = nullptr, *m_phaseSlider = nullptr;
    QLabel *m_sliceLabel = nullptr, *m_phaseLabel = nullptr, *m_pointer = nullptr, *m_busyText = nullptr;
    QWidget *m_viewer = nullptr, *m_busy = nullptr;
    QProgressBar* m_busyBar = nullptr;
    QComboBox* m_presets = nullptr;
    QMenu *m_recentMenu = nullptr, *m_presetMenu = nullptr;
    QActionGroup *m_tools = nullptr, *m_layouts = nullptr;
    std::map<QString, QAction*> m_actions;
    Manners* m_manners = nullptr;

    // Work beside the window; joined before the rest goes.
    QPointer<BackgroundTask> m_loading;
    StepWorker *m_steps = nullptr, *m_previews = nullptr, *m_references = nullptr;
};

}  // namespace drdm
