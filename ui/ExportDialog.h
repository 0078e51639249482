#pragma once

#include "tasks/Export.h"

#include <QDialog>

#include <functional>

class QButtonGroup;
class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;

namespace drdm {

class BackgroundTask;
class DeidentifyRow;

/// Asks what to export and where, does it in a job, and says what was written. Does not block the window.
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    /// `chosen` alone, or `all` of them.
    ExportDialog(Trajectory chosen, std::vector<Trajectory> all, QWidget* parent = nullptr);
    ~ExportDialog() override;

    void setFolder(const QString& folder);
    /// Labels of the image; only with them can a segmentation be exported.
    void setLabels(const LabelMap& labels);
    /// Exports beside the window; used by the dialog, and for trying again what it began.
    static BackgroundTask* begin(QObject* owner, const ExportRequest& request, std::function<void(const Json&)> done);

Q_SIGNALS:
    void begun(const QString& title, drdm::BackgroundTask* task,
               const drdm::ExportRequest& request);  ///< for the queue
    void exported(const QString& folder);
    void exportFailed(const QString& message);

protected:
    void reject() override;

private:
    void start();
    void summarise();
    [[nodiscard]] ExportRequest request() const;
    void showRunning(bool running);
    void showSummary(const QString& folder, const Json& report);

    Trajectory m_chosen;
    std::vector<Trajectory> m_all;
    QLineEdit* m_folder;
    QRadioButton *m_one, *m_every;
    QCheckBox *m_dicom, *m_nifti, *m_png, *m_steps, *m_segmentation, *m_registration, *m_map, *m_meta, *m_itk;
    DeidentifyRow* m_patient;
    LabelMap m_labels;
    QProgressBar* m_bar;
    QLabel* m_text;
    QPushButton *m_export, *m_close, *m_open;
    QWidget* m_form;
    BackgroundTask* m_task = nullptr;
};

}  // namespace drdm
