#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace drdm {

/// An icon of our own set (resources/icons/NAME.svg), drawn in the theme's colours for normal, disabled and switched
/// on.
QIcon icon(const QString& name);
QIcon icon(const QString& name, const QColor& colour);

/// The program's own icon.
QIcon applicationIcon();

}  // namespace drdm
