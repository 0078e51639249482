#include "ui/ThemeSheet.h"

#include "ui/Theme.h"

#include <array>

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
QLabel[role="pageTitle"] { font-size: 14pt; font-weight: 600; }
QLabel[role="key"] { background: @raised; border: 1px solid @line; border-bottom-width: 2px; border-radius: 5px; padding: 1px 7px; color: @text; font-weight: 600; }
QFrame[role="banner"] { background: @panel; border: 1px solid @line; border-left: 4px solid @diffusion; border-radius: 8px; border-top-left-radius: 3px; border-bottom-left-radius: 3px; }
QFrame[role="banner"][kind="error"] { border-left-color: @danger; }
QFrame[role="banner"][kind="news"] { border-left-color: @accent; }
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
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(:/icons/up-@kind.svg); width: 9px; height: 9px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(:/icons/down-@kind.svg); width: 9px; height: 9px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/down-@kind.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; padding: 4px; selection-background-color: @raised; color: @text; }
QCheckBox, QRadioButton { spacing: 8px; color: @text; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @line; border-radius: 8px; background: @ground; }
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: @accent; }
QRadioButton::indicator:checked { border: 4px solid @accent; width: 8px; height: 8px; background: @ground; }
QRadioButton:disabled { color: @faint; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @line; border-radius: 4px; background: @ground; }
QCheckBox::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-@kind.svg); }
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
QListView { background: @panel; border: 1px solid @line; border-radius: 8px; padding: 4px; }
QListView::item { border-radius: 5px; padding: 3px 6px; color: @text; }
QListView::item:hover { background: @raised; }
QListView::item:selected { background: @checked; color: @text; }
QListWidget, QListView#variations, QListView#gallery { background: transparent; border: none; border-radius: 0; padding: 0; }
QListWidget::item { border-radius: 7px; padding: 6px; margin: 1px 0; color: @text; }
QListWidget::item:hover { background: @raised; }
QListWidget::item:selected { background: @checked; color: @text; }
QTableView { background: @panel; alternate-background-color: @ground; border: 1px solid @line; border-radius: 8px; padding: 2px; color: @text; selection-background-color: @checked; selection-color: @text; }
QTreeView { background: transparent; border: none; color: @text; selection-background-color: @checked; selection-color: @text; }
QTreeView::item { padding: 5px 6px; border: none; }
QTreeView::item:hover { background: @raised; }
QTreeView::item:selected { background: @checked; color: @text; }
QTableView::item { padding: 2px 8px; border: none; }
QTableView::item:hover { background: @raised; }
QTableView::item:selected { background: @checked; color: @text; }
QTableView::indicator, QListWidget::indicator { width: 16px; height: 16px; border: 1px solid @line; border-radius: 4px; background: @ground; }
QTableView::indicator:hover, QListWidget::indicator:hover { border-color: @accent; }
QTableView::indicator:checked, QListWidget::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-@kind.svg); }
QTableView::indicator:disabled, QListWidget::indicator:disabled { background: @panel; }
QTableView:focus { border-color: @accentdim; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @line; padding: 5px 11px; font-weight: 600; }
QMainWindow::separator { background: @ground; height: 6px; width: 6px; }
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
QTextBrowser, QPlainTextEdit { selection-background-color: @accentdim; background: @panel; border: 1px solid @line; border-radius: 8px; padding: 6px; color: @text; }
)";

}  // namespace

QString styleSheet(const Theme& theme) {
    QString text = QString::fromUtf8(sheetText);
    // Longer names first: "@accenthover" begins with "@accent".
    const std::array<std::pair<const char*, QString>, 17> words{{{"@danger", theme.danger.name()},
                                                                 {"@accenthover", theme.accentHover.name()},
                                                                 {"@accentdim", theme.accentDim.name()},
                                                                 {"@onaccent", theme.onAccent.name()},
                                                                 {"@accent", theme.accent.name()},
                                                                 {"@ground", theme.ground.name()},
                                                                 {"@panel", theme.panel.name()},
                                                                 {"@raised", theme.raised.name()},
                                                                 {"@hover", theme.hover.name()},
                                                                 {"@line", theme.line.name()},
                                                                 {"@text", theme.text.name()},
                                                                 {"@muted", theme.muted.name()},
                                                                 {"@faint", theme.faint.name()},
                                                                 {"@checked", theme.checked.name()},
                                                                 {"@diffusion", theme.diffusion.name()},
                                                                 {"@folded", theme.folded.name()},
                                                                 {"@kind", theme.dark ? "dark" : "light"}}};
    for (const auto& [word, value] : words) {
        text.replace(QLatin1String(word), value);
    }
    return text;
}

}  // namespace drdm
