#include "ui/training/TrainingTable.h"

#include "tasks/TrainingPlan.h"
#include "ui/Icons.h"
#include "ui/Theme.h"

#include <algorithm>

namespace drdm {

QString counted(long long count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(count);
}

namespace {

/// The last two folders, or folder and file: enough to tell one from the other.
QString placeOf(const TrainingSeries& series) {
    return QString::fromStdString(series.place).section('/', -2);
}

}  // namespace

TrainingTable::TrainingTable(QObject* parent) : QAbstractTableModel(parent) {}

void TrainingTable::setSeries(const std::vector<TrainingSeries>& series) {
    beginResetModel();
    m_rows.clear();
    for (const TrainingSeries& each : series) {
        m_rows.push_back({each, {}, Role::Training});
    }
    // What can never be used stands below.
    std::ranges::stable_partition(m_rows, [](const Row& row) { return row.series.problem.empty(); });
    endResetModel();
    assign();
}

void TrainingTable::clear() {
    beginResetModel();
    m_rows.clear();
    m_off.clear();
    endResetModel();
    Q_EMIT changed();
}

void TrainingTable::setNeeds(int dims, const QString& modality) {
    m_dims = dims;
    m_modality = modality.toStdString();
    assign();
}

void TrainingTable::setShare(double share) {
    m_share = share;
    assign();
}

void TrainingTable::setLeftOut(const std::vector<std::string>& ids) {
    m_off = {ids.begin(), ids.end()};
    assign();
}

void TrainingTable::setEditable(bool editable) {
    m_editable = editable;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, Series), index(rowCount() - 1, Series));
    }
}

void TrainingTable::assign() {
    std::vector<TrainingSeries> used;
    for (Row& row : m_rows) {
        row.reason = whyLeftOut(row.series, m_dims, m_modality);
        row.role = row.reason.empty() && !m_off.contains(row.series.id) ? Role::Training : Role::LeftOut;
        if (row.role == Role::Training) {
            used.push_back(row.series);
        }
    }
    const std::vector<bool> held = heldBack(used, m_share);
    std::size_t at = 0;
    for (Row& row : m_rows) {
        if (row.role == Role::Training && held[at++]) {
            row.role = Role::Validation;
        }
    }
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
    Q_EMIT changed();
}

QString TrainingTable::reason(int row) const {
    const Row& found = m_rows.at(static_cast<std::size_t>(row));
    if (!found.reason.empty()) {
        return QString::fromStdString(found.reason);
    }
    return found.role == Role::LeftOut ? tr("you have left it out") : QString();
}

std::vector<std::string> TrainingTable::leftOut() const {
    std::vector<std::string> ids;
    for (const Row& row : m_rows) {
        if (m_off.contains(row.series.id)) {
            ids.push_back(row.series.id);
        }
    }
    return ids;
}

TrainingTable::Totals TrainingTable::totals() const {
    Totals totals;
    std::set<std::string> subjects;
    for (const Row& row : m_rows) {
        const long long images = imageCount(row.series, m_dims);
        switch (row.role) {
            case Role::Training:
                ++totals.training;
                totals.trainingImages += images;
                subjects.insert(row.series.subject);
                break;
            case Role::Validation:
                ++totals.validation;
                totals.validationImages += images;
                subjects.insert(row.series.subject);
                break;
            case Role::LeftOut:
                ++totals.leftOut;
        }
    }
    totals.subjects = static_cast<int>(subjects.size());
    return totals;
}

int TrainingTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TrainingTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TrainingTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        const QString names[] = {tr("Series"), tr("Kind"), tr("Size"), tr("Voxel (mm)"), tr("Images"), tr("Used for")};
        return names[section];
    }
    if (role == Qt::ToolTipRole) {
        const QString tips[] = {tr("Tick what training may use"),
                                tr("Modality: MR, CT, … A dash where the file does not say"),
                                tr("Voxels along x, y and z, and phases"),
                                tr("Spacing of the voxels along x, y and z"),
                                tr("How many training images it gives: slices or volumes, of all phases"),
                                tr("Training, validation (measured on, never trained on), or why it is left out")};
        return tips[section];
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue((section == Images ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    return {};
}

QVariant TrainingTable::text(const Row& row, int column) const {
    const TrainingSeries& series = row.series;
    const auto& size = series.size;
    switch (column) {
        case Series:
            return QString::fromStdString(series.description);
        case Kind:
            return series.modality.empty() || series.modality == "OT" ? QStringLiteral("–")
                                                                      : QString::fromStdString(series.modality);
        case Size:
            if (size[0] == 0) {
                return QStringLiteral("–");
            }
            return QString("%1 × %2 × %3").arg(size[0]).arg(size[1]).arg(size[2]) +
                   (size[3] > 1 ? QString(" × %1").arg(size[3]) : QString());
        case Voxel:
            if (size[0] == 0) {
                return QStringLiteral("–");
            }
            return QString("%1 × %2 × %3")
                .arg(series.spacing_mm[0], 0, 'g', 3)
                .arg(series.spacing_mm[1], 0, 'g', 3)
                .arg(series.spacing_mm[2], 0, 'g', 3);
        case Images:
            return row.role == Role::LeftOut ? QStringLiteral("–") : QString::number(imageCount(series, m_dims));
        case Use:
            return row.role == Role::Training     ? tr("training")
                   : row.role == Role::Validation ? tr("validation")
                   : row.reason.empty()           ? tr("you left it out")
                                                  : QString::fromStdString(row.reason);
        default:
            return {};
    }
}

QString TrainingTable::tip(const Row& row) const {
    QStringList lines{QString::fromStdString(row.series.description), QString::fromStdString(row.series.place)};
    if (!row.reason.empty()) {
        lines << tr("Left out: %1").arg(QString::fromStdString(row.reason));
    }
    for (const std::string& warning : row.series.warnings) {
        lines << tr("Warning: %1").arg(QString::fromStdString(warning));
    }
    return lines.join('\n');
}

QVariant TrainingTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const Theme& theme = Theme::current();
    switch (role) {
        case Qt::DisplayRole:
            return text(row, index.column());
        case Qt::ToolTipRole:
            return tip(row);
        case Qt::CheckStateRole:
            if (index.column() == Series) {
                return static_cast<int>(row.role == Role::LeftOut ? Qt::Unchecked : Qt::Checked);
            }
            return {};
        case placeRole:
            return placeOf(row.series);
        case Qt::TextAlignmentRole:
            return QVariant::fromValue((index.column() == Images ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        case Qt::ForegroundRole:
            if (index.column() == Use) {
                return row.role == Role::Training     ? theme.accent
                       : row.role == Role::Validation ? theme.diffusion
                                                      : theme.muted;
            }
            return row.role == Role::LeftOut ? theme.muted : theme.text;
        case Qt::DecorationRole:
            if (index.column() == Use && row.role != Role::LeftOut && !row.series.warnings.empty()) {
                return icon("warning", theme.diffusion);
            }
            return {};
        default:
            return {};
    }
}

Qt::ItemFlags TrainingTable::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (m_editable && index.isValid() && index.column() == Series &&
        m_rows[static_cast<std::size_t>(index.row())].reason.empty()) {
        flags |= Qt::ItemIsUserCheckable;
    }
    return flags;
}

bool TrainingTable::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable)) {
        return false;
    }
    const std::string& id = m_rows[static_cast<std::size_t>(index.row())].series.id;
    if (value.toInt() == Qt::Checked) {
        m_off.erase(id);
    } else {
        m_off.insert(id);
    }
    assign();
    return true;
}

}  // namespace drdm
