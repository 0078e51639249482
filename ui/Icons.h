#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace drdm {

struct Theme;

/// An icon of our own set (resources/icons/NAME.svg). It is drawn when it is shown, in the colours that the theme has
/// then: `colour` when normal, faint when disabled, accent when switched on.
QIcon icon(const QString& name);
QIcon icon(const QString& name, QColor Theme::*colour);
/// In one colour that does not follow the theme.
QIcon icon(const QString& name, const QColor& colour);

/// The program's own icon.
QIcon applicationIcon();

}  // namespace drdm
