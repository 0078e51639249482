#include "ui/StateUndo.h"

#include <QPointer>
#include <QUndoStack>

namespace drdm {

/// From one state to another. It has happened already when it is pushed.
class StateEdit : public QUndoCommand {
public:
    StateEdit(StateUndo* of, QJsonObject before, QJsonObject after)
        : QUndoCommand(of->m_text), m_of(of), m_before(std::move(before)), m_after(std::move(after)) {}

    void undo() override { set(m_before); }
    void redo() override { set(m_after); }
    [[nodiscard]] int id() const override { return 2; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = static_cast<const StateEdit*>(other);
        const QString number = onlyNumber();
        if (next->m_of != m_of || number.isEmpty() || next->onlyNumber() != number) {
            return false;
        }
        m_after = next->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    /// The entry that differs, if it is a single one and a number before and after.
    [[nodiscard]] QString onlyNumber() const {
        QString found;
        for (auto entry = m_after.begin(); entry != m_after.end(); ++entry) {
            if (const QJsonValue before = m_before.value(entry.key()); before != entry.value()) {
                if (!found.isEmpty() || !before.isDouble() || !entry.value().isDouble()) {
                    return {};
                }
                found = entry.key();
            }
        }
        return found;
    }
    void set(const QJsonObject& state) {
        if (m_of && m_of->m_known != state) {  // pushing a command “does it again”
            m_of->restore(state);
        }
    }

    QPointer<StateUndo> m_of;
    QJsonObject m_before, m_after;
};

StateUndo::StateUndo(const QString& text, Read read, Write write, QUndoStack* stack, QObject* parent)
    : QObject(parent),
      m_text(text),
      m_read(std::move(read)),
      m_write(std::move(write)),
      m_stack(stack),
      m_known(m_read()) {}

void StateUndo::note() {
    if (m_quiet) {
        return;
    }
    const QJsonObject now = m_read();
    if (now != m_known) {
        m_stack->push(new StateEdit(this, std::exchange(m_known, now), now));
    }
}

void StateUndo::quietly(const std::function<void()>& change) {
    m_quiet = true;
    change();
    m_quiet = false;
    m_known = m_read();
}

void StateUndo::restore(const QJsonObject& state) {
    quietly([&] { m_write(state); });
}

}  // namespace drdm
