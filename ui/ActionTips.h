#pragma once

#include <QString>

class QAction;
class QWidget;

namespace drdm {

/// What an action is for. Its tooltip is this (its text if empty), its shortcut as it is now, and, while it is switched
/// off, why.
void setTip(QAction* action, const QString& tip);

/// Switches an action on or off; off, its tooltip says why.
void setAvailable(QAction* action, bool available, const QString& why);

/// A widget that does the same as an action: its tooltip is `tip` and the action's shortcut as it is now.
void setTip(QWidget* widget, const QString& tip);
void followShortcut(QWidget* widget, QAction* action);

/// The text of an action without its "&" and "…".
QString plainText(const QAction* action);

}  // namespace drdm
