#pragma once

#include "tasks/ExperimentPlan.h"

#include <QDateTime>
#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;
class QTimer;

namespace drdm {

class ErrorCard;
class ExperimentResults;
class ExperimentSettings;
class JobQueue;
class PlotView;

/// The page of experiments: set one up, put it into the queue, and watch its table and plot fill; or open the folder of
/// an earlier one. The tables of the folder shown are read again while runs come in, whoever makes them.
class ExperimentWorkspace : public QWidget {
    Q_OBJECT

public:
    explicit ExperimentWorkspace(JobQueue* queue, QWidget* parent = nullptr);

    void openFolder(const QString& folder);  ///< of an experiment: its table, and its settings to go on with
    void runsEnded(const QString& folder);   ///< a job is over: writes its plots, and shows it if it is the one shown
    [[nodiscard]] ExperimentSettings* settings() const { return m_settings; }
    [[nodiscard]] ExperimentResults* results() const { return m_results; }
    [[nodiscard]] QString folder() const { return m_folder; }  ///< shown
    void start();

Q_SIGNALS:
    void failed(const QString& title, const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeFoot();
    void chooseFolder();
    void look();  ///< at the folder's table, if it is another than before
    void draw();
    void followJob();
    void showError(const QString& title, const QString& text);
    [[nodiscard]] int jobOf(const QString& folder) const;

    JobQueue* m_queue;
    ErrorCard* m_error;
    ExperimentSettings* m_settings;
    ExperimentResults* m_results;
    QTableView* m_table;
    PlotView* m_plot;
    QComboBox* m_label;
    QLabel *m_title, *m_said;
    QProgressBar* m_bar;
    QPushButton *m_start = nullptr, *m_pause = nullptr, *m_cancel = nullptr, *m_open = nullptr;
    QTimer* m_poll;
    QString m_folder;
    QDateTime m_seen;  ///< the table's time
};

}  // namespace drdm
