#include "ui/network/FoundModel.h"

#include "ui/Icons.h"

#include <QDate>

#include <algorithm>

namespace drdm {

namespace {

QString text(const std::string& value) {
    return QString::fromStdString(value);
}

/// "19990131" → "1999-01-31"; anything else as it is.
QString dateText(const std::string& value) {
    const QDate date = QDate::fromString(text(value), "yyyyMMdd");
    return date.isValid() ? date.toString(Qt::ISODate) : text(value);
}

QVariant countText(int images) {
    return images < 0 ? QVariant() : QVariant(images);
}

}  // namespace

void FoundModel::setStudies(std::vector<FoundStudy> studies) {
    beginResetModel();
    m_studies.clear();
    for (FoundStudy& study : studies) {
        m_studies.push_back({std::move(study), {}, false});
    }
    endResetModel();
}

int FoundModel::rowOf(const std::string& studyUid) const {
    const auto found = std::ranges::find(m_studies, studyUid, [](const Study& study) { return study.found.studyUid; });
    return found == m_studies.end() ? -1 : static_cast<int>(found - m_studies.begin());
}

void FoundModel::setSeries(const std::string& studyUid, std::vector<FoundSeries> series) {
    const int row = rowOf(studyUid);
    if (row < 0 || m_studies[static_cast<std::size_t>(row)].series) {
        return;
    }
    Study& study = m_studies[static_cast<std::size_t>(row)];
    if (series.empty()) {
        study.series.emplace();
        return;
    }
    beginInsertRows(index(row, 0), 0, static_cast<int>(series.size()) - 1);
    study.series = std::move(series);
    endInsertRows();
}

void FoundModel::forgetSeries(const std::string& studyUid) {
    if (const int row = rowOf(studyUid); row >= 0) {
        m_studies[static_cast<std::size_t>(row)].asked = false;
    }
}

// A series carries the row of its study plus one.
QModelIndex FoundModel::index(int row, int column, const QModelIndex& parent) const {
    return hasIndex(row, column, parent)
               ? createIndex(row, column, static_cast<quintptr>(parent.isValid() ? parent.row() + 1 : 0))
               : QModelIndex();
}

QModelIndex FoundModel::parent(const QModelIndex& index) const {
    return index.isValid() && index.internalId() > 0 ? createIndex(static_cast<int>(index.internalId()) - 1, 0)
                                                     : QModelIndex();
}

int FoundModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) {
        return static_cast<int>(m_studies.size());
    }
    if (parent.internalId() > 0 || parent.column() > 0) {
        return 0;
    }
    const auto& series = m_studies[static_cast<std::size_t>(parent.row())].series;
    return series ? static_cast<int>(series->size()) : 0;
}

int FoundModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

bool FoundModel::hasChildren(const QModelIndex& parent) const {
    if (!parent.isValid() || parent.internalId() > 0 || parent.column() > 0) {
        return rowCount(parent) > 0;
    }
    const auto& series = m_studies[static_cast<std::size_t>(parent.row())].series;
    return !series || !series->empty();
}

bool FoundModel::canFetchMore(const QModelIndex& parent) const {
    if (!parent.isValid() || parent.internalId() > 0) {
        return false;
    }
    const Study& study = m_studies[static_cast<std::size_t>(parent.row())];
    return !study.series && !study.asked;
}

void FoundModel::fetchMore(const QModelIndex& parent) {
    if (canFetchMore(parent)) {
        Study& study = m_studies[static_cast<std::size_t>(parent.row())];
        study.asked = true;
        Q_EMIT seriesWanted(text(study.found.studyUid));
    }
}

const FoundStudy* FoundModel::study(const QModelIndex& index) const {
    if (!index.isValid()) {
        return nullptr;
    }
    const std::size_t row = index.internalId() > 0 ? index.internalId() - 1 : static_cast<std::size_t>(index.row());
    return row < m_studies.size() ? &m_studies[row].found : nullptr;
}

const FoundSeries* FoundModel::series(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) {
        return nullptr;
    }
    const auto& series = m_studies[index.internalId() - 1].series;
    return series ? &series->at(static_cast<std::size_t>(index.row())) : nullptr;
}

QVariant FoundModel::data(const QModelIndex& index, int role) const {
    const FoundStudy* study = this->study(index);
    if (!study) {
        return {};
    }
    if (role == Qt::TextAlignmentRole && index.column() == Images) {
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role == Qt::DecorationRole && index.column() == Patient) {
        return icon(series(index) ? "images" : "folder");
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) {
        return {};
    }
    if (const FoundSeries* series = this->series(index)) {
        switch (index.column()) {
            case Patient:
                return series->number.empty() ? tr("Series") : tr("Series %1").arg(text(series->number));
            case Modality:
                return text(series->modality);
            case Description:
                return text(series->description);
            case Images:
                return countText(series->images);
            default:
                return {};
        }
    }
    switch (index.column()) {
        case Patient: {
            QString name = text(study->patientName);
            return name.replace('^', ' ').trimmed();
        }
        case PatientId:
            return text(study->patientId);
        case Date:
            return dateText(study->date);
        case Modality:
            return text(study->modalities).replace('\\', ", ");
        case Description:
            return text(study->description);
        case Images:
            return countText(study->images);
        default:
            return {};
    }
}

QVariant FoundModel::headerData(int section, Qt::Orientation orientation, int role) const {
    static const std::array<QString, ColumnCount> names{tr("Patient"),  tr("Patient ID"),  tr("Date"),
                                                        tr("Modality"), tr("Description"), tr("Images")};
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole && section == Images) {
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    }
    return role == Qt::DisplayRole ? QVariant(names[static_cast<std::size_t>(section)]) : QVariant();
}

}  // namespace drdm
