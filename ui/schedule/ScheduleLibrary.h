#pragma once

#include "diffusion/Schedule.h"

#include <QAbstractListModel>

#include <optional>
#include <vector>

namespace drdm {

/// The schedules to choose from: "Standard", and every file in the user's schedules folder
/// ($XDG_DATA_HOME/drdm-studio/schedules/NAME.json), by name. A file that cannot be read stays in the list and says
/// why. Editing an entry renames it.
class ScheduleLibrary : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { FileRole = Qt::UserRole, ErrorRole };

    explicit ScheduleLibrary(QObject* parent = nullptr);

    static QString folder();
    void reload();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

    /// Nothing if the file could not be read.
    [[nodiscard]] std::optional<Schedule> schedule(int row) const;
    [[nodiscard]] QString errorOf(int row) const;
    [[nodiscard]] bool isBuiltIn(int row) const { return row == 0; }
    [[nodiscard]] int rowOf(const QString& name) const;  ///< −1: none
    [[nodiscard]] QString fileOf(int row) const;         ///< empty for the built-in one
    /// "NAME", "NAME 2", …: not taken yet.
    [[nodiscard]] QString freeName(const QString& name) const;

    /// Writes the schedule under its name (over the one of that name) and returns its row. \throws Error
    int save(const Schedule& schedule);
    /// A copy of a file in the folder, under a free name; returns its row. \throws Error
    int importFile(const QString& file);
    void exportTo(int row, const QString& file) const;  ///< \throws Error
    void remove(int row);                               ///< its file goes, too. \throws Error
    void rename(int row, const QString& name);          ///< \throws Error

    /// The file of a saved schedule with these numbers; saved under a free name first where there is none. For
    /// parameters that take a file. \throws Error
    QString fileFor(const Schedule& schedule);

Q_SIGNALS:
    void failed(const QString& why);  ///< renaming in the list was not possible

private:
    struct Entry {
        QString file;
        Schedule schedule;
        QString error;  ///< not empty: the schedule is not there
    };
    [[nodiscard]] static std::vector<Entry> read();

    std::vector<Entry> m_entries;
};

}  // namespace drdm
