#pragma once

#include "ui/variations/Variation.h"

#include <QAbstractListModel>

#include <vector>

namespace drdm {

/// All variations of a session, of every series that was open, in the order in which they were made.
class VariationStore : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        NumberRole = Qt::UserRole,
        DetailsRole,
        PreviewRole,
        StarredRole,
        RunningRole,
        SeriesRole,
        SeedRole,
        LevelRole,
        MeanRole,
        NoteRole
    };

    using QAbstractListModel::QAbstractListModel;

    int add(Variation variation);       ///< gives it the next number, which is returned
    void putBack(Variation variation);  ///< one that was removed, with its own number, where it was
    /// Removes and returns it; an empty one (number 0) if there is none.
    Variation take(int number);
    void clear();

    [[nodiscard]] const Variation* find(int number) const;
    [[nodiscard]] const std::vector<Variation>& all() const { return m_all; }
    [[nodiscard]] std::vector<int> numbersOf(const std::string& series) const;

    void setTrajectory(int number, const Trajectory& trajectory);
    void setRunning(int number, bool running);  ///< false: what is there is all there will be
    void setPreview(int number, const QImage& preview);
    void setPreviewed(int number, bool previewed);
    void setStarred(int number, bool starred);
    void setNote(int number, const QString& note);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

    static QString title(const Variation& variation);
    static QString details(const Variation& variation);

Q_SIGNALS:
    /// Something that a project file keeps is different now.
    void contentsChanged();

private:
    [[nodiscard]] int rowOf(int number) const;
    Variation* at(int number);
    void tell(int number, bool contents);

    std::vector<Variation> m_all;
    int m_lastNumber = 0;
};

}  // namespace drdm
