#pragma once

#include <QColor>

class QApplication;
class QWidget;

namespace drdm {

/// The colours of the window, one name per meaning.
struct Theme {
    QColor ground, panel, raised, line, text, muted, accent, diffusion, recovery, danger, folded;

    static const Theme& current();
};

/// Dark palette, style sheet and font for the whole program. Call once, before widgets are made.
void applyTheme(QApplication& application);

}  // namespace drdm
