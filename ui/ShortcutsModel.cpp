#include "ui/ShortcutsModel.h"

#include "ui/ActionTips.h"
#include "ui/Shortcuts.h"

#include <QAction>
#include <QFont>

namespace drdm {

ShortcutsModel::ShortcutsModel(Shortcuts* shortcuts, QObject* parent)
    : QAbstractTableModel(parent), m_shortcuts(shortcuts) {
    connect(shortcuts, &Shortcuts::listAboutToChange, this, [this] { beginResetModel(); });
    connect(shortcuts, &Shortcuts::listChanged, this, [this] { endResetModel(); });
    connect(shortcuts, &Shortcuts::changed, this, [this](const QAction* action) {
        for (int row = 0; row < rowCount(); ++row) {
            if (actionAt(row) == action) {
                Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
            }
        }
    });
}

QAction* ShortcutsModel::actionAt(int row) const {
    return row >= 0 && row < rowCount() ? m_shortcuts->entries()[static_cast<std::size_t>(row)].action : nullptr;
}

int ShortcutsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_shortcuts->entries().size());
}

int ShortcutsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ShortcutsModel::data(const QModelIndex& index, int role) const {
    const QAction* action = actionAt(index.row());
    if (action == nullptr) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
            case Menu:
                return m_shortcuts->entries()[static_cast<std::size_t>(index.row())].menu;
            case Command:
                return plainText(action);
            default:
                return QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText);
        }
    }
    if (role == Qt::ToolTipRole) {
        return action->property("tip").toString();
    }
    if (role == Qt::FontRole && index.column() == Keys && !m_shortcuts->isStandard(action)) {
        QFont font;
        font.setBold(true);  // the user's own
        return font;
    }
    return {};
}

QVariant ShortcutsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == Menu ? tr("Menu") : section == Command ? tr("Command") : tr("Keys");
}

}  // namespace drdm
