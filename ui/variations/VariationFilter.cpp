#include "ui/variations/VariationFilter.h"

#include "ui/variations/VariationStore.h"

namespace drdm {

VariationFilter::VariationFilter(QAbstractItemModel* store, QObject* parent) : QSortFilterProxyModel(parent) {
    setSourceModel(store);
    sortBy(VariationStore::NumberRole, Qt::AscendingOrder);
}

void VariationFilter::setSeries(const QString& series) {
    m_series = series;
    invalidateFilter();
}

void VariationFilter::setStarredOnly(bool only) {
    m_starredOnly = only;
    invalidateFilter();
}

void VariationFilter::sortBy(int role, Qt::SortOrder order) {
    setSortRole(role);
    sort(0, order);
}

QModelIndex VariationFilter::indexOf(int number) const {
    const QModelIndexList found =
        number == 0 ? QModelIndexList() : match(index(0, 0), VariationStore::NumberRole, number, 1, Qt::MatchExactly);
    return found.isEmpty() ? QModelIndex() : found.front();
}

int VariationFilter::numberAt(const QModelIndex& index) const {
    return index.isValid() ? index.data(VariationStore::NumberRole).toInt() : 0;
}

bool VariationFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex item = sourceModel()->index(row, 0, parent);
    return item.data(VariationStore::SeriesRole).toString() == m_series &&
           (!m_starredOnly || item.data(VariationStore::StarredRole).toBool());
}

}  // namespace drdm
