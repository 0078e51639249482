#pragma once

#include "io/Series.h"
#include "render/SliceView.h"
#include "ui/StepFrame.h"
#include "ui/Windowing.h"

#include <QMainWindow>
#include <QPointer>

#include <map>
#include <memory>
#include <mutex>

class QActionGroup;
class QComboBox;
class QLabel;
class QMenu;
class QProgressBar;
class QSlider;
class QStackedWidget;
class QToolButton;

namespace drdm {

class BackgroundTask;
class ExportDialog;
class GeneratePanel;
class MeasurementPanel;
class OverlayPanel;
class PlanesView;
class SeriesList;
class StatisticsPanel;
class StepWorker;
class TimelineBar;
class VariationList;
class ViewPair;

/// The program's window. It owns what is open (an image, its variations) and passes it between panels, views and jobs;
/// all work beyond a few milliseconds runs in BackgroundTask and StepWorker.
class StudioWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit StudioWindow(QWidget* parent = nullptr);
    ~StudioWindow() override;

    void openPaths(const QStringList& paths);
    void openSample();
    void generate();
    void goToSlice(std::int64_t slice);
    void goToPhase(std::int64_t phase);
    void goToStep(int index);
    void openLabels(const QString& path);  ///< NIfTI, on the open image's grid; …_phase000 brings the others
    [[nodiscard]] GeneratePanel* generatePanel() const { return m_generate; }
    [[nodiscard]] OverlayPanel* overlayPanel() const { return m_overlays; }
    [[nodiscard]] ViewPair* views() const { return m_views; }
    /// No job runs and no frame is being made: what is on the screen is up to date.
    [[nodiscard]] bool settled() const;
    [[nodiscard]] bool sampling() const;

Q_SIGNALS:
    void imageOpened();
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
        std::vector<WindowPreset> presets;
    };
    struct Variation {
        int number = 0, run = 0;
        Trajectory trajectory;
        std::uint64_t seed = 0;
        int expectedDiffusion = 0, expectedRecovery = 0;
        bool running = false;
        bool previewed = false;  ///< the list shows its last step
    };
    /// What the sampling thread leaves for the window: the newest trajectory of every sample.
    struct Mailbox {
        std::mutex mutex;
        std::map<int, Trajectory> newest;
    };
    /// One press of Generate.
    struct Run {
        int number = 0;
        QPointer<BackgroundTask> task;
        std::shared_ptr<Mailbox> mailbox;
        std::map<int, int> variationOf;  ///< sample index → variation
        SampleSettings settings;
        int count = 1;
        bool allSlices = false;
        double fraction = 0;
        QString text;
    };

    // StudioWindow.cpp: opening and showing
    void buildInterface();
    void takeScan(const ScanResult& result, const std::string& preferredUid, const QStringList& paths);
    void openSeries(int index);
    void takeImage(OpenImage&& opened);
    void showOriginal();
    void askForStep();
    void showFrame(const std::shared_ptr<const StepFrame>& frame);
    void listPreview(const StepFrame& frame);
    void pointAt(QPointF plane_mm);
    void showVariation(int number);
    void describeVariation();
    [[nodiscard]] Variation* currentVariation();
    void setWindowing(const DisplayWindow& window);
    void showError(const QString& title, const QString& text);
    void watch(BackgroundTask* task, const QString& title);

    // StudioSampling.cpp
    void collect();
    void takeResult(const std::vector<Trajectory>& trajectories);
    void endRun(bool kept);
    void cancelSampling();
    void keepSampling();
    void removeVariation(int number);
    int addVariation(int sample, const Trajectory& trajectory);
    void listVariation(const Variation& variation);
    void nextPreview();
    void exportVariations();
    [[nodiscard]] static double rangeOf(const Trajectory& trajectory);

    // StudioLabels.cpp
    void chooseLabels();
    void openLabelsBeside();
    void readLabels(const QString& path, bool show);
    [[nodiscard]] LabelMap labelsNow() const;  ///< of the shown phase
    void forgetLabels();
    void showLabels();

    // StudioActions.cpp
    void buildActions();
    void updateActions();
    void fillRecent();
    void remember(const QStringList& paths);
    void savePicture();
    void showShortcuts();
    void showAbout();

    // What is open.
    std::unique_ptr<OpenImage> m_open;
    std::int64_t m_slice = 0, m_phase = 0;
    std::vector<LabelMap> m_labels;  ///< on the open image's grid: none, one for all phases, or one a phase
    std::vector<Variation> m_variations;
    int m_current = 0, m_lastNumber = 0;
    std::unique_ptr<Run> m_run;
    std::shared_ptr<const StepFrame> m_frame;
    int m_previewing = 0;

    // Widgets.
    QStackedWidget* m_pages = nullptr;
    ViewPair* m_views = nullptr;
    PlanesView* m_planes = nullptr;
    QStackedWidget* m_viewStack = nullptr;  ///< m_views, or m_planes
    SeriesList* m_series = nullptr;
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

    // Work beside the window; joined before the rest goes.
    QPointer<BackgroundTask> m_loading;
    StepWorker *m_steps = nullptr, *m_previews = nullptr;
    QTimer* m_poll = nullptr;
};

}  // namespace drdm
