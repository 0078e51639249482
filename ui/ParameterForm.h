#pragma once

#include "parameters/Parameter.h"

#include <QString>
#include <QWidget>

#include <functional>
#include <map>

class QAbstractButton;
class QGridLayout;
class QLabel;
class QPushButton;

namespace drdm {

/// A form made from the registry: one row per parameter, with label, editor, range, unit and help as tooltip. Expert
/// parameters stand below a button that unfolds them. Editors are named "parameter-NAME".
class ParameterForm : public QWidget {
    Q_OBJECT

public:
    /// An editor of the caller's own for a parameter, and how its text is read and set.
    struct Editor {
        QWidget* widget = nullptr;
        std::function<QString()> text;
        std::function<void(const QString&)> setText;
    };
    using CustomEditors = std::map<std::string, Editor>;

    /// `without`: parameters that the window sets by other means.
    ParameterForm(const ParameterSet& set, const std::vector<std::string>& without, CustomEditors custom,
                  QWidget* parent = nullptr);

    /// \throws Error naming parameter, text and what is accepted.
    [[nodiscard]] ParameterValues values() const;
    void setText(const std::string& name, const QString& text);
    void setTextQuietly(const std::string& name, const QString& text);
    [[nodiscard]] QString text(const std::string& name) const;
    /// A remark below an editor, named "note-NAME"; "" takes it away.
    void setNote(const std::string& name, const QString& text, bool warning = false);
    void setNoteTip(const std::string& name, const QString& tip);
    /// Lets a button of the caller's show the expert parameters, instead of the form's own. The area that it shows is
    /// the caller's to place.
    QWidget* takeExpertArea(QAbstractButton* button);
    /// Puts a number into the row of another, with words between; both without their sliders.
    void placeBeside(const std::string& name, const QString& words, const std::string& other);

Q_SIGNALS:
    /// The user or the program changed a value, except by `setTextQuietly`.
    void edited(const QString& name, const QString& before, const QString& after);
    void changed(const QString& name);  ///< a value is another now, whoever changed it

protected:
    /// The wheel scrolls past editors that the user has not gone into, instead of changing them.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Editor makeEditor(const Parameter& parameter);
    void addRow(QGridLayout* layout, const Parameter& parameter, const Editor& editor);
    void listen(const std::string& name, QWidget* widget);
    void notice(const std::string& name);

    const ParameterSet& m_set;
    std::map<std::string, Editor> m_editors;
    std::map<std::string, QString> m_last;
    std::map<std::string, QLabel*> m_notes, m_labels;
    QPushButton* m_unfold = nullptr;
    QWidget* m_expert = nullptr;
    bool m_quiet = false;
};

}  // namespace drdm
