#include "ui/Shortcuts.h"

#include "ui/ActionTips.h"

#include <QAction>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QSettings>
#include <QToolBar>

#include <algorithm>

namespace drdm {

namespace {

QString settingOf(const QAction* action) {
    return "shortcuts/" + action->objectName();
}

}  // namespace

QString menuName(const QMenu* menu) {
    return menu->title().remove('&').remove(QStringLiteral(" …"));
}

Shortcuts::Shortcuts(QObject* parent) : QObject(parent) {}

void Shortcuts::take(const QMainWindow* window) {
    Q_EMIT listAboutToChange();
    for (const QAction* top : window->menuBar()->actions()) {
        if (const QMenu* menu = top->menu()) {
            takeMenu(menu, menuName(menu));
        }
    }
    for (const QToolBar* bar : window->findChildren<QToolBar*>()) {
        for (QAction* action : bar->actions()) {
            takeAction(action, bar->windowTitle());
        }
    }
    Q_EMIT listChanged();
}

void Shortcuts::takeMenu(const QMenu* menu, const QString& name) {
    for (QAction* action : menu->actions()) {
        if (const QMenu* inner = action->menu()) {
            takeMenu(inner, tr("%1 › %2").arg(name, menuName(inner)));
        } else {
            takeAction(action, name);
        }
    }
}

void Shortcuts::takeAction(QAction* action, const QString& menu) {
    if (action->isSeparator() || action->objectName().isEmpty() || entryOf(action) != nullptr) {
        return;
    }
    m_entries.push_back({action, menu, action->shortcuts()});
    connect(action, &QObject::destroyed, this, [this](QObject* gone) {
        Q_EMIT listAboutToChange();
        std::erase_if(m_entries, [gone](const Entry& entry) { return entry.action == gone; });
        Q_EMIT listChanged();
    });
    const QSettings settings;
    if (settings.contains(settingOf(action))) {
        action->setShortcuts(QKeySequence::listFromString(settings.value(settingOf(action)).toString()));
    }
    setTip(action, action->property("tip").toString());
}

const Shortcuts::Entry* Shortcuts::entryOf(const QAction* action) const {
    const auto found = std::ranges::find(m_entries, action, &Entry::action);
    return found == m_entries.end() ? nullptr : &*found;
}

QAction* Shortcuts::holderOf(const QKeySequence& keys, const QAction* except) const {
    if (keys.isEmpty()) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(m_entries, [&](const Entry& entry) {
        return entry.action != except && entry.action->shortcuts().contains(keys);
    });
    return found == m_entries.end() ? nullptr : found->action;
}

bool Shortcuts::isStandard(const QAction* action) const {
    const Entry* entry = entryOf(action);
    return entry == nullptr || entry->standard == action->shortcuts();
}

void Shortcuts::set(QAction* action, const QKeySequence& keys) {
    QList<QKeySequence> list;
    if (!keys.isEmpty()) {
        list << keys;
    }
    action->setShortcuts(list);
    if (isStandard(action)) {
        QSettings().remove(settingOf(action));
    } else {
        QSettings().setValue(settingOf(action), QKeySequence::listToString(list));
    }
    Q_EMIT changed(action);
}

void Shortcuts::reset(QAction* action) {
    if (const Entry* entry = entryOf(action)) {
        action->setShortcuts(entry->standard);
        QSettings().remove(settingOf(action));
        Q_EMIT changed(action);
    }
}

void Shortcuts::resetAll() {
    for (const Entry& entry : m_entries) {
        if (!isStandard(entry.action)) {
            reset(entry.action);
        }
    }
    QSettings().remove("shortcuts");
}

}  // namespace drdm
