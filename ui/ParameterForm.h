#pragma once

#include "parameters/Parameter.h"

#include <QString>
#include <QWidget>

#include <functional>
#include <map>

class QGridLayout;

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

Q_SIGNALS:
    /// The user or the program changed a value, except by `setTextQuietly`.
    void edited(const QString& name, const QString& before, const QString& after);

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
    bool m_quiet = false;
};

}  // namespace drdm
