#pragma once

#include <QSortFilterProxyModel>

namespace drdm {

/// The variations of one series, perhaps the starred ones alone, sorted by one of VariationStore's roles.
class VariationFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit VariationFilter(QAbstractItemModel* store, QObject* parent = nullptr);

    void setSeries(const QString& series);
    void setStarredOnly(bool only);
    void sortBy(int role, Qt::SortOrder order);

    [[nodiscard]] QModelIndex indexOf(int number) const;  ///< invalid if it is not shown
    [[nodiscard]] int numberAt(const QModelIndex& index) const;

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QString m_series;
    bool m_starredOnly = false;
};

}  // namespace drdm
