#pragma once

#include <QAbstractTableModel>

class QAction;

namespace drdm {

class Shortcuts;

/// The window's actions with their menus and keys, one a row.
class ShortcutsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Menu, Command, Keys, ColumnCount };

    explicit ShortcutsModel(Shortcuts* shortcuts, QObject* parent = nullptr);

    [[nodiscard]] QAction* actionAt(int row) const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Shortcuts* m_shortcuts;
};

}  // namespace drdm
