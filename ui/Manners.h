#pragma once

#include "diffusion/Devices.h"
#include "ui/MessageModel.h"
#include "ui/Preferences.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <vector>

class QAction;
class QActionGroup;
class QDockWidget;
class QMainWindow;
class QMenu;

namespace drdm {

class MessageBanner;
class PreferencesDialog;
class Shortcuts;
class ShortcutsOverlay;
class StatusMeter;

/// What a window of the program has besides its work: messages, preferences, shortcuts, theme, log, device and memory.
/// The window puts the actions into its menus and listens to `preferencesChanged`.
class Manners : public QObject {
    Q_OBJECT

public:
    explicit Manners(QMainWindow* window);

    /// Errors and warnings show a card over `area`, never a dialog; all three stand in the message list and, by their
    /// title alone, in the log.
    void showMessagesOver(QWidget* area);
    void error(const QString& title, const QString& text);
    void warning(const QString& title, const QString& text = {});
    void news(const QString& title, const QString& text = {});
    /// News with a card over the area and a button that does something about it.
    void offer(const QString& title, const QString& text, const QString& verb, std::function<void()> act);

    [[nodiscard]] QAction* preferencesAction() const { return m_preferencesAction; }
    /// "Colours": dark, light, as the system.
    [[nodiscard]] QMenu* themeMenu() const { return m_themeMenu; }
    /// Keyboard and mouse, messages, log, support bundle.
    [[nodiscard]] QList<QAction*> helpActions() const { return m_helpActions; }
    /// When all menus are there: takes their shortcuts, gives every action its tooltip, applies the preferences.
    /// `layouts`: checkable actions to choose the first layout from.
    void menusComplete(const QList<QAction*>& layouts);
    void setCacheInUse(bool inUse) { m_cacheInUse = inUse; }

    [[nodiscard]] MessageModel* messages() const { return m_messages; }
    [[nodiscard]] MessageBanner* banner() const { return m_banner; }
    [[nodiscard]] Shortcuts* shortcuts() const { return m_shortcuts; }
    [[nodiscard]] const Preferences& preferences() const { return m_preferences; }

    void showPreferences();
    void showServers();
    void showShortcuts();
    void showMessages();
    void showLog();
    void saveSupportBundle();

Q_SIGNALS:
    /// At the start (by menusComplete) and after every change; theme, text size, threads and model folder are in force.
    void preferencesChanged(const drdm::Preferences& preferences);
    /// Once, when it is known what can be computed on.
    void devicesKnown(const std::vector<drdm::ComputeDevice>& devices);
    void serversChanged();

private:
    QAction* make(const QString& name, const QString& text, const QString& picture, const QKeySequence& key,
                  void (Manners::*slot)());
    void buildThemes();
    void apply(const Preferences& preferences);
    void describeDevice();

    QMainWindow* m_window;
    MessageModel* m_messages;
    Shortcuts* m_shortcuts;
    StatusMeter* m_meter;
    QDockWidget* m_dock;
    MessageBanner* m_banner = nullptr;
    QMenu* m_themeMenu = nullptr;
    QActionGroup* m_themes = nullptr;
    QAction* m_preferencesAction;
    QList<QAction*> m_helpActions, m_layouts;
    QPointer<PreferencesDialog> m_dialog;
    QPointer<ShortcutsOverlay> m_overlay;
    Preferences m_preferences;
    std::vector<ComputeDevice> m_devices;
    bool m_cacheInUse = false, m_applied = false;
};

}  // namespace drdm
