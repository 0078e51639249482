#pragma once

#include <QString>

#include <functional>

class QUndoCommand;

namespace drdm {

/// Something that has been done already, and how to take it back and do it again.
QUndoCommand* undoStep(const QString& text, std::function<void()> redo, std::function<void()> undo);

}  // namespace drdm
