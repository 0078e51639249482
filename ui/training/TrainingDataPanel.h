#pragma once

#include "tasks/TrainingPlan.h"

#include <QPointer>
#include <QStringList>
#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace drdm {

class BackgroundTask;
class SliceStrip;
class TrainingTable;

/// Chooses the images to train on: folders, files and packs, what they hold, what of it is used and why not, some of
/// them to look at, and what is kept back for validation.
class TrainingDataPanel : public QWidget {
    Q_OBJECT

public:
    explicit TrainingDataPanel(QWidget* parent = nullptr);
    ~TrainingDataPanel() override;

    void addPaths(const QStringList& paths);  ///< looked through in a worker, one call after the other
    void clear();
    void setNeeds(int dims, const QString& modality);
    void setEditable(bool editable);
    void into(TrainingPlan& plan) const;
    void show(const TrainingPlan& plan);
    [[nodiscard]] bool scanning() const { return m_scan != nullptr; }
    [[nodiscard]] TrainingTable* table() const { return m_table; }
    /// Why training cannot begin with this choice; "" = it can.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();
    void failed(const QString& title, const QString& text);

private:
    QWidget* makeChooser();
    QWidget* makeTable();
    QWidget* makePreview();
    QWidget* makeValidation();
    void choose(bool folder);
    void scanNext();
    void takeListing(const QStringList& paths, const TrainingListing& found);
    void preview();
    void describe();

    TrainingTable* m_table;
    QTableView* m_view = nullptr;
    QStackedWidget *m_pages = nullptr, *m_details = nullptr;
    QPushButton *m_addFolder = nullptr, *m_addFiles = nullptr, *m_clear = nullptr;
    QWidget* m_busy = nullptr;
    QLabel *m_busyText = nullptr, *m_skipped = nullptr, *m_previewName = nullptr, *m_totals = nullptr;
    SliceStrip* m_strip = nullptr;
    QComboBox* m_validation = nullptr;
    QDoubleSpinBox* m_share = nullptr;
    QLineEdit* m_ownFolder = nullptr;
    QStringList m_paths, m_notes;
    QList<QStringList> m_waiting;
    QPointer<BackgroundTask> m_scan, m_previewing;
    std::string m_previewed;
};

}  // namespace drdm
