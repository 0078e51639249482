#include "ui/UndoStep.h"

#include <QUndoCommand>

#include <utility>

namespace drdm {

namespace {

class Step : public QUndoCommand {
public:
    Step(const QString& text, std::function<void()> redo, std::function<void()> undo)
        : QUndoCommand(text), m_redo(std::move(redo)), m_undo(std::move(undo)) {}

    void redo() override {
        if (std::exchange(m_done, false)) {
            return;  // the stack does what is pushed
        }
        m_redo();
    }
    void undo() override { m_undo(); }

private:
    std::function<void()> m_redo, m_undo;
    bool m_done = true;
};

}  // namespace

QUndoCommand* undoStep(const QString& text, std::function<void()> redo, std::function<void()> undo) {
    return new Step(text, std::move(redo), std::move(undo));
}

}  // namespace drdm
