#include "ui/schedule/ScheduleLibrary.h"

#include "errors/Error.h"
#include "tasks/ScheduleFile.h"
#include "ui/Icons.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>

namespace drdm {

namespace {

/// A file name that every system takes: what is no letter, digit, space, dot or dash becomes "_".
QString fileName(const QString& name) {
    QString plain;
    for (const QChar c : name.trimmed().left(80)) {
        plain += c.isLetterOrNumber() || c == ' ' || c == '-' || c == '.' ? c : QChar('_');
    }
    while (plain.startsWith('.')) {
        plain.remove(0, 1);
    }
    return (plain.isEmpty() ? QStringLiteral("schedule") : plain) + ".json";
}

QString nameOf(const Schedule& schedule) {
    return QString::fromStdString(schedule.name);
}

}  // namespace

ScheduleLibrary::ScheduleLibrary(QObject* parent) : QAbstractListModel(parent), m_entries(read()) {}

QString ScheduleLibrary::folder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/drdm-studio/schedules";
}

std::vector<ScheduleLibrary::Entry> ScheduleLibrary::read() {
    std::vector<Entry> entries;
    const QDir dir(folder());
    for (const QString& name : dir.entryList({"*.json"}, QDir::Files, QDir::Name)) {
        Entry entry{dir.filePath(name), {}, {}};
        try {
            entry.schedule = readSchedule(entry.file.toStdString());
        } catch (const std::exception& failure) {
            entry.schedule.name = QString(name).chopped(5).toStdString();
            entry.error = QString::fromStdString(failure.what());
        }
        entries.push_back(std::move(entry));
    }
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
        return nameOf(a.schedule).localeAwareCompare(nameOf(b.schedule)) < 0;
    });
    entries.insert(entries.begin(), Entry{});
    return entries;
}

void ScheduleLibrary::reload() {
    beginResetModel();
    m_entries = read();
    endResetModel();
}

int ScheduleLibrary::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant ScheduleLibrary::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::EditRole:
            return nameOf(entry.schedule);
        case Qt::DecorationRole:
            return entry.error.isEmpty() ? QVariant() : QVariant(icon("warning"));
        case Qt::ToolTipRole:
            return !entry.error.isEmpty() ? entry.error
                   : entry.file.isEmpty() ? tr("The schedule that the shipped models were trained with")
                                          : entry.file;
        case FileRole:
            return entry.file;
        case ErrorRole:
            return entry.error;
        default:
            return {};
    }
}

Qt::ItemFlags ScheduleLibrary::flags(const QModelIndex& index) const {
    const bool own = index.isValid() && index.row() > 0 && errorOf(index.row()).isEmpty();
    return QAbstractListModel::flags(index) | (own ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

bool ScheduleLibrary::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) {
        return false;
    }
    try {
        rename(index.row(), value.toString());
    } catch (const std::exception& failure) {
        Q_EMIT failed(QString::fromStdString(failure.what()));
        return false;
    }
    return true;
}

std::optional<Schedule> ScheduleLibrary::schedule(int row) const {
    if (row < 0 || row >= rowCount() || !errorOf(row).isEmpty()) {
        return {};
    }
    return m_entries[static_cast<std::size_t>(row)].schedule;
}

QString ScheduleLibrary::errorOf(int row) const {
    return m_entries[static_cast<std::size_t>(row)].error;
}

QString ScheduleLibrary::fileOf(int row) const {
    return m_entries[static_cast<std::size_t>(row)].file;
}

int ScheduleLibrary::rowOf(const QString& name) const {
    for (int row = 0; row < rowCount(); ++row) {
        if (nameOf(m_entries[static_cast<std::size_t>(row)].schedule).compare(name, Qt::CaseInsensitive) == 0) {
            return row;
        }
    }
    return -1;
}

QString ScheduleLibrary::freeName(const QString& name) const {
    QString result = name;
    for (int number = 2; rowOf(result) >= 0; ++number) {
        result = QStringLiteral("%1 %2").arg(name).arg(number);
    }
    return result;
}

int ScheduleLibrary::save(const Schedule& given) {
    Schedule schedule = given;
    schedule.name = nameOf(given).trimmed().toStdString();
    const QString name = nameOf(schedule);
    if (name.isEmpty()) {
        throw Error(tr("the schedule has no name; type one").toStdString());
    }
    const int row = rowOf(name);
    if (row == 0) {
        throw Error(tr("“%1” is built in and stays as it is; give your schedule another name").arg(name).toStdString());
    }
    QString file = row > 0 ? fileOf(row) : folder() + '/' + fileName(name);
    // Two names may give one file name.
    for (int number = 2; row < 0 && QFile::exists(file); ++number) {
        file = folder() + '/' + fileName(QStringLiteral("%1 %2").arg(name).arg(number));
    }
    if (!QDir().mkpath(folder())) {
        throw Error(tr("cannot create the folder %1; check that it may be written to").arg(folder()).toStdString());
    }
    writeSchedule(schedule, file.toStdString());
    reload();
    return rowOf(name);
}

int ScheduleLibrary::importFile(const QString& file) {
    Schedule schedule = readSchedule(file.toStdString());
    schedule.name = freeName(nameOf(schedule).trimmed()).toStdString();
    return save(schedule);
}

void ScheduleLibrary::exportTo(int row, const QString& file) const {
    const auto wanted = schedule(row);
    if (!wanted) {
        throw Error(errorOf(row).toStdString());
    }
    writeSchedule(*wanted, file.toStdString());
}

void ScheduleLibrary::remove(int row) {
    if (isBuiltIn(row)) {
        throw Error(tr("the built-in schedule cannot be deleted").toStdString());
    }
    if (!QFile::remove(fileOf(row))) {
        throw Error(tr("cannot delete %1; check that its folder may be written to").arg(fileOf(row)).toStdString());
    }
    reload();
}

void ScheduleLibrary::rename(int row, const QString& wanted) {
    const QString name = wanted.trimmed();
    auto renamed = schedule(row);
    if (isBuiltIn(row) || !renamed) {
        throw Error(tr("this schedule cannot be renamed").toStdString());
    }
    if (name.isEmpty() || nameOf(*renamed) == name) {
        return;
    }
    if (const int taken = rowOf(name); taken >= 0 && taken != row) {
        throw Error(tr("there is a schedule “%1” already; choose another name").arg(name).toStdString());
    }
    renamed->name = name.toStdString();
    writeSchedule(*renamed, fileOf(row).toStdString());
    reload();
}

QString ScheduleLibrary::fileFor(const Schedule& wanted) {
    for (int row = 1; row < rowCount(); ++row) {
        if (const auto entry = schedule(row); entry && sameNumbers(*entry, wanted)) {
            return fileOf(row);
        }
    }
    Schedule copy = wanted;
    copy.name = freeName(nameOf(wanted)).toStdString();
    return fileOf(save(copy));
}

}  // namespace drdm
