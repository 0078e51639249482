#pragma once

#include "render/SliceView.h"
#include "ui/sampling/LockRegion.h"

#include <QObject>
#include <QPointer>

#include <map>
#include <string>

class QUndoStack;

namespace drdm {

class BackgroundTask;
class ViewPair;

/// The region of the open image that variations leave unchanged: drawn in the views, read from a file, or both. Each
/// image keeps its own. GUI thread only.
class LockEditor : public QObject {
    Q_OBJECT

public:
    LockEditor(ViewPair* views, QUndoStack* undo, QObject* parent = nullptr);

    void setImage(const std::string& series, const Geometry& grid);
    void setSlice(std::int64_t slice);
    /// The file that the settings name ("" = none): read beside the window, to be shown.
    void setFile(const QString& file);

    [[nodiscard]] LockRegion region() const;          ///< what is drawn on the open image
    void setRegion(const LockRegion& region);         ///< can be undone
    void setRegionQuietly(const LockRegion& region);  ///< as a project had it
    [[nodiscard]] bool empty() const { return region().empty() && m_file.isEmpty(); }
    /// "2 shapes on slice 4", "mask.nii.gz"; "" where nothing is kept.
    [[nodiscard]] QString description() const;

    /// A mask on another grid is brought to this one. \throws Error
    static LabelMap readMask(const std::string& file, const Geometry& grid);

Q_SIGNALS:
    void changed();
    void failed(const QString& message);

private:
    void draw(SliceView::Tool tool, QPointF from_mm, QPointF to_mm, bool done);
    void show();

    ViewPair* m_views;
    QUndoStack* m_undo;
    std::map<std::string, LockRegion> m_regions;  ///< by series
    std::string m_series;
    Geometry m_grid;
    std::int64_t m_slice = 0;
    LockShape m_draft;  ///< being drawn; without points: nothing is
    QString m_file;
    LabelMap m_mask;  ///< of the file
    QPointer<BackgroundTask> m_reading;
};

}  // namespace drdm
