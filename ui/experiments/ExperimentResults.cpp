#include "ui/experiments/ExperimentResults.h"

#include <algorithm>

namespace drdm {

namespace {

constexpr int ownColumns = 3;  // method, subjects, label

QString words(const Json* measure, int digits) {
    if (!measure || !measure->at("mean").isNumber()) {
        return measure ? QStringLiteral("–") : QString();
    }
    const QString mean = QString::number(measure->at("mean").number(), 'f', digits);
    const Json& spread = measure->at("sd_over_seeds");
    return spread.isNumber() ? mean + " ± " + QString::number(spread.number(), 'f', digits) : mean;
}

}  // namespace

ExperimentResults::ExperimentResults(QObject* parent) : QAbstractTableModel(parent) {}

std::vector<ExperimentResults::Measure> ExperimentResults::known() {
    return {{"dice", tr("Dice"), tr("Overlap with the drawn labels, 1 is perfect"), 3},
            {"p", tr("p"), tr("Wilcoxon's signed-rank test of the Dice over subjects, against the reference"), 4},
            {"sensitivity", tr("Sensitivity"), tr("Share of the drawn label that was found"), 3},
            {"precision", tr("Precision"), tr("Share of what was found that is drawn"), 3},
            {"asd_mm", tr("ASD mm"), tr("Mean distance of the surfaces"), 2},
            {"hd95_mm", tr("HD95 mm"), tr("95th percentile of the distance of the surfaces"), 2},
            {"folded_percent", tr("Folded %"), tr("Voxels at which the field folds, strict criterion"), 3},
            {"endpoint_mrbs_mm", tr("Error MRBS mm"), tr("Mean endpoint error on synthetic pairs by MRBS"), 2},
            {"endpoint_drdm_mm", tr("Error DRDM mm"), tr("Mean endpoint error on synthetic pairs by DRDM"), 2}};
}

void ExperimentResults::setTable(const Json& table) {
    std::vector<Row> rows;
    for (const Json& row : table.at("rows").items()) {
        const long long subjects = row.at("subjects").integer();
        for (const auto& [label, measures] : row.at("labels").members()) {
            rows.push_back({QString::fromStdString(row.at("method").string()),
                            subjects > 0 ? QString::number(subjects) : QStringLiteral("–"),
                            label == "field" ? tr("field") : QString::fromStdString(label), measures});
        }
    }
    beginResetModel();
    m_table = table;
    m_rows = std::move(rows);
    m_measures.clear();
    for (const Measure& measure : known()) {
        const std::string key = measure.key == "p" ? "dice" : measure.key;
        if (std::ranges::any_of(m_rows, [&key](const Row& row) { return row.measures.find(key) != nullptr; })) {
            m_measures.push_back(measure);
        }
    }
    endResetModel();
}

void ExperimentResults::clear() {
    beginResetModel();
    m_table = {};
    m_rows.clear();
    m_measures.clear();
    endResetModel();
}

int ExperimentResults::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ExperimentResults::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ownColumns + static_cast<int>(m_measures.size());
}

QVariant ExperimentResults::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (section >= ownColumns) {
        const Measure& measure = m_measures[static_cast<std::size_t>(section - ownColumns)];
        return role == Qt::DisplayRole   ? QVariant(measure.title)
               : role == Qt::ToolTipRole ? QVariant(measure.tip)
                                         : QVariant();
    }
    const QString titles[] = {tr("Method"), tr("Subjects"), tr("Label")};
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

QVariant ExperimentResults::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole) {
        return index.column() == 0 ? QVariant(Qt::AlignLeft | Qt::AlignVCenter)
                                   : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (index.column() < ownColumns) {
        return index.column() == 0 ? row.method : index.column() == 1 ? row.subjects : row.label;
    }
    const Measure& measure = m_measures[static_cast<std::size_t>(index.column() - ownColumns)];
    if (measure.key == "p") {
        const Json* dice = row.measures.find("dice");
        const Json* p = dice ? dice->find("p") : nullptr;
        return p && p->isNumber() ? QString::number(p->number(), 'f', measure.digits) : QString();
    }
    return words(row.measures.find(measure.key), measure.digits);
}

}  // namespace drdm
