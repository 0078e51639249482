#include "ui/sampling/LockEditor.h"

#include "imaging/Warp.h"
#include "io/Labels.h"
#include "render/LabelOverlay.h"
#include "ui/BackgroundTask.h"
#include "ui/StepFrame.h"
#include "ui/UndoStep.h"
#include "ui/ViewPair.h"

#include <QFileInfo>
#include <QUndoStack>

#include <algorithm>
#include <cmath>
#include <set>

namespace drdm {

namespace {

constexpr double brushShare = 0.02;  ///< the brush's radius, of the image's longer side

LockShape::Kind kindOf(SliceView::Tool tool) {
    return tool == SliceView::Tool::LockEllipse     ? LockShape::Kind::Ellipse
           : tool == SliceView::Tool::LockRectangle ? LockShape::Kind::Rectangle
                                                    : LockShape::Kind::Brush;
}

}  // namespace

LockEditor::LockEditor(ViewPair* views, QUndoStack* undo, QObject* parent)
    : QObject(parent), m_views(views), m_undo(undo) {
    connect(views, &ViewPair::lockDragged, this, &LockEditor::draw);
}

void LockEditor::setImage(const std::string& series, const Geometry& grid) {
    m_series = series;
    m_grid = grid;
    m_draft = {};
    m_mask = {};
    const QString file = std::exchange(m_file, {});
    setFile(file);  // on the new grid
    show();
    Q_EMIT changed();
}

void LockEditor::setSlice(std::int64_t slice) {
    m_slice = slice;
    m_draft = {};
    show();
}

void LockEditor::setFile(const QString& file) {
    if (file == m_file) {
        return;
    }
    m_file = file;
    m_mask = {};
    if (m_reading) {
        m_reading->abandon();
        m_reading = nullptr;
    }
    if (!file.isEmpty() && !m_series.empty()) {
        m_reading = BackgroundTask::start(
            this, tr("Mask"),
            [file = file.toStdString(), grid = m_grid](const JobContext&) { return readMask(file, grid); },
            [this](const LabelMap& mask) {
                m_mask = mask;
                show();
            });
        connect(m_reading, &BackgroundTask::failed, this, &LockEditor::failed);
    }
    show();
    Q_EMIT changed();
}

LabelMap LockEditor::readMask(const std::string& file, const Geometry& grid) {
    LabelTarget target;
    target.grid = grid;
    return readLabels(file, target).map;
}

LockRegion LockEditor::region() const {
    const auto found = m_regions.find(m_series);
    return found == m_regions.end() ? LockRegion() : found->second;
}

void LockEditor::setRegionQuietly(const LockRegion& region) {
    m_regions[m_series] = region;
    show();
    Q_EMIT changed();
}

void LockEditor::setRegion(const LockRegion& region) {
    const LockRegion before = this->region();
    if (before == region) {
        return;
    }
    const auto set = [this, series = m_series](const LockRegion& now) {
        m_regions[series] = now;
        show();
        Q_EMIT changed();
    };
    set(region);
    m_undo->push(undoStep(
        region.empty() ? tr("clearing of the locked region") : tr("locked region"), [set, region] { set(region); },
        [set, before] { set(before); }));
}

QString LockEditor::description() const {
    QStringList parts;
    if (const LockRegion drawn = region(); !drawn.empty()) {
        std::set<std::int64_t> slices;
        for (const LockShape& shape : drawn.shapes) {
            slices.insert(shape.slice);
        }
        const auto count = drawn.shapes.size();
        const QString what = count == 1 ? tr("One shape") : tr("%1 shapes").arg(count);
        parts << (slices.size() == 1 ? tr("%1 on slice %2").arg(what).arg(*slices.begin())
                                     : tr("%1 on %2 slices").arg(what).arg(slices.size()));
    }
    if (!m_file.isEmpty()) {
        parts << QFileInfo(m_file).fileName();
    }
    return parts.join(tr(" and "));
}

void LockEditor::draw(SliceView::Tool tool, QPointF from_mm, QPointF to_mm, bool done) {
    if (m_series.empty()) {
        return;
    }
    const auto place = [this](QPointF at) {
        return std::pair{std::clamp(at.x(), 0.0, static_cast<double>(m_grid.size[0] - 1) * m_grid.spacing_mm[0]),
                         std::clamp(at.y(), 0.0, static_cast<double>(m_grid.size[1] - 1) * m_grid.spacing_mm[1])};
    };
    m_draft.kind = kindOf(tool);
    m_draft.slice = m_slice;
    if (m_draft.kind == LockShape::Kind::Brush) {
        m_draft.radius_mm = brushShare * std::max(static_cast<double>(m_grid.size[0]) * m_grid.spacing_mm[0],
                                                  static_cast<double>(m_grid.size[1]) * m_grid.spacing_mm[1]);
        if (m_draft.points_mm.empty()) {
            m_draft.points_mm.push_back(place(from_mm));
        }
        const auto to = place(to_mm);
        const auto& last = m_draft.points_mm.back();
        // A quarter of the radius is finer than anything that can be seen of it.
        if (std::hypot(to.first - last.first, to.second - last.second) > m_draft.radius_mm / 4) {
            m_draft.points_mm.push_back(to);
        }
    } else {
        m_draft.points_mm = {place(from_mm), place(to_mm)};
    }
    if (!done) {
        show();
        return;
    }
    LockRegion next = region();
    const LockRegion alone{{std::exchange(m_draft, {})}};
    const auto covered = alone.onSlice(m_grid, m_slice);
    if (std::ranges::find(covered, std::uint16_t{1}) == covered.end()) {
        show();  // a click
        return;
    }
    next.shapes.push_back(alone.shapes.front());
    setRegion(next);
}

void LockEditor::show() {
    if (m_series.empty()) {
        return;
    }
    LockRegion shown = region();
    if (!m_draft.points_mm.empty()) {
        shown.shapes.push_back(m_draft);
    }
    std::vector<std::uint16_t> mask = shown.onSlice(m_grid, m_slice);
    if (!m_mask.empty() && m_slice < m_mask.geometry().size[2]) {
        const LabelMap slice = m_mask.slice(m_slice);
        std::transform(mask.begin(), mask.end(), slice.labels().begin(), mask.begin(),
                       [](std::uint16_t a, std::uint16_t b) { return static_cast<std::uint16_t>(a != 0 || b != 0); });
    }
    if (std::ranges::find(mask, std::uint16_t{1}) == mask.end()) {
        m_views->setLock({});
        return;
    }
    LineSet border = labelContours(planeGrid(m_grid), mask);
    border.rgb = nullptr;  // in the layer's colour
    m_views->setLock(border);
}

}  // namespace drdm
