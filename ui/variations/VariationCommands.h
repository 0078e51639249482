#pragma once

#include <QString>
#include <QUndoCommand>

#include <vector>

namespace drdm {

class VariationStore;

/// What can be undone with variations: stars, names, removal. The store must outlive the commands.
namespace commands {

QUndoCommand* star(VariationStore* store, const std::vector<int>& numbers, bool starred);
QUndoCommand* rename(VariationStore* store, int number, const QString& note);
/// Those that are still being made are left alone.
QUndoCommand* remove(VariationStore* store, const std::vector<int>& numbers);

}  // namespace commands

}  // namespace drdm
