#pragma once

#include <QString>

class QUndoCommand;

namespace drdm {

class ParameterForm;

/// An edit of a parameter that has been made already. Edits of one parameter in a row become one command.
QUndoCommand* parameterCommand(ParameterForm* form, const QString& name, const QString& before, const QString& after);

}  // namespace drdm
