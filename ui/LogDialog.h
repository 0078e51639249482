#pragma once

#include <QDialog>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;

namespace drdm {

/// The log as it grows: filtered by level and words, to copy, with the way to its folder.
class LogDialog : public QDialog {
    Q_OBJECT

public:
    explicit LogDialog(QWidget* parent = nullptr);

private:
    [[nodiscard]] bool wanted(const QString& line) const;
    void fill();
    void append(const QString& line);

    QComboBox* m_level;
    QLineEdit* m_words;
    QPlainTextEdit* m_text;
    QStringList m_lines;
};

}  // namespace drdm
