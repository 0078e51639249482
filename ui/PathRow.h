#pragma once

#include <QString>

class QLineEdit;
class QWidget;

namespace drdm {

/// `edit` with a button beside it that asks for a folder; the button is called as the edit, with "Browse" behind. A
/// chosen folder counts as an edit that was finished.
QWidget* folderRow(QLineEdit* edit, const QString& title);
/// The same for a file that is there; `kinds` as QFileDialog takes them.
QWidget* fileRow(QLineEdit* edit, const QString& title, const QString& kinds);

}  // namespace drdm
