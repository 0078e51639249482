#pragma once

#include "io/Series.h"

#include <QAbstractItemModel>
#include <QImage>

#include <memory>
#include <vector>

namespace drdm {

/// Patients → studies → series, as scans have found them. A series is told apart by its UID and its first file. NIfTI
/// files stand under "Files", grouped by their folder; DICOM without a patient is "Anonymous", one per study.
class StudyModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role {
        KindRole = Qt::UserRole,  ///< of type Kind
        DetailsRole,              ///< of a group: beside its name; of a series: two lines below
        SeriesRole,               ///< number of the series in series(), −1 for groups
        PictureRole,              ///< QImage, may be null
        WarningsRole,             ///< how many warnings there are
        TroubleRole,              ///< why it cannot be opened; empty = it can
    };
    enum class Kind { Patient, Study, Series };

    explicit StudyModel(QObject* parent = nullptr);
    ~StudyModel() override;

    /// Adds what is not there yet. A series known already is renewed (its files may have changed).
    void add(const std::vector<SeriesInfo>& found);
    void clear();
    /// A series, or all series of a group; groups that become empty go, too.
    void remove(const QModelIndex& index);
    void setPicture(const SeriesInfo& series, const QImage& picture);
    /// `missing` files of the series are no longer there; 0 = all are.
    void setMissing(const SeriesInfo& series, int missing);

    [[nodiscard]] const std::vector<SeriesInfo>& series() const { return m_series; }
    [[nodiscard]] int numberOf(const SeriesInfo& series) const;  ///< −1 = not there
    [[nodiscard]] QModelIndex indexOfSeries(int number) const;
    [[nodiscard]] bool hasPicture(int number) const;
    /// The series of a group, or the one.
    [[nodiscard]] std::vector<int> seriesBelow(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Node;
    struct Shown {
        QImage picture;
        int missing = 0;
    };
    Node* nodeOf(const QModelIndex& index) const;
    QModelIndex indexOf(const Node* node) const;
    Node* group(Node* under, Kind kind, const std::string& key, const SeriesInfo& first);
    void removeSeries(int number);
    void changed(int number);
    [[nodiscard]] QString tip(int number) const;

    std::unique_ptr<Node> m_root;
    std::vector<SeriesInfo> m_series;
    std::vector<Shown> m_shown;  ///< beside m_series
};

}  // namespace drdm
