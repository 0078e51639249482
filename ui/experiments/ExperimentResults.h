#pragma once

#include "parameters/Json.h"

#include <QAbstractTableModel>

#include <vector>

namespace drdm {

/// The table of an experiment (tasks/Experiment.h): one row per method, number of subjects and label, one column per
/// measure that its kind has.
class ExperimentResults : public QAbstractTableModel {
    Q_OBJECT

public:
    explicit ExperimentResults(QObject* parent = nullptr);

    void setTable(const Json& table);  ///< the contents of table.json. \throws Error if it is none
    void clear();
    [[nodiscard]] const Json& table() const { return m_table; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString method, subjects, label;
        Json measures;
    };
    struct Measure {
        std::string key;
        QString title, tip;
        int digits;
    };
    static std::vector<Measure> known();

    Json m_table;
    std::vector<Row> m_rows;
    std::vector<Measure> m_measures;
};

}  // namespace drdm
