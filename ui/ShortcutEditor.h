#pragma once

#include <QWidget>

class QAction;
class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace drdm {

class Shortcuts;
class ShortcutsModel;

/// All shortcuts in a table; below it the keys of the chosen one, to be pressed anew. A key that another command has is
/// not taken before the user says so.
class ShortcutEditor : public QWidget {
    Q_OBJECT

public:
    explicit ShortcutEditor(Shortcuts* shortcuts, QWidget* parent = nullptr);

    void choose(const QAction* action);

private:
    [[nodiscard]] QAction* chosen() const;
    void showChosen();
    void tryKeys(const QKeySequence& keys);
    void take();

    Shortcuts* m_shortcuts;
    ShortcutsModel* m_model;
    QSortFilterProxyModel* m_filtered;
    QLineEdit* m_filter;
    QTableView* m_table;
    QLabel *m_name, *m_message;
    QKeySequenceEdit* m_keys;
    QPushButton *m_none, *m_reset, *m_take;
};

}  // namespace drdm
