#pragma once

#include <QString>

namespace drdm {

struct Theme;

/// The style sheet of the whole program in the colours of a theme.
QString styleSheet(const Theme& theme);

}  // namespace drdm
