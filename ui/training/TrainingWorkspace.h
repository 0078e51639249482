#pragma once

#include "tasks/TrainingHistory.h"
#include "tasks/TrainingPlan.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace drdm {

class BackgroundTask;
class ErrorCard;
class TrainingDataPanel;
class TrainingProgressPanel;
class TrainingRun;
class TrainingSettingsPanel;

/// The page on which models are trained: choose data, set parameters, run, watch, use. One run at a time; deleting the
/// page while it trains leaves a checkpoint.
class TrainingWorkspace : public QWidget {
    Q_OBJECT

public:
    enum class State { Idle, Running, Ending, Paused, Done };

    explicit TrainingWorkspace(QWidget* parent = nullptr);
    ~TrainingWorkspace() override;

    void addData(const QStringList& paths);
    void openRun(const QString& folder);  ///< a folder with a state.safetensors, to look at and to resume
    void setScheduleFile(const QString& file);
    /// Begins (or, plan.resume, goes on with) a run, whoever asks: the buttons, a script, a job queue. The page shows
    /// it. False while another one runs.
    bool startRun(const TrainingPlan& plan);
    /// startRun for a plan that the page does not show yet: its data and settings are shown, too.
    bool goOn(const TrainingPlan& plan);
    [[nodiscard]] const TrainingPlan& plan() const { return m_plan; }  ///< of the run shown
    [[nodiscard]] BackgroundTask* task() const;                        ///< of the run that is going on, else null
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] TrainingDataPanel* data() const { return m_data; }
    [[nodiscard]] TrainingSettingsPanel* settings() const { return m_settings; }
    [[nodiscard]] TrainingProgressPanel* progress() const { return m_progress; }

public Q_SLOTS:
    void start();
    void pause();
    void resume();
    void stopAndKeep();
    void newRun();

Q_SIGNALS:
    void runStarted(const QString& title, drdm::BackgroundTask* task);
    void runEnded();
    void stateChanged();
    void useModel(const QString& file);
    void modelInstalled(const QString& name);
    void failed(const QString& title, const QString& text);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildInterface();
    QWidget* makeHeader();
    QWidget* makeFoot();
    void chooseRun();
    void showPage(int index);
    void setState(State state, const QString& said);
    void refresh();
    void showError(const QString& title, const QString& text);
    void takeRun(const TrainingPlan& plan, TrainingHistory history);
    [[nodiscard]] bool hasCheckpoint() const;
    [[nodiscard]] QString currentModel() const;
    void use();
    void install();

    State m_state = State::Idle;
    TrainingPlan m_plan;  ///< of the run shown
    QPointer<TrainingRun> m_run;
    bool m_began = false;  ///< a step was taken, so the checkpoint in the folder is this run's
    QString m_model;       ///< what the run ended with

    ErrorCard* m_error = nullptr;
    TrainingDataPanel* m_data = nullptr;
    TrainingSettingsPanel* m_settings = nullptr;
    TrainingProgressPanel* m_progress = nullptr;
    QStackedWidget *m_pages = nullptr, *m_verbs = nullptr;
    QToolButton *m_showData = nullptr, *m_showProgress = nullptr;
    QPushButton *m_start = nullptr, *m_pause = nullptr, *m_keep = nullptr, *m_resume = nullptr, *m_keepPaused = nullptr,
                *m_new = nullptr, *m_open = nullptr;
    QLabel* m_hint = nullptr;
    QPointer<BackgroundTask> m_opening;
};

}  // namespace drdm
