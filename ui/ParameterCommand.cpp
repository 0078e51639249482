#include "ui/ParameterCommand.h"

#include "ui/ParameterForm.h"

#include <QCoreApplication>
#include <QPointer>
#include <QUndoCommand>

namespace drdm {

namespace {

class ParameterEdit : public QUndoCommand {
public:
    ParameterEdit(ParameterForm* form, QString name, QString before, QString after)
        : QUndoCommand(QCoreApplication::translate("ParameterCommand", "change of “%1”").arg(name)),
          m_form(form),
          m_name(std::move(name)),
          m_before(std::move(before)),
          m_after(std::move(after)) {}

    void redo() override { set(m_after); }
    void undo() override { set(m_before); }
    [[nodiscard]] int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = static_cast<const ParameterEdit*>(other);
        if (next->m_name != m_name || next->m_form != m_form) {
            return false;
        }
        m_after = next->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    void set(const QString& text) {
        if (m_form && m_form->text(m_name.toStdString()) != text) {
            m_form->setTextQuietly(m_name.toStdString(), text);
        }
    }
    QPointer<ParameterForm> m_form;
    QString m_name, m_before, m_after;
};

}  // namespace

QUndoCommand* parameterCommand(ParameterForm* form, const QString& name, const QString& before, const QString& after) {
    return new ParameterEdit(form, name, before, after);
}

}  // namespace drdm
