#include "ui/Manners.h"

#include "tasks/Sample.h"
#include "ui/ActionTips.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/LogDialog.h"
#include "ui/MessageBanner.h"
#include "ui/MessagePanel.h"
#include "ui/PreferencesDialog.h"
#include "ui/Shortcuts.h"
#include "ui/ShortcutsOverlay.h"
#include "ui/StatusMeter.h"
#include "ui/SupportBundle.h"

#include <QAction>
#include <QActionGroup>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QStandardPaths>
#include <QStatusBar>

namespace drdm {

Manners::Manners(QMainWindow* window)
    : QObject(window),
      m_window(window),
      m_messages(new MessageModel(this)),
      m_shortcuts(new Shortcuts(this)),
      m_meter(new StatusMeter),
      m_dock(new QDockWidget(tr("Messages"), window)),
      m_preferencesAction(
          make("preferences", tr("P&references …"), "settings", QKeySequence("Ctrl+,"), &Manners::showPreferences)),
      m_preferences(Preferences::load()) {
    m_dock->setObjectName("messagesDock");
    auto* panel = new MessagePanel(m_messages);
    connect(panel, &MessagePanel::closeWanted, m_dock, &QWidget::close);
    m_dock->setWidget(panel);
    m_dock->setTitleBarWidget(new QWidget);  // the panel says what it is
    m_dock->setFeatures(QDockWidget::DockWidgetClosable);
    m_dock->setAllowedAreas(Qt::BottomDockWidgetArea);
    m_dock->setVisible(false);
    window->addDockWidget(Qt::BottomDockWidgetArea, m_dock);
    window->statusBar()->addPermanentWidget(m_meter);

    QAction* keys = make("shortcuts", tr("&Keyboard and mouse"), "keyboard", {}, &Manners::showShortcuts);
    keys->setShortcuts({QKeySequence("?"), QKeySequence(Qt::Key_F1)});
    m_helpActions << keys
                  << make("messages", tr("&Messages"), "message", QKeySequence("Ctrl+Alt+M"), &Manners::showMessages)
                  << make("log", tr("&Log …"), "log", {}, &Manners::showLog)
                  << make("supportBundle", tr("Save support &bundle …"), "export", {}, &Manners::saveSupportBundle);
    setTip(m_helpActions[0], tr("Every key and what the mouse does"));
    setTip(m_helpActions[1], tr("Everything that the program had to say, to read again and to copy"));
    setTip(m_helpActions[2], tr("What the program noted while it ran"));
    setTip(m_helpActions[3],
           tr("Log, versions and settings in one file to send with a question; nothing of a patient"));
    setTip(m_preferencesAction, tr("Colours, computing, export, folders and shortcuts"));
    buildThemes();
    m_meter->setDevice(tr("…"), tr("Finding out what can be computed on"));
    BackgroundTask::start(
        this, tr("Devices"), [](const JobContext&) { return computeDevices(); },
        [this](const std::vector<ComputeDevice>& devices) {
            m_devices = devices;
            describeDevice();
            Q_EMIT devicesKnown(m_devices);
        });
}

QAction* Manners::make(const QString& name, const QString& text, const QString& picture, const QKeySequence& key,
                       void (Manners::*slot)()) {
    auto* action = new QAction(icon(picture), text, m_window);
    action->setObjectName(name);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, slot);
    return action;
}

void Manners::buildThemes() {
    m_themeMenu = new QMenu(tr("&Colours"), m_window);
    m_themeMenu->setIcon(icon("theme"));
    m_themes = new QActionGroup(this);
    const std::array<std::tuple<QString, QString, ThemeChoice>, 3> themes{
        {{"themeDark", tr("&Dark"), ThemeChoice::Dark},
         {"themeLight", tr("&Light"), ThemeChoice::Light},
         {"themeSystem", tr("As the &system"), ThemeChoice::System}}};
    for (const auto& [name, text, choice] : themes) {
        QAction* action = m_themes->addAction(text);
        action->setObjectName(name);
        action->setCheckable(true);
        action->setData(static_cast<int>(choice));
        m_themeMenu->addAction(action);
    }
    setTip(m_themes->actions().back(), tr("Dark or light as the desktop is"));
    connect(m_themes, &QActionGroup::triggered, this, [this](const QAction* action) {
        Preferences wanted = m_preferences;
        wanted.theme = static_cast<ThemeChoice>(action->data().toInt());
        wanted.save();
        apply(wanted);
    });
}

void Manners::showMessagesOver(QWidget* area) {
    m_banner = new MessageBanner(m_messages, area);
    connect(m_banner, &MessageBanner::detailsWanted, this, &Manners::showMessages);
}

void Manners::error(const QString& title, const QString& text) {
    m_messages->add(MessageModel::Kind::Error, title, text);
}

