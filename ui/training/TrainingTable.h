#pragma once

#include "tasks/TrainingData.h"

#include <QAbstractTableModel>

#include <set>
#include <vector>

namespace drdm {

/// What training would use of the data found, one row a series: whether, for what, and if not, why not. A tick box in
/// the first column leaves a series out.
class TrainingTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Series, Kind, Size, Voxel, Images, Use, ColumnCount };
    static constexpr int placeRole = Qt::UserRole;  ///< of a series: the end of its path
    enum class Role { Training, Validation, LeftOut };
    struct Totals {
        int training = 0, validation = 0, leftOut = 0;  ///< series
        long long trainingImages = 0, validationImages = 0;
        int subjects = 0;  ///< of all series in use
    };

    explicit TrainingTable(QObject* parent = nullptr);

    void setSeries(const std::vector<TrainingSeries>& series);  ///< what was unticked stays so
    void clear();
    void setNeeds(int dims, const QString& modality);  ///< of the model to be
    void setShare(double share);                       ///< 0…0.9 of the subjects for validation
    void setLeftOut(const std::vector<std::string>& ids);
    void setEditable(bool editable);  ///< whether the boxes can be ticked

    [[nodiscard]] const TrainingSeries& series(int row) const {
        return m_rows.at(static_cast<std::size_t>(row)).series;
    }
    [[nodiscard]] Role role(int row) const { return m_rows.at(static_cast<std::size_t>(row)).role; }
    [[nodiscard]] QString reason(int row) const;             ///< why it is left out; "" = it is used
    [[nodiscard]] std::vector<std::string> leftOut() const;  ///< ids of those unticked
    [[nodiscard]] Totals totals() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void changed();  ///< what is used, and for what

private:
    struct Row {
        TrainingSeries series;
        std::string reason;  ///< why no such model can use it
        Role role = Role::Training;
    };
    void assign();
    [[nodiscard]] QVariant text(const Row& row, int column) const;
    [[nodiscard]] QString tip(const Row& row) const;

    std::vector<Row> m_rows;
    std::set<std::string> m_off;
    int m_dims = 2;
    std::string m_modality = "MR";
    double m_share = 0;
    bool m_editable = true;
};

/// Counts as people write them: 1 image, 12 images.
QString counted(long long count, const QString& one, const QString& many);

}  // namespace drdm
