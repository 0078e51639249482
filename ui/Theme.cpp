#include "ui/Theme.h"

#include "ui/Icons.h"
#include "ui/SystemTheme.h"
#include "ui/ThemeSheet.h"

#include <QApplication>
#include <QFont>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr double normalText_pt = 9.5;

struct State {
    ThemeChoice choice = ThemeChoice::Dark;
    bool dark = true;
    int textPercent = 100;
};

State& state() {
    static State theOnly;
    return theOnly;
}

Theme darkTheme() {
    Theme t;
    t.ground = "#12151a";
    t.panel = "#191d24";
    t.raised = "#232932";
    t.line = "#2b323d";
    t.text = "#dce1e9";
    t.muted = "#98a2b1";
    t.accent = "#45c4b0";
    t.diffusion = "#e0a458";
    t.recovery = "#45c4b0";
    t.danger = "#ee7077";
    t.folded = "#ff3fdc";
    t.hover = "#3a424f";
    t.faint = "#596270";
    t.accentDim = "#246e66";
    t.accentHover = "#4ddbc5";
    t.onAccent = "#06211d";
    t.checked = "#1f3a3a";
    t.imageGrey = "#565b63";
    t.veil = QColor(8, 10, 13, 236);
    return t;
}

Theme lightTheme() {
    Theme t;
    t.ground = "#eef1f5";
    t.panel = "#ffffff";
    t.raised = "#e6ebf1";
    t.line = "#cfd7e0";
    t.text = "#1b2430";
    t.muted = "#525d6b";
    t.accent = "#0a7365";
    t.diffusion = "#8d5200";
    t.recovery = "#0a7365";
    t.danger = "#b3242f";
    t.folded = "#b0009a";
    t.hover = "#d8dfe7";
    t.faint = "#98a2af";
    t.accentDim = "#86cdc2";
    t.accentHover = "#0b8575";
    t.onAccent = "#ffffff";
    t.checked = "#d2eeea";
    t.imageGrey = "#565b63";
    t.veil = QColor(226, 231, 238, 242);
    t.dark = false;
    return t;
}

void dress(QApplication& application) {
    const Theme& theme = Theme::current();
    QPalette palette;
    palette.setColor(QPalette::Window, theme.ground);
    palette.setColor(QPalette::Base, theme.ground);
    palette.setColor(QPalette::AlternateBase, theme.panel);
    palette.setColor(QPalette::Button, theme.raised);
    palette.setColor(QPalette::ToolTipBase, theme.raised);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, theme.text);
    }
    palette.setColor(QPalette::PlaceholderText, theme.muted);
    palette.setColor(QPalette::Highlight, theme.accentDim);
    palette.setColor(QPalette::HighlightedText, theme.text);
    palette.setColor(QPalette::Link, theme.accent);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, theme.faint);
    }
    application.setPalette(palette);
    QFont font = application.font();
    font.setFamilies({"Inter", "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans"});
    font.setPointSizeF(normalText_pt * state().textPercent / 100.0);
    application.setFont(font);
    application.setStyleSheet(styleSheet(theme));
    Q_EMIT ThemeNotifier::instance().changed();
}

void choose(ThemeChoice choice) {
    state().choice = choice;
    state().dark = choice == ThemeChoice::System ? SystemTheme::instance().isDark() : choice == ThemeChoice::Dark;
    dress(*qApp);
}

double luminance(const QColor& colour) {
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

}  // namespace

const Theme& Theme::of(bool dark) {
    static const Theme night = darkTheme();
    static const Theme day = lightTheme();
    return dark ? night : day;
}

const Theme& Theme::current() {
    return of(state().dark);
}

ThemeNotifier& ThemeNotifier::instance() {
    static ThemeNotifier theOnly;
    return theOnly;
}

void applyTheme(QApplication& application) {
    SystemTheme::instance().readDesktop(application.palette());  // before it is replaced
    application.setStyle(QStyleFactory::create("Fusion"));
    application.setWindowIcon(applicationIcon());  // also makes the icons known to the style sheet
    dress(application);
}

void setTheme(ThemeChoice choice) {
    if (choice == ThemeChoice::System) {
        SystemTheme& system = SystemTheme::instance();
        system.follow();
        static const auto listening = QObject::connect(&system, &SystemTheme::changed, [] {
            if (state().choice == ThemeChoice::System && SystemTheme::instance().isDark() != state().dark) {
                choose(ThemeChoice::System);
            }
        });
    }
    choose(choice);
}

ThemeChoice themeChoice() {
    return state().choice;
}

void setTextSize(int percent) {
    percent = std::clamp(percent, 80, 160);
    if (percent != state().textPercent) {
        state().textPercent = percent;
        dress(*qApp);
    }
}

int textSize() {
    return state().textPercent;
}

void setRole(QWidget* widget, const QString& role) {
    if (widget->property("role") != role) {
        widget->setProperty("role", role);
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

double contrast(const QColor& a, const QColor& b) {
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace drdm
