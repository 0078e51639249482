#pragma once

#include "network/Network.h"

#include <QAbstractItemModel>

#include <optional>
#include <vector>

namespace drdm {

/// The studies that a server has found, and below each its series once they are known. A view that opens a study makes
/// the model ask for them (`seriesWanted`).
class FoundModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Patient, PatientId, Date, Modality, Description, Images, ColumnCount };

    using QAbstractItemModel::QAbstractItemModel;

    void setStudies(std::vector<FoundStudy> studies);
    void setSeries(const std::string& studyUid, std::vector<FoundSeries> series);
    /// They could not be had; they may be asked for again.
    void forgetSeries(const std::string& studyUid);

    [[nodiscard]] const FoundStudy* study(const QModelIndex& index) const;    ///< also of a series; null if neither
    [[nodiscard]] const FoundSeries* series(const QModelIndex& index) const;  ///< null for a study

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    using QObject::parent;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void seriesWanted(const QString& studyUid);

private:
    struct Study {
        FoundStudy found;
        std::optional<std::vector<FoundSeries>> series;
        bool asked = false;
    };
    [[nodiscard]] int rowOf(const std::string& studyUid) const;

    std::vector<Study> m_studies;
};

}  // namespace drdm
