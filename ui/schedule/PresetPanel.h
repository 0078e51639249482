#pragma once

#include "ui/schedule/ScheduleLibrary.h"

#include <QFrame>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QToolButton;

namespace drdm {

/// The list of schedules: choose, save under a name, rename, import, export, delete; and which one to compare with.
class PresetPanel : public QFrame {
    Q_OBJECT

public:
    explicit PresetPanel(QWidget* parent = nullptr);

    /// What the page shows now: its name, and whether a saved schedule has the same numbers.
    void setCurrent(const Schedule& schedule);
    [[nodiscard]] ScheduleLibrary* library() const { return m_library; }

Q_SIGNALS:
    void chosen(const drdm::Schedule& schedule);
    void renamed(const QString& name);
    void compared(const std::optional<drdm::Schedule>& schedule);
    void told(const QString& text, bool bad);

private:
    void save();
    void importFiles();
    void exportChosen();
    void removeChosen();
    void fillComparison();
    void enableVerbs();
    void attempt(const std::function<void()>& work);
    [[nodiscard]] int chosenRow() const;

    ScheduleLibrary* m_library;
    QListView* m_list;
    QLineEdit* m_name;
    QPushButton* m_save;
    QToolButton *m_rename, *m_import, *m_export, *m_delete;
    QComboBox* m_compare;
    QLabel* m_state;
    Schedule m_current;
};

}  // namespace drdm
