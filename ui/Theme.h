#pragma once

#include <QColor>
#include <QObject>

class QApplication;
class QWidget;

namespace drdm {

enum class ThemeChoice { Dark, Light, System };

/// The colours of the window, one name per meaning. Ask for them when painting: they change while the program runs.
struct Theme {
    QColor ground, panel, raised, line, text, muted, accent, diffusion, recovery, danger, folded;
    QColor hover;        ///< a raised thing under the pointer
    QColor faint;        ///< what is switched off
    QColor accentDim;    ///< borders and fills of what is chosen
    QColor accentHover;  ///< a primary button under the pointer
    QColor onAccent;     ///< text and icons on `accent`
    QColor checked;      ///< ground of what is switched on or selected
    QColor imageGrey;    ///< a middle grey, as an image under a colour map
    QColor veil;         ///< over the window, behind a sheet
    bool dark = true;

    static const Theme& current();
    static const Theme& of(bool dark);
};

/// Says when the colours or the size of the text have changed. Widgets repaint by themselves; whoever keeps pictures
/// made in the theme's colours makes them anew.
class ThemeNotifier : public QObject {
    Q_OBJECT

public:
    static ThemeNotifier& instance();

Q_SIGNALS:
    void changed();
};

/// Palette, style sheet and font for the whole program. Call once, before widgets are made; dark until said otherwise.
void applyTheme(QApplication& application);

/// Switches the running program.
void setTheme(ThemeChoice choice);
[[nodiscard]] ThemeChoice themeChoice();

/// Size of the interface's text in percent of the normal size, 80 … 160.
void setTextSize(int percent);
[[nodiscard]] int textSize();

/// What a widget is to the style sheet: "muted", "notice", "bad", "primary" …; also of one that is shown already.
void setRole(QWidget* widget, const QString& role);

/// WCAG 2.1 contrast of two opaque colours: 1 (the same) … 21 (black on white).
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

}  // namespace drdm