void Manners::warning(const QString& title, const QString& text) {
    m_messages->add(MessageModel::Kind::Warning, title, text);
}

void Manners::news(const QString& title, const QString& text) {
    m_messages->add(MessageModel::Kind::News, title, text);
}

void Manners::offer(const QString& title, const QString& text, const QString& verb, std::function<void()> act) {
    m_messages->add(MessageModel::Kind::News, title, text);
    m_banner->offer(m_messages->messages().back(), verb, std::move(act));
}

void Manners::menusComplete(const QList<QAction*>& layouts) {
    m_layouts = layouts;
    m_shortcuts->take(m_window);
    for (QMenu* menu : m_window->findChildren<QMenu*>()) {
        menu->setToolTipsVisible(true);  // they say what a word means, and why an entry is grey
    }
    apply(m_preferences);
}

void Manners::apply(const Preferences& preferences) {
    // The layout is set when it is chosen, not whenever something else is: the user may look at another one.
    const bool otherLayout = !m_applied || m_preferences.layout != preferences.layout;
    m_applied = true;
    m_preferences = preferences;
    setTextSize(preferences.textSize);
    if (preferences.theme != themeChoice()) {
        setTheme(preferences.theme);
    }
    m_themes->actions().at(static_cast<int>(preferences.theme))->setChecked(true);
    setThreads(preferences.threads);
    setModelFolder(preferences.modelFolder.toStdString());
    for (QAction* layout : m_layouts) {
        if (otherLayout && layout->objectName() == preferences.layout && !layout->isChecked()) {
            layout->trigger();
        }
    }
    describeDevice();
    if (m_dialog) {
        m_dialog->take(preferences);
    }
    Q_EMIT preferencesChanged(preferences);
}

void Manners::describeDevice() {
    if (m_devices.empty()) {
        return;
    }
    // "Automatic" takes a graphics card where there is one.
    const std::string wanted = m_preferences.device.toStdString();
    const ComputeDevice* device = wanted == "auto" ? &m_devices.back() : &m_devices.front();
    for (const ComputeDevice& each : m_devices) {
        device = each.name == wanted ? &each : device;
    }
    const int threads = threadCount();
    m_meter->setDevice(device->name == "cpu"
                           ? (threads == 1 ? tr("Processor, 1 thread") : tr("Processor, %1 threads").arg(threads))
                           : QString::fromStdString(device->text),
                       tr("What variations are computed on; Preferences → Computing changes it"));
}

void Manners::showPreferences() {
    if (m_dialog) {
        m_dialog->raise();
        m_dialog->activateWindow();
        return;
    }
    m_dialog = new PreferencesDialog(m_preferences, {m_layouts, m_devices, m_shortcuts, m_cacheInUse}, m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &PreferencesDialog::changed, this, &Manners::apply);
    connect(m_dialog, &PreferencesDialog::serversChanged, this, &Manners::serversChanged);
    m_dialog->show();
}

void Manners::showServers() {
    showPreferences();
    m_dialog->showPage(PreferencesDialog::Servers);
}

void Manners::showShortcuts() {
    if (m_overlay) {
        m_overlay->close();
        return;
    }
    m_overlay = new ShortcutsOverlay(*m_shortcuts, m_window);
}

void Manners::showMessages() {
    if (!m_dock->isVisible()) {
        m_dock->setVisible(true);
        m_window->resizeDocks({m_dock}, {150}, Qt::Vertical);
    }
    m_dock->widget()->setFocus();
}

void Manners::showLog() {
    auto* dialog = m_window->findChild<LogDialog*>();
    if (dialog == nullptr) {
        dialog = new LogDialog(m_window);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    dialog->show();
    dialog->raise();
}

void Manners::saveSupportBundle() {
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    auto* box = new QFileDialog(m_window, tr("Save a support bundle"),
                                QDir(documents).filePath("drdm-studio-support.zip"), tr("ZIP archive (*.zip)"));
    box->setObjectName("supportDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setAcceptMode(QFileDialog::AcceptSave);
    box->setDefaultSuffix("zip");
    connect(box, &QFileDialog::fileSelected, this, [this](const QString& path) {
        auto* task = BackgroundTask::start(
            this, tr("Support bundle"),
            [path, report = supportReport()](const JobContext&) {
                writeSupportBundle(path, report);
                return true;
            },
            [this, path](bool) {
                news(tr("The support bundle is saved"), path);
                m_window->statusBar()->showMessage(tr("Saved %1").arg(path), 6000);
            });
        connect(task, &BackgroundTask::failed, this,
                [this](const QString& message) { error(tr("The support bundle could not be saved"), message); });
    });
    box->open();
}

}  // namespace drdm
