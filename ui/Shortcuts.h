#pragma once

#include <QKeySequence>
#include <QObject>
#include <QString>

#include <vector>

class QAction;
class QMainWindow;
class QMenu;

namespace drdm {

/// The keyboard shortcuts of a window's actions: what they were made with, and what the user has changed, which is kept
/// in the settings by the actions' object names.
class Shortcuts : public QObject {
    Q_OBJECT

public:
    struct Entry {
        QAction* action = nullptr;
        QString menu;  ///< "File"; "File › Recent" for submenus
        QList<QKeySequence> standard;
    };

    explicit Shortcuts(QObject* parent = nullptr);

    /// Takes every named action of the window's menus and tool bars that it does not have yet, in their order, and
    /// gives it the keys that the user has chosen for it. Call it when the menus are complete, and again when actions
    /// were added.
    void take(const QMainWindow* window);

    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    /// The action that has this key already; null if it is free.
    [[nodiscard]] QAction* holderOf(const QKeySequence& keys, const QAction* except = nullptr) const;
    [[nodiscard]] bool isStandard(const QAction* action) const;

    /// Empty keys: no shortcut.
    void set(QAction* action, const QKeySequence& keys);
    void reset(QAction* action);
    void resetAll();

Q_SIGNALS:
    void changed(QAction* action);
    void listAboutToChange();  ///< actions come or go
    void listChanged();

private:
    void takeMenu(const QMenu* menu, const QString& name);
    void takeAction(QAction* action, const QString& menu);
    [[nodiscard]] const Entry* entryOf(const QAction* action) const;

    std::vector<Entry> m_entries;
};

/// Where a menu stands, without its "&".
QString menuName(const QMenu* menu);

}  // namespace drdm
