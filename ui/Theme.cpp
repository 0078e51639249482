#include "ui/Theme.h"

#include "ui/Icons.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>

namespace drdm {

namespace {

const char* const sheetText = R"(
* { outline: none; }
QMainWindow, QDialog, QMessageBox { background: @ground; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 5px 7px; }
QMenuBar { background: @ground; padding: 3px 6px; }
QMenuBar::item { padding: 5px 9px; border-radius: 5px; background: transparent; color: @text; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @panel; border: 1px solid @line; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 10px; border-radius: 5px; }
QMenu::item:selected { background: @raised; }
QMenu::item:disabled { color: @faint; }
QMenu::icon { padding-left: 6px; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QToolBar { background: @ground; border: none; padding: 2px 8px 6px 8px; spacing: 3px; }
QToolBar::separator { width: 1px; background: @line; margin: 6px 6px; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 5px; background: transparent; color: @text; }
QToolButton:hover { background: @raised; }
QToolButton:pressed { background: @line; }
QToolButton:checked { background: @checked; border-color: @accentdim; }
QToolButton:focus { border-color: @accentdim; }
QToolButton:disabled { color: @faint; }
QStatusBar { background: @ground; color: @muted; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QLabel { color: @text; background: transparent; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="heading"] { color: @muted; font-weight: 600; letter-spacing: 0.6px; }
QLabel[role="title"] { font-size: 20pt; font-weight: 600; }
QLabel[role="notice"] { color: @diffusion; }
QLabel[role="value"] { font-weight: 500; }
QLabel[role="bad"] { color: @folded; font-weight: 700; }
QFrame[role="card"] { background: @panel; border: 1px solid @line; border-radius: 10px; }
QFrame[role="pane"] { background: @panel; border: 1px solid @line; border-radius: 10px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: @raised; border: 1px solid @line; border-radius: 7px; padding: 6px 13px; color: @text; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @line; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faint; background: @panel; }
QPushButton[role="primary"] { background: @accent; border-color: @accent; color: @onaccent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: @accenthover; }
QPushButton[role="primary"]:disabled { background: @raised; border-color: @line; color: @faint; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; text-align: left; padding: 5px 6px; color: @muted; }
QPushButton[role="quiet"]:hover { color: @text; background: @raised; }
QPushButton[role="quiet"]:focus { border-color: @accentdim; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: @ground; border: 1px solid @line; border-radius: 6px; padding: 4px 8px; min-height: 20px; color: @text; selection-background-color: @accentdim; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: @hover; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @faint; background: @panel; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button { width: 18px; border: none; background: transparent; subcontrol-origin: border; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover { background: @raised; border-radius: 4px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(:/icons/up.svg); width: 9px; height: 9px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(:/icons/down.svg); width: 9px; height: 9px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; padding: 4px; selection-background-color: @raised; color: @text; }
QCheckBox, QRadioButton { spacing: 8px; color: @text; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @line; border-radius: 8px; background: @ground; }
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: @accent; }
QRadioButton::indicator:checked { border: 4px solid @accent; width: 8px; height: 8px; background: @ground; }
QRadioButton:disabled { color: @faint; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @line; border-radius: 4px; background: @ground; }
QCheckBox::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-dark.svg); }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox:disabled { color: @faint; }
QSlider::groove:horizontal { height: 4px; background: @line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accentdim; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: @text; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: @accent; }
QSlider::handle:horizontal:disabled { background: @faint; }
QSlider::sub-page:horizontal:disabled { background: @line; }
QProgressBar { border: none; border-radius: 3px; background: @line; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QListWidget { background: transparent; border: none; }
QListWidget::item { border-radius: 7px; padding: 6px; margin: 1px 0; color: @text; }
QListWidget::item:hover { background: @raised; }
QListWidget::item:selected { background: @checked; color: @text; }
QTableView { background: transparent; border: none; color: @text; selection-background-color: @checked; selection-color: @text; }
QTableView::item { padding: 0 6px; border: none; border-bottom: 1px solid @line; }
QTableView::item:selected { background: @checked; }
QTableView::indicator { width: 16px; height: 16px; border: 1px solid @line; border-radius: 4px; background: @ground; }
QTableView::indicator:hover { border-color: @accent; }
QTableView::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-dark.svg); }
QTableView::indicator:disabled { background: @panel; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @muted; border: none; border-bottom: 1px solid @line; padding: 5px 6px; font-weight: 600; }
QTableCornerButton::section { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar::handle:vertical { background: @line; border-radius: 4px; min-height: 30px; margin: 1px; }
QScrollBar::handle:vertical:hover { background: @hover; }
QScrollBar:horizontal { height: 10px; background: transparent; }
QScrollBar::handle:horizontal { background: @line; border-radius: 4px; min-width: 30px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: @ground; }
QTextBrowser, QPlainTextEdit { background: @panel; border: 1px solid @line; border-radius: 8px; padding: 6px; color: @text; }
)";

QString sheet(const Theme& theme) {
    QString text = QString::fromUtf8(sheetText);
    // Longer names first: "@accenthover" begins with "@accent".
    const std::pair<const char*, QString> colours[] = {{"@accenthover", theme.accent.lighter(112).name()},
                                                       {"@accentdim", "#2c7f76"},
                                                       {"@onaccent", "#06211d"},
                                                       {"@accent", theme.accent.name()},
                                                       {"@ground", theme.ground.name()},
                                                       {"@panel", theme.panel.name()},
                                                       {"@raised", theme.raised.name()},
                                                       {"@hover", "#3a424f"},
                                                       {"@line", theme.line.name()},
                                                       {"@text", theme.text.name()},
                                                       {"@muted", theme.muted.name()},
                                                       {"@faint", "#596270"},
                                                       {"@checked", "#1f3a3a"},
                                                       {"@diffusion", theme.diffusion.name()},
                                                       {"@folded", theme.folded.name()}};
    for (const auto& [name, colour] : colours) {
        text.replace(QLatin1String(name), colour);
    }
    return text;
}

}  // namespace

const Theme& Theme::current() {
    static const Theme dark{QColor("#12151a"), QColor("#191d24"), QColor("#232932"), QColor("#2b323d"),
                            QColor("#dce1e9"), QColor("#8f99a8"), QColor("#45c4b0"), QColor("#e0a458"),
                            QColor("#45c4b0"), QColor("#e5636a"), QColor("#ff3fdc")};
    return dark;
}

void applyTheme(QApplication& application) {
    const Theme& theme = Theme::current();
    application.setStyle(QStyleFactory::create("Fusion"));
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
    palette.setColor(QPalette::Highlight, QColor("#2c7f76"));
    palette.setColor(QPalette::HighlightedText, theme.text);
    palette.setColor(QPalette::Link, theme.accent);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, QColor("#596270"));
    }
    application.setPalette(palette);
    application.setWindowIcon(applicationIcon());  // also makes the icons known to the style sheet

    QFont font = application.font();
    font.setFamilies({"Inter", "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans"});
    font.setPointSizeF(9.5);
    application.setFont(font);
    application.setStyleSheet(sheet(theme));
}

}  // namespace drdm
