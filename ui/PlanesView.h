#pragma once

#include "imaging/Image.h"
#include "render/SliceView.h"
#include "render/VolumeView.h"
#include "ui/StepFrame.h"
#include "ui/Windowing.h"

#include <QPointer>
#include <QWidget>

class QLabel;

namespace drdm {

class BackgroundTask;

/// The volume of one phase as a plane along `axis` (0: x is fixed, 1: y is fixed, 2: the slice itself) at an index of
/// that axis, with where it lies. \throws Error if out of range.
ScalarPlane planeAlong(const Image& image, std::int64_t phase, int axis, std::int64_t index);
Geometry planeGeometryAlong(const Geometry& geometry, int axis);

/// Three planes through one place of the volume, and the volume in space. Where the variation is one of the whole
/// volume all of them show it, in space as its surface, coloured by what moved it. A variation of one slice is shown by
/// the slice plane, and in space it lies raised by its displacement. A line shows where the slice lies.
class PlanesView : public QWidget {
    Q_OBJECT

public:
    explicit PlanesView(QWidget* parent = nullptr);
    ~PlanesView() override;

    void setImage(const Image& image);  ///< nothing is computed while the view is hidden
    void setPlace(std::int64_t slice, std::int64_t phase);
    void setFrame(const std::shared_ptr<const StepFrame>& frame);  ///< null: no variation
    void setWindow(const DisplayWindow& window);
    void setOpacity(SliceScene::Layer layer, double opacity);  ///< of overlays of the slice plane

    [[nodiscard]] std::array<std::int64_t, 3> place() const { return m_place; }
    [[nodiscard]] SliceView* plane(int axis) const { return m_planes.at(static_cast<std::size_t>(axis)); }
    [[nodiscard]] VolumeView* space() const { return m_space; }

Q_SIGNALS:
    void sliceWanted(std::int64_t slice);
    void surfaceShown();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void face(const Geometry& grid);
    void showPlanes();
    void showSpace();
    void startSurface();
    void point(int axis, QPointF plane_mm);

    Image m_image;
    std::array<std::int64_t, 3> m_place{};
    std::int64_t m_phase = 0, m_surfacePhase = -1;
    std::shared_ptr<const StepFrame> m_frame;
    std::array<SliceView*, 3> m_planes{};
    std::array<QLabel*, 3> m_titles{};
    VolumeView* m_space;
    QPointer<BackgroundTask> m_surface;
};

}  // namespace drdm
