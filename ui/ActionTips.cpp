#include "ui/ActionTips.h"

#include <QAction>
#include <QPointer>
#include <QVariant>
#include <QWidget>

namespace drdm {

namespace {

constexpr const char* tipKey = "tip";
constexpr const char* reasonKey = "reason";
constexpr const char* watchedKey = "tipWatched";
constexpr const char* twinKey = "shortcutOf";

QString withKeys(const QString& text, const QAction* action) {
    const QKeySequence key = action != nullptr ? action->shortcut() : QKeySequence();
    return key.isEmpty() ? text : QObject::tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText));
}

void refresh(QAction* action) {
    const QString tip = action->property(tipKey).toString();
    QString text = withKeys(tip.isEmpty() ? plainText(action) : tip, action);
    const QString reason = action->property(reasonKey).toString();
    if (!action->isEnabled() && !reason.isEmpty()) {
        text += '\n' + reason;
    }
    if (action->toolTip() != text) {
        action->setToolTip(text);  // says changed() again, and then nothing differs
    }
}

void watch(QAction* action) {
    if (!action->property(watchedKey).toBool()) {
        action->setProperty(watchedKey, true);
        QObject::connect(action, &QAction::changed, action, [action] { refresh(action); });
    }
    refresh(action);
}

void refresh(QWidget* widget) {
    const QString tip = widget->property(tipKey).toString();
    widget->setToolTip(withKeys(tip, qobject_cast<QAction*>(widget->property(twinKey).value<QObject*>())));
}

}  // namespace

QString plainText(const QAction* action) {
    QString text = action->text();
    return text.remove('&').remove(QStringLiteral(" …"));
}

void setTip(QAction* action, const QString& tip) {
    action->setProperty(tipKey, tip);
    watch(action);
}

void setAvailable(QAction* action, bool available, const QString& why) {
    action->setProperty(reasonKey, why);
    action->setEnabled(available);
    watch(action);
}

void setTip(QWidget* widget, const QString& tip) {
    widget->setProperty(tipKey, tip);
    refresh(widget);
}

void followShortcut(QWidget* widget, QAction* action) {
    if (!widget->property(tipKey).isValid()) {
        widget->setProperty(tipKey, widget->toolTip());
    }
    widget->setProperty(twinKey, QVariant::fromValue<QObject*>(action));
    QObject::connect(action, &QAction::changed, widget, [widget] { refresh(widget); });
    refresh(widget);
}

}  // namespace drdm
