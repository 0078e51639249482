#pragma once

#include "ui/restore/FoundSettings.h"

#include <QDialog>

#include <functional>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace drdm {

/// Shows what restoring would set, beside what is set now, from which model and for which image, and asks.
class RestoreDialog : public QDialog {
    Q_OBJECT

public:
    /// `now`: the text of a parameter as it is set now.
    RestoreDialog(FoundSettings found, std::function<QString(const std::string& name)> now, QWidget* parent = nullptr);

    [[nodiscard]] const FoundSettings::Choice& choice() const;

Q_SIGNALS:
    /// `openImage`: the image of choice().imagePath is wanted, too.
    void restoreWanted(const drdm::FoundSettings::Choice& choice, bool openImage);

private:
    void describe(int index);
    void addRow(const QString& label, const QString& now, const QString& then, const QString& tip);
    void say(QLabel* icon, QLabel* line, bool good, const QString& text);

    FoundSettings m_found;
    std::function<QString(const std::string&)> m_now;
    QComboBox* m_choices;
    QWidget* m_table = nullptr;
    QVBoxLayout* m_place;
    QLabel *m_modelIcon, *m_model, *m_imageIcon, *m_image, *m_alsoIcon, *m_also;
    QCheckBox* m_open;
};

/// A parameter's value in the words of the window: "as trained", "on", "all".
QString shownValue(const Parameter& parameter, const QString& text);

}  // namespace drdm
